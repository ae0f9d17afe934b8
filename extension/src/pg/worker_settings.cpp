// SPDX-License-Identifier: PostgreSQL
#include "worker_settings.hpp"

#include "guard.hpp"
#include "versions.hpp"

extern "C" {
#include "utils/guc.h"
#include "utils/varlena.h"
}

namespace jb::pg {

namespace {

char* databases_setting = nullptr;
int interval_setting = 60;

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

void define_worker_settings() {
  DefineCustomStringVariable("jb_scheduler.worker_databases",
                             "The databases in which the background worker does what is due.",
                             "Separated by commas; needs the library in shared_preload_libraries. Empty: none.",
                             &databases_setting, "", PGC_SIGHUP, GUC_LIST_INPUT, check_databases, nullptr, nullptr);
  DefineCustomIntVariable("jb_scheduler.worker_interval", "The longest time between two looks at a database.",
                          "What is due the worker hears of by itself; this is for what nobody told it of.",
                          &interval_setting, interval_setting, 1, 3600, PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr,
                          nullptr);
  versions::reserve_settings("jb_scheduler");
}

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
