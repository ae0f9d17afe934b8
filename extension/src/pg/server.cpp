// SPDX-License-Identifier: PostgreSQL
#include "server.hpp"

#include "guard.hpp"

namespace jb::pg {

namespace {
const Server* lent = nullptr;
}

const Server& server() { return *lent; }

void announce_due(Instant due) {
  guarded([&] { server().announce_due(due); });
}

}  // namespace jb::pg

// What PostgreSQL looks for when it loads the library. The server's own library is loaded with it if it is not
// preloaded.
extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init();
void _PG_init() {
  void** found = find_rendezvous_variable(jb::pg::kServer);
  if (*found == nullptr) load_file("$libdir/jb_scheduler", false);
  jb::pg::lent = static_cast<const jb::pg::Server*>(*found);
}
}
