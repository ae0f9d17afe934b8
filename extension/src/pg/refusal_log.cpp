// SPDX-License-Identifier: PostgreSQL
#include "refusal_log.hpp"

#include "postgres.hpp"

extern "C" {
#include "utils/guc.h"
}

namespace jb::pg {

namespace {

bool log_refusals = true;
emit_log_hook_type next_log_hook = nullptr;

constexpr int code_of(const char* state) { return MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4]); }

constexpr bool is_refusal(int code) {
  const int category = ERRCODE_TO_CATEGORY(code);
  if (category == code_of("22000") || category == code_of("23000")) return true;
  // JSON that is nested too deep or too large.
  if (code == ERRCODE_STATEMENT_TOO_COMPLEX || code == ERRCODE_PROGRAM_LIMIT_EXCEEDED) return true;
#define JB_ERROR(name, sqlstate, http, type, title, retry, when) \
  if (http < 500 && code == code_of(sqlstate)) return true;
#include "../../errors.def"
#undef JB_ERROR
  return false;
}

// Called by the server for each line of its log, in the midst of an error too: it throws nothing and reads no table.
void leave_out_refusals(ErrorData* error) {
  if (!log_refusals && error->elevel == ERROR && is_refusal(error->sqlerrcode)) error->output_to_server = false;
  if (next_log_hook) next_log_hook(error);
}

}  // namespace

// A superuser's setting: nobody else may keep what they try out of the log.
void obey_log_refusals() {
  DefineCustomBoolVariable("jb_scheduler.log_refusals", "Whether the server's log tells of refused calls.",
                           "A refusal quotes the value that it refuses.", &log_refusals, log_refusals, PGC_SUSET, 0,
                           nullptr, nullptr, nullptr);
  next_log_hook = emit_log_hook;
  emit_log_hook = leave_out_refusals;
}

}  // namespace jb::pg
