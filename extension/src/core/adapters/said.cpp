// SPDX-License-Identifier: PostgreSQL
#include "said.hpp"

#include <algorithm>

#include "../values/time_text.hpp"

namespace jb {

namespace {

constexpr std::size_t kDigest = 16;  // characters of digest_of()

std::string said_of_names(const Fields& fields, const Length& length, std::string_view clock) {
  std::string people;
  const auto attendees = fields.attendees.value->get();
  for (const auto& each : *attendees) people += each + "\n";
  for (const auto& each : fields.guests.value_or(std::vector<std::string>{})) people += "-" + each + "\n";
  std::string lasts = std::to_string(length.whole.count()) + " " + std::to_string(length.rest.count());
  if (fields.recurrence)
    for (const auto& [at, period] : fields.recurrence->periods)
      lasts += "\n" + told_moment(at) + " " + std::to_string(period.count());
  if (length.whole.count() != 0) lasts += clock;
  return digest_of(lasts) + digest_of(*fields.event_name.value) + digest_of(fields.event_location.value.value_or("")) +
         digest_of(people);
}

std::string said_of_later(const std::vector<Later>& all, std::string_view clock) {
  std::string text;
  for (const auto& later : all)
    text += told_moment(later.from) + " " + std::to_string(later.shift.count()) +
            (later.takes_no_time ? "-\n" : said_of_names(*later.fields, later.length, clock));
  return all.empty() ? text : digest_of(text) + told_moment(all.front().from);
}

}  // namespace

std::string digest_of(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::uint64_t prime = 0x100000001B3U;
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  std::string word(kDigest, '0');
  for (auto digit = word.rbegin(); digit != word.rend(); ++digit, hash /= 16) *digit = digits[hash % 16];
  return word;
}

std::string told_moment(const Moment& moment) {
  if (const auto* date = std::get_if<Date>(&moment)) return format_date(*date);
  if (const auto* wall = std::get_if<WallTime>(&moment)) return std::to_string(wall->time_since_epoch().count());
  return format_basic_utc(std::get<Instant>(moment));
}

bool is_later(const SourceState& a, const SourceState& b) {
  if (a.sequence != b.sequence) return a.sequence > b.sequence;
  return a.stamp && b.stamp && *a.stamp > *b.stamp;
}

Said said_of(const Fields& fields, Instant start, const Length& length, std::string_view clock) {
  const auto& rule = fields.recurrence;
  const auto from = told_moment(start).append(clock);
  if (!rule) return digest_of(from) + said_of_names(fields, length, clock);
  std::string starts = from + "\n" + rule->rule;
  std::string changed;
  for (const auto& date : rule->dates) starts += "\n+" + told_moment(date);
  for (const auto& each : rule->exceptions)
    (each.text == "RECURRENCE-ID" ? changed : starts) += "\n-" + told_moment(each.moment);
  return digest_of(starts) + said_of_names(fields, length, clock) + digest_of(changed) +
         said_of_later(rule->later, clock);
}

bool differs(const Said& a, const Said& b, Part part) {
  const auto at = static_cast<std::size_t>(part) * kDigest;
  const auto of = [&](const Said& said) {
    return said.size() > at ? std::string_view(said).substr(at, kDigest) : std::string_view();
  };
  return of(a) != of(b);
}

std::optional<Instant> differs_from(const Said& a, const Said& b) {
  constexpr auto at = (static_cast<std::size_t>(Part::later) + 1) * kDigest;
  std::optional<Instant> first;
  if (!differs(a, b, Part::later)) return first;
  for (const auto* said : {&a, &b}) {
    const auto from = said->size() > at ? parse_moment(std::string_view(*said).substr(at)) : std::nullopt;
    if (from) first = std::min(first.value_or(Instant::max()), std::get<Instant>(*from));
  }
  return first;
}

}  // namespace jb
