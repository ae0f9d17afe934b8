// SPDX-License-Identifier: PostgreSQL
#include "datum.hpp"

#include <cstdlib>
#include <cstring>

#include "versions.hpp"

extern "C" {
#include "access/detoast.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/multirangetypes.h"
#include "utils/numeric.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"
}

namespace jb::pg {

namespace {

// PostgreSQL counts microseconds, and days, from 2000-01-01.
constexpr Seconds kEpochShift{946'684'800};
constexpr std::chrono::days kEpochDays{10'957};
constexpr std::int64_t kMicroseconds = 1'000'000;

std::int64_t floored(std::int64_t microseconds) {
  return microseconds / kMicroseconds - (microseconds % kMicroseconds < 0 ? 1 : 0);
}

Datum array_of(const std::vector<Datum>& items, Oid type, int length, bool by_value, char alignment) {
  return guarded([&] {
    return PointerGetDatum(construct_array(const_cast<Datum*>(items.data()), static_cast<int>(items.size()), type,
                                           length, by_value, alignment));
  });
}

/// Reads a tstzrange. Result: whether it is empty.
bool read_range(Datum value, RangeBound& lower, RangeBound& upper) {
  return guarded([&] {
    bool is_empty = false;
    range_deserialize(lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO), DatumGetRangeTypeP(value), &lower, &upper,
                      &is_empty);
    return is_empty;
  });
}

}  // namespace

std::size_t stored_size(Datum value) {
  return guarded([&] { return static_cast<std::size_t>(toast_raw_datum_size(value)); });
}

std::string to_text(Datum value) {
  text* packed = guarded([&] { return DatumGetTextPP(value); });
  note_read(VARSIZE_ANY_EXHDR(packed));
  return {VARDATA_ANY(packed), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(packed))};
}

std::vector<Value> to_items(Datum value) {
  Datum* items = nullptr;
  bool* nulls = nullptr;
  int count = 0;
  guarded([&] {
    auto* array = DatumGetArrayTypeP(value);
    std::int16_t length = 0;
    bool by_value = false;
    char alignment = 0;
    get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &alignment);
    deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, alignment, &items, &nulls, &count);
  });
  std::vector<Value> all;
  all.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) all.push_back(nulls[i] ? Value{} : Value{items[i]});
  return all;
}

std::vector<std::int64_t> to_ids(Datum value) {
  std::vector<std::int64_t> ids;
  for (const auto& item : to_items(value))
    if (item) ids.push_back(to_id(*item));
  return ids;
}

std::vector<std::string> to_texts(Datum value) {
  const auto items = to_items(value);
  std::vector<std::string> texts;
  texts.reserve(items.size());
  for (const auto& item : items) texts.push_back(item ? to_text(*item) : "");
  return texts;
}

Instant to_instant(Datum value) {
  const auto stamp = DatumGetTimestampTz(value);
  if (TIMESTAMP_IS_NOBEGIN(stamp)) return kRepresentable.start - kLongest;
  if (TIMESTAMP_IS_NOEND(stamp)) return kRepresentable.end + kLongest;
  return Instant{Seconds{floored(stamp)} + kEpochShift};
}

WallTime to_wall(Datum value) { return WallTime{to_instant(value).time_since_epoch()}; }

Date to_date(Datum value) {
  const auto date = DatumGetDateADT(value);
  return Date{std::chrono::days{std::int64_t{date}} + kEpochDays};
}

Seconds to_time_of_day(Datum value) { return Seconds{DatumGetTimeADT(value) / kMicroseconds}; }

Interval to_interval(Datum value) {
  const auto* interval = reinterpret_cast<const ::Interval*>(DatumGetPointer(value));  // not jb::Interval
  return {interval->month, interval->day, interval->time, versions::is_infinite(*interval)};
}

Seconds to_duration(Datum value) {
  const auto interval = to_interval(value);
  return interval.days * kDay + Seconds{interval.microseconds / kMicroseconds};
}

bool is_array(Oid type) {
  return guarded([&] { return OidIsValid(get_element_type(type)); });
}

Oid item_type(Datum array) {
  return guarded([&] { return ARR_ELEMTYPE(DatumGetArrayTypeP(array)); });
}

Ends to_ends(Datum value) {
  RangeBound lower;
  RangeBound upper;
  const bool is_empty = read_range(value, lower, upper);
  const auto end = [&](const RangeBound& bound) {
    return is_empty || bound.infinite ? std::nullopt : std::optional{to_instant(bound.val)};
  };
  return {end(lower), end(upper)};
}

Span to_span(Datum value) {
  RangeBound lower;
  RangeBound upper;
  read_range(value, lower, upper);
  return {to_instant(lower.val), to_instant(upper.val)};
}

std::vector<Span> to_spans(Datum value) {
  const MultirangeType* ranges = guarded([&] { return DatumGetMultirangeTypeP(value); });
  std::vector<Span> spans;
  spans.reserve(ranges->rangeCount);
  for (uint32 i = 0; i < ranges->rangeCount; ++i) {
    RangeBound lower;
    RangeBound upper;
    guarded([&] {
      multirange_get_bounds(lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO), ranges, i, &lower, &upper);
    });
    spans.push_back({to_instant(lower.val), to_instant(upper.val)});
  }
  return spans;
}

namespace {

/// A jsonb stores 1e131000 in a few bytes but prints all its digits, so a short text could become a gigabyte. Errors:
/// 22023 for a number with more than 400 digits before or after its point (a double has up to 309), and for more than
/// 10,000 numbers that exceed bigint or have more than 20 decimals. It may jump: call it within guarded().
void require_writable_numbers(Jsonb* jsonb) {
  const Datum short_one = NumericGetDatum(int64_to_numeric(PG_INT64_MAX));
  int long_ones = 0;
  JsonbValue item;
  JsonbIterator* items = JsonbIteratorInit(&jsonb->root);
  for (auto token = JsonbIteratorNext(&items, &item, false); token != WJB_DONE;
       token = JsonbIteratorNext(&items, &item, false)) {
    if ((token != WJB_VALUE && token != WJB_ELEM) || item.type != jbvNumeric) continue;
    const Datum number = NumericGetDatum(item.val.numeric);
    const int scale = DatumGetInt32(DirectFunctionCall1(numeric_scale, number));
    if (scale <= 20 &&
        !DatumGetBool(DirectFunctionCall2(numeric_gt, DirectFunctionCall1(numeric_abs, number), short_one)))
      continue;
    const char* exponent = std::strchr(numeric_out_sci(item.val.numeric, 0), 'e');
    if (scale > 400 || std::atoi(exponent + 1) > 400 || ++long_ones > 10'000)
      ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a number of the JSON has too many digits"));
  }
}

}  // namespace

std::string jsonb_text(Datum value) {
  std::string text = guarded([&] {
    Jsonb* jsonb = DatumGetJsonbP(value);
    require_writable_numbers(jsonb);
    return JsonbToCString(nullptr, &jsonb->root, VARSIZE(jsonb));
  });
  note_read(text.size());
  return text;
}

std::size_t jsonb_size(Datum value) {
  Jsonb* jsonb = guarded([&] { return DatumGetJsonbP(value); });
  note_read(VARSIZE(jsonb));
  return JsonContainerSize(&jsonb->root);
}

std::string interval_text(Datum value) {
  return guarded([&] { return DatumGetCString(DirectFunctionCall1(interval_out, value)); });
}

Datum Param::made(std::string_view value) {
  return guarded(
      [&] { return PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size()))); });
}

Datum Param::made(const std::vector<std::string>& values) {
  std::vector<Datum> items;
  for (const auto& value : values) items.push_back(made(value));
  return array_of(items, TEXTOID, -1, false, TYPALIGN_INT);
}

Datum Param::made(Instant value) {
  return TimestampTzGetDatum((value.time_since_epoch() - kEpochShift).count() * kMicroseconds);
}

Datum Param::made(WallTime value) { return made(Instant{value.time_since_epoch()}); }

Datum Param::made(Date value) {
  return DateADTGetDatum(static_cast<DateADT>((value.time_since_epoch() - kEpochDays).count()));
}

Param from_time_of_day(Seconds value) { return {TimeADTGetDatum(value.count() * kMicroseconds), TIMEOID}; }

Param from_duration(Seconds value) {
  auto* interval = guarded([] { return static_cast<::Interval*>(palloc0(sizeof(::Interval))); });
  interval->time = value.count() * kMicroseconds;
  return {PointerGetDatum(interval), INTERVALOID};
}

Datum Param::made(Span value) {
  RangeBound lower{made(value.start), false, true, true};
  RangeBound upper{made(value.end), false, false, false};
  return guarded([&] {
    auto* type = lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO);
    return RangeTypePGetDatum(versions::range_of(type, &lower, &upper));
  });
}

Datum Param::made(const std::vector<Span>& values) {
  std::vector<RangeType*> ranges;
  for (const auto& value : values) ranges.push_back(reinterpret_cast<RangeType*>(DatumGetPointer(made(value))));
  return guarded([&] {
    auto* type = lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO);
    return MultirangeTypePGetDatum(
        make_multirange(TSTZMULTIRANGEOID, type, static_cast<int32>(ranges.size()), ranges.data()));
  });
}

Param from_ranges(const std::vector<Span>& values) {
  std::vector<Datum> ranges;
  for (const auto& value : values) ranges.push_back(Param(value).value);
  return {array_of(ranges, TSTZRANGEOID), TSTZRANGEARRAYOID};
}

Param from_jsonb_text(const std::string& value) {
  return {guarded([&] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(value.c_str())); }), JSONBOID};
}

Datum Param::made(const std::vector<std::int64_t>& values) {
  std::vector<Datum> items;
  for (const auto value : values) items.push_back(Int64GetDatum(value));
  return array_of(items, INT8OID, sizeof(std::int64_t), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
}

Datum Param::made(const std::vector<Instant>& values) {
  std::vector<Datum> items;
  for (const auto value : values) items.push_back(made(value));
  return array_of(items, TIMESTAMPTZOID);
}

Datum array_of(const std::vector<Datum>& items, Oid type) {
  std::int16_t length = 0;
  bool by_value = false;
  char alignment = 0;
  guarded([&] { get_typlenbyvalalign(type, &length, &by_value, &alignment); });
  return array_of(items, type, length, by_value, alignment);
}

std::optional<Interval> parse_interval(const std::string& text) {
  try {
    const Interval interval = to_interval(guarded([&] {
      return DirectFunctionCall3(interval_in, CStringGetDatum(text.c_str()), ObjectIdGetDatum(InvalidOid),
                                 Int32GetDatum(-1));
    }));
    // As on a server before 17, where "infinity" is not an interval.
    return interval.is_infinite ? std::nullopt : std::optional{interval};
  } catch (const BackendError& error) {
    // Parsing text touches no table, so there is nothing to roll back. An error that is not about the text is rethrown.
    const int category = ERRCODE_TO_CATEGORY(error.data->sqlerrcode);
    if (category != ERRCODE_DATA_EXCEPTION) throw;
    guarded([&] { FreeErrorData(error.data); });
    return std::nullopt;
  }
}

}  // namespace jb::pg
