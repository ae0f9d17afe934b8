// SPDX-License-Identifier: PostgreSQL
//
// The process that is always there: it knows when something falls due in which database, sleeps until then, and starts
// a visit. See README.md.
#pragma once

namespace jb::worker {

/// Has the server start the launcher, and start it again whenever it ends. Only while the library is preloaded.
void register_launcher();

}  // namespace jb::worker
