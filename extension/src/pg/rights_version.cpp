// SPDX-License-Identifier: PostgreSQL
#include "rights_version.hpp"

#include "guard.hpp"

extern "C" {
#include "commands/trigger.h"
#include "utils/inval.h"
#include "utils/rel.h"
}

namespace jb::pg {

namespace {

unsigned rights = 1;
Oid watched_grants = InvalidOid, watched_defaults = InvalidOid;

// The server calls it in the midst of anything, so it only counts. Without a table everything could be one that is
// made.
void count_change(Datum, Oid table) {
  const bool is_watched = table == watched_grants || table == watched_defaults;
  if (is_watched || !OidIsValid(table) || !OidIsValid(watched_grants)) ++rights;
}

}  // namespace

unsigned rights_version() { return rights; }

void hear_of_changes() { guarded(AcceptInvalidationMessages); }

void watch_rights(Oid grants, Oid defaults) {
  static bool is_registered = false;
  if (!is_registered) guarded([] { CacheRegisterRelcacheCallback(count_change, 0); });
  is_registered = true;
  watched_grants = grants;
  watched_defaults = defaults;
}

void table_changed(Oid table) {
  guarded([&] { CacheInvalidateRelcacheByRelid(table); });
  ++rights;
}

Oid triggering_table(FunctionCallInfo info) {
  return guarded([&] {
    if (!CALLED_AS_TRIGGER(info))
      ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                      errmsg("this function is called by its trigger alone")));
    return RelationGetRelid(reinterpret_cast<TriggerData*>(info->context)->tg_relation);
  });
}

}  // namespace jb::pg
