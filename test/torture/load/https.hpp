// SPDX-License-Identifier: PostgreSQL
//
// Calls over HTTPS, by libcurl: one kept connection, with the manager's certificate.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "call.hpp"

namespace torture {

struct Reply {
  long status = 0;  ///< 0 if there was no answer
  std::string body{};
};

/// A client of the service that the environment names: JB_URL, JB_CA, JB_CERT, JB_KEY.
class Client {
 public:
  Client();
  Reply send(const char* method, const std::string& path, const std::string& body = {}, const std::string& key = {},
             long version = 0, bool hangs_up = false);

 private:
  std::string url_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
};

class Https final : public Way {
 public:
  Answer ask(const Call& call) override;
  bool is_there() override { return client_.send("GET", "/health").status == 200; }
  const char* name() const override { return "https"; }

 private:
  Client client_{};
};

}  // namespace torture
