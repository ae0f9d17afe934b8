// SPDX-License-Identifier: PostgreSQL
#include "time.hpp"

namespace jb {

// Wall clock to instant and back, from a zone's offsets alone.
//
// A zone is a sequence of stretches: between two transitions the offset is constant. Nothing is assumed about how far
// apart transitions lie or how far they move the clock, beyond the bound on offsets below.

namespace {

// Every offset lies strictly within this of UTC: RFC 8536, 3.2 (utoff is above -25 and below +26 hours).
constexpr Seconds kOffsetBound = std::chrono::hours{26};

Instant apply(WallTime wall, Seconds offset) { return Instant{wall.time_since_epoch() - offset}; }

}  // namespace

WallTime Zone::to_wall(Instant instant) const { return WallTime{instant.time_since_epoch() + offset_at(instant)}; }

// Rule 2.1.5 (RFC 5545, 3.3.5). Walks, in order, the stretches that could show `wall`. The first stretch that shows it
// decides: of two equal wall times the first counts. If none shows it, the first transition that jumped over it gives
// the offset before the change. Later stretches are tried before that, because a change back soon after may show a
// skipped time after all.
Instant Zone::to_instant(WallTime wall) const {
  std::optional<Instant> skipped;
  Instant begin = apply(wall, kOffsetBound);
  Instant before = begin;  // the candidate of the previous stretch
  while (true) {
    const Instant candidate = apply(wall, offset_at(begin));
    if (candidate < begin && !skipped) skipped = before;
    const std::optional<Instant> end = next_transition(begin);
    if (candidate >= begin && (!end || candidate < *end)) return candidate;
    if (!end || *end > apply(wall, -kOffsetBound)) return skipped.value_or(candidate);
    before = candidate;
    begin = *end;
  }
}

Span Zone::day(Date date) const { return {to_instant(date), to_instant(date + std::chrono::days{1})}; }

Span Zone::day_at(Instant instant) const {
  using std::chrono::days;
  Date date = date_of(to_wall(instant));
  Span found = day(date);
  while (instant < found.start) found = day(date -= days{1});
  while (instant >= found.end) found = day(date += days{1});
  return found;
}

// Reading and writing dates, times of day and timestamps: RFC 3339, strictly.
//
// The text is untrusted: it may have any length and any bytes. Only ASCII digits and the separators named here are
// accepted, without locale or leniency, so that a typing error is refused and never booked as another time.

namespace {

using std::chrono::hours;
using std::chrono::minutes;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Text being read from the left.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  /// Takes one character if it is among `wanted`, and returns it.
  std::optional<char> take(std::string_view wanted) {
    if (rest_.empty() || wanted.find(rest_.front()) == std::string_view::npos) return std::nullopt;
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }

  /// Takes a number of exactly `width` digits between `low` and `high`.
  std::optional<int> take_number(std::size_t width, int low, int high) {
    if (rest_.size() < width || !std::all_of(rest_.begin(), rest_.begin() + width, is_digit)) return std::nullopt;
    int number = 0;
    for (const char c : rest_.substr(0, width)) number = number * 10 + (c - '0');
    if (number < low || number > high) return std::nullopt;
    rest_.remove_prefix(width);
    return number;
  }

  /// Skips an optional fraction of a second; false when there is a point without digits. Skipping the fraction floors
  /// the time, before 1970 too, since the fields to the left of the fraction count upwards from their minute.
  bool skip_fraction() {
    if (!take(".")) return true;
    const std::size_t length = std::find_if_not(rest_.begin(), rest_.end(), is_digit) - rest_.begin();
    rest_.remove_prefix(length);
    return length > 0;
  }

 private:
  std::string_view rest_;
};

// RFC 3339, 5.6: full-date, and 5.7 for the days of a month. The year 0000 is refused: PostgreSQL has none.
std::optional<Date> take_date(Scanner& text) {
  const auto year = text.take_number(4, 1, 9999);
  if (!year || !text.take("-")) return std::nullopt;
  const auto month = text.take_number(2, 1, 12);
  if (!month || !text.take("-")) return std::nullopt;
  const auto day = text.take_number(2, 1, 31);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return Date{date};
}

std::optional<Seconds> take_hours_and_minutes(Scanner& text, std::string_view separator) {
  const auto hour = text.take_number(2, 0, 23);
  if (!hour || !text.take(separator)) return std::nullopt;
  const auto minute = text.take_number(2, 0, 59);
  if (!minute) return std::nullopt;
  return hours{*hour} + minutes{*minute};
}

// RFC 3339, 5.6: full-time without its offset. We depart from 5.7 in that a leap second's 60 is refused: neither
// POSIX time nor PostgreSQL's timestamptz has a place for it.
std::optional<Seconds> take_full_time(Scanner& text) {
  const auto time = take_hours_and_minutes(text, ":");
  if (!time || !text.take(":")) return std::nullopt;
  const auto second = text.take_number(2, 0, 59);
  if (!second || !text.skip_fraction()) return std::nullopt;
  return *time + Seconds{*second};
}

// RFC 3339, 5.6: time-offset, "Z" in either case. -00:00 (4.3: the local offset is unknown) is read as UTC.
std::optional<Seconds> take_offset(Scanner& text) {
  if (text.take("Zz")) return Seconds{0};
  const auto sign = text.take("+-");
  if (!sign) return std::nullopt;
  const auto size = take_hours_and_minutes(text, ":");
  if (!size) return std::nullopt;
  return *sign == '-' ? -*size : *size;
}

// The offset with which to write `instant`. RFC 3339 has whole minutes only; its 5.8 writes "the closest representable
// UTC offset" for the Netherlands of 1937. It has no year 0000 or 10000 either, so UTC is written there. The text names
// the same instant in every case.
Seconds writable_offset(Instant instant, const Zone& zone) {
  const Seconds offset = std::chrono::round<minutes>(zone.offset_at(instant));
  const Instant shown = instant + offset;
  return kRepresentable.contains(shown) ? offset : Seconds{0};
}

// The put functions write at a position, and return the position after the text.

/// Two digits, as in every field but the year; three for the century of a year above 9999. `number` is from 0 to 999.
char* put(char* at, std::int64_t number) {
  if (number > 99) *at++ = static_cast<char>('0' + number / 100);
  number %= 100;
  *at++ = static_cast<char>('0' + number / 10);
  *at++ = static_cast<char>('0' + number % 10);
  return at;
}

char* put(char* at, char separator) {
  *at++ = separator;
  return at;
}

char* put_date(char* at, Date date) {
  const std::chrono::year_month_day fields{date};
  const int year{fields.year()};
  at = put(put(at, std::int64_t{year / 100}), std::int64_t{year % 100});
  at = put(put(at, '-'), std::int64_t{unsigned{fields.month()}});
  return put(put(at, '-'), std::int64_t{unsigned{fields.day()}});
}

char* put_hour_and_minute(char* at, Seconds time) {
  at = put(put(at, time.count() / 3600), ':');
  return put(at, time.count() / 60 % 60);
}

char* put_time_of_day(char* at, Seconds time) {
  at = put(put_hour_and_minute(at, time), ':');
  return put(at, time.count() % 60);
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  Scanner scanner{text};
  const auto date = take_date(scanner);
  return scanner.at_end() ? date : std::nullopt;
}

// HH-MM-SS is the form of a start time in the first seed.
std::optional<Seconds> parse_time_of_day(std::string_view text) {
  Scanner scanner{text};
  const bool is_dashed = text.size() > 2 && text[2] == '-';
  const auto time = take_hours_and_minutes(scanner, is_dashed ? "-" : ":");
  if (!time || (scanner.at_end() && is_dashed)) return std::nullopt;
  if (scanner.at_end()) return time;
  const auto second = scanner.take(is_dashed ? "-" : ":") ? scanner.take_number(2, 0, 59) : std::nullopt;
  if (!second || !(is_dashed || scanner.skip_fraction()) || !scanner.at_end()) return std::nullopt;
  return *time + Seconds{*second};
}

std::optional<Instant> parse_timestamp(std::string_view text) {
  Scanner scanner{text};
  const auto date = take_date(scanner);
  if (!date || !scanner.take("Tt ")) return std::nullopt;
  const auto time = take_full_time(scanner);
  if (!time) return std::nullopt;
  const auto offset = take_offset(scanner);
  if (!offset || !scanner.at_end()) return std::nullopt;
  const Instant instant{date->time_since_epoch() + *time - *offset};
  if (instant < kRepresentable.start || instant >= kRepresentable.end) return std::nullopt;
  return instant;
}

std::string format_date(Date date) {
  std::array<char, 11> text;
  return {text.data(), put_date(text.data(), date)};
}

std::string format_time_of_day(Seconds time) {
  std::array<char, 9> text;
  return {text.data(), put_time_of_day(text.data(), time)};
}

TimestampText timestamp_text(Instant instant, const Zone& zone) {
  const Seconds offset = writable_offset(instant, zone);
  const WallTime wall{instant.time_since_epoch() + offset};
  TimestampText text;
  char* at = put_date(text.characters.data(), date_of(wall));
  at = put_time_of_day(put(at, 'T'), since_midnight(wall));
  at = put_hour_and_minute(put(at, offset < Seconds{0} ? '-' : '+'), std::chrono::abs(offset));
  text.size = static_cast<std::size_t>(at - text.characters.data());
  return text;
}

std::string format_timestamp(Instant instant, const Zone& zone) {
  return std::string(std::string_view(timestamp_text(instant, zone)));
}

std::string format_utc(Instant instant) {
  if (instant < kRepresentable.start) return "before year 0001";
  if (instant >= kRepresentable.end) return "after year 9999";
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  return format_date(Date{day.time_since_epoch()}) + 'T' + format_time_of_day(instant - day) + "+00:00";
}

std::string format_basic_utc(Instant instant) { return format_basic(WallTime{instant.time_since_epoch()}) + "Z"; }

std::string format_basic(WallTime wall) {
  std::string text = format_utc(Instant{wall.time_since_epoch()}).substr(0, 19);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::optional<Seconds> check_duration(Validation& validation, std::string_view field, std::string_view value,
                                      const Interval& interval, Seconds least, Seconds most) {
  constexpr std::int64_t kMicroseconds = 1'000'000;
  const Seconds length = interval.days * kDay + Seconds{interval.microseconds / kMicroseconds};
  if (interval.is_infinite)
    validation.refuse(field, value, "it must not be infinite");
  else if (interval.months != 0)
    validation.refuse(field, value, "months and years have no fixed length");
  else if (interval.microseconds % kMicroseconds != 0)
    validation.refuse(field, value, "fractions of a second are not allowed");
  else if (length < least || length > most)
    validation.refuse(field, value, "it must be from " + format_duration(least) + " to " + format_duration(most));
  else
    return length;
  return std::nullopt;
}

std::string format_duration(Seconds duration) {
  const auto days = duration / kDay;
  const auto rest = duration % kDay;
  if (days == 0 && rest < Seconds{60})
    return std::to_string(rest.count()) + (rest.count() == 1 ? " second" : " seconds");
  auto text = days == 0 ? "" : std::to_string(days) + (days == 1 ? " day" : " days");
  if (rest.count() == 0) return text;
  return text + (text.empty() ? "" : " ") + format_time_of_day(rest);
}

}  // namespace jb
