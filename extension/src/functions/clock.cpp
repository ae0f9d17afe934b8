// SPDX-License-Identifier: PostgreSQL
//
// The scheduler's clock, and how an instant is written.
#include "pg/clock.hpp"
#include "call.hpp"
#include "core/values/time_text.hpp"

#include "reading.hpp"

namespace jb::functions {

JB_PLAIN(jb_now, Instant) { return pg::now(); }

JB_PLAIN(jb_timestamp_text, std::string) {
  return format_timestamp(*arguments.instant("instant"), *require_zone(*arguments.text("time_zone")));
}

}  // namespace jb::functions
