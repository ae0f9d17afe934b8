// SPDX-License-Identifier: PostgreSQL
//
// The beginning of a visit: a process connects to one database, and leaves the rest to the calls of the version that
// the extension has there. See README.md.
#include "agenda.hpp"
#include "pg/guard.hpp"
#include "pg/process.hpp"
#include "process.hpp"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_extension.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
}

namespace jb::server {

namespace {

/// The rest of a visit, in the library of the calls, given the extension's schema.
using Rest = void (*)(Oid schema);

struct Extension {
  Oid oid = InvalidOid;  ///< InvalidOid: the database has none
  Oid schema = InvalidOid;
  NameData version{};
};

void find(Extension& found) {
  Relation extensions = table_open(ExtensionRelationId, AccessShareLock);
  ScanKeyData wanted;
  ScanKeyInit(&wanted, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ, CStringGetDatum("jb_scheduler"));
  SysScanDesc scan = systable_beginscan(extensions, ExtensionNameIndexId, true, nullptr, 1, &wanted);
  HeapTuple row = systable_getnext(scan);
  if (HeapTupleIsValid(row)) {
    const auto* form = reinterpret_cast<Form_pg_extension>(GETSTRUCT(row));
    found.oid = form->oid;
    found.schema = form->extnamespace;
    bool is_null = false;
    const Datum version = heap_getattr(row, Anum_pg_extension_extversion, RelationGetDescr(extensions), &is_null);
    namestrcpy(&found.version, TextDatumGetCString(version));
  }
  systable_endscan(scan);
  table_close(extensions, AccessShareLock);
}

/// Whether a visit may write. It may if the database existed when the launcher started or was told to look after it, or
/// if something has been announced there since. Otherwise pg_restore may be filling the database, and the extension's
/// tables may not exist yet.
bool is_in_use(Oid extension) {
  const LockedAgenda agenda;
  auto* duty = agenda->own();
  if (duty == nullptr) return false;
  if (duty->extension == Duty::kAnyExtension) duty->extension = extension;
  return duty->extension == extension;
}

Rest rest = nullptr;
Oid schema = InvalidOid;

void begin(Datum database) {
  connect_to(DatumGetObjectId(database));
  pg::set_option("search_path", "pg_catalog, pg_temp");  // not the one that the database's owner has set
  Extension extension;
  const auto trouble = pg::in_transaction([&] { pg::guarded([&] { find(extension); }); });
  if (trouble) pg::warn("could not look for its extension: " + trouble->message, trouble->detail, "");
  if (trouble || !OidIsValid(extension.oid) || !is_in_use(extension.oid)) {
    end_visit({trouble ? VisitEnd::failed : VisitEnd::done, !trouble, std::nullopt, std::nullopt});
    return;
  }
  schema = extension.schema;
  rest = pg::guarded([&] {
    const char* library = psprintf("$libdir/jb_scheduler-%s", NameStr(extension.version));
    return reinterpret_cast<Rest>(load_external_function(library, "jb_worker_visit", true, nullptr));
  });
}

}  // namespace

}  // namespace jb::server

extern "C" {
PGDLLEXPORT void jb_worker_begin(Datum database);
// The rest may jump out, so it is called when no object is alive here.
void jb_worker_begin(Datum database) {
  jb::pg::process<jb::server::begin>(database);
  if (jb::server::rest != nullptr) jb::server::rest(jb::server::schema);
}
}
