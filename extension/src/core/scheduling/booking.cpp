// SPDX-License-Identifier: PostgreSQL
#include "booking.hpp"

#include <algorithm>
#include <map>

#include "../values/budget.hpp"
#include "../values/time_text.hpp"
#include "../values/validation.hpp"

namespace jb {

namespace {

IsFull fullness(Plan& plan) {
  return [&plan](const Calendar& calendar, Instant start) { return plan.is_full(calendar, start); };
}

template <class Key>
std::vector<Event> values(const std::map<Key, Event>& events) {
  std::vector<Event> all;
  for (const auto& [key, event] : events) all.push_back(event);
  return all;
}

InTheWay in_the_way(Plan& plan, const Search& search, Span wished, EventId own) {
  InTheWay found;
  std::map<std::pair<Instant, EventId>, Event> standing;
  for (const auto& calendar : search.calendars()) {
    if (!found.full_on && plan.is_full(calendar, wished.start)) found.full_on = &calendar;
    for (auto& event : plan.occupants(calendar, calendar.grid().claim_of(wished), own)) {
      standing.emplace(std::pair(event.time->start, event.id), std::move(event));
    }
  }
  found.displaceable = movable(plan, values(standing));
  for (const auto& event : found.displaceable) standing.erase({event.time->start, event.id});
  for (const auto& [key, event] : standing) found.conflicts.push_back(event.id);
  return found;
}

/// Where an event stands that can keep others out of `within`: in their claims, or anywhere on a day that it helps to
/// fill.
Span disturbing(const Calendar& calendar, Span within) {
  if (!calendar.max_events_per_day) return calendar.grid().claim_of(within);
  return calendar.grid().claim_of({calendar.zone().day_at(within.start).start, calendar.zone().day_at(within.end).end});
}

/// rule 2.12: the earliest start that is open once those of lower priority are set aside. They are put back one by one,
/// high priority first; those that do not go back while the event stands there are displaced. So a day that is full
/// gives up its least important event.
Placement preempted(Plan& plan, Search& search, const Event& wanted, Placement refused) {
  const auto now = plan.now();
  const auto within = intersection(window_of(wanted.wish, search.first()), search.bounds(now));
  if (within.empty()) return refused;
  const auto lower = lower_ones(plan, search, wanted, within);
  for (const auto& event : lower) plan.set_aside(event);
  const auto start = search.first_fit(wanted.wish.duration, within, now);
  Placement placement;
  if (start) placement.time = Span{*start, *start + wanted.wish.duration};
  for (const auto& event : lower) {
    plan.put_back(event);
    if (!start || search.timeline().first_fit(wanted.wish.duration, *placement.time)) continue;
    plan.set_aside(event);
    placement.displaced.push_back(event);
  }
  for (const auto& event : placement.displaced) plan.put_back(event);
  return start ? placement : refused;
}

/// Its end, and a wall clock time's instant, may lie outside the years that a wish alone was checked for.
void check_representable(const Wish& wish, Span span, std::optional<std::size_t> item) {
  if (kRepresentable.contains(span)) return;
  Validation validation;
  if (item) validation.at_index(*item);
  validation.refuse(wish.date ? "date" : "start_timestamp",
                    wish.date ? format_date(*wish.date) : format_utc(span.start),
                    "the event must begin and end in the years 0001 to 9999");
  validation.raise();
}

/// Where it goes, or that it waits. One whose own place is open again, and whose neighbour only took what its buffer
/// claimed, claims anew there and has not moved.
std::optional<Move> place_again(Plan& plan, const Event& before) {
  auto search = plan.search(before.booked_on());
  auto event = before;
  event.time = place_automatic(search, event.wish, plan.now(), fullness(plan)).time;
  std::vector<std::string> fields;
  if (event.time != before.time) add_time_fields(fields, before.time, event.time);
  if (!event.time) {
    event.status = Status::waiting;
    fields.emplace_back("status");
  }
  plan.change(before, event, fields.empty() ? "updated" : event.time ? "moved" : "waiting", fields);
  if (!event.time) {
    plan.reject(event, event.id, "displaced", "Another event took its time and no other slot is open to it.");
  }
  if (fields.empty()) return std::nullopt;
  return Move{event.id, *before.time, event.time};
}

std::size_t bytes_of(const std::vector<std::string>& texts) {
  std::size_t bytes = 0;
  for (const auto& text : texts) bytes += text.size();
  return bytes;
}

}  // namespace

void order(const Event& event, std::size_t times) {
  spend(Budget::events, times);
  spend(Budget::claims, times * (event.calendars.size() + event.attendee_calendars.size()));
  const auto attendees = event.attendees.is_left_there() ? 0 : bytes_of(*event.attendees.get());
  spend(Budget::text,
        times * (event.event_name.size() + event.event_location.size() + bytes_of(event.calendars) + attendees));
}

std::vector<Event> lower_ones(Plan& plan, const Search& search, const Event& wanted, Span within) {
  std::map<EventId, Event> found;
  for (const auto& calendar : search.calendars()) {
    for (auto& event : plan.occupants(calendar, disturbing(calendar, within), wanted.id)) {
      if (event.wish.priority < wanted.wish.priority) found.emplace(event.id, std::move(event));
    }
  }
  return movable(plan, values(found));
}

// Who stays by a calendar that is locked needs no further lock. Once all are locked, all have been asked.
std::vector<Event> movable(Plan& plan, std::vector<Event> events) {
  std::erase_if(events, [&](const Event& event) {
    const auto names = event.booked_on();
    return std::any_of(names.begin(), names.end(), [&](const auto& name) {
      return plan.is_locked(name) && !may_be_displaced(event, plan.calendar(name), plan.now());
    });
  });
  plan.need_all_of(events);
  std::sort(events.begin(), events.end(), replaced_earlier);
  return events;
}

void resolve_attendees(Plan& plan, Event& event, const std::vector<std::string>& guests) {
  plan.need(event.calendars);
  const bool checks =
      event.check_attendees.value_or(std::any_of(event.calendars.begin(), event.calendars.end(), [&](const auto& name) {
        return plan.calendar(name).check_attendees;
      }));
  event.attendee_calendars.clear();
  if (!checks) return;
  std::vector<std::string> names;
  const auto contains = [](const auto& list, const auto& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  const auto attendees = event.attendees.get();
  for (const auto& attendee : *attendees) {
    const bool is_named = contains(event.calendars, attendee) || contains(names, attendee);
    if (!is_named && is_calendar_name(attendee) && !contains(guests, attendee)) names.push_back(attendee);
  }
  plan.need(names);
  for (const auto& name : names) {
    if (plan.find_calendar(name)) event.attendee_calendars.push_back(name);
  }
}

Placement place(Plan& plan, const Event& wanted, const PlacingOptions& options, std::optional<std::size_t> item) {
  auto search = plan.search(wanted.booked_on());
  const auto now = plan.now();
  if (!wanted.wish.is_fixed() && !options.has_begun) {
    auto placement = place_automatic(search, wanted.wish, now, fullness(plan));
    placement.options = options;
    if (placement.time || !options.preempt || !placement.may_wait()) return placement;
    return preempted(plan, search, wanted, std::move(placement));
  }
  const bool stays = options.has_begun || options.keeps_start;
  const auto start = stays ? wanted.time->start : wished_start(wanted.wish, search.first().zone());
  const Span wished{start, start + wanted.wish.duration};
  check_representable(wanted.wish, wished, item);
  auto placement = place_fixed(
      search, wished, [&] { return in_the_way(plan, search, wished, wanted.id); }, now, options);
  placement.options = options;
  return placement;
}

void resolve_hold(Plan& plan, Event& event) {
  if (event.hold_for) return;
  for (const auto& name : event.calendars) {
    const auto asked = plan.calendar(name).confirm_within;
    if (asked) event.hold_for = std::min(event.hold_for.value_or(*asked), *asked);
  }
}

void begin_status(Event& event, Instant now) {
  const bool is_held = event.hold_for && !event.expires_at;
  event.status = is_held ? Status::held : Status::scheduled;
  if (is_held) event.expires_at = now + *event.hold_for;
}

std::string_view placing_kind(const Event& event) { return event.status == Status::held ? "held" : "placed"; }

Event book(Plan& plan, Event event, const Placement& placement) {
  event.time = placement.time;
  begin_status(event, plan.now());
  for (const auto& displaced : placement.displaced) plan.displace(displaced);
  const auto kind = placing_kind(event);
  return plan.add(std::move(event), kind);
}

Event rebook(Plan& plan, const Event& was, Event wanted, const Placement& placement, std::string_view kind,
             const std::vector<std::string>& fields) {
  for (const auto& displaced : placement.displaced) plan.displace(displaced);
  return plan.change(was, std::move(wanted), kind, fields);
}

std::vector<Move> place_displaced(Plan& plan) {
  auto displaced = plan.take_displaced();
  std::sort(displaced.begin(), displaced.end(), replaced_earlier);
  std::vector<Move> moves;
  for (const auto& event : displaced) {
    if (const auto move = place_again(plan, event)) moves.push_back(*move);
  }
  return moves;
}

void add_time_fields(std::vector<std::string>& names, const std::optional<Span>& before,
                     const std::optional<Span>& after) {
  if (!before || !after || before->start != after->start) names.emplace_back("start_timestamp");
  if (!before || !after || before->end != after->end) names.emplace_back("end_timestamp");
}

}  // namespace jb
