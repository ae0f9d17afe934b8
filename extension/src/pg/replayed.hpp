// SPDX-License-Identifier: PostgreSQL
//
// The setting jb_scheduler.replayed, which nobody can set: it shows whether the last call that writes was answered from
// its idempotency key (rule 4.16). A setting and no column of the outcome: a repeated call returns its first outcome to
// the byte, and a front end can ask a database that does not know the setting yet.
#pragma once

namespace jb::pg {

/// Makes the setting known; called once, when the library is loaded.
void define_replayed();

/// Says whether the call under way was answered from its key.
void note_replayed(bool is_replay);

}  // namespace jb::pg
