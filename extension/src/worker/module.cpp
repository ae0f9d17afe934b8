// SPDX-License-Identifier: PostgreSQL
//
// What PostgreSQL looks for when it loads the library. It is here because a preloaded library starts the worker.
#include "pg/agenda.hpp"
#include "pg/call.hpp"
#include "pg/guard.hpp"
#include "pg/process.hpp"

extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init();
void _PG_init() {
  jb::pg::obey_log_refusals();
  jb::pg::define_settings();
  jb::pg::share_agenda();
  jb::pg::register_process("jb_scheduler launcher", "jb_worker_main");
}
}
