// SPDX-License-Identifier: PostgreSQL
#include "settings.hpp"

#include <climits>

#include "pg/guard.hpp"
#include "pg/postgres.hpp"
#include "pg/server.hpp"

extern "C" {
#include "utils/guc.h"
#include "utils/varlena.h"
}

namespace jb::server {

char* now_text = nullptr;
int most_rejections = 100'000;
bool was_replayed = false;
int announcer = pg::kCommit;

namespace {

const config_enum_entry kAnnouncers[] = {
    {"commit", pg::kCommit, false}, {"worker", pg::kWorker, false}, {nullptr, 0, false}};

bool log_refusals = true;
char* databases_setting = nullptr;
int interval_setting = 60;

// The server reads the setting only through show_replayed(); `replayed_setting` just keeps its initial value.
bool replayed_setting = false;
const char* show_replayed() { return was_replayed ? "on" : "off"; }

// Called by the server, so nothing here may throw.
bool check_databases(char** value, void**, GucSource) {
  List* names = NIL;
  char* copy = pstrdup(*value);
  const bool is_list = SplitIdentifierString(copy, ',', &names);
  if (!is_list) GUC_check_errdetail("List syntax is invalid.");
  list_free(names);
  pfree(copy);
  return is_list;
}

emit_log_hook_type next_log_hook = nullptr;

constexpr int code_of(const char* state) { return MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4]); }

constexpr bool is_refusal(int code) {
  const int category = ERRCODE_TO_CATEGORY(code);
  if (category == code_of("22000") || category == code_of("23000")) return true;
  // JSON that is too deeply nested or too large.
  if (code == ERRCODE_STATEMENT_TOO_COMPLEX || code == ERRCODE_PROGRAM_LIMIT_EXCEEDED) return true;
#define JB_ERROR(name, sqlstate, http, type, title, retry, when) \
  if (http < 500 && code == code_of(sqlstate)) return true;
#include "../../errors.def"
#undef JB_ERROR
  // A code that the calls of a later version may have.
  return category == code_of("JB000") && code >= code_of("JB400") && code < code_of("JB500");
}

// The server calls this for each line of its log, even during an error, so it throws nothing and reads no table.
void leave_out_refusals(ErrorData* error) {
  if (!log_refusals && error->elevel == ERROR && is_refusal(error->sqlerrcode)) error->output_to_server = false;
  if (next_log_hook) next_log_hook(error);
}

}  // namespace

// Only a superuser, or a role with SET on it, may change log_refusals, so that nobody else can hide attempts from the
// log.
void define_settings() {
  DefineCustomEnumVariable("jb_scheduler.announce",
                           "Who announces rejections on jb_rejected: their commit, or the worker soon afterwards.",
                           "PostgreSQL commits transactions that have announced something one by one.", &announcer,
                           announcer, kAnnouncers, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomBoolVariable("jb_scheduler.log_refusals", "Whether refused calls appear in the server's log.",
                           "A refusal quotes the value that it refuses.", &log_refusals, log_refusals, PGC_SUSET, 0,
                           nullptr, nullptr, nullptr);
  DefineCustomStringVariable("jb_scheduler.now", "The time that the scheduler uses as now, in tests.",
                             "Empty: the machine's clock.", &now_text, "", PGC_SUSET, GUC_NOT_IN_SAMPLE, nullptr,
                             nullptr, nullptr);
  DefineCustomIntVariable("jb_scheduler.rejections_per_day",
                          "How many requests of one principal may be rejected within 24 hours.",
                          "A further request without a place fails with JB429 and leaves no record. 0: any number.",
                          &most_rejections, most_rejections, 0, INT_MAX, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomBoolVariable("jb_scheduler.replayed",
                           "Shows whether the last call that writes was answered from its idempotency key.",
                           "The call then repeated the first answer and did nothing else.", &replayed_setting, false,
                           PGC_INTERNAL, GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE, nullptr, nullptr, show_replayed);
  DefineCustomStringVariable("jb_scheduler.worker_databases",
                             "The databases in which the background worker writes what falls due.",
                             "Separated by commas; needs the library in shared_preload_libraries. Empty: none.",
                             &databases_setting, "", PGC_SIGHUP, GUC_LIST_INPUT, check_databases, nullptr, nullptr);
  DefineCustomIntVariable(
      "jb_scheduler.worker_interval", "The longest time between two visits to a database.",
      "The worker learns of due events when they are announced; this interval is for those that were not.",
      &interval_setting, interval_setting, 1, 3600, PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr, nullptr);
  MarkGUCPrefixReserved("jb_scheduler");
  next_log_hook = emit_log_hook;
  emit_log_hook = leave_out_refusals;
}

std::vector<std::string> worker_databases() {
  List* const list = pg::guarded([] {
    List* names = NIL;
    SplitIdentifierString(pstrdup(databases_setting), ',', &names);
    return names;
  });
  std::vector<std::string> names;
  for (int i = 0; i < list_length(list); ++i) {
    std::string name = static_cast<const char*>(list_nth(list, i));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

Milliseconds worker_interval() { return std::chrono::seconds{interval_setting}; }

}  // namespace jb::server
