// SPDX-License-Identifier: PostgreSQL
#include "database.hpp"

#include <cstdlib>

namespace jb::cli {

pg::Connection connect(const std::string& conninfo, const std::string& command) {
  std::vector<std::pair<std::string, std::string>> settings = {{"fallback_application_name", "jb " + command},
                                                               {"client_encoding", "UTF8"}};
  if (!conninfo.empty()) settings.emplace_back("dbname", conninfo);
  if (!std::getenv("PGCONNECT_TIMEOUT")) settings.emplace_back("connect_timeout", "5");
  return pg::Connection::open(settings);
}

}  // namespace jb::cli
