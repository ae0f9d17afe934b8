// SPDX-License-Identifier: PostgreSQL
#include "replayed.hpp"

#include "postgres.hpp"

extern "C" {
#include "utils/guc.h"
}

namespace jb::pg {

namespace {

// The server reads the setting by show_replayed() alone: `setting` only keeps the value that it starts with.
bool setting = false;
bool was_replayed = false;

const char* show_replayed() { return was_replayed ? "on" : "off"; }

}  // namespace

void define_replayed() {
  DefineCustomBoolVariable("jb_scheduler.replayed",
                           "Shows whether the last call that writes was answered from its idempotency key.",
                           "It was then answered as the first time, and did nothing.", &setting, false, PGC_INTERNAL,
                           GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE, nullptr, nullptr, show_replayed);
}

void note_replayed(bool is_replay) { was_replayed = is_replay; }

}  // namespace jb::pg
