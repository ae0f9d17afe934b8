// SPDX-License-Identifier: PostgreSQL
//
// The support functions of two GiST operator classes for an index of (calendar, time), above all that of the exclusion
// constraint on jb_claim (PostgreSQL's documentation, "GiST Indexes: Extensibility"). A booking compares some hundred
// keys. The classes of btree_gist and of PostgreSQL's ranges, which serve every type, take several times as many
// instructions for each key.
//
// A calendar's key is the least and the greatest number below it. A time's key is [start, end) in microseconds; any
// other range is refused. So a key is exact, and the server rechecks no condition on the rows that the index finds.
//
// The server's own code calls these functions, a hundred times in a booking, so they are not wrapped in entry<> and
// guard nothing. None throws, and none holds anything that a server error could leak.
#include <compare>
#include <cstring>
#include <limits>
#include <numeric>

#include "guard.hpp"
#include "versions.hpp"

extern "C" {
#include "access/gist.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"
}

namespace jb::pg::gist {

namespace {

template <class T>
struct Range {
  T low;
  T high;
  auto operator<=>(const Range&) const = default;
};
using Numbers = Range<std::int32_t>;
using Times = Range<std::int64_t>;

// The storage types of the operator classes have the size of the keys: int8, passed by value on a 64-bit server, and
// interval, passed by reference. A tool that inspects pages shows the keys as these types.
template <class Key>
constexpr bool kIsValue = sizeof(Key) == sizeof(Datum);
static_assert(FLOAT8PASSBYVAL && kIsValue<Numbers> && sizeof(Times) == sizeof(::Interval));

template <class Key>
const void* bytes_of(const Datum& stored) {
  if constexpr (kIsValue<Key>) return &stored;
  return DatumGetPointer(stored);
}

template <class Key>
Key key_in(const Datum& stored) {
  Key key;
  std::memcpy(&key, bytes_of<Key>(stored), sizeof key);
  return key;
}

template <class Key>
Datum stored(const Key& key) {
  Datum value = kIsValue<Key> ? 0 : PointerGetDatum(palloc(sizeof key));
  std::memcpy(const_cast<void*>(bytes_of<Key>(value)), &key, sizeof key);
  return value;
}

template <class T>
Range<T> joined(const Range<T>& a, const Range<T>& b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

template <class T>
T& at(FunctionCallInfo fcinfo, int argument) {
  return *static_cast<T*>(static_cast<void*>(PG_GETARG_POINTER(argument)));
}

Datum entry_with(const GISTENTRY& entry, Datum key) {
  auto* made = static_cast<GISTENTRY*>(palloc(sizeof(GISTENTRY)));
  gistentryinit(*made, key, entry.rel, entry.page, entry.offset, false);
  return PointerGetDatum(made);
}

template <class Key>
Datum join(FunctionCallInfo fcinfo) {
  const auto& entries = at<GistEntryVector>(fcinfo, 0);
  auto all = key_in<Key>(entries.vector[0].key);
  for (int i = 1; i < entries.n; ++i) all = joined(all, key_in<Key>(entries.vector[i].key));
  at<int>(fcinfo, 1) = sizeof(Key);
  return stored(all);
}

/// By how much a key grows when another is added below it.
template <class Key>
Datum penalty(FunctionCallInfo fcinfo) {
  const auto over = key_in<Key>(at<GISTENTRY>(fcinfo, 0).key);
  const auto added = key_in<Key>(at<GISTENTRY>(fcinfo, 1).key);
  const auto grown = [](double by) { return std::max(by, 0.0); };
  const double before = grown(static_cast<double>(over.low) - static_cast<double>(added.low));
  const double after = grown(static_cast<double>(added.high) - static_cast<double>(over.high));
  at<float>(fcinfo, 2) = static_cast<float>(before + after);
  return PG_GETARG_DATUM(2);
}

/// The lower half of the keys goes left, the upper half right. Where a column's halves are the same, the server splits
/// by the next column.
template <class Key>
Datum picksplit(FunctionCallInfo fcinfo) {
  const auto& entries = at<GistEntryVector>(fcinfo, 0);
  auto& split = at<GIST_SPLITVEC>(fcinfo, 1);
  const auto count = static_cast<std::size_t>(entries.n - FirstOffsetNumber);
  const auto key = [&](OffsetNumber i) { return key_in<Key>(entries.vector[i].key); };
  const auto room = [&] { return static_cast<OffsetNumber*>(palloc((count + 1) * sizeof(OffsetNumber))); };
  OffsetNumber* order = room();  // each side has room for all, since the server may move entries
  std::iota(order, order + count, FirstOffsetNumber);
  std::sort(order, order + count, [&](auto a, auto b) { return key(a) < key(b); });
  const auto half = count / 2;
  const auto all = [&](const OffsetNumber* from, const OffsetNumber* to) {
    return stored(std::accumulate(from + 1, to, key(*from), [&](const Key& a, auto i) { return joined(a, key(i)); }));
  };
  split.spl_left = order;
  split.spl_nleft = static_cast<int>(half);
  split.spl_ldatum = all(order, order + half);
  split.spl_right = room();
  std::copy(order + half, order + count, split.spl_right);
  split.spl_nright = static_cast<int>(count - half);
  split.spl_rdatum = all(order + half, order + count);
  return PG_GETARG_DATUM(1);
}

template <class Key>
Datum same(FunctionCallInfo fcinfo) {
  at<bool>(fcinfo, 2) = key_in<Key>(PG_GETARG_DATUM(0)) == key_in<Key>(PG_GETARG_DATUM(1));
  return PG_GETARG_DATUM(2);
}

/// A range as [low, high), which a finite [start, end) overlaps exactly when it overlaps the range. An inclusive end
/// becomes a microsecond later. An exclusive start stays, because the other range's own end is excluded.
struct Asked {
  Times times;
  bool is_plain;  ///< whether the range is a finite [start, end)
};

// Reads the parts of a range (utils/rangetypes.h) in place. The server's own functions would copy a range with a short
// header, which stored rows have, for each key that it is compared with.
Asked asked(Datum value) {
  const auto* range = static_cast<const varlena*>(static_cast<const void*>(DatumGetPointer(value)));
  if (VARATT_IS_COMPRESSED(range) || VARATT_IS_EXTERNAL(range)) range = PG_DETOAST_DATUM(value);
  const char* data = VARDATA_ANY(range);
  const auto flags = static_cast<unsigned char>(data[VARSIZE_ANY_EXHDR(range) - 1]);
  const char* bound = data + sizeof(Oid);
  Times times{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  if ((flags & RANGE_EMPTY) != 0) return {{times.high, times.low}, false};
  if (RANGE_HAS_LBOUND(flags)) {
    std::memcpy(&times.low, bound, sizeof times.low);
    bound += sizeof times.low;
  }
  if (RANGE_HAS_UBOUND(flags)) std::memcpy(&times.high, bound, sizeof times.high);
  const bool is_plain = flags == RANGE_LB_INC && !TIMESTAMP_NOT_FINITE(times.low) && !TIMESTAMP_NOT_FINITE(times.high);
  if ((flags & RANGE_UB_INC) != 0 && times.high < std::numeric_limits<std::int64_t>::max()) ++times.high;
  return {times, is_plain};
}

Datum calendar_consistent(FunctionCallInfo fcinfo) {
  const auto numbers = key_in<Numbers>(at<GISTENTRY>(fcinfo, 0).key);
  const auto wanted = PG_GETARG_INT32(1);
  at<bool>(fcinfo, 4) = false;
  return BoolGetDatum(numbers.low <= wanted && wanted <= numbers.high);
}

Datum calendar_compress(FunctionCallInfo fcinfo) {
  const auto& entry = at<GISTENTRY>(fcinfo, 0);
  if (!entry.leafkey) return PG_GETARG_DATUM(0);
  const auto number = DatumGetInt32(entry.key);
  return entry_with(entry, stored(Numbers{number, number}));
}

Datum calendar_fetch(FunctionCallInfo fcinfo) {
  const auto& entry = at<GISTENTRY>(fcinfo, 0);
  return entry_with(entry, Int32GetDatum(key_in<Numbers>(entry.key).low));
}

Datum time_consistent(FunctionCallInfo fcinfo) {
  const auto times = key_in<Times>(at<GISTENTRY>(fcinfo, 0).key);
  const auto wanted = asked(PG_GETARG_DATUM(1)).times;
  at<bool>(fcinfo, 4) = false;
  return BoolGetDatum(times.low < wanted.high && wanted.low < times.high);
}

Datum time_compress(FunctionCallInfo fcinfo) {
  const auto& entry = at<GISTENTRY>(fcinfo, 0);
  if (!entry.leafkey) return PG_GETARG_DATUM(0);
  const auto [times, is_plain] = asked(entry.key);
  if (!is_plain)
    ereport(ERROR, (errcode(ERRCODE_CHECK_VIOLATION),
                    errmsg("an indexed time must be a finite range [start, end), not %s",
                           OidOutputFunctionCall(F_RANGE_OUT, entry.key)),
                    errhint("Events claim their times by jb_schedule() and its family.")));
  return entry_with(entry, stored(times));
}

Datum time_fetch(FunctionCallInfo fcinfo) {
  const auto& entry = at<GISTENTRY>(fcinfo, 0);
  const auto times = key_in<Times>(entry.key);
  RangeBound start{TimestampTzGetDatum(times.low), false, true, true};
  RangeBound end{TimestampTzGetDatum(times.high), false, false, false};
  auto* type = lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO);
  return entry_with(entry, RangeTypePGetDatum(versions::range_of(type, &start, &end)));
}

}  // namespace

}  // namespace jb::pg::gist

#define JB_SUPPORT(name, body)                                                    \
  extern "C" {                                                                    \
  PG_FUNCTION_INFO_V1(name);                                                      \
  PGDLLEXPORT Datum name(PG_FUNCTION_ARGS) { return jb::pg::gist::body(fcinfo); } \
  }
JB_SUPPORT(jb_gist_calendar_consistent, calendar_consistent)
JB_SUPPORT(jb_gist_calendar_union, join<jb::pg::gist::Numbers>)
JB_SUPPORT(jb_gist_calendar_compress, calendar_compress)
JB_SUPPORT(jb_gist_calendar_penalty, penalty<jb::pg::gist::Numbers>)
JB_SUPPORT(jb_gist_calendar_picksplit, picksplit<jb::pg::gist::Numbers>)
JB_SUPPORT(jb_gist_calendar_same, same<jb::pg::gist::Numbers>)
JB_SUPPORT(jb_gist_calendar_fetch, calendar_fetch)
JB_SUPPORT(jb_gist_time_consistent, time_consistent)
JB_SUPPORT(jb_gist_time_union, join<jb::pg::gist::Times>)
JB_SUPPORT(jb_gist_time_compress, time_compress)
JB_SUPPORT(jb_gist_time_penalty, penalty<jb::pg::gist::Times>)
JB_SUPPORT(jb_gist_time_picksplit, picksplit<jb::pg::gist::Times>)
JB_SUPPORT(jb_gist_time_same, same<jb::pg::gist::Times>)
JB_SUPPORT(jb_gist_time_fetch, time_fetch)
