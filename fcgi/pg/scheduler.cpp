// SPDX-License-Identifier: PostgreSQL
#include "scheduler.hpp"

namespace jb::pg {

bool find_scheduler(Connection& connection) {
  return !connection
              .script(
                  "SET search_path = pg_catalog, pg_temp;"
                  "SELECT set_config('search_path', format('pg_catalog, %s, pg_temp', "
                  "string_agg(quote_ident(n.nspname), ', '"
                  "                                         ORDER BY e.extname DESC)), false)"
                  "  FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace"
                  " WHERE e.extname IN ('jb_scheduler', 'jb_scheduler_proxy') HAVING bool_or(e.extname = "
                  "'jb_scheduler')")
              .empty();
}

}  // namespace jb::pg
