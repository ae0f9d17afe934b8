// SPDX-License-Identifier: PostgreSQL
#include "judging.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "../values/budget.hpp"

namespace jb {

namespace {

constexpr Seconds kPastTolerance{300};

/// How far ahead hours are read at once. The weekly pattern repeats after seven days.
constexpr Seconds kLookAhead = 8 * kDay;

/// The length of the first span in which claims are read. The span is short, so that it holds few claims on a full
/// calendar too.
constexpr Seconds kClose{3'600};

/// The work of judging a start on one calendar, its hours aside, in the unit of Judge::work().
constexpr std::size_t kLookCosts = 20;

}  // namespace

/// One rule: `at` judges one start on one calendar; `nowhere` refuses a window in which the rule leaves no start.
struct Judge::Rule {
  bool is_strict_only;  ///< the rule binds fixed events on strict calendars only (rule 2.8.4)
  std::optional<Refusal> (Judge::*at)(const Calendar&, Instant);
  std::optional<Refusal> (Judge::*nowhere)();  ///< nullptr: the rule never leaves a window without a start
};

// Rules 2.6.4 to 2.6.11, in the order of precedence (rule 2.6.3). The second rule, the window (rule 2.3.7), is told in
// explanations only.
const std::vector<Judge::Rule>& Judge::rules() {
  static const std::vector<Rule> all{
      {false, &Judge::past_at, &Judge::past_nowhere},           {false, &Judge::window_at, nullptr},
      {true, &Judge::horizon_at, &Judge::horizon_nowhere},      {true, &Judge::notice_at, &Judge::notice_nowhere},
      {true, &Judge::hours_at, &Judge::hours_nowhere},          {true, &Judge::increment_at, &Judge::increment_nowhere},
      {false, &Judge::day_limit_at, &Judge::day_limit_nowhere}, {false, &Judge::claims_at, &Judge::claims_nowhere},
  };
  return all;
}

Judge::Judge(Plan& plan, const Event& event, const PlacingOptions& options)
    : plan_(plan),
      event_(event),
      options_(options),
      search_(plan.search(event.booked_on())),
      length_(event.wish.duration),
      is_fixed_(event.wish.is_fixed() || options.has_begun),
      window_(is_fixed_ ? kRepresentable : window_of(event.wish, first())),
      bounds_(search_.bounds(plan.now())) {}

std::optional<Refusal> Judge::at(Instant start) {
  step();
  work_ += kLookCosts * search_.calendars().size();
  for (const auto& rule : rules()) {
    for (const auto& calendar : search_.calendars()) {
      if (is_fixed_ && rule.is_strict_only && !calendar.strict && !options_.only_slots) continue;
      if (auto found = (this->*rule.at)(calendar, start)) return found;
    }
  }
  return std::nullopt;
}

Refusal Judge::nowhere() {
  for (const auto& rule : rules()) {
    if (rule.nowhere == nullptr) continue;
    if (auto found = (this->*rule.nowhere)()) return std::move(*found);
  }
  throw std::logic_error("no rule says why there is no open slot");
}

Refusal Judge::refusal(Reason reason, About about) const {
  return {.reason = reason, .about = about, .is_one_of_several = search_.calendars().size() > 1};
}

Refusal Judge::refusal_of(Reason reason, const Calendar& calendar, Instant limit) const {
  auto refused = refusal(reason, is_fixed_ ? About::start : About::passed_over);
  refused.calendar = calendar.name;
  refused.limit = limit;
  return refused;
}

// ---- The past (rule 2.6.4) -----------------------------------------------------------------------------------------

std::optional<Refusal> Judge::past_at(const Calendar& calendar, Instant start) {
  const auto now = plan_.now();
  if (options_.allow_past || options_.has_begun || start >= now - (is_fixed_ ? kPastTolerance : Seconds{0})) return {};
  auto refused = refusal_of(Reason::in_the_past, calendar, now);
  refused.calendar.clear();
  if (is_fixed_) refused.span = Span{start, start + length_};
  return refused;
}

std::optional<Refusal> Judge::past_nowhere() {
  if (window_.end - length_ >= plan_.now()) return std::nullopt;
  auto refused = refusal(Reason::in_the_past, About::window);
  refused.limit = plan_.now();
  return refused;
}

// ---- The window (rule 2.3.7) ---------------------------------------------------------------------------------------

std::optional<Refusal> Judge::window_at(const Calendar& calendar, Instant start) {
  if (is_fixed_ || start >= window_.start) return std::nullopt;
  auto refused = refusal_of(Reason::outside_window, calendar, window_.start);
  refused.calendar.clear();
  return refused;
}

// ---- The horizon (rule 2.6.5) --------------------------------------------------------------------------------------

std::optional<Refusal> Judge::horizon_at(const Calendar& calendar, Instant start) {
  const auto horizon = plan_.now() + calendar.horizon;
  if (start + length_ <= horizon) return std::nullopt;
  auto refused = refusal_of(Reason::beyond_horizon, calendar, horizon);
  refused.span = Span{start, start + length_};
  return refused;
}

std::optional<Refusal> Judge::beyond_horizon(Instant earliest_start) const {
  if (earliest_start + length_ <= bounds_.end) return std::nullopt;
  auto refused = refusal(Reason::beyond_horizon, About::window);
  refused.span = Span{earliest_start, earliest_start + length_};
  refused.limit = bounds_.end;
  return refused;
}

std::optional<Refusal> Judge::horizon_nowhere() { return beyond_horizon(std::max(window_.start, plan_.now())); }

// ---- The notice (rule 2.6.6) ---------------------------------------------------------------------------------------

std::optional<Refusal> Judge::notice_at(const Calendar& calendar, Instant start) {
  const bool needs_notice = !options_.has_begun && !(is_fixed_ && options_.allow_past && start < plan_.now());
  const auto earliest = plan_.now() + calendar.min_notice;
  if (!needs_notice || start >= earliest) return std::nullopt;
  return refusal_of(Reason::too_soon, calendar, earliest);
}

// Where the window has starts after the notice and starts before the horizon, but no start that is both, the reason is
// the horizon.
std::optional<Refusal> Judge::notice_nowhere() {
  if (window_.end - length_ >= bounds_.start) return beyond_horizon(std::max(window_.start, bounds_.start));
  auto refused = refusal(Reason::too_soon, About::window);
  refused.limit = bounds_.start;
  return refused;
}

// ---- The hours (rule 2.6.7) ----------------------------------------------------------------------------------------

std::optional<Refusal> Judge::hours_at(const Calendar& calendar, Instant start) {
  const auto& grid = calendar.grid();
  const Span ahead = intersection(kRepresentable, {start, start + length_ + kLookAhead});
  const auto spans = open_spans(grid.hours, *grid.zone, ahead);
  work_ += spans.size();
  auto until = start + kLookAhead;
  for (const auto& open : spans) {
    if (open.end - std::max(open.start, start) < length_) continue;
    if (open.start <= start) return std::nullopt;
    until = open.start;
    break;
  }
  auto refused = refusal_of(Reason::outside_hours, calendar, until);
  refused.duration = length_;
  if (is_fixed_) refused.span = Span{start, start + length_}, refused.limit.reset();
  return refused;
}

/// Whether the event fits somewhere within notice, horizon and window on calendars without claims. With `on_increment`
/// false the slot increment does not count.
bool Judge::fits_when_empty(bool on_increment) const {
  std::vector<std::unique_ptr<ScannedTimeline>> empty;
  std::vector<Timeline*> all;
  for (const auto& calendar : search_.calendars()) {
    Grid grid = calendar.grid();
    if (!on_increment) grid.slot_increment = Seconds{1};
    empty.push_back(std::make_unique<ScannedTimeline>(std::move(grid), nullptr));
    all.push_back(empty.back().get());
  }
  return CommonTimeline(all).first_fit(length_, within()).has_value();
}

std::optional<Refusal> Judge::hours_nowhere() {
  if (fits_when_empty(false)) return std::nullopt;
  auto refused = refusal(Reason::outside_hours, About::window);
  refused.span = within();
  refused.duration = length_;
  if (!refused.is_one_of_several) refused.calendar = first().name;
  return refused;
}

// ---- The slot increment (rule 2.6.8) -------------------------------------------------------------------------------

std::optional<Refusal> Judge::increment_at(const Calendar& calendar, Instant start) {
  const auto increment = calendar.grid().slot_increment;
  if (options_.has_begun || is_on_increment(start, increment, calendar.zone())) return std::nullopt;
  const auto next = on_increment_from(start, increment, calendar.zone());
  auto refused = refusal_of(Reason::off_increment, calendar, next);
  refused.slot_increment = increment;
  return refused;
}

std::optional<Refusal> Judge::increment_nowhere() {
  if (fits_when_empty(true)) return std::nullopt;
  auto refused = refusal(Reason::off_increment, About::window);
  refused.slot_increment = first().grid().slot_increment;
  refused.duration = length_;
  if (!refused.is_one_of_several) refused.calendar = first().name;
  return refused;
}

// ---- The limit of a day (rule 2.6.9) -------------------------------------------------------------------------------

/// Rule 2.8.6: no part of an automatic event may lie on a full day; a fixed event must not start on a full day.
std::optional<Refusal> Judge::day_limit_at(const Calendar& calendar, Instant start) {
  if (!calendar.max_events_per_day || options_.has_begun || (is_fixed_ && is_open(start))) return std::nullopt;
  const auto until = is_fixed_ ? start + Seconds{1} : start + length_;
  for (auto day = calendar.zone().day_at(start); day.start < until; day = calendar.zone().day_at(day.end)) {
    if (!plan_.is_full(calendar, day.start)) continue;
    auto refused = refusal_of(Reason::over_limit, calendar, day.end);
    refused.max_events_per_day = calendar.max_events_per_day;
    return refused;
  }
  return std::nullopt;
}

std::optional<Refusal> Judge::day_limit_nowhere() {
  if (!event_.wish.date) return std::nullopt;
  const auto day = first().zone().day(*event_.wish.date);
  for (const auto& calendar : search_.calendars()) {
    if (!plan_.is_full(calendar, day.start)) continue;
    auto refused = refusal(Reason::over_limit, About::window);
    refused.calendar = calendar.name;
    refused.span = day;
    refused.limit = day.end;
    refused.max_events_per_day = calendar.max_events_per_day;
    return refused;
  }
  return std::nullopt;
}

// ---- The claims in the way (rules 2.6.10 and 2.6.11) ---------------------------------------------------------------

/// Whether the time from `start` is open to an automatic event of this length. If so, no day is full and no claim is
/// in the way, so that a fixed event needs no further look.
bool Judge::is_open(Instant start) {
  if (!is_open_) is_open_ = search_.timeline().first_fit(length_, {start, start + length_}).has_value();
  return *is_open_;
}

std::optional<Refusal> Judge::claims_at(const Calendar& calendar, Instant start) {
  if (!is_fixed_) return last_claim(calendar, start);
  const auto& conflicts = in_the_way(start).conflicts;
  if (conflicts.empty()) return std::nullopt;
  auto refused = refusal(Reason::conflict, About::start);
  refused.span = Span{start, start + length_};
  refused.conflicts = conflicts;
  return refused;
}

/// The refusal by the last of the events in the way. Every start from `start` until that event's claim ends is refused
/// by the same claim, so that the refusal's limit is right.
std::optional<Refusal> Judge::last_claim(const Calendar& calendar, Instant start) {
  const auto wanted = calendar.grid().claim_of({start, start + length_});
  for (auto close = kClose;; close *= 2) {
    const Span end{std::max(wanted.start, wanted.end - close), wanted.end};
    const auto events = plan_.occupants(calendar, end, event_.id);
    if (!events.empty()) {
      const auto& last = events.back();
      auto until = last.time->end;
      for (const auto& claim : plan_.claims_of(last, *last.time)) {
        if (claim.calendar == calendar.id) until = claim.during.end;
      }
      auto refused = refusal_of(Reason::conflict, calendar, until + calendar.grid().buffer_before);
      refused.conflicts = {last.id};
      return refused;
    }
    if (end.start == wanted.start) return std::nullopt;
  }
}

std::optional<Refusal> Judge::claims_nowhere() {
  auto refused = refusal(Reason::no_open_slot, About::window);
  refused.span = within();
  refused.duration = length_;
  return refused;
}

const InTheWay& Judge::in_the_way(Instant start) {
  if (in_the_way_) return *in_the_way_;
  in_the_way_.emplace();
  if (is_open(start)) return *in_the_way_;
  std::map<std::pair<Instant, EventId>, Event> standing;
  for (const auto& calendar : search_.calendars()) {
    for (auto& event : plan_.occupants(calendar, calendar.grid().claim_of({start, start + length_}), event_.id)) {
      standing.emplace(std::pair(event.time->start, event.id), std::move(event));
    }
  }
  std::vector<Event> events;
  for (const auto& [key, event] : standing) events.push_back(event);
  if (!options_.only_slots) in_the_way_->displaceable = movable(plan_, std::move(events));
  for (const auto& event : in_the_way_->displaceable) standing.erase({event.time->start, event.id});
  for (const auto& [key, event] : standing) in_the_way_->conflicts.push_back(event.id);
  return *in_the_way_;
}

// ---- Events in the way ----------------------------------------------------------------------------------------------

bool may_be_displaced(const Event& event, const Calendar& calendar, Instant now) {
  return event.status == Status::scheduled && !event.wish.is_fixed() && event.time->start > now &&
         event.time->start >= now + calendar.settled_within;
}

bool replaced_earlier(const Event& a, const Event& b) {
  return std::tuple(-a.wish.priority, a.time->start, a.id) < std::tuple(-b.wish.priority, b.time->start, b.id);
}

std::vector<EventId> others_within(Plan& plan, const std::vector<Claim>& claims) {
  std::set<std::pair<Instant, EventId>> others;
  for (const auto& claim : claims) {
    for (const auto& other : plan.occupants(plan.calendar_of(claim.calendar), claim.during, claim.event_id)) {
      others.emplace(other.time->start, other.id);
    }
  }
  std::vector<EventId> ids;
  for (const auto& [start, id] : others) ids.push_back(id);
  return ids;
}

std::vector<EventId> others_at(Plan& plan, const Event& event, Span time) {
  std::vector<Claim> claims;
  for (const auto& name : event.booked_on()) {
    const auto& calendar = plan.calendar(name);
    claims.push_back({calendar.id, event.id, calendar.grid().claim_of(time)});
  }
  return others_within(plan, claims);
}

// The calendars that the plan knows are asked first: an event that must stay by their settings brings no further
// calendars.
std::vector<Event> movable(Plan& plan, std::vector<Event> events) {
  const auto stays = [&](const Event& event) {
    const auto names = event.booked_on();
    return std::any_of(names.begin(), names.end(), [&](const auto& name) {
      return plan.knows(name) && !may_be_displaced(event, plan.calendar(name), plan.now());
    });
  };
  std::erase_if(events, stays);
  plan.need_all_of(events);
  std::erase_if(events, stays);
  std::sort(events.begin(), events.end(), replaced_earlier);
  return events;
}

}  // namespace jb
