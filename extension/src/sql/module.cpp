// SPDX-License-Identifier: PostgreSQL
//
// What PostgreSQL looks for when it loads the library.
#include "pg/clock.hpp"
#include "pg/guard.hpp"

extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init();
void _PG_init() { jb::pg::define_clock_setting(); }
}
