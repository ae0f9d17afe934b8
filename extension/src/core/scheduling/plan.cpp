// SPDX-License-Identifier: PostgreSQL
#include "plan.hpp"

#include <algorithm>
#include <tuple>

#include "../values/budget.hpp"

namespace jb {

namespace {

bool is_watched(const std::optional<Event>& event) {
  return event && (event->status == Status::held || event->status == Status::waiting);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether `after` has another start, wish for a start, or first calendar than `before`. Then the zone that the
/// calendar has now has read the date and start_time of `after`.
bool is_read_anew(const Event& before, const Event& after) {
  const auto read = [](const Event& event) {
    const auto& wish = event.wish;
    return std::tuple(wish.date, wish.start_time, wish.wished_start, event.calendars.front(),
                      event.time ? std::optional{event.time->start} : std::nullopt);
  };
  return read(before) != read(after);
}

bool starts_earlier(const Event& a, const Event& b) {
  return std::tuple(a.time->start, a.id) < std::tuple(b.time->start, b.id);
}

}  // namespace

Plan::Plan(Store& store, const std::vector<std::string>& names) : store_(store) {
  for (const auto& name : names) calendars_[name];
  for (auto& calendar : store.lock(names)) {
    auto& kept = calendars_[calendar.name] = std::move(calendar);
    by_id_[kept->id] = &*kept;
  }
  now_ = store.now();
}

const Calendar* Plan::find_calendar(const std::string& name) const {
  const auto found = calendars_.find(name);
  if (found == calendars_.end()) throw NotLocked{{name}};
  return found->second ? &*found->second : nullptr;
}

const Calendar& Plan::calendar(const std::string& name) const {
  if (const auto* found = find_calendar(name)) return *found;
  throw unknown_calendar("calendars", name);
}

const Calendar& Plan::calendar_of(int id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) throw std::logic_error("a claim stands on a calendar that is not locked");
  return *found->second;
}

std::vector<const Calendar*> Plan::calendars() const {
  std::vector<const Calendar*> all;
  for (const auto& [name, calendar] : calendars_) {
    if (calendar) all.push_back(&*calendar);
  }
  return all;
}

void Plan::need(const std::vector<std::string>& names) const {
  NotLocked missing;
  for (const auto& name : names) {
    if (!is_locked(name)) missing.names.push_back(name);
  }
  if (!missing.names.empty()) throw missing;
}

void Plan::need_all_of(const std::vector<Event>& events) const {
  std::vector<std::string> names;
  for (const auto& event : events) {
    for (auto& name : event.booked_on()) names.push_back(std::move(name));
  }
  need(names);
}

const std::shared_ptr<Timeline>& Plan::timeline(const Calendar& calendar) {
  auto& timeline = timelines_[calendar.id];
  if (!timeline) timeline = store_.timeline(calendar);
  return timeline;
}

Search Plan::search(const std::vector<std::string>& names) {
  need(names);
  std::vector<Calendar> all;
  for (const auto& name : names) all.push_back(calendar(name));
  return {std::move(all), [this](const Calendar& calendar) { return timeline(calendar); }};
}

std::optional<Event> Plan::find(EventId id) {
  const auto known = entries_.find(id);
  return known == entries_.end() ? store_.find(id) : known->second.now;
}

Event Plan::subject(EventId id) {
  auto event = find(id);
  if (!event) throw no_such_event(id);
  auto names = event->booked_on();
  const bool are_locked = std::all_of(names.begin(), names.end(), [&](const auto& n) { return is_locked(n); });
  if (!are_locked) throw NotLocked{std::move(names), true};
  return std::move(*event);
}

Event Plan::as_read(Event event) const {
  const auto known = entries_.find(event.id);
  if (known == entries_.end()) return event;
  event.version = known->second.before->version;
  event.updated_at = known->second.before->updated_at;
  return event;
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
  need_all_of(all);
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

std::vector<Event> Plan::watched(Status status) {
  if (!watched_) {
    std::vector<std::string> names;
    for (const auto* calendar : calendars()) {
      if (calendar->watched > 0) names.push_back(calendar->name);
    }
    watched_ = names.empty() ? std::vector<Event>{} : store_.watched(names);
  }
  std::vector<Event> all;
  for (const auto& event : *watched_) {
    if (event.status == status && !entries_.contains(event.id)) all.push_back(event);
  }
  for (const auto& [id, entry] : entries_) {
    if (entry.now && entry.now->status == status) all.push_back(*entry.now);
  }
  std::sort(all.begin(), all.end(), [](const Event& a, const Event& b) {
    return std::tuple(-a.wish.priority, a.created_at, a.id) < std::tuple(-b.wish.priority, b.created_at, b.id);
  });
  return all;
}

std::vector<Event> Plan::held() { return watched(Status::held); }

std::vector<Event> Plan::waiting() { return watched(Status::waiting); }

int& Plan::starts_on(const Calendar& calendar, Span day) {
  const auto [known, is_new] = starts_.try_emplace({calendar.id, day.start}, 0);
  if (is_new) known->second = store_.starts_within(calendar, day);
  return known->second;
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
  is_full ? timeline(calendar)->close(day) : timeline(calendar)->reopen(day);
}

std::vector<Claim> Plan::claims_for(const Event& event) const {
  std::vector<Claim> claims;
  if (!event.is_claiming()) return claims;
  for (const auto& name : event.booked_on()) {
    const auto& on = calendar(name);
    claims.push_back({on.id, event.id, on.grid().claim_of(*event.time)});
  }
  return claims;
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
  entry.claims = store_.claims(entry.now->id);
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

void Plan::set_aside(const Event& event) {
  need(event.booked_on());
  auto& known = entry(event);
  if (known.now->is_claiming() && !known.is_aside) vacate(known);
}

void Plan::put_back(const Event& event) {
  auto& known = entries_.at(event.id);
  if (known.is_aside) occupy(known);
}

void Plan::displace(const Event& event) {
  set_aside(event);
  displaced_.push_back(event);
}

Event Plan::add(Event event, std::string_view kind) {
  need(event.booked_on());
  if (event.id == 0) event.id = store_.new_event_id();
  event.created_at = event.updated_at = now_;
  event.version = 1;
  if (!event.recurrence.empty()) event.series = event.id;
  auto& added = entries_[event.id];
  added.now = event;
  added.claims = claims_for(event);
  added.claims_changed = true;
  occupy(added);
  record(std::nullopt, event, kind, {});
  return event;
}

Event Plan::change(const Event& was, Event wanted, std::string_view kind, const std::vector<std::string>& fields) {
  need(wanted.booked_on());
  need(was.booked_on());
  auto& changed = entry(was);
  const auto before = changed.now;
  wanted.updated_at = now_;
  wanted.version = before->version + 1;
  if (is_read_anew(*before, wanted)) wanted.wish_zone.reset();
  const bool moves = before->is_claiming() != wanted.is_claiming() || before->time != wanted.time ||
                     before->booked_on() != wanted.booked_on();
  if (moves || (changed.is_aside && !has_present_buffers(was))) {
    // An event that is not set aside only begins or ends at another time (rules 3.3 and 3.4). It keeps the buffers of
    // its claims: the present buffers of its calendars may reach into its neighbours.
    const bool stays = before->is_claiming() && wanted.is_claiming() && !changed.is_aside;
    auto claims = stays ? claims_of(*before, *wanted.time) : claims_for(wanted);
    if (before->is_claiming()) {
      if (!changed.is_aside) vacate(changed);
      for (const auto& name : before->booked_on()) opened_.insert(name);
    }
    changed.claims = std::move(claims);
    changed.claims_changed = true;
    changed.is_aside = true;
  }
  changed.now = wanted;
  if (changed.is_aside) occupy(changed);
  record(before, wanted, kind, fields);
  return wanted;
}

void Plan::remove(const Event& event) {
  need(event.booked_on());
  auto& removed = entry(event);
  const auto before = removed.now;
  if (before->is_claiming()) {
    vacate(removed);
    for (const auto& name : before->booked_on()) opened_.insert(name);
    removed.claims_changed = true;
  }
  record(before, std::nullopt, "deleted", {});
  removed.claims = std::vector<Claim>{};
  removed.now.reset();
}

// Records one change on each calendar on which the event is or was. On a calendar on which the event was not before,
// the change has no old range and no old status; on a calendar on which it is not after, no new range and no new
// status.
void Plan::record(const std::optional<Event>& before, const std::optional<Event>& after, std::string_view kind,
                  const std::vector<std::string>& fields) {
  const auto old_names = before ? before->booked_on() : std::vector<std::string>{};
  const auto new_names = after ? after->booked_on() : std::vector<std::string>{};
  auto names = new_names;
  for (const auto& name : old_names) {
    if (!contains(new_names, name)) names.push_back(name);
  }
  for (const auto& name : names) {
    const auto id = calendar(name).id;
    Change change{.event_id = after ? after->id : before->id,
                  .version = after ? after->version : before->version + 1,
                  .kind = kind,
                  .old_range = {},
                  .new_range = {},
                  .old_status = {},
                  .new_status = {},
                  .fields = fields,
                  .keeps_image = !after};
    if (contains(old_names, name)) {
      change.old_range = before->time;
      change.old_status = before->status;
      if (is_watched(before)) --watched_by_[id];
    }
    if (contains(new_names, name)) {
      change.new_range = after->time;
      change.new_status = after->status;
      if (is_watched(after)) ++watched_by_[id];
    }
    changes_.emplace_back(id, std::move(change));
  }
}

Plan::Mark Plan::mark() const {
  return {entries_, watched_by_, opened_, displaced_, changes_.size(), rejections_.size()};
}

// The timelines keep no history. So back_to() first gives back the claims of all events as they are now, and then
// takes the claims of all events as they were at the mark. The first step ends before the second begins: if event A
// has taken event B's time since the mark, event A's claim must be given back before event B takes the same time.
void Plan::back_to(const Mark& mark) {
  for (auto& [id, entry] : entries_) {
    if (entry.claims && !entry.is_aside) vacate(entry);
  }
  for (auto& [id, entry] : entries_) {
    if (!entry.claims || !entry.before || mark.entries.contains(id)) continue;
    // The plan read this event's claims after the mark. Its stored claims are taken again, and from now on the plan
    // reads the event from the store.
    entry.now = entry.before;
    entry.claims.reset();
    occupy(entry);
  }
  planned_.clear();
  entries_ = mark.entries;
  for (auto& [id, entry] : entries_) {
    if (entry.claims && !entry.is_aside) occupy(entry);
  }
  watched_by_ = mark.watched_by;
  opened_ = mark.opened;
  displaced_ = mark.displaced;
  changes_.resize(mark.changes);
  rejections_.resize(mark.rejections);
}

std::shared_ptr<const Rejection> Plan::reject(const Event& wanted, Refusal refusal, std::vector<Span> alternatives,
                                              const PlacingOptions& options) {
  Rejection rejection{.event_id = wanted.id != 0 ? std::optional(wanted.id) : std::nullopt,
                      .calendars = wanted.calendars,
                      .zone = calendar(wanted.calendars.front()).grid().zone,
                      .refusal = std::move(refusal),
                      .alternatives = std::move(alternatives),
                      .at = now_,
                      .request = wanted,
                      .options = options};
  return rejections_.emplace_back(std::make_shared<Rejection>(std::move(rejection)));
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
  }
  writes.changes = std::move(changes_);
  writes.watched = std::move(watched_by_);
  return store_.write(writes);
}

void Plan::announce() {
  for (auto& rejection : rejections_) rejection->id = store_.reject(*rejection);
}

}  // namespace jb
