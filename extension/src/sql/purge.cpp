// SPDX-License-Identifier: PostgreSQL
//
// Deleting what is older than somebody wants to keep, and the log of it.
#include "store/purge.hpp"

#include "arguments.hpp"
#include "idempotency.hpp"
#include "pg/clock.hpp"
#include "pg/pieces.hpp"
#include "results.hpp"
#include "store/rights.hpp"

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

/// How many rows one call deletes.
std::int64_t most_rows(const Arguments& arguments) {
  const auto most = arguments.integer(1);
  if (!most) return kAllAtOnce;
  Validation validation;
  if (*most < 1) validation.refuse("max_rows", std::to_string(*most), "it must be at least 1");
  validation.raise();
  return *most;
}

Datum purge_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto most = most_rows(arguments);
  pg::Session session;
  require_operator();
  const auto now = pg::now();
  const auto purged = purge(cutoff(arguments, now), now - kKeyKept, most);
  session.finish();
  return pg::result_row(info, {pg::from_id(purged.changes), pg::from_id(purged.rejections),
                               pg::from_id(purged.idempotency_keys), pg::from_bool(!purged.is_whole)});
}

// A procedure that commits cannot pin its search_path: the statement uses no operator, which would be looked up there.
Datum in_pieces_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto sums = pg::run_in_pieces(info,
                                      "SELECT p.more, p.changes, p.rejections, p.idempotency_keys"
                                      " FROM jb_purge($1, max_rows => $2) p",
                                      {INTERVALOID, INT4OID}, {arguments.param(0), arguments.param(1)});
  return pg::result_row(info, {pg::from_id(sums.at(0)), pg::from_id(sums.at(1)), pg::from_id(sums.at(2))});
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_purge, jb::sql::purge_body)
JB_FUNCTION(jb_purge_in_pieces, jb::sql::in_pieces_body)
