// SPDX-License-Identifier: PostgreSQL
#include "arguments.hpp"
#include "call.hpp"
#include "core/replanning.hpp"
#include "results.hpp"
#include "store/calendar_settings.hpp"

namespace jb::sql {

namespace {

Datum move_rows(FunctionCallInfo info, const std::vector<Move>& moves) {
  RowSet rows(info);
  for (const auto& move : moves) rows.add(move);
  return rows.done();
}

Datum replan_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto name = arguments.text(0).value_or("");
  return move_rows(info, with_scheduler(arguments.text(2), [&](Scheduler& scheduler) {
                     return scheduler.replan(name, arguments.flag(1));
                   }));
}

Datum rezone_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto name = arguments.text(0).value_or("");
  return move_rows(info, with_scheduler(arguments.text(2), [&](Scheduler& scheduler) {
                     return scheduler.rezone(name, arguments.flag(1), [&] { rebuild_tree(name); });
                   }));
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_replan, jb::sql::replan_body)
JB_FUNCTION(jb_rezone, jb::sql::rezone_body)
