// SPDX-License-Identifier: PostgreSQL
#include "cursors.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace jb {

namespace {

std::optional<std::int64_t> number(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Cursor> parse_cursor(std::string_view text) {
  const auto comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto id = number(text.substr(comma + 1));
  if (!id) return std::nullopt;
  if (comma == 0) return Cursor{std::nullopt, *id};
  const auto seconds = number(text.substr(0, comma));
  if (!seconds) return std::nullopt;
  const Instant start{Seconds{*seconds}};
  if (start < kRepresentable.start || start >= kRepresentable.end) return std::nullopt;
  return Cursor{start, *id};
}

std::string cursor_text(const Event& event) {
  const auto start = event.time ? std::to_string(event.time->start.time_since_epoch().count()) : std::string();
  return start + "," + std::to_string(event.id);
}

namespace {

constexpr std::string_view kForm = "1";
constexpr std::size_t kFixed = 8;
constexpr std::size_t kOfRange = 3;

void append(std::string& text, std::uint64_t number) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  text.append("-").append(digits.data(), end);
}

/// The numbers of a cursor, each preceded by "-"; nullopt for any other text.
std::optional<std::vector<std::uint64_t>> numbers_in(std::string_view text) {
  if (!text.starts_with(kForm)) return std::nullopt;
  std::vector<std::uint64_t> numbers;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data() + kForm.size(); at != end;) {
    std::uint64_t number = 0;
    const auto [after, error] = std::from_chars(at + 1, end, number, 16);
    if (*at != '-' || error != std::errc{}) return std::nullopt;
    if (numbers.size() == kFixed + kOfRange * (ChangeCursor::kMostOpen + 1)) return std::nullopt;
    numbers.push_back(number);
    at = after;
  }
  if (numbers.size() < kFixed || (numbers.size() - kFixed) % kOfRange != 0) return std::nullopt;
  return numbers;
}

/// Drops the missing numbers below `number` that can no longer appear.
void settle(std::vector<OpenNumbers>& open, std::int64_t number, std::uint64_t oldest) {
  std::erase_if(open, [&](const OpenNumbers& range) { return range.settles <= oldest && range.last < number; });
  for (auto& range : open)
    if (range.settles <= oldest) range.first = std::max(range.first, number);
}

/// Removes a number that has appeared from the missing ones.
void take(std::vector<OpenNumbers>& open, std::int64_t number) {
  const auto range = std::find_if(open.begin(), open.end(),
                                  [&](const OpenNumbers& r) { return r.first <= number && number <= r.last; });
  if (range == open.end()) return;
  const OpenNumbers before{range->first, number - 1, range->settles};
  range->first = number + 1;
  const auto after = range->first > range->last ? open.erase(range) : range;
  if (before.first <= before.last) open.insert(after, before);
}

}  // namespace

bool ChangeCursor::pass(std::int64_t number, int row_calendar, const Transactions& transactions) {
  if (number == within) {
    calendar = row_calendar;
    return true;
  }
  auto missing = open;
  settle(missing, number, transactions.oldest);
  if (number <= last)
    take(missing, number);
  else if (number > last + 1 && transactions.oldest < transactions.next)
    missing.push_back({last + 1, number - 1, transactions.next});
  if (missing.size() > kMostOpen && missing.size() > open.size()) return false;
  open = std::move(missing);
  last = std::max(last, number);
  within = number;
  calendar = row_calendar;
  return true;
}

std::int64_t ChangeCursor::first_unseen() const {
  auto first = calendar == kLastRow ? last + 1 : within;
  for (const auto& range : open) first = std::min(first, range.first);
  return first;
}

bool ChangeCursor::has_lost(const Purges& purges) const {
  return purges.sum != purged && purges.greatest >= first_unseen();
}

std::string change_cursor_text(const ChangeCursor& cursor) {
  std::string text(kForm);
  append(text, cursor.log);
  append(text, cursor.timeline);
  append(text, cursor.position);
  for (const auto number :
       {cursor.floor, cursor.purged, cursor.last, cursor.within, static_cast<std::int64_t>(cursor.calendar)})
    append(text, static_cast<std::uint64_t>(number));
  for (const auto& range : cursor.open) {
    append(text, static_cast<std::uint64_t>(range.first));
    append(text, static_cast<std::uint64_t>(range.last));
    append(text, range.settles);
  }
  return text;
}

std::optional<ChangeCursor> parse_change_cursor(std::string_view text) {
  const auto numbers = numbers_in(text);
  if (!numbers) return std::nullopt;
  const auto& n = *numbers;
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / 2;
  if (n[1] > std::numeric_limits<std::uint32_t>::max() || n[7] > std::numeric_limits<int>::max()) return std::nullopt;
  if (n[3] > most || n[4] > most || n[5] > most || n[6] > n[5]) return std::nullopt;
  ChangeCursor cursor{.log = n[0],
                      .timeline = static_cast<std::uint32_t>(n[1]),
                      .position = n[2],
                      .floor = static_cast<std::int64_t>(n[3]),
                      .purged = static_cast<std::int64_t>(n[4]),
                      .last = static_cast<std::int64_t>(n[5]),
                      .within = static_cast<std::int64_t>(n[6]),
                      .calendar = static_cast<int>(n[7]),
                      .open = {}};
  std::uint64_t before = 0;
  for (auto i = kFixed; i < n.size(); i += kOfRange) {
    if (n[i] <= before || n[i + 1] < n[i] || n[i + 1] >= n[5]) return std::nullopt;
    cursor.open.push_back({static_cast<std::int64_t>(n[i]), static_cast<std::int64_t>(n[i + 1]), n[i + 2]});
    before = n[i + 1];
  }
  return cursor;
}

}  // namespace jb
