// SPDX-License-Identifier: PostgreSQL
#include "settings.hpp"

#include <climits>

#include "guard.hpp"
#include "versions.hpp"

extern "C" {
#include "utils/guc.h"
#include "utils/varlena.h"
}

namespace jb::pg {

namespace {

char* now_text = nullptr;
int most_rejections = 100'000;
char* databases_setting = nullptr;
int interval_setting = 60;

// The server reads the setting by show_replayed() alone: `replayed_setting` only keeps the value that it starts with.
bool replayed_setting = false;
bool was_replayed = false;
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

}  // namespace

void define_settings() {
  DefineCustomStringVariable("jb_scheduler.now", "The time that the scheduler takes for now, in tests.",
                             "Empty: the clock of the machine.", &now_text, "", PGC_SUSET, GUC_NOT_IN_SAMPLE, nullptr,
                             nullptr, nullptr);
  DefineCustomIntVariable("jb_scheduler.rejections_per_day",
                          "How many requests of one principal may be rejected within 24 hours.",
                          "A further request without a place fails with JB429 and leaves no record. 0: any number.",
                          &most_rejections, most_rejections, 0, INT_MAX, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomBoolVariable("jb_scheduler.replayed",
                           "Shows whether the last call that writes was answered from its idempotency key.",
                           "It was then answered as the first time, and did nothing.", &replayed_setting, false,
                           PGC_INTERNAL, GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE, nullptr, nullptr, show_replayed);
  DefineCustomStringVariable("jb_scheduler.worker_databases",
                             "The databases in which the background worker does what is due.",
                             "Separated by commas; needs the library in shared_preload_libraries. Empty: none.",
                             &databases_setting, "", PGC_SIGHUP, GUC_LIST_INPUT, check_databases, nullptr, nullptr);
  DefineCustomIntVariable("jb_scheduler.worker_interval", "The longest time between two looks at a database.",
                          "What is due the worker hears of by itself; this is for what nobody told it of.",
                          &interval_setting, interval_setting, 1, 3600, PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr,
                          nullptr);
  MarkGUCPrefixReserved("jb_scheduler");
}

const char* now_setting() { return now_text; }

std::int64_t rejections_per_day() { return most_rejections; }

void note_replayed(bool is_replay) { was_replayed = is_replay; }

std::vector<std::string> worker_databases() {
  List* const list = guarded([] {
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

}  // namespace jb::pg
