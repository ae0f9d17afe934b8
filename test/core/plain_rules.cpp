// SPDX-License-Identifier: PostgreSQL
#include "plain_rules.hpp"

#include <algorithm>
#include <tuple>

#include "oracle.hpp"

namespace jb::test {

namespace {

constexpr Seconds kMinute{60};

bool overlap(Span a, Span b) { return a.start < b.end && b.start < a.end; }

Span claimed(const Calendar& calendar, Span time) {
  const auto& grid = calendar.grid();
  return {time.start - grid.buffer_before, time.end + grid.buffer_after};
}

/// Whether the calendar mirrors a source from which it has not heard for too long (rule 2.6.15).
bool is_stale(const Calendar& calendar, Instant now) {
  if (!calendar.max_source_age) return false;
  return !calendar.source_as_of || now - *calendar.source_as_of > *calendar.max_source_age;
}

/// The local day, from midnight to midnight of the wall clock.
Span day_of(const Zone& zone, Date date) {
  using std::chrono::days;
  return {oracle::to_instant(zone, date), oracle::to_instant(zone, date + days{1})};
}

}  // namespace

PlainRules::PlainRules(const MemoryStore& store) : store_(store) {
  for (const auto& [name, calendar] : store.calendars()) {
    for (const auto& claim : store.claims_on(calendar.id)) {
      const auto& event = store.events().at(claim.event_id);
      const bool is_over = event.status == Status::held && *event.expires_at <= store.clock();
      if (!is_over) standing_[name].push_back({event.id, claim.during, event.time->start});
    }
  }
}

void PlainRules::leave(EventId id) {
  for (auto& [name, all] : standing_) std::erase_if(all, [&](const Standing& each) { return each.id == id; });
}

void PlainRules::stand(const Event& event) {
  for (const auto& name : event.booked_on())
    standing_[name].push_back({event.id, claimed(calendar(name), *event.time), event.time->start});
}

void PlainRules::stand_as_stored(EventId id) {
  for (const auto& [name, calendar] : store_.calendars()) {
    for (const auto& claim : store_.claims_on(calendar.id)) {
      if (claim.event_id == id) standing_[name].push_back({id, claim.during, store_.events().at(id).time->start});
    }
  }
}

Span PlainRules::starts(const Event& wanted) const {
  const auto& wish = wanted.wish;
  Span within{now(), Instant::max()};
  if (wish.date) {
    const auto day = day_of(calendar(wanted.calendars.front()).zone(), *wish.date);
    within = {std::max(within.start, day.start), day.end};
  }
  if (wish.not_before) within.start = std::max(within.start, *wish.not_before);
  if (wish.not_after) within.end = std::min(within.end, *wish.not_after);
  for (const auto& name : wanted.booked_on()) {
    within.start = std::max(within.start, now() + calendar(name).min_notice);
    within.end = std::min(within.end, now() + calendar(name).horizon);
    if (is_stale(calendar(name), now())) within.end = now() - kDay;
  }
  return {within.start, within.end - wish.duration.value_or(Seconds{0})};
}

const std::vector<Span>& PlainRules::hours(const std::string& name) const {
  const auto known = hours_.find(name);
  if (known != hours_.end()) return known->second;
  const auto& on = calendar(name);
  return hours_[name] =
             oracle::hours_near(on.grid().hours, on.zone(), {now() - 2 * kDay, now() + on.horizon + 2 * kDay});
}

std::vector<Span> PlainRules::full_days(const std::string& name) const {
  const auto& on = calendar(name);
  const auto found = standing_.find(name);
  if (!on.max_events_per_day || found == standing_.end()) return {};
  std::map<Instant, int> counts;
  std::vector<Span> full;
  for (const auto& each : found->second) {
    const auto day = on.zone().day_at(each.start);
    if (++counts[day.start] == *on.max_events_per_day) full.push_back(day);
  }
  return full;
}

bool PlainRules::is_on_increment(const Calendar& calendar, Instant start) {
  const auto& grid = calendar.grid();
  return oracle::is_on_increment(*grid.zone, start, grid.slot_increment, grid.from_opening ? &grid.hours : nullptr);
}

// Days end at the requested time of day, so many days later. If the clock skips that time, they begin a little later.
Span PlainRules::time_from(const Event& event, Instant start) const {
  const auto& wish = event.wish;
  if (wish.duration) return {start, start + *wish.duration};
  const auto& first = calendar(event.calendars.front());
  auto shown = first.zone().to_wall(start);
  if (wish.start_time && start == wished_instant(event, first)) shown = *wish.date + *wish.start_time;
  return {start, oracle::to_instant(first.zone(), shown + std::chrono::days{*wish.days})};
}

// A stretch begins on each of the days, and ends on the next day if its end is not after its beginning.
bool PlainRules::is_asked(const Event& wanted, Span time) const {
  const auto& within = wanted.wish.within;
  if (!within) return true;
  const auto& zone = calendar(wanted.calendars.front()).zone();
  const auto day = [&](Instant at) { return std::chrono::floor<std::chrono::days>(zone.to_wall(at)); };
  std::vector<Span> stretches;
  for (auto date = day(time.start) - std::chrono::days{2}; date <= day(time.end); date += std::chrono::days{1}) {
    if ((within->days >> (std::chrono::weekday{date}.iso_encoding() - 1) & 1) == 0) continue;
    const auto last = within->to > within->from ? date : date + std::chrono::days{1};
    stretches.push_back({oracle::to_instant(zone, date + within->from), oracle::to_instant(zone, last + within->to)});
  }
  return oracle::is_covered(time, stretches);
}

bool PlainRules::is_open(const Event& wanted, Instant start) const {
  const auto time = time_from(wanted, start);
  if (!is_asked(wanted, time)) return false;
  const auto allowed = starts(wanted);
  if (start < allowed.start || start > allowed.end) return false;
  if (wanted.wish.days && time.end > allowed.end) return false;
  const auto names = wanted.booked_on();
  const auto on_increment = [&](const auto& name) { return is_on_increment(calendar(name), start); };
  if (!std::all_of(names.begin(), names.end(), on_increment)) return false;
  return std::all_of(names.begin(), names.end(), [&](const auto& name) {
    if (!oracle::is_covered(time, hours(name))) return false;
    const auto found = standing_.find(name);
    if (found == standing_.end()) return true;
    for (const auto& each : found->second) {
      if (overlap(each.claim, claimed(calendar(name), time))) return false;
    }
    const auto full = full_days(name);
    return std::none_of(full.begin(), full.end(), [&](const Span& day) { return overlap(day, time); });
  });
}

std::optional<Instant> PlainRules::earliest(const Event& wanted, Span overlapping) const {
  const auto allowed = starts(wanted);
  const auto earliest = std::max(allowed.start, overlapping.start - *wanted.wish.duration + Seconds{1});
  auto start = std::chrono::floor<std::chrono::minutes>(earliest) + Seconds{0};
  for (; start <= std::min(allowed.end, overlapping.end - Seconds{1}); start += kMinute) {
    if (is_open(wanted, start)) return start;
  }
  return std::nullopt;
}

std::vector<Event> PlainRules::in_the_way(const Event& wanted, Instant start) const {
  std::map<std::pair<Instant, EventId>, Event> found;
  for (const auto& name : wanted.booked_on()) {
    const auto all = standing_.find(name);
    if (all == standing_.end()) continue;
    const auto claim = claimed(calendar(name), time_from(wanted, start));
    for (const auto& each : all->second) {
      if (each.id != wanted.id && overlap(each.claim, claim))
        found.emplace(std::pair(each.start, each.id), store_.events().at(each.id));
    }
  }
  std::vector<Event> events;
  for (const auto& [key, event] : found) events.push_back(event);
  return events;
}

std::vector<Event> PlainRules::standing_on(const std::string& name) const {
  std::vector<Event> events;
  const auto found = standing_.find(name);
  if (found == standing_.end()) return events;
  for (const auto& each : found->second) events.push_back(store_.events().at(each.id));
  return events;
}

bool PlainRules::may_be_moved(const Event& event) const {
  if (event.status != Status::scheduled || event.wish.start_time || event.wish.wished_start) return false;
  if (event.time->start <= now()) return false;
  const auto names = event.booked_on();
  return std::all_of(names.begin(), names.end(),
                     [&](const auto& name) { return event.time->start >= now() + calendar(name).settled_within; });
}

// Rules 2.6.4 to 2.6.10, in their order. A movable event is no conflict.
bool PlainRules::is_allowed(const Event& wanted, Instant start, bool allow_past) const {
  const auto time = time_from(wanted, start);
  if (!allow_past && start < now() - Seconds{300}) return false;
  const bool is_record = allow_past && start < now();
  for (const auto& name : wanted.booked_on()) {
    const auto& on = calendar(name);
    const auto full = full_days(name);
    const auto midnight = on.zone().day_at(start).start;
    if (std::any_of(full.begin(), full.end(), [&](const Span& day) { return day.start == midnight; })) return false;
    if (!on.strict) continue;
    if (std::any_of(full.begin(), full.end(), [&](const Span& day) { return overlap(day, time); })) return false;
    if (is_stale(on, now())) return false;
    if (time.end > now() + on.horizon) return false;
    if (!is_record && start < now() + on.min_notice) return false;
    const auto around = oracle::hours_near(on.grid().hours, on.zone(), {time.start - kDay, time.end + kDay});
    if (!oracle::is_covered(time, around)) return false;
    if (!is_on_increment(on, start)) return false;
  }
  const auto standing = in_the_way(wanted, start);
  return std::all_of(standing.begin(), standing.end(), [&](const Event& each) { return may_be_moved(each); });
}

std::vector<Event> PlainRules::lower_ones(const Event& wanted) const {
  std::map<EventId, Event> found;
  for (const auto& name : wanted.booked_on()) {
    const auto all = standing_.find(name);
    if (all == standing_.end()) continue;
    for (const auto& each : all->second) {
      const auto& event = store_.events().at(each.id);
      if (event.wish.priority < wanted.wish.priority && may_be_moved(event)) found.emplace(event.id, event);
    }
  }
  std::vector<Event> events;
  for (const auto& [id, event] : found) events.push_back(event);
  sort_for_replacing(events);
  return events;
}

std::vector<Move> PlainRules::place_again(std::vector<Event> displaced) {
  sort_for_replacing(displaced);
  for (const auto& event : displaced) leave(event.id);
  std::vector<Move> moves;
  for (auto event : displaced) {
    const auto old_time = *event.time;
    const auto start = earliest(event);
    event.time = start ? std::optional(Span{*start, *start + *event.wish.duration}) : std::nullopt;
    if (event.time) stand(event);
    if (event.time != old_time) moves.push_back({event.id, old_time, event.time});
  }
  return moves;
}

void sort_for_replacing(std::vector<Event>& events) {
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return std::tuple(-a.wish.priority, a.time->start, a.id) < std::tuple(-b.wish.priority, b.time->start, b.id);
  });
}

Instant wished_instant(const Event& wanted, const Calendar& first) {
  const auto& wish = wanted.wish;
  return wish.wished_start ? *wish.wished_start : oracle::to_instant(first.zone(), *wish.date + *wish.start_time);
}

bool has_passed(const Event& waiting, const PlainRules& rules) {
  const auto& first = rules.calendar(waiting.calendars.front());
  if (waiting.wish.is_fixed()) return wished_instant(waiting, first) < rules.now();
  auto end = Instant::max();
  if (waiting.wish.date) end = day_of(first.zone(), *waiting.wish.date).end;
  if (waiting.wish.not_after) end = std::min(end, *waiting.wish.not_after);
  if (end == Instant::max()) {
    for (const auto& name : waiting.booked_on()) end = std::min(end, waiting.updated_at + rules.calendar(name).horizon);
  }
  auto last = end - *waiting.wish.duration;
  for (auto start = last; start > last - 10 * kDay; start -= kMinute) {
    const bool is_in_window = !waiting.wish.not_before || start >= *waiting.wish.not_before;
    if (!is_in_window || !rules.is_asked(waiting, {start, start + *waiting.wish.duration})) continue;
    last = start;
    break;
  }
  return last < rules.now();
}

bool stands_fast(const Event& event, const PlainRules& rules) {
  return event.is_claiming() && !rules.may_be_moved(event);
}

}  // namespace jb::test
