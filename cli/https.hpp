// SPDX-License-Identifier: PostgreSQL
//
// HTTP by libcurl: what every connection of jb has in common, and the connection of jb mcp to the API. A redirect is
// never followed: what is sent, and the certificate, go to the address that the administrator named, or nowhere.
#pragma once

#include <curl/curl.h>
#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace jb::cli {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

/// A connection that follows no redirect, raises no signal, and ends a transfer after `patience`, or when `is_ending`,
/// which is polled meanwhile, returns true. `schemes`: those of `url` that are allowed, separated by commas. Both
/// references must outlive the connection. Throws std::runtime_error.
Curl open_curl(const std::string& url, const char* schemes, std::chrono::seconds patience,
               const std::function<bool()>& is_ending);

/// Sends the body, null for none, with these headers ("Name: value").
CURLcode perform(const Curl& connection, const std::vector<std::string>& headers, const std::string* body);

using Json = nlohmann::json;

/// Parses a text that may be hostile: at most 100 levels deep, since what handles the value is recursive. Throws
/// std::runtime_error.
Json parse_json(std::string_view text);

/// A refusal of jb mcp's own. If the API gave no answer, or none of its own, nothing of it is shown and the status is
/// 502. The type is then no-connection if nothing was sent, else no-answer or foreign-answer: the request may have been
/// carried out.
struct Problem : std::runtime_error {
  Problem(long status, const char* type, const std::string& what)
      : std::runtime_error(what), status(status), type(type) {}
  long status;
  const char* type;
};

struct HttpRequest {
  const char* method = "GET";
  std::string path;
  Json query;  ///< null or an object; a list becomes its items with commas between
  Json body;   ///< null: none
  std::vector<std::string> headers;
};

struct HttpAnswer {
  long status = 0;
  Json body;
  std::string as_of;          ///< the header As-Of; empty if there is none
  std::string after;          ///< `after` of the Link to the next page; empty if there is none
  bool is_replayed = false;   ///< the first answer under this idempotency key
  long long retry_after = 0;  ///< seconds
};

/// The HTTPS API, called with a client certificate. Used by one thread; not movable.
class Https {
 public:
  struct Access {
    std::string url, ca, certificate, key;  ///< the address, without a path, and paths of PEM files
    std::chrono::seconds patience{30};      ///< for an answer
  };

  /// Throws std::runtime_error.
  Https(Access access, std::function<bool()> is_ending);

  /// Throws Problem, also for an answer that is no JSON, a redirect, or more than 8 MiB.
  HttpAnswer send(const HttpRequest& request);

  /// A text as part of a path or query (RFC 3986, 2.1).
  std::string escaped(const std::string& text) const;

 private:
  const Access access_;
  const std::function<bool()> is_ending_;
  const Curl connection_;
};

}  // namespace jb::cli
