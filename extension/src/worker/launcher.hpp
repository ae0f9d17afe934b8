// SPDX-License-Identifier: PostgreSQL
//
// The process that is there all the time: it knows when something is due in which database, sleeps until then, and
// starts a visit. See README.md.
#pragma once

namespace jb::worker {

/// Has the server start it, and start it again whenever it ends. While the library is preloaded only.
void register_launcher();

}  // namespace jb::worker
