// SPDX-License-Identifier: PostgreSQL
#include "rejections_per_day.hpp"

#include <climits>

#include "postgres.hpp"

extern "C" {
#include "utils/guc.h"
}

namespace jb::pg {

namespace {

int most_rejections = 100'000;

}  // namespace

// Only a superuser may set it, for one role too: an import that knows that most of its rows have no place.
void define_rejections_per_day() {
  DefineCustomIntVariable("jb_scheduler.rejections_per_day",
                          "How many requests of one principal may be rejected within 24 hours.",
                          "A further request without a place fails with JB429 and leaves no record. 0: any number.",
                          &most_rejections, most_rejections, 0, INT_MAX, PGC_SUSET, 0, nullptr, nullptr, nullptr);
}

std::int64_t rejections_per_day() { return most_rejections; }

}  // namespace jb::pg
