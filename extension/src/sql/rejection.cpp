// SPDX-License-Identifier: PostgreSQL
//
// Reading rejections by id without skipping a rejection (rule 4.6).
//
// Each id is drawn and its row written under one short lock (PgStore::reject), but transactions commit in any order. A
// reader that went on from the greatest id it has seen would skip a smaller id whose transaction commits late. So the
// listing stops before the first row of an open transaction. The commit of this transaction sends a NOTIFY for its own
// rejection, and a reader that reads then gets this rejection and the rejections that the listing held back. An id
// whose transaction rolled back leaves no row and holds nothing back.
#include "arguments.hpp"
#include "pg/heap.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement rejections_statement{
    "SELECT r.* FROM jb_rejection r WHERE r.id > $1 AND r.id < $2 ORDER BY r.id LIMIT $3", {INT8OID, INT8OID, INT4OID}};

Datum rejections_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto after = arguments.bigint(0).value_or(0);
  const auto max_rows = arguments.max_rows(1);
  RowSet rows(info);
  pg::Session session;
  const auto border = pg::first_unseen("jb_rejection", "jb_rejection_pkey", after, max_rows);
  rows.add(rejections_statement.run(
      {pg::from_id(after), pg::from_id(border.value_or(std::numeric_limits<std::int64_t>::max())),
       pg::from_int(max_rows)},
      pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_rejections, jb::sql::rejections_body)
