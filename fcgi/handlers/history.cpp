// SPDX-License-Identifier: PostgreSQL
#include "../parameters.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {
constexpr Statement history_statement{"history",
                                      "SELECT jb_change_json(c) FROM jb_history($1::bigint, principal => $2) AS c"};
}

/// All changes of one event, oldest first; of a deleted event, too.
Response get_history(const Request& request, Database& database) {
  return list_response(database.run(history_statement, {event_id(request), request.principal}));
}

}  // namespace jb::gateway
