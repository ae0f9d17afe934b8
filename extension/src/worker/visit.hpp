// SPDX-License-Identifier: PostgreSQL
//
// A visit: a process that connects to one database, does what is due there, finds out when something will be due next,
// and ends. See README.md.
#pragma once

namespace jb::worker {

/// Its main function in this library; the argument is the database's Oid.
inline constexpr const char* kVisit = "jb_worker_visit";

}  // namespace jb::worker
