// SPDX-License-Identifier: PostgreSQL
#include "lenient_text.hpp"

#include <algorithm>

#include "../values/time_text.hpp"

namespace jb {

namespace {

using std::chrono::days;

constexpr std::size_t kMostNotes = 5;

bool is_all_digits(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

/// The text without the marks at these places, if both are there.
std::string without(std::string_view text, char mark, std::size_t first, std::size_t second) {
  std::string result{text};
  if (text.size() > second && text[first] == mark && text[second] == mark) result.erase(second, 1).erase(first, 1);
  return result;
}

/// HHMMSS, of 09:00:00.000, 0900 or 235960; empty for any other text.
std::string basic_clock(std::string_view text) {
  const auto point = std::min(text.find('.'), text.size());
  if (!is_all_digits(text.substr(std::min(point + 1, text.size())))) return {};
  auto clock = without(text.substr(0, point), ':', 2, 5);
  if (clock.size() == 5 && clock[2] == ':') clock.erase(2, 1);
  if (clock.size() == 4) clock += "00";
  if (clock.size() != 6 || !is_all_digits(clock)) return {};
  if (clock.ends_with("60")) clock.replace(4, 2, "59");
  return clock;
}

/// The offset that follows a time: +0200 or +02:00.
std::optional<Seconds> offset_after(std::string_view text) {
  std::string digits{text};
  std::erase(digits, ':');
  return parse_offset(digits);
}

}  // namespace

void Notes::add(std::string sentence) {
  if (std::find(sentences_.begin(), sentences_.end(), sentence) != sentences_.end()) return;
  if (sentences_.size() == kMostNotes)
    ++more_;
  else
    sentences_.push_back(std::move(sentence));
}

void Notes::add(const Notes& others) {
  for (const auto& sentence : others.sentences_) add(sentence);
  more_ += others.more_;
}

std::string Notes::told() const {
  std::string text;
  for (const auto& sentence : sentences_) text += (text.empty() ? "" : " ") + sentence;
  if (more_ > 0) text += " There is more that is odd: " + std::to_string(more_) + " times.";
  return text;
}

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

std::optional<Moment> parse_lenient_moment(std::string_view text) {
  text = without_blanks(text);
  if (auto strict = parse_moment(text)) return strict;
  const bool has_dashes = text.size() >= 10 && text[4] == '-' && text[7] == '-';
  const std::size_t size = std::min<std::size_t>(has_dashes ? 10 : 8, text.size());
  const auto date = parse_moment(without(text.substr(0, size), '-', 4, 7));
  text.remove_prefix(size);
  if (!date || text.empty()) return date;
  if (text.front() != 'T' && text.front() != 't' && text.front() != ' ') return {};
  text.remove_prefix(1);
  const auto end = std::min(text.find_first_of("Zz+-"), text.size());
  const auto clock = basic_clock(text.substr(0, end));
  const auto zone = text.substr(end);
  const bool is_midnight = clock == "240000";
  const auto day = std::get<Date>(*date) + days{is_midnight ? 1 : 0};
  const auto at = parse_moment(without(format_date(day), '-', 4, 7) + "T" + (is_midnight ? "000000" : clock));
  if (!at || zone.empty()) return at;
  const auto offset = zone == "Z" || zone == "z" ? Seconds{0} : offset_after(zone);
  if (!offset) return {};
  const Instant instant{std::get<WallTime>(*at).time_since_epoch() - *offset};
  if (instant < kRepresentable.start || instant >= kRepresentable.end) return {};
  return instant;
}

std::string shown_moment(const Moment& moment) {
  if (const auto* date = std::get_if<Date>(&moment)) return format_date(*date);
  if (const auto* instant = std::get_if<Instant>(&moment)) return format_utc(*instant);
  const auto wall = std::get<WallTime>(moment);
  const auto day = std::chrono::floor<days>(wall);
  return format_date(day) + "T" + format_time_of_day(wall - day);
}

}  // namespace jb
