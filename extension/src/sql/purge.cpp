// SPDX-License-Identifier: PostgreSQL
#include "store/purge.hpp"

#include "arguments.hpp"
#include "idempotency.hpp"
#include "pg/clock.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

// An age may have months and years, unlike a duration: an age of one year reaches back to the same date a year ago.
constinit pg::Statement cutoff_statement{"SELECT $2 - $1", {INTERVALOID, TIMESTAMPTZOID}};

Instant cutoff(const Arguments& arguments, Instant now) {
  Validation validation;
  if (arguments.is_null(0)) {
    validation.refuse("older_than", "NULL", "it is required");
    throw validation.failure();
  }
  const auto rows = cutoff_statement.run({arguments.datum(0), pg::from_instant(now)});
  const auto instant = pg::to_instant(*rows.at(0, 1));
  if (instant > now) {
    validation.refuse("older_than", pg::interval_text(arguments.datum(0)), "it must not be negative");
    throw validation.failure();
  }
  return instant;
}

Datum purge_body(FunctionCallInfo info) {
  pg::Session session;
  const auto now = pg::now();
  const auto purged = purge(cutoff(Arguments(info), now), now - kKeyKept);
  session.finish();
  return pg::result_row(
      info, {pg::from_id(purged.changes), pg::from_id(purged.rejections), pg::from_id(purged.idempotency_keys)});
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_purge, jb::sql::purge_body)
