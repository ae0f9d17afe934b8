// SPDX-License-Identifier: PostgreSQL
//
// Deleting what is older than somebody wants to keep, and the log of it.
#include "store/purge.hpp"

#include "call.hpp"
#include "idempotency.hpp"
#include "pg/clock.hpp"
#include "pg/pieces.hpp"
#include "store/rights.hpp"

namespace jb::functions {

namespace {

// An age may have months and years, unlike a duration: an age of one year reaches back to the same date a year ago.
constinit pg::Statement cutoff_statement{"SELECT $2 - $1"};

Instant cutoff(const Arguments& arguments, Instant now) {
  if (arguments.is_null("older_than")) throw invalid("older_than", "NULL", "it is required");
  const auto rows = cutoff_statement.run({arguments.param("older_than"), now});
  const auto instant = pg::to_instant(*rows.at(0, 1));
  if (instant > now)
    throw invalid("older_than", pg::interval_text(arguments.datum("older_than")), "it must not be negative");
  return instant;
}

/// How many rows one call deletes.
std::int64_t most_rows(const Arguments& arguments) {
  const auto most = arguments.integer("max_rows");
  if (!most) return kAllAtOnce;
  if (*most < 1) throw invalid("max_rows", std::to_string(*most), "it must be at least 1");
  return *most;
}

}  // namespace

JB_CONNECTED(jb_purge, std::tuple<std::int64_t, std::int64_t, std::int64_t, bool>) {
  const auto most = most_rows(arguments);
  require_operator();
  const auto now = pg::now();
  const auto purged = purge(cutoff(arguments, now), now - kKeyKept, most);
  return {purged.changes, purged.rejections, purged.idempotency_keys, !purged.is_whole};
}

// A procedure that commits cannot pin its search_path: the statement uses no operator, which would be looked up there.
JB_CALL(jb_purge_in_pieces, std::tuple<std::int64_t, std::int64_t, std::int64_t>) {
  const auto sums = pg::run_in_pieces(arguments.info(),
                                      "SELECT p.more, p.changes, p.rejections, p.idempotency_keys"
                                      " FROM jb_purge($1, max_rows => $2) p",
                                      {arguments.param("older_than"), arguments.param("max_rows")});
  return {sums.at(0), sums.at(1), sums.at(2)};
}

}  // namespace jb::functions
