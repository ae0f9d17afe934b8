// SPDX-License-Identifier: PostgreSQL
#include "call.hpp"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>
#include <algorithm>
#include <exception>
#include <map>
#include <utility>

#include "core/ical/calendar_text.hpp"
#include "server.hpp"
#include "versions.hpp"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "pgtime.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"
}

namespace jb::pg {

namespace {

/// A zone by the server's own rules. A pg_tz lives as long as the backend.
class ServerZone final : public Zone {
 public:
  explicit ServerZone(pg_tz* zone) : zone_(zone) {}

  Seconds offset_at(Instant instant) const override {
    for (const auto& period : last_) {
      if (period.span.start <= instant && instant < period.span.end) return period.offset;
    }
    const pg_time_t time = instant.time_since_epoch().count();
    const pg_tm* local = guarded([&] { return pg_localtime(&time, zone_); });
    const Seconds offset{local != nullptr ? local->tm_gmtoff : 0};
    next_ = (next_ + 1) % last_.size();
    last_[next_] = {{instant, next_transition(instant).value_or(Instant::max())}, offset};
    return offset;
  }

  std::optional<Instant> next_transition(Instant instant) const override {
    const pg_time_t time = instant.time_since_epoch().count();
    pg_time_t boundary = 0;
    long before = 0;
    long after = 0;
    int before_is_dst = 0;
    int after_is_dst = 0;
    const int found = guarded(
        [&] { return pg_next_dst_boundary(&time, &before, &before_is_dst, &boundary, &after, &after_is_dst, zone_); });
    if (found != 1 || boundary <= time) return std::nullopt;
    return Instant{Seconds{boundary}};
  }

 private:
  struct Period {
    Span span{};
    Seconds offset{};
  };

  pg_tz* zone_;
  // The last two spans of constant offset, since lists alternate between an event's time and its time of writing.
  mutable std::array<Period, 2> last_{};
  mutable std::size_t next_ = 0;
};

/// Whether this is one of the zone database's names with a digit (tzdata's files northamerica, etcetera and backward).
bool is_name_with_a_digit(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kAmerican{"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"};
  if (std::find(kAmerican.begin(), kAmerican.end(), name) != kAmerican.end()) return true;
  if (name == "GMT0" || name == "GMT+0" || name == "GMT-0" || name == "ETC/GMT0") return true;
  const bool is_west = name.starts_with("ETC/GMT+");
  if (!is_west && !name.starts_with("ETC/GMT-")) return false;
  name.remove_prefix(8);
  for (int hours = 0; hours <= (is_west ? 12 : 14); ++hours)
    if (name == std::to_string(hours)) return true;
  return false;
}

/// Whether a zone of this name can only come from the zone database. The server also accepts POSIX rules such as
/// "AAA/3" and "UTC+3" as names, and keeps each one, 23 kB, for the life of the backend. A POSIX rule always contains a
/// digit (POSIX.1-2017, 8.3: the offset is required), a name of the database seldom. `name` is in upper case.
bool may_be_in_database(std::string_view name) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-/+0123456789";
  if (name.empty() || name.size() > 100 || name.find_first_not_of(kLetters) != std::string_view::npos) return false;
  return name.find_first_of("0123456789") == std::string_view::npos || is_name_with_a_digit(name);
}

const char* now_setting() { return *server().now; }

bool is_set() { return *now_setting() != '\0'; }

Instant machine_now() { return to_instant(TimestampTzGetDatum(GetCurrentTimestamp())); }

}  // namespace

Instant now() {
  if (!is_set()) return machine_now();
  return to_instant(guarded([] {
    return DirectFunctionCall3(timestamptz_in, CStringGetDatum(now_setting()), ObjectIdGetDatum(InvalidOid),
                               Int32GetDatum(-1));
  }));
}

Instant machine_time(Instant instant) { return is_set() ? machine_now() + (instant - now()) : instant; }

std::shared_ptr<const Zone> find_zone(const std::string& name) {
  static std::map<std::string, std::shared_ptr<const Zone>> known;  // has at most as many entries as the zone database
  const auto in_capitals = upper(name);
  const auto found = known.find(in_capitals);
  if (found != known.end()) return found->second;
  if (!may_be_in_database(in_capitals)) return nullptr;
  pg_tz* zone = guarded([&] { return pg_tzset(name.c_str()); });
  if (zone == nullptr || !guarded([&] { return pg_tz_acceptable(zone); })) return nullptr;
  return known[in_capitals] = std::make_shared<ServerZone>(zone);
}

std::optional<std::string> zone_name(const std::string& name) {
  const auto in_capitals = upper(name);
  const auto begins = [&](std::string_view word) { return in_capitals.starts_with(word); };
  if (begins("LOCALTIME") || begins("POSIX") || begins("RIGHT/") || !find_zone(name)) return std::nullopt;
  return guarded([&] { return pg_get_timezone_name(pg_tzset(name.c_str())); });
}

Asking::Asking(const std::optional<std::string>& named) : outer_(current_) {
  if (named)
    named_ = principal(named);
  else if (outer_ != nullptr)
    named_ = outer_->named_;
  current_ = this;
}

OnBehalf::OnBehalf(std::string principal, std::string role, std::string login)
    : principal(std::move(principal)),
      role(std::move(role)),
      login(std::move(login)),
      outer_(current_),
      unasked_(std::exchange(Unasked::count_, 0)) {
  current_ = this;
}

OnBehalf::~OnBehalf() {
  current_ = outer_;
  Unasked::count_ = unasked_;
}

std::string calling_role() {
  return guarded([] { return GetUserNameFromId(GetOuterUserId(), false); });
}

/// The role whose privileges count; invalid if it no longer exists. It may jump: call it within guarded().
Oid asking_role() {
  const auto* maker = OnBehalf::current();
  return maker == nullptr ? GetOuterUserId() : get_role_oid(maker->role.c_str(), true);
}

/// Asker::login of an asker with this role. It may jump: call it within guarded().
Oid asking_login(Oid role) {
  const auto* maker = OnBehalf::current();
  const auto* named = Asking::current_ != nullptr && Asking::current_->named_ ? &*Asking::current_->named_ : nullptr;
  const Oid login = maker == nullptr ? GetSessionUserId() : get_role_oid(maker->login.c_str(), true);
  if (!OidIsValid(login) || login == role || superuser_arg(login)) return InvalidOid;
  if (maker == nullptr && named != nullptr && *named != GetUserNameFromId(login, false)) return InvalidOid;
  return login;
}

std::string asking_principal() {
  if (const auto* maker = OnBehalf::current()) return maker->principal;
  if (InSecurityRestrictedOperation()) return "";
  if (Asking::current_ != nullptr && Asking::current_->named_) return *Asking::current_->named_;
  return guarded([] { return GetUserNameFromId(GetSessionUserId(), false); });
}

bool caller_has_privileges_of(const std::string& role) {
  return guarded([&] {
    const Oid found = get_role_oid(role.c_str(), true);
    const Oid asking = asking_role();
    return !InSecurityRestrictedOperation() && OidIsValid(found) && OidIsValid(asking) &&
           has_privs_of_role(asking, found);
  });
}

std::vector<Asker> askers(Oid owner) {
  const bool is_on_behalf = OnBehalf::current() != nullptr;
  if (!is_on_behalf && InSecurityRestrictedOperation()) return {{}};
  const Oid role = guarded(asking_role);
  std::vector<Asker> all{{asking_principal(), role, guarded([&] { return asking_login(role); })}};
  const Oid user = AsOwner::outermost_ != nullptr ? AsOwner::outermost_->user_ : GetUserId();
  if (!is_on_behalf && user != GetOuterUserId() && user != owner)
    all.push_back({guarded([&] { return GetUserNameFromId(user, false); }), user, InvalidOid});
  return all;
}

namespace {

unsigned known_roles = 1;

// The server may call this at any point, so it only counts.
void count_change(Datum, versions::CacheId, uint32) { ++known_roles; }

}  // namespace

unsigned roles_version() {
  [[maybe_unused]] static const bool hears = versions::hears_of({AUTHOID, AUTHMEMROLEMEM, DATABASEOID}, count_change);
  return known_roles;
}

// Reads the catalogue as the server does to check rights, not by the transaction's snapshot.
std::vector<std::string> roles_of(Oid user) {
  static Oid last = InvalidOid;
  static unsigned as_of = 0;
  static std::vector<std::string> names;
  if (last == user && as_of == roles_version()) return names;
  names.clear();
  as_of = roles_version();
  last = InvalidOid;
  if (!OidIsValid(user)) return names;
  List* const found = guarded([&] {
    List* all = NIL;
    Relation roles = table_open(AuthIdRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(roles, InvalidOid, false, nullptr, 0, nullptr);
    for (HeapTuple row = systable_getnext(scan); HeapTupleIsValid(row); row = systable_getnext(scan)) {
      const auto* role = reinterpret_cast<Form_pg_authid>(GETSTRUCT(row));
      if (has_privs_of_role(user, role->oid)) all = lappend(all, pstrdup(NameStr(role->rolname)));
    }
    systable_endscan(scan);
    table_close(roles, AccessShareLock);
    return all;
  });
  for (int i = 0; i < list_length(found); ++i) names.emplace_back(static_cast<const char*>(list_nth(found, i)));
  last = user;
  return names;
}

Oid owner_of(Oid table) {
  return guarded([&] {
    const HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
    if (!HeapTupleIsValid(row)) elog(ERROR, "table %u is gone", table);
    const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(row))->relowner;
    ReleaseSysCache(row);
    return owner;
  });
}

bool has_privileges_of(Oid user, Oid other) {
  return OidIsValid(user) && guarded([&] { return has_privs_of_role(user, other); });
}

AsOwner::AsOwner(Oid owner, bool is_for_all) : errors_(std::uncaught_exceptions()) {
  GetUserIdAndSecContext(&user_, &context_);
  SetUserIdAndSecContext(owner, context_ | SECURITY_LOCAL_USERID_CHANGE);
  guarded([&] {
    settings_ = NewGUCNestLevel();
    set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                      false);
  });
  if (outermost_ == nullptr && is_for_all) outermost_ = this;
}

// After an error, the abort of the transaction or subtransaction restores the user and search_path.
AsOwner::~AsOwner() {
  if (outermost_ == this) outermost_ = nullptr;
  if (std::uncaught_exceptions() != errors_) return;
  AtEOXact_GUC(true, settings_);
  SetUserIdAndSecContext(user_, context_);
}

namespace {

/// From a backend's first call on, each block of 1 MiB or more is mapped separately, and unmapped when it is freed.
/// Otherwise malloc raises this threshold whenever it frees such a block. The megabytes in which PostgreSQL parses a
/// large argument then lie in the heap, and stay there once a cache has allocated a block above them. Without this line
/// a second batch of 340,000 empty requests left its backend with 95 MiB (test/hostile/expensive).
void map_large_blocks() { [[maybe_unused]] static const int done = mallopt(M_MMAP_THRESHOLD, 1 << 20); }

}  // namespace

// malloc returns memory to the system only from the top of the heap, so memory freed below a block in use stays with
// the backend. After a call that grew the heap, malloc_trim() returns that memory too. What the server took before the
// call, to parse its arguments or those of a call that it refused, is free only at the next call.
CallFrame::CallFrame() : account_(check_for_interrupts) {
  map_large_blocks();
  const bool has_grown = heap_has_grown();
  if (has_grown || arguments_grew_) malloc_trim(0);
  arguments_grew_ = has_grown;
  heap_end_ = heap_end();
}

CallFrame::~CallFrame() {
  if (heap_has_grown() || has_read_much || has_filled_pages()) malloc_trim(0);
  arguments_grew_ = arguments_grew_ || has_read_much;
  has_read_much = false;
  heap_end_ = heap_end();
}

// A call can fill room that an earlier one has left in the heap, which then does not grow. Pages that were given back
// fault when they are filled again. A short call cannot fill many.
bool CallFrame::has_filled_pages() const {
  constexpr long many = 2'048;
  if (std::chrono::steady_clock::now() - began_ < std::chrono::milliseconds{2}) return false;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const long before = std::exchange(faults_, used.ru_minflt);
  return faults_ - before > many;
}

char* CallFrame::heap_end() { return static_cast<char*>(sbrk(0)); }

bool CallFrame::heap_has_grown() {
  constexpr std::ptrdiff_t much = std::ptrdiff_t{8} << 20;
  return heap_end_ != nullptr && heap_end() - heap_end_ > much;
}

namespace {

/// Appends a value's bytes. Equal values give equal bytes, however the server stores a text: compressed, with a short
/// header or with a long header.
void append_value(std::string& bytes, Datum value, Oid type) {
  std::int16_t length = 0;
  bool by_value = false;
  guarded([&] { get_typlenbyval(type, &length, &by_value); });
  if (by_value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  } else if (length > 0) {
    bytes.append(reinterpret_cast<const char*>(DatumGetPointer(value)), static_cast<std::size_t>(length));
  } else {
    const auto text = to_bytes(value);
    bytes += std::to_string(text.size()) + ':' + text;
  }
}

bool names_hold = false;  // whether no function has been redeclared since the names were read

}  // namespace

/// The first `count` arguments of the function.
Call::Declared Call::declared_by(Oid function, int count) {
  char** names = nullptr;
  Oid* types = nullptr;
  guarded([&] {
    HeapTuple row = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(row)) elog(ERROR, "function %u is gone", function);
    char* modes = nullptr;
    get_func_arg_info(row, &types, &names, &modes);
    ReleaseSysCache(row);
  });
  if (names == nullptr) return {};
  return {{names, names + count}, {types, types + count}};
}

const Call::Declared& Call::declared() const {
  static std::map<Oid, std::shared_ptr<const Declared>> known;
  if (declared_) return *declared_;
  [[maybe_unused]] static const bool hears =
      versions::hears_of({PROCOID}, [](Datum, versions::CacheId, uint32) { names_hold = false; });
  if (!names_hold) known.clear();
  names_hold = true;
  auto& declared = known[info_->flinfo->fn_oid];
  if (!declared) declared = std::make_shared<const Declared>(declared_by(info_->flinfo->fn_oid, info_->nargs));
  return *(declared_ = declared);
}

void Call::require_asker_to_write() const {
  if (!InSecurityRestrictedOperation()) return;
  if (guarded([&] { return func_volatile(info_->flinfo->fn_oid); }) == PROVOLATILE_VOLATILE) require_asker();
}

int Call::find(std::string_view name) const {
  const auto& all = names();
  for (std::size_t tried = 0; tried < all.size(); ++tried, ++next_) {
    if (next_ >= all.size()) next_ = 0;
    if (all[next_] == name) return static_cast<int>(next_);
  }
  return -1;
}

int Call::index(std::string_view name) const {
  const int found = find(name);
  if (found < 0) throw std::logic_error("the function has no argument " + std::string(name));
  return found;
}

Param Call::param(std::string_view name) const {
  const int i = index(name);
  const Oid type = declared().types[static_cast<std::size_t>(i)];
  return is_null(i) ? Param::null(type) : Param(datum(i), type);
}

Oid Call::type(std::string_view name) const {
  const Oid type = guarded([&, i = index(name)] { return get_fn_expr_argtype(info_->flinfo, i); });
  if (OidIsValid(type)) return type;
  guarded(
      [] { ereport(ERROR, (errcode(ERRCODE_INDETERMINATE_DATATYPE), errmsg("the type of an argument is unknown"))); });
  return type;
}

std::string Call::as_bytes(std::initializer_list<std::string_view> without) const {
  std::string bytes = guarded([&] { return get_func_name(info_->flinfo->fn_oid); });
  for (int i = 0; const auto& name : names()) {
    if (std::find(without.begin(), without.end(), name) == without.end()) {
      bytes += is_null(i) ? 'n' : 'v';
      if (!is_null(i)) append_value(bytes, datum(i), declared().types[static_cast<std::size_t>(i)]);
    }
    ++i;
  }
  return bytes;
}

namespace {

unsigned rights = 1;
Oid watched_grants = InvalidOid, watched_defaults = InvalidOid;

// The server may call this at any point, so it only counts. While no table is watched, any table may be one that is
// being created.
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

namespace {

TupleDesc result_descriptor(FunctionCallInfo info) {
  return guarded([&]() -> TupleDesc {
    TupleDesc descriptor = nullptr;
    Oid type = InvalidOid;
    switch (get_call_result_type(info, &type, &descriptor)) {
      case TYPEFUNC_COMPOSITE:
        return BlessTupleDesc(descriptor);
      case TYPEFUNC_SCALAR:
        descriptor = CreateTemplateTupleDesc(1);
        TupleDescInitEntry(descriptor, 1, "value", type, -1, 0);
        return descriptor;
      default:
        elog(ERROR, "the result type of the function is not known");
    }
  });
}

void deform(HeapTupleHeader row, TupleDesc descriptor, Columns& columns) {
  HeapTupleData tuple{};
  tuple.t_len = HeapTupleHeaderGetDatumLength(row);
  tuple.t_data = row;
  columns.read(&tuple, descriptor);
}

}  // namespace

RowType::RowType(FunctionCallInfo info) : descriptor_(result_descriptor(info)) {}

RowType::RowType(const char* name) : RowType(guarded([table = relation(name)] { return get_rel_type_id(table); })) {}

RowType::RowType(Oid type) : descriptor_(guarded([&] { return lookup_rowtype_tupdesc_copy(type, -1); })) {}

Datum RowType::row(Values columns) const {
  Columns all(columns);
  return guarded([&] { return HeapTupleGetDatum(heap_form_tuple(descriptor_, all.values.data(), all.nulls.data())); });
}

Value RowType::row(std::span<const std::pair<std::string_view, Param>> columns) const {
  if (columns.size() != static_cast<std::size_t>(descriptor_->natts)) return std::nullopt;
  std::vector<Param> all(static_cast<std::size_t>(descriptor_->natts));
  std::size_t at = all.size() - 1;
  for (const auto& [name, value] : columns) {
    std::size_t tried = 0;
    do {
      at = (at + 1) % all.size();
      if (++tried > all.size()) throw std::logic_error("there is no column " + std::string(name));
    } while (name != NameStr(TupleDescAttr(descriptor_, static_cast<int>(at))->attname));
    all[at] = value;
  }
  return row(Values(all));
}

std::vector<Param> RowType::columns_of(Datum row) const {
  Columns all;
  guarded([&] { deform(DatumGetHeapTupleHeader(row), descriptor_, all); });
  std::vector<Param> columns;
  for (int i = 0; i < descriptor_->natts; ++i) {
    const auto at = static_cast<std::size_t>(i);
    columns.push_back(all.nulls.at(at) ? Param() : Param(all.values.at(at)));
  }
  return columns;
}

Oid RowType::item(int number) const {
  return guarded([&] { return get_element_type(column(number)); });
}

NamedRow::NamedRow(Datum row) {
  Columns all;
  guarded([&] {
    HeapTupleHeader header = DatumGetHeapTupleHeader(row);
    descriptor_ = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
    deform(header, descriptor_, all);
  });
  columns_.reserve(static_cast<std::size_t>(descriptor_->natts));
  for (int i = 0; i < descriptor_->natts; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const FormData_pg_attribute& column = *TupleDescAttr(descriptor_, i);
    if (column.attisdropped) continue;
    columns_.push_back(
        {NameStr(column.attname), column.atttypid, all.nulls.at(at) ? Param() : Param(all.values.at(at))});
  }
}

// After an error the backend releases the row type itself.
NamedRow::~NamedRow() {
  if (std::uncaught_exceptions() > 0) return;
  ReleaseTupleDesc(descriptor_);
}

NamedRow::Column NamedRow::at(std::string_view name) {
  for (std::size_t tried = 0; tried < columns_.size(); ++tried) {
    if (next_ >= columns_.size()) next_ = 0;
    const auto& column = columns_[next_++];
    if (column.name == name) return column;
  }
  return {name, InvalidOid, {}};
}

Datum returned_row(const Rows& rows) {
  return guarded([&] {
    return PointerGetDatum(SPI_returntuple(rows.tuple(0), BlessTupleDesc(CreateTupleDescCopy(rows.descriptor()))));
  });
}

namespace {

ReturnSetInfo* set_wanted(FunctionCallInfo info) {
  auto* result = reinterpret_cast<ReturnSetInfo*>(info->resultinfo);
  guarded([&] {
    if (result == nullptr || !IsA(result, ReturnSetInfo) || (result->allowedModes & SFRM_Materialize) == 0) {
      ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                      errmsg("set-valued function called in context that cannot accept a set"),
                      errhint("Call it in the FROM clause of a query.")));
    }
  });
  return result;
}

/// The memory context that lasts as long as the calling query.
MemoryContext memory_of(const ReturnSetInfo* result) { return result->econtext->ecxt_per_query_memory; }

RowType query_long_type(FunctionCallInfo info) {
  const Holding memory(CurrentMemoryContext, memory_of(set_wanted(info)));
  return RowType(info);
}

}  // namespace

RowSet::RowSet(FunctionCallInfo info) : type_(query_long_type(info)) {
  auto* result = reinterpret_cast<ReturnSetInfo*>(info->resultinfo);
  const Holding memory(CurrentMemoryContext, memory_of(result));
  store_ = guarded([&] { return tuplestore_begin_heap(true, false, work_mem); });
  result->returnMode = SFRM_Materialize;
  result->setResult = store_;
  result->setDesc = type_.descriptor();
}

void RowSet::add(Values columns) {
  Columns all(columns);
  spend(Budget::answer, heap_compute_data_size(type_.descriptor(), all.values.data(), all.nulls.data()));
  guarded([&] { tuplestore_putvalues(store_, type_.descriptor(), all.values.data(), all.nulls.data()); });
}

void RowSet::add(const Rows& rows) {
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    spend(Budget::answer, rows.stored_size(i));
    guarded([&] { tuplestore_puttuple(store_, rows.tuple(i)); });
  }
}

void RowSet::add_row(Datum row) {
  HeapTupleHeader header = guarded([&] { return DatumGetHeapTupleHeader(row); });
  spend(Budget::answer, HeapTupleHeaderGetDatumLength(header));
  guarded([&] {
    HeapTupleData tuple{};
    tuple.t_len = HeapTupleHeaderGetDatumLength(header);
    ItemPointerSetInvalid(&tuple.t_self);
    tuple.t_data = header;
    tuplestore_puttuple(store_, &tuple);
  });
}

std::vector<std::int64_t> run_in_pieces(FunctionCallInfo info, const char* sql, const std::vector<Param>& params) {
  find_schema();
  const std::string own = qualified(sql);
  const bool is_atomic = info->context == nullptr || !IsA(info->context, CallContext) ||
                         reinterpret_cast<CallContext*>(info->context)->atomic;
  std::vector<std::int64_t> sums;
  guarded([&] { SPI_connect_ext(is_atomic ? 0 : SPI_OPT_NONATOMIC); });
  for (bool more = true; more;) {
    check_for_interrupts();
    if (execute(own, params) != SPI_OK_SELECT || SPI_processed != 1) throw std::logic_error("could not run: " + own);
    const auto value = [&](int column) {
      bool is_null = false;
      return guarded([&] { return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &is_null); });
    };
    more = DatumGetBool(value(1));
    sums.resize(static_cast<std::size_t>(SPI_tuptable->tupdesc->natts) - 1);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += DatumGetInt64(value(static_cast<int>(i) + 2));
    guarded([] {
      SPI_freetuptable(SPI_tuptable);
      SPI_commit();
    });
  }
  guarded([] { SPI_finish(); });
  return sums;
}

void at_end_of(MemoryContext memory, void* argument, MemoryContextCallbackFunction work) {
  guarded([&] {
    auto* callback = static_cast<MemoryContextCallback*>(MemoryContextAllocZero(memory, sizeof(MemoryContextCallback)));
    callback->func = work;
    callback->arg = argument;
    MemoryContextRegisterResetCallback(memory, callback);
  });
}

namespace {

static_assert(sizeof(bool) == sizeof(char));

/// Whether each UPDATE of the table first fires a trigger with this function, even one of no column that the function
/// reads.
bool sees_each_update(const TriggerDesc& all, const Trigger& asked) {
  return std::any_of(all.triggers, all.triggers + all.numtriggers, [&](const Trigger& other) {
    return other.tgfoid == asked.tgfoid && other.tgenabled == asked.tgenabled && TRIGGER_FOR_UPDATE(other.tgtype) &&
           other.tgnattr == 0 && other.tgqual == nullptr;
  });
}

/// Whether the trigger cannot tell the deletion of a partition's row from its move to another partition.
bool confuses_moves(const TriggerData& trigger) {
  const auto* table = trigger.tg_relation;
  return table->rd_rel->relispartition && TRIGGER_FOR_DELETE(trigger.tg_trigger->tgtype) &&
         !sees_each_update(*table->trigdesc, *trigger.tg_trigger);
}

const TriggerData& trigger_of(FunctionCallInfo info) {
  auto* trigger = reinterpret_cast<TriggerData*>(info->context);
  guarded([&] {
    const bool is_for_rows =
        CALLED_AS_TRIGGER(info) && TRIGGER_FIRED_BEFORE(trigger->tg_event) && TRIGGER_FIRED_FOR_ROW(trigger->tg_event);
    if (is_for_rows && !confuses_moves(*trigger)) return;
    const char* name = get_func_name(info->flinfo->fn_oid);
    ereport(ERROR,
            (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
             is_for_rows ? errmsg("a partition with %s on DELETE needs it on every UPDATE too", name)
                         : errmsg("%s must be called by a trigger BEFORE INSERT, UPDATE or DELETE FOR EACH ROW", name),
             errhint("CREATE TRIGGER name BEFORE INSERT OR UPDATE OR DELETE ON table FOR EACH ROW EXECUTE "
                     "FUNCTION %s().",
                     name)));
  });
  return *trigger;
}

/// The row of a partition that a statement updated last. If the statement deletes that row next, it moves the row to
/// another partition, and inserts it there.
struct Leaving {
  Oid partition = InvalidOid;
  ItemPointerData tid{};
  bool is_deleted = false;
  std::vector<std::string> marks{};  ///< of the triggers that have not seen the row inserted
};

/// By the memory contexts of the running statements.
std::map<MemoryContext, Leaving> leaving;

/// The row that the running statement updated last. It is forgotten when the statement ends, since a later statement's
/// memory context may get the same address.
Leaving& leaving_of(MemoryContext query) {
  if (const auto found = leaving.find(query); found != leaving.end()) return found->second;
  at_end_of(query, query, [](void* ended) { leaving.erase(static_cast<MemoryContext>(ended)); });
  return leaving[query];
}

int triggers_under_way() {
  return guarded([] { return DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, Datum{0})); });
}

}  // namespace

Telling::Telling(Oid table)
    : row_type_(guarded([&] { return get_rel_type_id(table); })), depth_(triggers_under_way()), outer_(current_) {
  current_ = this;
}

TriggerRow::TriggerRow(FunctionCallInfo info)
    : trigger_(trigger_of(info)),
      query_(info->flinfo->fn_mcxt),
      descriptor_(RelationGetDescr(trigger_.tg_relation)),
      row_(is_updated() ? trigger_.tg_newtuple : trigger_.tg_trigtuple) {}

bool TriggerRow::is_told() const {
  const auto* telling = Telling::current_;
  if (telling == nullptr || !is_updated() || triggers_under_way() != telling->depth_ + 1) return false;
  const Oid type = trigger_.tg_relation->rd_rel->reltype;
  return type == telling->row_type_ || guarded([&] { return typeInheritsFrom(type, telling->row_type_); });
}

bool TriggerRow::changes_partition(const Mark& mark) {
  const auto found = leaving.find(query_);
  if (is_updated() || found == leaving.end()) return false;
  auto& left = found->second;
  const Oid partition = RelationGetRelid(trigger_.tg_relation);
  if (!is_inserted()) {
    left.is_deleted = left.partition == partition && ItemPointerEquals(&left.tid, &trigger_.tg_trigtuple->t_self);
    return left.is_deleted;
  }
  if (!left.is_deleted || left.partition == partition) return false;
  const auto known = std::find(left.marks.begin(), left.marks.end(), mark());
  if (known == left.marks.end()) return false;
  left.marks.erase(known);
  return true;
}

void TriggerRow::may_change_partition(const Mark& mark) {
  if (!is_updated() || !trigger_.tg_relation->rd_rel->relispartition) return;
  apply();
  auto& left = leaving_of(query_);
  const Oid partition = RelationGetRelid(trigger_.tg_relation);
  auto& tid = trigger_.tg_trigtuple->t_self;
  const bool is_same = !left.is_deleted && left.partition == partition && ItemPointerEquals(&left.tid, &tid);
  if (!is_same) left = {partition, tid};
  left.marks.push_back(mark());
}

std::vector<std::string> TriggerRow::arguments() const {
  const Trigger& declared = *trigger_.tg_trigger;
  return {declared.tgargs, declared.tgargs + declared.tgnargs};
}

std::string TriggerRow::table() const { return RelationGetRelationName(trigger_.tg_relation); }

std::vector<std::string> TriggerRow::columns(bool generated) const {
  std::vector<std::string> names;
  for (int i = 0; i < descriptor_->natts; ++i) {
    const auto* column = TupleDescAttr(descriptor_, i);
    if (!column->attisdropped && (column->attgenerated != '\0') == generated)
      names.emplace_back(NameStr(column->attname));
  }
  return names;
}

Oid TriggerRow::type_of(const std::string& column) const {
  return TupleDescAttr(descriptor_, number(column) - 1)->atttypid;
}

Value TriggerRow::value_in(HeapTuple row, const std::string& column) const {
  bool is_null = false;
  const int at = number(column);
  const Datum value = guarded([&] { return SPI_getbinval(row, descriptor_, at, &is_null); });
  return is_null ? Value{} : Value{value};
}

bool TriggerRow::differs(const std::string& column) const {
  const auto before = old_value(column);
  const auto after = value(column);
  if (!before || !after) return before.has_value() != after.has_value();
  const auto* described = TupleDescAttr(descriptor_, number(column) - 1);
  return !guarded([&] { return datum_image_eq(*before, *after, described->attbyval, described->attlen); });
}

std::string TriggerRow::json_of(HeapTuple row, const std::vector<std::pair<std::string, std::string>>& fields) const {
  if (fields.empty()) return "{}";
  std::vector<Datum> values;
  std::vector<char> nulls;
  std::vector<int> numbers;
  for (const auto& [name, column] : fields) {
    const auto held = value_in(row, column);
    values.push_back(held.value_or(0));
    nulls.push_back(held ? 0 : 1);
    numbers.push_back(number(column));
  }
  return to_text(guarded([&] {
    TupleDesc named = CreateTemplateTupleDesc(static_cast<int>(fields.size()));
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const auto* column = TupleDescAttr(descriptor_, numbers[i] - 1);
      TupleDescInitEntry(named, static_cast<AttrNumber>(i + 1), fields[i].first.c_str(), column->atttypid,
                         column->atttypmod, static_cast<int>(column->attndims));
    }
    HeapTuple made = heap_form_tuple(BlessTupleDesc(named), values.data(), reinterpret_cast<bool*>(nulls.data()));
    return DirectFunctionCall1(row_to_json, HeapTupleGetDatum(made));
  }));
}

void TriggerRow::set(const std::string& column, Param value) {
  numbers_.push_back(number(column));
  values_.push_back(value.value);
  nulls_.push_back(value.is_null ? 1 : 0);
}

void TriggerRow::apply() {
  if (numbers_.empty()) return;
  row_ = guarded([&] {
    return heap_modify_tuple_by_cols(row_, descriptor_, static_cast<int>(numbers_.size()), numbers_.data(),
                                     values_.data(), reinterpret_cast<bool*>(nulls_.data()));
  });
  numbers_.clear();
  values_.clear();
  nulls_.clear();
}

int TriggerRow::number(const std::string& column) const {
  return guarded([&] { return SPI_fnumber(descriptor_, column.c_str()); });
}

// What the server lends to the calls.

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
