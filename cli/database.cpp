// SPDX-License-Identifier: PostgreSQL
#include "database.hpp"

#include "terminal.hpp"

namespace jb::cli {

pg::Connection connect(const std::string& conninfo, const std::string& command) {
  pg::Connection connection = pg::Connection::open("jb " + command, "5", "dbname", conninfo);
  if (!connection.find_scheduler())
    throw pg::Error("3F000", "the database has no extension jb_scheduler", "",
                    "CREATE EXTENSION jb_scheduler makes it.");
  return connection;
}

std::string json_array(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ",\n") + plain_json(item);
  return '[' + text + "]\n";
}

std::string json_array(const pg::Result& rows, int column) {
  std::vector<std::string> items;
  for (int row = 0; row < rows.rows(); ++row) items.push_back(rows.text(row, column));
  return json_array(items);
}

}  // namespace jb::cli
