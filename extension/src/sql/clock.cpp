// SPDX-License-Identifier: PostgreSQL
//
// The scheduler's clock, and how an instant is written.
#include "pg/clock.hpp"
#include "core/values/time_text.hpp"

#include "arguments.hpp"
#include "reading.hpp"

namespace jb::sql {

namespace {

Datum now_body(FunctionCallInfo) { return pg::from_instant(pg::now()); }

Datum timestamp_text_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  return pg::from_text(format_timestamp(*arguments.instant(0), *require_zone(*arguments.text(1))));
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_now, jb::sql::now_body)
JB_FUNCTION(jb_timestamp_text, jb::sql::timestamp_text_body)
