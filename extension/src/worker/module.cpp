// SPDX-License-Identifier: PostgreSQL
//
// What PostgreSQL looks for when it loads the library. It stands in this room because a preloaded library starts the
// worker.
#include "launcher.hpp"
#include "pg/agenda.hpp"
#include "pg/clock.hpp"
#include "pg/guard.hpp"
#include "pg/refusal_log.hpp"
#include "pg/rejections_per_day.hpp"
#include "pg/replayed.hpp"
#include "pg/worker_settings.hpp"

extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init();
void _PG_init() {
  jb::pg::define_clock_setting();
  jb::pg::define_replayed();
  jb::pg::define_rejections_per_day();
  jb::pg::obey_log_refusals();
  jb::pg::define_worker_settings();
  jb::pg::share_agenda();
  jb::worker::register_launcher();
}
}
