// SPDX-License-Identifier: PostgreSQL
#include "server.hpp"

namespace jb::pg {

namespace {
const Server* lent = nullptr;
}

const Server& server() { return *lent; }

void announce_due(Instant due) {
  guarded([&] { server().announce_due(due); });
}

}  // namespace jb::pg

// What PostgreSQL looks for when it loads the library. If the server has not preloaded its own library, that is loaded
// here: not by load_file(), which does not search dynamic_library_path for it.
extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init();
void _PG_init() {
  void** found = find_rendezvous_variable(jb::pg::kServer);
  if (*found == nullptr) load_external_function("$libdir/jb_scheduler", "jb_worker_main", true, nullptr);
  jb::pg::lent = static_cast<const jb::pg::Server*>(*found);
}
}
