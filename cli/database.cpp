// SPDX-License-Identifier: PostgreSQL
#include "database.hpp"

#include <cstdlib>

namespace jb::cli {

pg::Connection connect(const std::string& conninfo, const std::string& command) {
  std::vector<std::pair<std::string, std::string>> settings = {{"fallback_application_name", "jb " + command},
                                                               {"client_encoding", "UTF8"}};
  if (!conninfo.empty()) settings.emplace_back("dbname", conninfo);
  if (!std::getenv("PGCONNECT_TIMEOUT")) settings.emplace_back("connect_timeout", "5");
  pg::Connection connection = pg::Connection::open(settings);
  if (!connection.find_scheduler())
    throw pg::Error("3F000", "the database has no extension jb_scheduler", "",
                    "CREATE EXTENSION jb_scheduler makes it.");
  return connection;
}

std::string json_array(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ",\n") + item;
  return '[' + text + "]\n";
}

std::string json_array(const pg::Result& rows, int column) {
  std::vector<std::string> items;
  for (int row = 0; row < rows.rows(); ++row) items.push_back(rows.text(row, column));
  return json_array(items);
}

}  // namespace jb::cli
