// SPDX-License-Identifier: PostgreSQL
#include "schema.hpp"

#include "guard.hpp"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
}

namespace jb::pg {

namespace {

Oid schema = InvalidOid;
NameData schema_name;
unsigned version = 0;

constexpr std::string_view kPrefix = "jb_";

/// Whether the extension in this database was of the library's version when functions were last declared.
bool is_known_served = false;

/// Every update declares the extension's functions anew, which the server tells each backend.
void look_again(Datum, int, uint32) { is_known_served = false; }

/// Copies the version of the extension in this database to `version`. In guarded().
void copy_installed_version(NameData* version) {
  Relation extensions = table_open(ExtensionRelationId, AccessShareLock);
  ScanKeyData wanted;
  ScanKeyInit(&wanted, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ, CStringGetDatum("jb_scheduler"));
  SysScanDesc scan = systable_beginscan(extensions, ExtensionNameIndexId, true, nullptr, 1, &wanted);
  bool is_null = true;
  HeapTuple row = systable_getnext(scan);
  const Datum found = HeapTupleIsValid(row)
                          ? heap_getattr(row, Anum_pg_extension_extversion, RelationGetDescr(extensions), &is_null)
                          : Datum{0};
  namestrcpy(version, is_null ? "" : TextDatumGetCString(found));
  systable_endscan(scan);
  table_close(extensions, AccessShareLock);
}

/// The version of the extension in this database where it is not the library's; nullopt where the library serves it.
/// Cost: nothing, but after functions were declared anew one row of pg_extension. The scripts of the extension may call
/// its functions: the version changes before they run.
std::optional<std::string> unserved_version() {
  if (is_known_served || creating_extension) return std::nullopt;
  static bool is_registered = false;
  if (!is_registered) guarded([] { CacheRegisterSyscacheCallback(PROCOID, look_again, Datum{0}); });
  is_registered = true;
  is_known_served = true;  // before the look, which may hear of another update
  NameData installed;
  guarded([&] { copy_installed_version(&installed); });
  if (std::string_view(NameStr(installed)) == JB_VERSION) return std::nullopt;
  is_known_served = false;
  return NameStr(installed);
}

void require_served_version() {
  const auto version = unserved_version();
  if (!version) return;
  throw Failure(Error::other_version,
                "the extension jb_scheduler in this database has another version than its library",
                "The extension has version " + *version + ", the library has version " JB_VERSION ".",
                "Run ALTER EXTENSION jb_scheduler UPDATE in this database. After an update connect anew, or restart a "
                "server that preloads the library.");
}

bool is_of_a_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

void find_schema() {
  if (!OidIsValid(entered_function)) return;
  use_schema(guarded([] { return get_func_namespace(entered_function); }));
}

bool is_served() { return !unserved_version(); }

void use_schema(Oid found) {
  guarded([&] {
    const char* name = OidIsValid(found) ? get_namespace_name(found) : nullptr;
    if (name == nullptr) ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA), errmsg("jb_scheduler has been dropped")));
    if (found == schema && strcmp(name, NameStr(schema_name)) == 0) return;
    schema = found;
    namestrcpy(&schema_name, name);
    ++version;
  });
  require_served_version();
}

unsigned schema_version() { return version; }

std::string qualified(std::string_view sql) {
  const std::string own = std::string(guarded([] { return quote_identifier(NameStr(schema_name)); })) + ".";
  std::string whole;
  bool is_quoted = false;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] == '\'') is_quoted = !is_quoted;
    const bool begins = i == 0 || !is_of_a_word(sql[i - 1]);
    if (!is_quoted && begins && sql.substr(i).starts_with(kPrefix)) whole += own;
    whole += sql[i];
  }
  return whole;
}

Oid relation(const char* name) {
  return guarded([&] {
    const Oid found = get_relname_relid(name, schema);
    if (!OidIsValid(found)) ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("table \"%s\" is gone", name)));
    return found;
  });
}

}  // namespace jb::pg
