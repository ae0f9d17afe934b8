// SPDX-License-Identifier: PostgreSQL
//
// A rule that the product does not have: nothing begins from 12:00 until 13:00 in UTC.
#include "core/scheduling/judge.hpp"
#include "core/scheduling/rule.hpp"

namespace jb {

namespace {

constexpr Seconds kFrom{12 * 3'600}, kUntil{13 * 3'600};

Seconds time_of_day(Instant start) { return start - std::chrono::floor<std::chrono::days>(start); }

bool is_noon(Instant start) { return time_of_day(start) >= kFrom && time_of_day(start) < kUntil; }

std::optional<Instant> noon_first_from(const Calendar&, Seconds, Instant start) {
  return is_noon(start) ? start - time_of_day(start) + kUntil : start;
}

std::optional<Instant> noon_last_until(const Calendar&, Seconds, Instant start) {
  return is_noon(start) ? start - time_of_day(start) + kFrom - Seconds{1} : start;
}

std::optional<Refusal> noon_at(Judge& judge, const Calendar& calendar, Instant start) {
  const auto allowed = *noon_first_from(calendar, judge.length(), start);
  if (allowed == start) return std::nullopt;
  auto refused = judge.refusal_at(Reason::outside_hours, calendar, allowed);
  refused.span = Span{start, start + judge.length()};
  refused.duration = judge.length();
  return refused;
}

std::optional<Refusal> noon_nowhere(Judge& judge) {
  const auto within = judge.within();
  if (*noon_first_from(judge.first(), judge.length(), within.start) + judge.length() <= within.end) return std::nullopt;
  auto refused = judge.refusal(Reason::outside_hours, About::window);
  refused.span = within;
  refused.duration = judge.length();
  return refused;
}

}  // namespace

constinit const Rule noon_rule{
    .at = noon_at, .nowhere = noon_nowhere, .first_from = noon_first_from, .last_until = noon_last_until};

}  // namespace jb
