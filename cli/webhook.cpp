// SPDX-License-Identifier: PostgreSQL
#include "webhook.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>

namespace jb::cli {

namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr long seconds_to_connect = 10;
constexpr long seconds_in_all = 30;

std::string base64(const unsigned char* bytes, std::size_t size) {
  std::string text(4 * ((size + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string signature(const std::string& secret, std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (!HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
            reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data(), &size))
    throw std::runtime_error("could not sign a message");
  return "v1," + base64(digest.data(), size);
}

/// The receiver's words are nobody's: its status tells all that is needed.
std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

int ask_whether_ending(void* is_ending, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(is_ending))() ? 1 : 0;
}

}  // namespace

std::string secret_bytes(std::string_view text) {
  const std::runtime_error wrong("a secret must be \"whsec_\" and the base64 of 24 to 64 bytes");
  if (!text.starts_with(secret_prefix)) throw wrong;
  text.remove_prefix(secret_prefix.size());
  if (text.empty() || text.size() % 4 != 0 || text.size() > 88) throw wrong;
  std::string bytes(3 * text.size() / 4, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size())) < 0)
    throw wrong;
  bytes.resize(bytes.size() - static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '=')));
  if (bytes.size() < 24 || bytes.size() > 64) throw wrong;
  return bytes;
}

std::string signatures(const std::vector<std::string>& secrets, const std::string& id, const std::string& timestamp,
                       std::string_view body) {
  const std::string content = id + "." + timestamp + "." + std::string(body);
  std::string all;
  for (const auto& secret : secrets) all += (all.empty() ? "" : " ") + signature(secret, content);
  return all;
}

Webhook::Webhook(std::string url, std::vector<std::string> secrets, std::function<bool()> is_ending)
    : url_(std::move(url)),
      secrets_(std::move(secrets)),
      is_ending_(std::move(is_ending)),
      connection_((curl_global_init(CURL_GLOBAL_DEFAULT), curl_easy_init()), curl_easy_cleanup) {
  CURL* easy = connection_.get();
  if (!easy) throw std::runtime_error("could not begin with libcurl");
  curl_easy_setopt(easy, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, seconds_to_connect);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, seconds_in_all);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "jb_scheduler");
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, ask_whether_ending);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &is_ending_);
}

WebhookAnswer Webhook::post(const std::string& id, const std::string& body) {
  const std::string timestamp = std::to_string(std::time(nullptr));
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(nullptr, curl_slist_free_all);
  for (const auto& header :
       {std::string("Content-Type: application/json"), "webhook-id: " + id, "webhook-timestamp: " + timestamp,
        std::string("Expect:"), "webhook-signature: " + signatures(secrets_, id, timestamp, body)})
    headers.reset(curl_slist_append(headers.release(), header.c_str()));
  CURL* easy = connection_.get();
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  const CURLcode code = curl_easy_perform(easy);
  if (code != CURLE_OK) return {0, curl_easy_strerror(code), {}};
  WebhookAnswer answer;
  curl_off_t seconds = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
  answer.retry_after = std::chrono::seconds(std::clamp<curl_off_t>(seconds, 0, 3600));
  return answer;
}

}  // namespace jb::cli
