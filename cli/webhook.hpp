// SPDX-License-Identifier: PostgreSQL
//
// Messages to a webhook, signed as Standard Webhooks say (https://www.standardwebhooks.com, specification 1.0.0):
// headers webhook-id, webhook-timestamp and webhook-signature, the last with "v1," and the base64 of HMAC-SHA256 over
// "id.timestamp.body" for each secret.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace jb::cli {

/// The bytes of a secret "whsec_" + base64. Throws std::runtime_error, which does not show the secret: another form, or
/// not 24 to 64 bytes.
std::string secret_bytes(std::string_view text);

/// The header webhook-signature: a signature for each secret, separated by blanks, so that a receiver that knows the
/// old secret or the new one takes the message while the secret is changed.
std::string signatures(const std::vector<std::string>& secrets, const std::string& id, const std::string& timestamp,
                       std::string_view body);

/// What became of a message.
struct WebhookAnswer {
  long status = 0;                      ///< of HTTP; 0: there was no answer
  std::string error;                    ///< why there was none
  std::chrono::seconds retry_after{0};  ///< what Retry-After asks for
};

/// One receiver, with a connection that is kept. Used by one thread; stays where it is.
class Webhook {
 public:
  /// `is_ending` is asked while a message is under way; true gives the message up. Throws std::runtime_error.
  Webhook(std::string url, std::vector<std::string> secrets, std::function<bool()> is_ending);
  Webhook(const Webhook&) = delete;
  Webhook& operator=(const Webhook&) = delete;

  /// Sends a JSON body. Follows no redirect; ends after 30 seconds.
  WebhookAnswer post(const std::string& id, const std::string& body);

 private:
  const std::string url_;
  const std::vector<std::string> secrets_;
  const std::function<bool()> is_ending_;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> connection_;
};

}  // namespace jb::cli
