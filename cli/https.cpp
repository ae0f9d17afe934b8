// SPDX-License-Identifier: PostgreSQL
#include "https.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace jb::cli {

namespace {

constexpr long kSecondsToConnect = 10;
constexpr std::size_t kLongestAnswer = 8 << 20;
constexpr int kDeepest = 100;

int ask_whether_ending(void* is_ending, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(is_ending))() ? 1 : 0;
}

/// Returns less than it was given, which ends the transfer, rather than keep more than is allowed.
std::size_t keep_answer(char* bytes, std::size_t size, std::size_t count, void* answer) {
  auto& kept = *static_cast<std::string*>(answer);
  if (kept.size() + size * count > kLongestAnswer) return 0;
  kept.append(bytes, size * count);
  return size * count;
}

/// Whether the transfer ended before the request was sent. libcurl repeats a request on a new connection if a kept one
/// ended without an answer, so that an error of connecting alone does not tell.
bool is_unsent(const Curl& connection, CURLcode code) {
  long sent = 0;
  curl_easy_getinfo(connection.get(), CURLINFO_REQUEST_SIZE, &sent);
  constexpr CURLcode kUnsent[] = {CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST,
                                  CURLE_COULDNT_CONNECT,       CURLE_SSL_CONNECT_ERROR,
                                  CURLE_SSL_CERTPROBLEM,       CURLE_PEER_FAILED_VERIFICATION,
                                  CURLE_SSL_CACERT_BADFILE,    CURLE_SSL_CRL_BADFILE,
                                  CURLE_UNSUPPORTED_PROTOCOL,  CURLE_URL_MALFORMAT};
  return sent == 0 && std::find(std::begin(kUnsent), std::end(kUnsent), code) != std::end(kUnsent);
}

/// The parameter `after` of a Link header, still escaped.
std::string after_of(const std::string& link) {
  const auto query = link.find('?'), end = link.find('>');
  for (auto at = query; at < end; at = link.find('&', at + 1))
    if (link.compare(at + 1, 6, "after=") == 0) return link.substr(at + 7, link.find_first_of("&>", at + 7) - at - 7);
  return "";
}

std::string header(const Curl& connection, const char* name) {
  curl_header* found = nullptr;
  return curl_easy_header(connection.get(), name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? found->value : "";
}

std::string query_text(const Json& value) {
  if (value.is_string()) return value;
  if (!value.is_array() || (!value.empty() && value[0].is_object())) return value.dump();
  std::string text;
  for (const auto& item : value) text += (text.empty() ? "" : ",") + query_text(item);
  return text;
}

}  // namespace

Json parse_json(std::string_view text) {
  return Json::parse(text, [](int depth, Json::parse_event_t, Json&) {
    if (depth > kDeepest) throw std::runtime_error("the JSON is nested too deeply");
    return true;
  });
}

Curl open_curl(const std::string& url, const char* schemes, std::chrono::seconds patience,
               const std::function<bool()>& is_ending) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Curl connection(curl_easy_init(), curl_easy_cleanup);
  CURL* easy = connection.get();
  if (!easy) throw std::runtime_error("could not begin with libcurl");
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, schemes);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, kSecondsToConnect);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, static_cast<long>(patience.count()));
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "jb_scheduler");
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, ask_whether_ending);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &is_ending);
  return connection;
}

CURLcode perform(const Curl& connection, const std::vector<std::string>& headers, const std::string* body) {
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> list(nullptr, curl_slist_free_all);
  for (const auto& header : headers) list.reset(curl_slist_append(list.release(), header.c_str()));
  CURL* easy = connection.get();
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list.get());
  if (body) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body->data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
  } else {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  }
  const CURLcode code = curl_easy_perform(easy);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, nullptr);
  return code;
}

Https::Https(Access access, std::function<bool()> is_ending)
    : access_(std::move(access)),
      is_ending_(std::move(is_ending)),
      connection_(open_curl(access_.url, "https", access_.patience, is_ending_)) {
  CURL* easy = connection_.get();
  curl_easy_setopt(easy, CURLOPT_CAINFO, access_.ca.c_str());
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);  // no CA of the system
  curl_easy_setopt(easy, CURLOPT_SSLCERT, access_.certificate.c_str());
  curl_easy_setopt(easy, CURLOPT_SSLKEY, access_.key.c_str());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep_answer);
}

HttpAnswer Https::send(const HttpRequest& request) {
  std::string target = request.path, text;
  for (const auto& [name, value] : request.query.items())
    target += (target.find('?') == std::string::npos ? "?" : "&") + name + "=" + escaped(query_text(value));
  auto headers = request.headers;
  headers.insert(headers.end(), {"Accept: application/json", "Content-Type: application/json", "Expect:"});
  CURL* easy = connection_.get();
  curl_easy_setopt(easy, CURLOPT_URL, (access_.url + target).c_str());
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &text);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method);
  const std::string body = request.body.dump();
  const CURLcode code = perform(connection_, headers, request.body.is_null() ? nullptr : &body);
  if (code == CURLE_WRITE_ERROR) throw Problem(502, "foreign-answer", "the server's answer is too long");
  if (code != CURLE_OK)
    throw Problem(502, is_unsent(connection_, code) ? "no-connection" : "no-answer",
                  std::string("the server gave no answer: ") + curl_easy_strerror(code));
  HttpAnswer answer;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
  const std::string type = header(connection_, "Content-Type");
  const bool is_json = type.starts_with("application/json") || type.starts_with("application/problem+json");
  if (answer.status < 200 || (answer.status >= 300 && answer.status < 400) || !is_json)
    throw Problem(502, "foreign-answer",
                  "the server answered " + std::to_string(answer.status) + (is_json ? "" : " without JSON") +
                      ", which the scheduler does not");
  try {
    answer.body = parse_json(text);
  } catch (const std::exception&) {
    throw Problem(502, "foreign-answer", "the server's answer is not one of the scheduler");
  }
  answer.as_of = header(connection_, "As-Of");
  answer.after = after_of(header(connection_, "Link"));
  if (int length = 0; char* plain = curl_easy_unescape(easy, answer.after.c_str(), 0, &length)) {
    answer.after.assign(plain, static_cast<std::size_t>(length));
    curl_free(plain);
  }
  answer.is_replayed = header(connection_, "Idempotent-Replayed") == "true";
  answer.retry_after = std::clamp(std::atoll(header(connection_, "Retry-After").c_str()), 0LL, 3600LL);
  return answer;
}

std::string Https::escaped(const std::string& text) const {
  const std::unique_ptr<char, decltype(&curl_free)> made(
      curl_easy_escape(connection_.get(), text.data(), static_cast<int>(text.size())), curl_free);
  if (!made) throw std::runtime_error("could not begin with libcurl");
  return made.get();
}

}  // namespace jb::cli
