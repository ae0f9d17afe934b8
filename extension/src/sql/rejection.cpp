// SPDX-License-Identifier: PostgreSQL
//
// Reading rejections by id without ever skipping one.
//
// Ids are given out and written under one short lock (PgStore::reject), but transactions commit in any order: a reader
// that went on from the greatest id it has seen would skip a smaller one that commits late. So the listing stops
// before the first row that is there but not yet to be seen. What it holds back is announced again when that row's
// transaction commits; an id whose transaction rolled back leaves no row and holds nothing back.
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
