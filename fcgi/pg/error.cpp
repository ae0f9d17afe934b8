// SPDX-License-Identifier: PostgreSQL
#include "error.hpp"

namespace jb::pg {

namespace {

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text ? text : "";
}

/// libpq's own messages end with a line feed, and may hold several lines.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text)
    if (c == '\n' || c == '\t') c = ' ';
  return text;
}

}  // namespace

Error Error::from(const PGresult* result) {
  const std::string sqlstate = field(result, PG_DIAG_SQLSTATE);
  if (sqlstate.empty()) return Error("08006", one_line(PQresultErrorMessage(result)));
  return Error(sqlstate, field(result, PG_DIAG_MESSAGE_PRIMARY), field(result, PG_DIAG_MESSAGE_DETAIL),
               field(result, PG_DIAG_MESSAGE_HINT));
}

Error Error::from(const PGconn* connection, const char* sqlstate) {
  return Error(sqlstate, one_line(PQerrorMessage(connection)));
}

}  // namespace jb::pg
