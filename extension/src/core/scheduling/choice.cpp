// SPDX-License-Identifier: PostgreSQL
#include "choice.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace jb {

Event alone_on(const Event& wanted, const std::vector<std::string>& calendars) {
  auto event = wanted;
  event.one_of.reset();
  event.calendars = calendars;
  event.attendee_calendars.clear();
  event.wish = {};
  event.wish.duration = wanted.wish.duration;
  return event;
}

void keep_last(std::optional<Refusal>& last, Refusal refusal) {
  if (!last || last->reason < refusal.reason) {
    if (last && last->reason == Reason::conflict) refusal.conflicts.clear();
    last = std::move(refusal);
  } else if (last->reason == refusal.reason) {
    for (const auto id : refusal.conflicts)
      if (!contains(last->conflicts, id)) last->conflicts.push_back(id);
    last->calendar.clear();
  }
}

namespace {

using Names = std::vector<std::string>;

/// The period of the list that has the instant, on the calendar's own clock.
Span period_of(const OneOf& list, const Zone& zone, Instant at) {
  using std::chrono::days;
  const auto date = date_of(zone.to_wall(at));
  if (list.per == Per::day) return zone.day(date);
  const std::chrono::year_month_day day{date};
  const auto first = list.per == Per::week ? date - (std::chrono::weekday{date} - std::chrono::Monday)
                                           : Date{day.year() / day.month() / 1};
  const auto next =
      list.per == Per::week ? first + days{7} : Date{(day.year() / day.month() + std::chrono::months{1}) / 1};
  return {zone.day(first).start, zone.day(next).start};
}

/// The candidates from which the event may choose, in the order in which the list takes them at this time. A change
/// under way counts as one more event and loses ties, so that calls at the same moment do not all choose the same.
std::vector<Standing> in_order(Plan& plan, const Event& event, const OneOf& list, Instant at, Seconds length) {
  const auto pool = pool_of(event, list);
  std::vector<Standing> all;
  for (std::size_t i = 0; i < list.calendars.size(); ++i) {
    if (contains(pool, list.calendars[i]))
      all.push_back({.calendar = list.calendars[i], .place = i + 1, .weight = list.weight(i)});
  }
  if (list.choose == Choose::first || all.size() == 1) return all;
  for (auto& each : all) {
    const auto& on = plan.calendar(each.calendar);
    each.busy = plan.booked(on, period_of(list, on.zone(), at), event.id) +
                (plan.is_changing(on) ? 2 * length + Seconds{1} : length);
  }
  std::ranges::sort(all, std::less<>());
  return all;
}

Names without(Names names, const std::string& name) {
  std::erase(names, name);
  return names;
}

bool is_by_day(const Event& event) {
  return std::ranges::any_of(*event.one_of, [](const OneOf& list) { return list.choose == Choose::least_busy; });
}

/// alone_on() as a fixed event, to be judged at `time`.
Event alone_on(const Event& wanted, const Names& calendars, Span time) {
  auto event = alone_on(wanted, calendars);
  event.wish.wished_start = time.start;
  event.wish.duration = time.length();
  return event;
}

}  // namespace

Choice choose(Plan& plan, Judge& judge, const Event& wanted, Span within) {
  const auto length = *wanted.wish.duration;
  const auto window = intersection(judge.window(), within);
  const auto start = judge.search().first_fit(length, window);
  if (!start) return {};
  const auto last = is_by_day(wanted) ? judge.first().zone().day_at(*start).end - Seconds{1} : *start;
  const auto span = intersection(window, {*start, last + length});
  auto needs = needs_of(wanted);
  Choice choice{.calendars = named_of(wanted)};
  for (const auto& list : *wanted.one_of) {
    for (const auto& standing : in_order(plan, wanted, list, *start, length)) {
      const auto& name = standing.calendar;
      auto& [candidates, count] = needs.some.front();
      if (count == 0) break;
      auto tried = needs;
      tried.all.push_back(name);
      tried.some.front() = {without(candidates, name), count - 1};
      if (tried.some.front().count == 0) tried.some.erase(tried.some.begin());
      step();
      if (!plan.search(tried, judge.search().asked()).first_fit(length, span)) {
        candidates = without(candidates, name);
        continue;
      }
      choice.calendars.push_back(name);
      needs.all.push_back(name);
      candidates = without(candidates, name);
      --count;
    }
    needs.some.erase(needs.some.begin());
  }
  return choice;
}

namespace {

/// Of each candidate, why it has no start, beside the calendars that are named; none of those that have one.
std::vector<Refusal> without_start(Plan& plan, const Event& wanted, const PlacingOptions& options) {
  std::vector<Refusal> refused;
  const auto named = named_of(wanted);
  for (const auto& list : *wanted.one_of) {
    for (const auto& name : pool_of(wanted, list)) {
      step();
      auto event = wanted;
      event.one_of.reset();
      event.calendars = named;
      event.calendars.push_back(name);
      Judge one(plan, event, options);
      if (one.search().first_fit(one.length(), one.window())) continue;
      refused.push_back(one.nowhere());
      refused.back().calendar = name;
    }
  }
  return refused;
}

}  // namespace

Refusal refusal_of_choice(Plan& plan, Judge& judge, const Event& wanted, const PlacingOptions& options) {
  std::optional<Refusal> refused;
  for (auto& each : without_start(plan, wanted, options)) keep_last(refused, std::move(each));
  if (refused) return std::move(*refused);
  // Each candidate has a start, but no start has enough of them.
  return {.reason = Reason::no_open_slot,
          .about = About::window,
          .is_one_of_several = true,
          .span = judge.within(),
          .duration = judge.length()};
}

namespace {

/// Why the fixed event may not be on the candidate at `time`; none if it may: then also counts the moves.
std::optional<Refusal> refused_at(Plan& plan, const Event& wanted, Span time, const PlacingOptions& options,
                                  Standing& candidate) {
  step();
  const auto event = alone_on(wanted, {candidate.calendar}, time);
  Judge judge(plan, event, options);
  if (auto found = judge.at(time.start)) return found;
  candidate.moves = judge.in_the_way(time.start).displaceable.size();
  return std::nullopt;
}

}  // namespace

Choice choose_at(Plan& plan, const Event& wanted, Span time, const PlacingOptions& options) {
  Choice choice{.calendars = named_of(wanted)};
  auto all = choice.calendars;
  all.insert(all.end(), wanted.attendee_calendars.begin(), wanted.attendee_calendars.end());
  if (!all.empty()) {
    auto refused = Judge(plan, alone_on(wanted, all, time), options).at(time.start);
    if (refused) return {.refusal = std::move(refused)};
  }
  for (const auto& list : *wanted.one_of) {
    std::vector<Standing> open;
    std::optional<Refusal> refused;
    for (auto& standing : in_order(plan, wanted, list, time.start, time.length())) {
      if (auto found = refused_at(plan, wanted, time, options, standing))
        keep_last(refused, std::move(*found));
      else
        open.push_back(std::move(standing));
    }
    std::ranges::sort(open, std::less<>());
    if (open.size() < static_cast<std::size_t>(list.count)) {
      refused->is_one_of_several = true;
      for (auto& each : open) refused->free.push_back(std::move(each.calendar));
      return {.refusal = std::move(refused)};
    }
    for (int i = 0; i < list.count; ++i) choice.calendars.push_back(open[static_cast<std::size_t>(i)].calendar);
  }
  return choice;
}

namespace {

/// How many events would have to move if all of `events` were on the candidate; nullopt if one cannot be.
std::optional<std::size_t> moves_of_all(Plan& plan, const std::vector<Event*>& events, const std::string& candidate,
                                        const PlacingOptions& options) {
  const auto before = plan.mark();
  const auto displaced = plan.displaced().size();
  EventId trial = 0;
  const bool all = std::ranges::all_of(events, [&](const Event* each) {
    step();
    const auto time = wished_time(each->wish, plan.first_of(*each).zone());
    auto event = alone_on(*each, {candidate}, time);
    event.id = --trial;
    event.recurrence.clear();
    Judge judge(plan, event, options);
    if (judge.at(time.start)) return false;
    for (const auto& other : judge.in_the_way(time.start).displaceable) plan.displace(other);
    event.time = time;
    plan.add(std::move(event), Verb::placed);
    return true;
  });
  const auto moves = plan.displaced().size() - displaced;
  plan.back_to(before);
  return all ? std::optional(moves) : std::nullopt;
}

}  // namespace

void choose_same(Plan& plan, const std::vector<Event*>& events, const PlacingOptions& options) {
  const auto is_fixed = [](const Event* event) { return event->wish.is_fixed(); };
  if (events.empty() || !has_choice(*events.front()) || !std::ranges::all_of(events, is_fixed)) return;
  const auto& first = *events.front();
  const auto time = wished_time(first.wish, plan.first_of(first).zone());
  for (const auto& list : *first.one_of) {
    const auto count = static_cast<std::size_t>(list.count);
    auto all = in_order(plan, first, list, time.start, time.length());
    if (!list.same || all.size() <= count) continue;
    std::vector<Standing> open;
    for (auto standing : all) {
      const auto moves = moves_of_all(plan, events, standing.calendar, options);
      if (!moves) continue;
      standing.moves = *moves;
      open.push_back(std::move(standing));
    }
    std::ranges::sort(open, std::less<>());
    // With too few, the first ones say why.
    const auto& taken = open.size() < count ? all : open;
    for (auto* event : events) {
      std::erase_if(event->calendars, [&](const auto& name) {
        const auto is_this = [&](const Standing& each) { return each.calendar == name; };
        return std::ranges::any_of(all, is_this) && std::none_of(taken.begin(), taken.begin() + list.count, is_this);
      });
    }
  }
}

std::vector<Refusal> not_chosen(Plan& plan, const Event& wanted, const PlacingOptions& options,
                                const std::optional<Span>& time, const Names& chosen) {
  if (!time) return without_start(plan, wanted, options);
  Judge all(plan, wanted, options);
  // The start by which a list that is least_busy has counted.
  const auto counted = all.is_fixed() ? time->start : all.search().first_fit(all.length(), all.window()).value();
  std::vector<Refusal> reasons;
  for (const auto& list : *wanted.one_of) {
    std::vector<Standing> open;
    for (auto& standing : in_order(plan, wanted, list, counted, time->length())) {
      std::optional<Refusal> found;
      if (all.is_fixed()) {
        found = refused_at(plan, wanted, *time, options, standing);
      } else {
        const auto event = alone_on(wanted, {standing.calendar});
        found = Judge(plan, event).at(time->start);
      }
      if (!found) {
        open.push_back(std::move(standing));
        continue;
      }
      found->calendar = standing.calendar;
      found->is_one_of_several = true;
      reasons.push_back(std::move(*found));
    }
    std::ranges::sort(open, std::less<>());
    const Standing* last = nullptr;
    for (const auto& each : open) {
      if (contains(chosen, each.calendar))
        last = &each;
      else if (last != nullptr)
        reasons.push_back({.reason = Reason::comes_later,
                           .calendar = each.calendar,
                           .is_one_of_several = true,
                           .standings = {each, *last}});
    }
  }
  return reasons;
}

}  // namespace jb
