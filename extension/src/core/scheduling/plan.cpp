// SPDX-License-Identifier: PostgreSQL
#include "plan.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <ranges>
#include <tuple>

#include "../event/shown.hpp"
#include "../ical/recurrence.hpp"
#include "../values/json.hpp"
#include "rule.hpp"

namespace jb {

Span window_of(const Wish& wish, const Calendar& first) {
  Span window = kRepresentable;
  if (wish.date) window = intersection(window, first.zone().day(*wish.date));
  if (wish.not_before) window.start = std::max(window.start, *wish.not_before);
  if (wish.not_after) window.end = std::min(window.end, *wish.not_after);
  return window;
}

Instant wished_start(const Wish& wish, const Zone& zone) {
  return wish.wished_start ? *wish.wished_start : zone.to_instant(*wish.date + *wish.start_time);
}

bool wish_for_same_start(const Event& a, const Event& b) {
  const auto read = [](const Event& event) {
    return std::tuple(event.wish.date, event.wish.start_time, event.wish.wished_start, event.calendars.front());
  };
  return read(a) == read(b);
}

Wish wall_clock_wish(const Event& event) {
  auto wish = event.wish;
  if (!event.wished_wall) return wish;
  wish.date = date_of(*event.wished_wall);
  wish.start_time = since_midnight(*event.wished_wall);
  wish.wished_start.reset();
  return wish;
}

std::optional<WallTime> wall_start(const Event& event, const Zone& zone) {
  const auto& wish = event.wish;
  if (wish.start_time) return *wish.date + *wish.start_time;
  if (wish.wished_start) return zone.to_wall(*wish.wished_start);
  if (event.time) return zone.to_wall(event.time->start);
  return wish.date ? std::optional<WallTime>(*wish.date) : std::nullopt;
}

Span time_from(Instant start, const Wish& wish, const Zone& zone) {
  if (!wish.days) return {start, start + *wish.duration};
  auto shown = zone.to_wall(start);
  if (wish.start_time && wished_start(wish, zone) == start) shown = *wish.date + *wish.start_time;
  return {start, start + wish.length().elapsed(start, shown, zone)};
}

Span wished_time(const Wish& wish, const Zone& zone) { return time_from(wished_start(wish, zone), wish, zone); }

Span fixed_time(const Event& event, const PlacingOptions& options, const Zone& zone) {
  if (options.keeps_end) return *event.time;
  if (options.has_begun || options.keeps_start) return time_from(event.time->start, event.wish, zone);
  return wished_time(event.wish, zone);
}

Seconds nearest_horizon(const Event& event, const CalendarOf& calendar_of) {
  auto nearest = Seconds::max();
  for (const auto& name : event.booked_on()) nearest = std::min(nearest, calendar_of(name).horizon);
  return nearest;
}

Span room_of(const Event& event, const Calendar& first) {
  if (!event.wish.is_fixed()) {
    const auto window = window_of(event.wish, first);
    // A new zone of the calendar can move the date away from not_before or not_after. The event then has no place, but
    // is still found when the zone changes again.
    return {window.start, std::max(window.end, window.start + Seconds{1})};
  }
  return wished_time(event.wish, first.zone());
}

namespace {

/// How far ahead a waiting event may get its place: the nearest horizon of the calendars that it needs all of. For a
/// list, it is the farthest horizon that `count` candidates reach.
Seconds last_horizon(const Event& event, const CalendarOf& calendar_of) {
  const auto needs = needs_of(event);
  auto last = Seconds::max();
  for (const auto& name : needs.all) last = std::min(last, calendar_of(name).horizon);
  for (const auto& [candidates, count] : needs.some) {
    std::vector<Seconds> horizons;
    for (const auto& name : candidates) horizons.push_back(calendar_of(name).horizon);
    std::ranges::sort(horizons, std::greater<>());
    last = std::min(last, horizons.at(std::min(count, horizons.size()) - 1));
  }
  return last;
}

}  // namespace

Instant latest_start(const Event& event, const CalendarOf& calendar_of) {
  const auto& first = calendar_of(event.calendars.front());
  if (event.wish.is_fixed()) return wished_start(event.wish, first.zone());
  const bool is_bound = event.wish.date || event.wish.not_after;
  const auto end = is_bound ? window_of(event.wish, first).end : event.updated_at + last_horizon(event, calendar_of);
  const auto last = end - *event.wish.duration;
  if (!event.wish.within) return last;
  const auto hours = timeline_of_hours(*event.wish.within, first);
  return hours->last_fit(*event.wish.duration, {window_of(event.wish, first).start, end}).value_or(last);
}

namespace {

/// When, after `at`, the waiting event's room next comes to lie within a horizon that binds the event: that of strict
/// calendars alone if its time is fixed (rule 2.8.4). nullopt: it lies within all.
std::optional<Instant> next_within_horizon(const Event& event, const CalendarOf& calendar_of, Instant at) {
  const auto end = room_of(event, calendar_of(event.calendars.front())).end;
  std::optional<Instant> next;
  for (const auto& name : event.booked_on()) {
    const auto& calendar = calendar_of(name);
    const auto within = end - calendar.horizon;
    const bool binds = calendar.strict || !event.wish.is_fixed();
    if (binds && within > at) next = std::min(next.value_or(within), within);
  }
  return next;
}

/// The second length that room_at() tries. The longest is that of the longest event.
constexpr Seconds kNextTried{64};

bool is_watched(const std::optional<Event>& event) {
  return event && (event->status == Status::held || event->status == Status::waiting);
}

/// Whether `after` differs from `before` in its start, wished start or first calendar. If so, the wall clock time that
/// it wished for before a change of zone no longer applies.
bool has_other_start(const Event& before, const Event& after) {
  return !wish_for_same_start(before, after) || (before.time && after.time && before.time->start != after.time->start);
}

bool starts_earlier(const Event& a, const Event& b) {
  return std::tuple(a.time->start, a.id) < std::tuple(b.time->start, b.id);
}

}  // namespace

Instant due_at(const Event& event, const CalendarOf& calendar_of, Instant now) {
  if (event.status == Status::held) return event.expires_at.value_or(event.updated_at);
  const auto passes = latest_start(event, calendar_of) + Seconds{1};
  const auto within = next_within_horizon(event, calendar_of, now);
  if (!within) return passes;
  if (event.wish.is_fixed()) return std::min(passes, *within);
  return std::min(passes, now + std::clamp(nearest_horizon(event, calendar_of) / 24, Seconds{1}, kDay));
}

std::vector<Watched> watched_of(const Event& event, const CalendarOf& calendar_of, Instant now) {
  Watched watched{.event_id = event.id, .due_at = due_at(event, calendar_of, now), .turn = turn_of(event)};
  if (event.status == Status::waiting) {
    watched.room = room_of(event, calendar_of(event.calendars.front()));
    if (!event.wish.is_fixed()) watched.needs = *event.wish.duration;
  }
  std::vector<Watched> all;
  for (const auto& name : event.booked_on()) {
    watched.calendar = calendar_of(name).id;
    all.push_back(watched);
  }
  return all;
}

Plan::Plan(Store& store, const std::vector<std::string>& names, Reach reach, EndHolds end_holds)
    : store_(store), reach_(reach), end_holds_(std::move(end_holds)) {
  auto found = store_.load(names);
  now_ = store_.now();
  admit(names, std::move(found));
}

// The due holds of the new calendars end before anything else is read there. No due hold claims time on a calendar that
// was loaded earlier, because it would have ended then. So these ends change nothing that was planned, and back_to()
// need not undo them.
void Plan::admit(const std::vector<std::string>& names, std::vector<Calendar> found) {
  for (const auto& name : names) calendars_[name];
  ++admitting_;
  for (auto& calendar : found) {
    auto& known = calendars_[calendar.name] = std::move(calendar);
    by_id_[known->id] = &*known;
    if (known->watched == 0) continue;
    for (auto& event : store_.due(*known, now_)) {
      if (event.is_due(now_)) due_holds_.try_emplace(event.id, event);
      if (event.status == Status::waiting) due_waiting_.try_emplace(event.id, std::move(event));
    }
  }
  if (!due_holds_.empty()) end_holds_(*this);
  --admitting_;
}

const Calendar* Plan::find_calendar(const std::string& name) {
  auto found = calendars_.find(name);
  if (found == calendars_.end()) {
    need({name});
    found = calendars_.find(name);
  }
  return found->second ? &*found->second : nullptr;
}

const Calendar& Plan::calendar(const std::string& name) {
  if (const auto* found = find_calendar(name)) return *found;
  throw unknown_calendar("calendars", name);
}

std::vector<std::string> Plan::own_names(const std::vector<std::string>& names) {
  need(names);
  std::vector<std::string> own;
  for (const auto& name : names) own.push_back(calendar(name).name);
  return own;
}

const Calendar& Plan::calendar_of(int id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) throw std::logic_error("a claim stands on a calendar that the plan does not know");
  return *found->second;
}

std::vector<std::string> Plan::names() const {
  const auto names = std::views::keys(calendars_);
  return {names.begin(), names.end()};
}

void Plan::need(const std::vector<std::string>& names) {
  NotLocked missing;
  for (const auto& name : names) {
    if (!knows(name) && !contains(missing.names, name)) missing.names.push_back(name);
  }
  if (missing.names.empty()) return;
  if (reach_ == Reach::locked) throw missing;
  admit(missing.names, store_.load(missing.names));
}

void Plan::need_all_of(const std::vector<Event>& events) {
  std::set<std::string> names;
  for (const auto& event : events) {
    for (auto& name : event.booked_on()) {
      if (!knows(name)) names.insert(std::move(name));
    }
  }
  need({names.begin(), names.end()});
}

void Plan::exclude_changes_of(EventId id) {
  const auto event = find(id);
  if (!event) return;
  need(event->booked_on());
  for (const auto& name : event->booked_on()) excluded_on_.push_back(calendar(name).id);
}

void Plan::choose_from(const std::vector<std::string>& names) {
  for (const auto& name : names)
    if (const auto* known = find_calendar(name)) chosen_from_.insert(known->id);
}

void Plan::depend_on(const Event& waiting) {
  for (auto& name : waiting.booked_on()) depended_on_.insert(std::move(name));
}

std::set<int> Plan::only_read() const {
  if (chosen_from_.empty()) return {};
  auto needed = depended_on_;
  for (const auto& [id, entry] : entries_)
    for (const auto& event : {entry.before, entry.now})
      for (const auto& name : event ? event->booked_on() : std::vector<std::string>()) needed.insert(name);
  // An event that a later request of the call has moved away again: neither its first nor its last state names the
  // calendar, but its history there does.
  std::set<int> written(excluded_on_.begin(), excluded_on_.end());
  for (const auto& record : records_)
    for (const auto& [calendar, change] : record.changes) written.insert(calendar);
  auto only_read = chosen_from_;
  std::erase_if(only_read, [&](int id) { return needed.contains(calendar_of(id).name) || written.contains(id); });
  return only_read;
}

std::vector<std::string> Plan::names_without(const std::set<int>& only_read) const {
  std::vector<std::string> names;
  for (const auto& [id, calendar] : by_id_)
    if (!only_read.contains(id)) names.push_back(calendar->name);
  return names;
}

const std::shared_ptr<Timeline>& Plan::timeline(const Calendar& calendar) {
  auto& timeline = timelines_[calendar.id];
  if (!timeline) timeline = store_.timeline(calendar);
  return timeline;
}

std::vector<Calendar> Plan::calendars_named(const std::vector<std::string>& names) {
  std::vector<Calendar> all;
  for (const auto& name : names) all.push_back(calendar(name));
  return all;
}

Search Plan::search(const std::vector<std::string>& names, std::shared_ptr<Timeline> asked) {
  need(names);
  return {calendars_named(names), [this](const Calendar& on) { return timeline(on); }, now_, std::move(asked)};
}

Search Plan::search(const Needs& needs, std::shared_ptr<Timeline> asked) {
  if (needs.some.empty()) return search(needs.all, std::move(asked));
  auto names = needs.all;
  for (const auto& [some, count] : needs.some) names.insert(names.end(), some.begin(), some.end());
  need(names);
  std::vector<Search::Pool> pools;
  for (const auto& [some, count] : needs.some) pools.push_back({calendars_named(some), count});
  const Search::TimelineOf timeline_of = [this](const Calendar& on) { return timeline(on); };
  return {calendars_named(needs.all), timeline_of, now_, std::move(asked), pools};
}

std::optional<Event> Plan::find(EventId id) {
  const auto known = entries_.find(id);
  return known == entries_.end() ? store_.find(id) : known->second.now;
}

bool Plan::is_new(EventId id) const {
  const auto known = entries_.find(id);
  return known != entries_.end() && !known->second.before;
}

Event Plan::subject(EventId id) {
  auto event = find(id);
  if (!event) throw no_such_event(id);
  auto names = event->booked_on();
  const bool are_known = std::all_of(names.begin(), names.end(), [&](const auto& name) { return knows(name); });
  if (are_known) return std::move(*event);
  if (reach_ == Reach::locked) throw NotLocked{std::move(names), true};
  need(names);
  return *find(id);
}

Event Plan::as_read(Event event) const {
  const auto known = entries_.find(event.id);
  if (known == entries_.end()) return event;
  event.version = known->second.before->version;
  event.updated_at = known->second.before->updated_at;
  return event;
}

void Plan::offer(const std::vector<EventId>& ids) {
  for (const auto id : ids) entries_.at(id).now->offer = ids;
}

std::size_t Plan::held(const Calendar& calendar) {
  auto count = static_cast<std::int64_t>(store_.held(calendar, now_));
  const auto is_counted = [&](const std::optional<Event>& event) {
    return event && event->is_held_by(store_.principal(), now_) && event->is_on(calendar.name);
  };
  for (const auto& [id, entry] : entries_) count += is_counted(entry.now) - is_counted(entry.before);
  return static_cast<std::size_t>(std::max<std::int64_t>(count, 0));
}

std::vector<Event> Plan::series(EventId series) {
  std::map<EventId, Event> members;
  for (auto& event : store_.series(series)) members.emplace(event.id, std::move(event));
  for (const auto& [id, entry] : entries_) {
    members.erase(id);
    if (entry.now && entry.now->series == series) members.emplace(id, *entry.now);
  }
  std::vector<Event> all;
  for (auto& [id, event] : members) all.push_back(std::move(event));
  return all;
}

// Replaces the stored events by the events as the plan leaves them. Events whose claims the plan holds are left out:
// their stored claims are out of date, and occupants() adds these events from planned_.
std::vector<Event> Plan::as_planned(std::vector<Event> stored) const {
  std::erase_if(stored, [&](Event& event) {
    const auto known = entries_.find(event.id);
    if (known == entries_.end()) return false;
    if (known->second.claims) return true;
    event = *known->second.now;
    return false;
  });
  return stored;
}

Plan::Entry& Plan::entry(const Event& event) {
  return entries_.try_emplace(event.id, Entry{event, event}).first->second;
}

std::vector<Event> Plan::occupants(const Calendar& calendar, Span within, EventId own) {
  auto events = as_planned(store_.occupants(calendar, within));
  for (auto next = planned_.lower_bound({calendar.id, within.end}); next != planned_.begin();) {
    const auto& [key, claim] = *--next;
    if (key.first != calendar.id || claim.during.end <= within.start) break;
    events.push_back(*entries_.at(claim.event_id).now);
  }
  std::erase_if(events, [&](const Event& event) { return event.id == own; });
  std::sort(events.begin(), events.end(), starts_earlier);
  return events;
}

std::vector<Event> Plan::take_due_holds() {
  std::vector<Event> due;
  for (auto& [id, event] : std::exchange(due_holds_, {})) {
    if (!entries_.contains(id)) due.push_back(std::move(event));
  }
  return due;
}

std::vector<Event> Plan::due_waiting() {
  auto due = changed_waiting();
  std::erase_if(due, [&](const Event& event) { return due_at(event, calendar_of_name(), now_) > now_; });
  for (const auto& [id, event] : due_waiting_) {
    if (!entries_.contains(id)) due.push_back(event);
  }
  std::sort(due.begin(), due.end(), has_earlier_turn);
  return due;
}

std::vector<Event> Plan::changed_waiting() const {
  std::vector<Event> changed;
  for (const auto& [id, entry] : entries_) {
    if (entry.now && entry.now->status == Status::waiting) changed.push_back(*entry.now);
  }
  std::sort(changed.begin(), changed.end(), has_earlier_turn);
  return changed;
}

std::vector<Event> Plan::waiting(const Calendar& calendar, const Room& room) {
  return calendar.watched > 0 ? store_.waiting(calendar, room) : std::vector<Event>{};
}

bool Plan::fits_alone(const Calendar& calendar, Seconds length, Span within) {
  const Span searched = intersection(bounds_of(calendar, now_), within);
  return !searched.empty() && timeline(calendar)->first_fit(length, searched).has_value();
}

bool Plan::has_room(const Calendar& calendar, Seconds length, Span open, Span window) {
  return fits_alone(calendar, length, intersection(window, in_or_beside(open, length)));
}

// Starts lie on marks, so a shorter event may have to begin at the last mark before the time that would let it end at
// open.start. The bound must be exact: thousands of waiting events may be a little too long, and a loose bound would
// read them all.
Seconds Plan::room_at(const Calendar& calendar, Span open) {
  const auto fits_near = [&](Seconds length) {
    const auto reach = in_or_beside(open, length);
    const auto start = std::max(reach.start, bounds_of(calendar, now_).start);
    return fits_alone(calendar, length, {calendar.pattern->mark_until(start), reach.end});
  };
  Seconds fits{0};
  Seconds too_long{1};
  while (too_long <= kLongest && fits_near(too_long)) {
    fits = too_long;
    too_long = std::max(2 * too_long, kNextTried);
  }
  if (fits == Seconds{0}) return fits;
  too_long = std::min(too_long, kLongest + Seconds{1});
  while (too_long - fits > Seconds{1}) {
    const auto between = fits + (too_long - fits) / 2;
    (fits_near(between) ? fits : too_long) = between;
  }
  return too_long;
}

void Plan::watch_again(const Event& event, bool is_looked_at) {
  need(event.booked_on());
  auto& known = entry(event);
  known.is_watched_anew = true;
  known.is_looked_at = known.is_looked_at || is_looked_at;
  is_watched_anew_ = true;
}

void Plan::watch_soon(const Event& event) {
  watch_again(event, false);
  entry(event).is_due_soon = true;
}

void Plan::place_waiting() {
  record_as(Part::placed);
  for (const auto& [calendar, change] : of(Part::own).changes) keep(change.event_id);
}

int& Plan::starts_on(const Calendar& calendar, Span day) {
  const auto [known, is_new] = starts_.try_emplace({calendar.id, day.start}, 0);
  if (is_new) known->second = store_.starts_within(calendar, day);
  return known->second;
}

bool Plan::is_changing(const Calendar& calendar) {
  heeds_changes_ = true;
  return store_.is_changing(calendar);
}

Seconds Plan::booked(const Calendar& calendar, Span period, EventId own) {
  const auto is_counted = [&](EventId id) {
    const auto known = entries_.find(id);
    return id != own && (known == entries_.end() || !known->second.claims);
  };
  auto booked = store_.booked(calendar, period, is_counted);
  for (auto next = planned_.lower_bound({calendar.id, period.end}); next != planned_.begin();) {
    const auto& [key, claim] = *--next;
    if (key.first != calendar.id || claim.during.end <= period.start) break;
    const auto& time = *entries_.at(claim.event_id).now->time;
    if (claim.event_id != own && period.contains(time.start)) booked += time.length();
  }
  return booked;
}

bool Plan::is_full(const Calendar& calendar, Instant start) {
  const auto most = calendar.max_events_per_day;
  return most && starts_on(calendar, calendar.zone().day_at(start)) >= *most;
}

void Plan::count_start(const Calendar& calendar, Instant start, int by) {
  const auto most = calendar.max_events_per_day;
  if (!most) return;
  const auto day = calendar.zone().day_at(start);
  auto& count = starts_on(calendar, day);
  const bool was_full = count >= *most;
  count += by;
  const bool is_full = count >= *most;
  if (is_full == was_full) return;
  if (is_full)
    timeline(calendar)->close(day);
  else
    timeline(calendar)->reopen(day);
}

std::vector<Claim> Plan::claims_at(const Event& event, Span time) {
  std::vector<Claim> claims;
  for (const auto& name : event.booked_on()) {
    const auto& on = calendar(name);
    claims.push_back({on.id, event.id, on.grid().claim_of(time)});
  }
  return claims;
}

std::vector<Claim> Plan::claims_for(const Event& event) {
  return event.is_claiming() ? claims_at(event, *event.time) : std::vector<Claim>{};
}

std::vector<Claim> Plan::claims_of(const Event& event, Span time) {
  std::vector<Claim> claims = claims_of(entry(event));
  for (auto& claim : claims) {
    claim.during.start += time.start - event.time->start;
    claim.during.end += time.end - event.time->end;
  }
  return claims;
}

const std::vector<Claim>& Plan::claims_of(Entry& entry) {
  if (entry.claims) return *entry.claims;
  entry.claims = entry.now->is_claiming() ? store_.claims(entry.now->id) : std::vector<Claim>{};
  for (const auto& claim : *entry.claims) planned_.emplace(std::pair(claim.calendar, claim.during.start), claim);
  return *entry.claims;
}

void Plan::occupy(Entry& entry) {
  step();
  for (const auto& claim : claims_of(entry)) {
    const auto& on = calendar_of(claim.calendar);
    timeline(on)->take(claim.during);
    count_start(on, entry.now->time->start, 1);
    planned_.emplace(std::pair(claim.calendar, claim.during.start), claim);
  }
  entry.is_aside = false;
}

void Plan::vacate(Entry& entry) {
  step();
  for (const auto& claim : claims_of(entry)) {
    const auto& on = calendar_of(claim.calendar);
    timeline(on)->give(claim.during);
    count_start(on, entry.now->time->start, -1);
    planned_.erase({claim.calendar, claim.during.start});
  }
  entry.is_aside = true;
}

bool Plan::has_present_buffers(const Event& event) {
  need(event.booked_on());
  auto& known = entry(event);
  const auto& stored = claims_of(known);
  const auto present = claims_for(*known.now);
  return std::is_permutation(
      stored.begin(), stored.end(), present.begin(), present.end(),
      [](const Claim& a, const Claim& b) { return a.calendar == b.calendar && a.during == b.during; });
}

// Registers what undoes a change of the plan, before or after that change. Changes within admit() are not undone.
template <class Undo>
void Plan::on_return(Undo undo) {
  if (can_return()) undo_.emplace_back(std::move(undo));
}

bool Plan::set_aside(const Event& event) {
  need(event.booked_on());
  auto& known = entry(event);
  if (!known.now->is_claiming() || known.is_aside) return false;
  vacate(known);
  on_return([this, &known] { occupy(known); });
  return true;
}

void Plan::put_back(const Event& event) {
  auto& known = entries_.at(event.id);
  if (!known.is_aside) return;
  occupy(known);
  on_return([this, &known] { vacate(known); });
}

void Plan::displace(const Event& event) {
  set_aside(event);
  displaced_.push_back(event);
}

// On a calendar with max_events_per_day, the whole day opens again.
void Plan::open_claims_of(Entry& entry) {
  for (const auto& claim : claims_of(entry)) {
    const auto& on = calendar_of(claim.calendar);
    auto span = claim.during;
    if (on.max_events_per_day) {
      const auto day = on.zone().day_at(entry.now->time->start);
      span = {std::min(span.start, day.start), std::max(span.end, day.end)};
    }
    into().opened.push_back({&on, span});
  }
}

std::vector<Opened> Plan::take_opened() {
  std::vector<Opened> all;
  for (auto& record : records_) {
    all.insert(all.end(), record.opened.begin(), record.opened.end());
    record.opened.clear();
  }
  return all;
}

Event Plan::add(Event event, Verb kind) {
  need(event.booked_on());
  if (event.id == 0) event.id = store_.new_event_id();
  event.created_at = event.updated_at = now_;
  event.version = 1;
  if (!event.recurrence.empty() && !event.series) event.series = event.id;
  auto& added = entries_[event.id];
  added.now = event;
  added.claims = claims_for(event);
  added.claims_changed = true;
  occupy(added);
  on_return([this, id = event.id] {
    auto& added = entries_.at(id);
    if (!added.is_aside) vacate(added);
    entries_.erase(id);
  });
  record(std::nullopt, event, kind, {});
  return event;
}

Event Plan::change(const Event& was, Event wanted, Verb kind, const std::vector<std::string>& fields,
                   const std::string& old_part) {
  need(wanted.booked_on());
  need(was.booked_on());
  auto& changed = entry(was);
  const auto before = changed.now;
  if (can_return()) {
    claims_of(changed);
    on_return([this, &changed, saved = changed] {
      if (!changed.is_aside) vacate(changed);
      changed = saved;
      if (!changed.is_aside) occupy(changed);
    });
  }
  wanted.updated_at = now_;
  wanted.version = before->version + 1;
  if (has_other_start(*before, wanted)) wanted.wished_wall.reset();
  const bool moves = before->is_claiming() != wanted.is_claiming() || before->time != wanted.time ||
                     before->booked_on() != wanted.booked_on();
  if (moves || (changed.is_aside && !has_present_buffers(was))) {
    // An event that is not set aside only begins or ends at another time (rules 3.3 and 3.4). It keeps the buffers of
    // its claims, since the present buffers of its calendars may reach into its neighbours.
    const bool stays = before->is_claiming() && wanted.is_claiming() && !changed.is_aside;
    auto claims = stays ? claims_of(*before, *wanted.time) : claims_for(wanted);
    if (before->is_claiming()) {
      open_claims_of(changed);
      if (!changed.is_aside) vacate(changed);
    }
    changed.claims = std::move(claims);
    changed.claims_changed = true;
    changed.is_aside = true;
  } else if (before->is_claiming() && before->wish.is_fixed() && !wanted.wish.is_fixed()) {
    open_claims_of(changed);  // to a fixed event that waits for this time
  }
  changed.now = wanted;
  if (changed.is_aside) occupy(changed);
  record(before, wanted, kind, fields, old_part);
  return wanted;
}

void Plan::remove(const Event& event) {
  need(event.booked_on());
  auto& removed = entry(event);
  const auto before = removed.now;
  if (before->is_claiming()) {
    open_claims_of(removed);
    vacate(removed);
    removed.claims_changed = true;
  }
  record(before, std::nullopt, Verb::deleted, {});
  removed.claims = std::vector<Claim>{};
  removed.now.reset();
}

std::optional<std::string> Plan::rule(EventId series) {
  const auto [known, is_new] = rules_.try_emplace(series);
  if (is_new) known->second = store_.rule(series);
  return known->second;
}

// Charged to the budget, since each event of a series may keep the same long rule.
std::string Plan::old_rule_json(const Event& event) {
  const auto stored = event.series ? rule(*event.series) : std::nullopt;
  if (stored) spend(Budget::text, stored->size());
  JsonObject json;
  json.add(kRecurrenceField, stored);
  return std::move(json).finished();
}

// Records one change on each calendar on which the event is or was. On a calendar that the event joins, the change has
// no old range or status; on one that it leaves, no new range or status.
void Plan::record(const std::optional<Event>& before, const std::optional<Event>& after, Verb kind,
                  const std::vector<std::string>& fields, const std::string& old_part) {
  const auto old_names = before ? before->booked_on() : std::vector<std::string>{};
  const auto new_names = after ? after->booked_on() : std::vector<std::string>{};
  auto names = new_names;
  for (const auto& name : old_names) {
    if (!contains(new_names, name)) names.push_back(name);
  }
  const bool keeps_all = before && after && after->version % Change::kStep == 0;
  auto old_values = old_part;
  if (before && after) {
    const auto& zone = first_of(*before).grid().zone;
    old_values = joined_objects(old_part, old_values_json(*before, *after, zone.get(), keeps_all));
    const bool has_other_rule = contains(fields, kRecurrenceField);
    if (keeps_all || has_other_rule) old_values = joined_objects(old_values, old_rule_json(*before));
  }
  for (const auto& name : names) {
    const auto id = calendar(name).id;
    Change change{.event_id = after ? after->id : before->id,
                  .version = after ? after->version : before->version + 1,
                  .kind = kind,
                  .fields = fields,
                  .keeps_image = !after,
                  .old_values = old_values,
                  .lacks_attachments = keeps_all && old_part.empty()};
    if (contains(old_names, name)) {
      change.old_range = before->time;
      change.old_status = before->status;
    }
    if (contains(new_names, name)) {
      change.new_range = after->time;
      change.new_status = after->status;
    }
    const auto names_it = [&](const auto& event) { return event && contains(event->calendars, name); };
    if (!names_it(before) && !names_it(after)) {
      const auto& by = contains(new_names, name) ? after : before;
      for (const auto& each : by->calendars) change.named.push_back(calendar(each).id);
    }
    into().changes.emplace_back(id, std::move(change));
  }
}

Plan::Mark Plan::mark() {
  is_marked_ = true;
  const auto& own = of(Part::own);
  return {undo_.size(), own.opened.size(), own.changes.size(), own.rejections.size(), displaced_};
}

void Plan::back_to(const Mark& mark) {
  for (; undo_.size() > mark.undo; undo_.pop_back()) undo_.back()();
  auto& own = of(Part::own);
  own.changes.resize(mark.changes);
  own.rejections.resize(mark.rejections);
  own.opened.erase(own.opened.begin() + static_cast<std::ptrdiff_t>(mark.opened), own.opened.end());
  displaced_ = mark.displaced;
}

std::shared_ptr<const Rejection> Plan::reject(const Event& wanted, Refusal refusal, std::vector<Span> alternatives,
                                              const PlacingOptions& options) {
  Rejection rejection{.event_id = wanted.id != 0 ? std::optional(wanted.id) : std::nullopt,
                      .calendars = wanted.calendars,
                      .zone = first_of(wanted).grid().zone,
                      .time_zone = first_of(wanted).time_zone,
                      .refusal = std::move(refusal),
                      .alternatives = std::move(alternatives),
                      .at = now_,
                      .request = wanted,
                      .options = options,
                      .is_answer = true};
  for (const auto& name : wanted.calendars) rejection.calendar_ids.push_back(calendar(name).id);
  return into().rejections.emplace_back(std::make_shared<Rejection>(std::move(rejection)));
}

void Plan::lose(const Event& event, Refusal refusal) {
  reject(event, std::move(refusal), {}, {});
  into().rejections.back()->is_answer = false;
}

CalendarOf Plan::calendar_of_name() {
  return [this](const std::string& name) -> const Calendar& { return calendar(name); };
}

// What a plan writes, once everything is decided.

/// Whether what the store keeps of the event is out of date.
bool Plan::is_watched_anew(const Entry& entry) {
  const auto version = [](const auto& event) { return event ? event->version : 0; };
  return entry.is_watched_anew || version(entry.before) != version(entry.now);
}

/// Whether the event waited and goes on waiting, and the next look at it must not be put off: it is due already, or
/// time may have come within the horizon since the last look (rule 2.11.6).
bool Plan::is_to_be_looked_at(const Entry& entry) {
  return !entry.is_looked_at && entry.before && entry.before->status == Status::waiting &&
         entry.now->status == Status::waiting &&
         (due_waiting_.contains(entry.before->id) ||
          next_within_horizon(*entry.before, calendar_of_name(), entry.before->updated_at));
}

std::vector<Watched> Plan::watched_of(const Entry& entry) {
  auto all = jb::watched_of(*entry.now, calendar_of_name(), now_);
  if (entry.is_due_soon || is_to_be_looked_at(entry))
    for (auto& watched : all) watched.due_at = now_;
  return all;
}

std::optional<Instant> Plan::next_due() {
  std::optional<Instant> next;
  for (const auto& [id, entry] : entries_) {
    if (!is_watched(entry.now) || !is_watched_anew(entry)) continue;
    for (const auto& watched : watched_of(entry)) next = std::min(next.value_or(watched.due_at), watched.due_at);
  }
  return next;
}

// Adds to `writes` what the store is to keep of a held or waiting event, in place of what it kept before.
void Plan::watch(Writes& writes, EventId id, const Entry& entry) {
  if (!is_watched_anew(entry)) return;
  if (is_watched(entry.before)) {
    writes.unwatched.push_back(id);
    for (const auto& name : entry.before->booked_on()) --writes.watched_by[calendar(name).id];
  }
  if (!is_watched(entry.now)) return;
  for (const auto& watched : watched_of(entry)) {
    writes.watched.push_back(watched);
    ++writes.watched_by[watched.calendar];
  }
}

std::size_t Plan::changes() const {
  return std::accumulate(records_.begin(), records_.end(), std::size_t{0},
                         [](std::size_t sum, const Record& record) { return sum + record.changes.size(); });
}

void Plan::sort_by_turn(Record& record) const {
  const auto turn = [&](const auto& change) { return turn_of(*entries_.at(change.second.event_id).now); };
  std::ranges::stable_sort(record.changes, [&](const auto& a, const auto& b) { return turn(a) < turn(b); });
  std::stable_sort(record.rejections.begin(), record.rejections.end(),
                   [](const auto& a, const auto& b) { return turn_of(a->request) < turn_of(b->request); });
}

bool Plan::write() {
  Writes writes;
  writes.at = now_;
  for (const auto& [id, entry] : entries_) {
    if (entry.before && entry.claims_changed && entry.before->is_claiming()) writes.unclaimed.push_back(id);
    if (!entry.now) {
      writes.erased.push_back(id);
    } else if (!entry.before) {
      writes.added.push_back(&*entry.now);
    } else if (entry.now->version != entry.before->version) {
      writes.changed.push_back(&*entry.now);
    }
    if (entry.now && entry.claims_changed)
      writes.claims.insert(writes.claims.end(), entry.claims->begin(), entry.claims->end());
    watch(writes, id, entry);
  }
  for (const auto calendar : excluded_on_) writes.watched_by.try_emplace(calendar, 0);
  sort_by_turn(of(Part::ended_holds));
  sort_by_turn(of(Part::passed_over));
  for (auto& record : records_)
    std::move(record.changes.begin(), record.changes.end(), std::back_inserter(writes.changes));
  return store_.write(writes);
}

void Plan::announce() {
  for (const auto& record : records_) {
    for (const auto& rejection : record.rejections) rejection->id = store_.reject(*rejection);
  }
}

}  // namespace jb
