// SPDX-License-Identifier: PostgreSQL
#include "memory_store.hpp"

#include <algorithm>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "core/free/day_tree.hpp"
#include "core/scheduling/plan.hpp"
#include "table_zone.hpp"

namespace jb::test {

namespace {

[[noreturn]] void forbid(const std::string& what) { throw std::logic_error("the store refuses: " + what); }

bool is_watched(const Event& event) { return event.status == Status::held || event.status == Status::waiting; }

bool is_on(const Event& event, const std::string& calendar) {
  const auto names = event.booked_on();
  return std::find(names.begin(), names.end(), calendar) != names.end();
}

std::string called(EventId id) { return "event " + std::to_string(id); }

template <class T>
std::string optional(const std::optional<T>& value) {
  if constexpr (std::is_same_v<T, Instant>) return value ? utc(*value) : "-";
  if constexpr (std::is_same_v<T, Span>) return value ? written(*value) : "-";
  if constexpr (std::is_same_v<T, Status>) return value ? std::string(name_of(*value)) : "-";
  if constexpr (std::is_same_v<T, Seconds>) return value ? std::to_string(value->count()) : "-";
  if constexpr (std::is_same_v<T, Date>) return value ? format_date(*value) : "-";
  if constexpr (std::is_same_v<T, std::string>) return value.value_or("-");
  if constexpr (std::is_integral_v<T>) return value ? std::to_string(*value) : "-";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ",") + text;
  return all;
}

}  // namespace

/// The claims of one calendar, and the rows of its day tree: a copy, which settle() stores.
struct MemoryStore::PlannedWith : ClaimSource {
  PlannedWith(const MemoryStore& store, Calendar calendar) : store(store), calendar(std::move(calendar)) {}
  std::vector<Span> claims(Span within) override { return store.spans_on(calendar.id, within); }
  std::vector<Span> full_days(Span within) override { return store.full_days(calendar, within); }

  const MemoryStore& store;
  Calendar calendar;
  RowMap stored{};
};

/// The day tree of a calendar as one call plans in it.
class MemoryStore::PlannedTree final : public PlannedWith, public DayTree {
 public:
  PlannedTree(const MemoryStore& store, const Calendar& calendar, std::map<NodeKey, std::string> rows)
      : PlannedWith(store, calendar), DayTree(calendar.pattern, stored, this) {
    stored.rows = std::move(rows);
  }
};

/// The state of the store when the savepoint was set, to return to.
class MemoryStore::Copy final : public Savepoint {
 public:
  explicit Copy(MemoryStore& store) : store_(store), before_(store.state_) {}
  ~Copy() override {
    if (is_kept_) return;
    store_.forget();
    store_.state_ = std::move(before_);
  }
  void keep() override {
    if (std::exchange(is_kept_, true)) forbid("a savepoint is kept twice");
    store_.settle();
  }

 private:
  MemoryStore& store_;
  State before_;
  bool is_kept_ = false;
};

void MemoryStore::refuse_on_snapshot() const {
  if (is_snapshot_) forbid("a trial on a snapshot was about to be written");
}

void MemoryStore::set_calendar(const Calendar& settings) {
  const auto found = state_.calendars->find(settings.name);
  if (found != state_.calendars->end() && !state_.locked.contains(settings.name)) forbid("settings without a lock");
  const bool is_new = found == state_.calendars->end();
  const int id = is_new ? static_cast<int>(state_.calendars->size()) + 1 : found->second.id;
  const int watched = is_new ? 0 : found->second.watched;
  auto& calendar = state_.calendars.own()[settings.name] = settings;
  calendar.id = id;
  calendar.watched = watched;
  state_.buffers[id].emplace(settings.grid().buffer_before, settings.grid().buffer_after);
  state_.locked.insert(settings.name);
  rebuild(settings.name);
}

void MemoryStore::see(const MemoryStore& other) {
  auto locked = std::move(state_.locked);
  state_ = other.state_;
  state_.locked = std::move(locked);
}

void MemoryStore::begin(Instant now) {
  if (!held_.empty() || is_ahead_) forbid("a call ended and left calendars held");
  state_.locked.clear();
  planned_with_.clear();
  now_ = now;
}

MemoryStore MemoryStore::snapshot() const {
  auto copy = *this;
  copy.begin(now_);
  copy.is_snapshot_ = true;
  copy.last_id_ = std::numeric_limits<EventId>::max() / 2;
  return copy;
}

std::vector<Claim> MemoryStore::claims_on(int calendar) const {
  std::vector<Claim> found;
  const auto first = state_.claims->lower_bound({calendar, Instant::min()});
  for (auto next = first; next != state_.claims->end() && next->first.first == calendar; ++next)
    found.push_back(next->second);
  return found;
}

std::vector<Span> MemoryStore::spans_on(int calendar, Span within) const {
  std::vector<Span> found;
  for (const auto& claim : claims_on(calendar)) {
    if (claim.during.overlaps(within)) found.push_back(claim.during);
  }
  return found;
}

std::vector<Span> MemoryStore::full_days(const Calendar& calendar, Span within) const {
  std::map<Instant, std::pair<Span, int>> starts;
  if (!calendar.max_events_per_day) return {};
  for (const auto& claim : claims_on(calendar.id)) {
    const auto day = calendar.zone().day_at(state_.events->at(claim.event_id).time->start);
    auto& [known, count] = starts[day.start];
    known = day;
    ++count;
  }
  std::vector<Span> full;
  for (const auto& [midnight, counted] : starts) {
    const auto& [day, count] = counted;
    if (count >= *calendar.max_events_per_day && day.overlaps(within)) full.push_back(day);
  }
  return full;
}

std::vector<Calendar> MemoryStore::load(const std::vector<std::string>& names) {
  if (held_.empty()) planned_with_.clear();
  std::vector<Calendar> locked;
  for (const auto& name : names) {
    if (name == kCeo && !state_.calendars->contains(name)) {
      if (is_snapshot_) {
        auto ceo = ceo_;
        auto grid = ceo.grid();
        grid.zone = zones_(ceo.time_zone);
        ceo.pattern = std::make_shared<Pattern>(std::move(grid));
        locked.push_back(held_[0] = ceo);
        continue;
      }
      if (is_ahead_) throw NotLocked{{name}};
      set_calendar(ceo_);
    }
    const auto found = state_.calendars->find(name);
    if (found == state_.calendars->end()) continue;
    planned_with_.insert(name);
    if (!is_ahead_ && !is_snapshot_) state_.locked.insert(name);
    locked.push_back(held_[found->second.id] = found->second);
  }
  return locked;
}

bool MemoryStore::read_ahead() {
  refuse_on_snapshot();
  if ((!state_.locked.empty() && !has_locked_ahead_) || !held_.empty()) return false;
  is_outrun_ = is_outrun();
  return is_ahead_ = true;
}

void MemoryStore::lock_ahead(const std::vector<std::string>& names) {
  refuse_on_snapshot();
  has_locked_ahead_ = true;
  state_.locked.insert(names.begin(), names.end());
}

bool MemoryStore::confirm(bool /*may_wait*/) {
  if (!is_ahead_) forbid("what was not read ahead is confirmed");
  is_ahead_ = false;
  for (const auto& [id, calendar] : held_) state_.locked.insert(calendar.name);
  return !is_outrun_;
}

void MemoryStore::leave(const std::set<int>& only_read) {
  std::erase_if(held_, [&](const auto& held) { return only_read.contains(held.first); });
  std::erase_if(trees_, [&](const auto& tree) { return only_read.contains(tree.first); });
}

void MemoryStore::forget() {
  held_.clear();
  trees_.clear();
  is_ahead_ = is_outrun_ = has_locked_ahead_ = false;
}

std::optional<Event> MemoryStore::find(EventId id) {
  const auto found = state_.events->find(id);
  return found == state_.events->end() ? std::nullopt : std::optional(found->second);
}

std::vector<Event> MemoryStore::occupants(const Calendar& calendar, Span within) {
  std::vector<Event> found;
  for (const auto& claim : claims_on(calendar.id)) {
    if (claim.during.overlaps(within)) found.push_back(state_.events->at(claim.event_id));
  }
  return found;
}

std::vector<Event> MemoryStore::series(EventId series) {
  std::vector<Event> found;
  for (const auto& [id, event] : *state_.events) {
    if (event.series == series) found.push_back(event);
  }
  return found;
}

std::optional<std::string> MemoryStore::rule(EventId series) {
  const auto found = state_.rules->find(series);
  return found == state_.rules->end() ? std::nullopt : std::optional(found->second);
}

std::vector<Claim> MemoryStore::claims(EventId id) {
  std::vector<Claim> found;
  for (const auto& [key, claim] : *state_.claims) {
    if (claim.event_id == id) found.push_back(claim);
  }
  return found;
}

std::size_t MemoryStore::held(const Calendar& calendar, Instant now) {
  return static_cast<std::size_t>(std::ranges::count_if(
      events(), [&](const auto& row) { return row.second.is_held_by(asker, now) && row.second.is_on(calendar.name); }));
}

Rights MemoryStore::rights(const std::string& calendar) {
  if (!powers_of) return Rights::all();
  auto rights = Rights::none();
  for (const auto& power : powers_of(calendar))
    rights = rights.with(power.only_proposes ? Right::propose : Right::book).with(Right::read);
  return rights;
}

std::vector<std::vector<Power>> MemoryStore::powers(const std::string& calendar) {
  if (!powers_of) return {};
  return {powers_of(calendar)};
}

std::vector<Event> MemoryStore::due(const Calendar& calendar, Instant now) {
  std::vector<Event> found;
  for (const auto& [id, rows] : *state_.watched) {
    for (const auto& row : rows) {
      if (row.calendar == calendar.id && row.due_at <= now) found.push_back(state_.events->at(id));
    }
  }
  return found;
}

std::optional<Instant> MemoryStore::next_due() const {
  std::optional<Instant> next;
  for (const auto& [id, rows] : *state_.watched)
    for (const auto& row : rows) next = std::min(next.value_or(row.due_at), row.due_at);
  return next;
}

std::vector<Event> MemoryStore::waiting(const Calendar& calendar, const Room& room) {
  std::map<Turn, Event> found;
  for (const auto& [id, rows] : *state_.watched) {
    for (const auto& row : rows) {
      const bool has_room = row.room && row.room->overlaps(room.open) && row.needs < std::max(room.shorter, Seconds{1});
      if (row.calendar == calendar.id && has_room && room.after < row.turn)
        found.emplace(row.turn, state_.events->at(id));
    }
  }
  std::vector<Event> first;
  for (const auto& [turn, event] : found) {
    if (first.size() < room.most) first.push_back(event);
  }
  return first;
}

int MemoryStore::starts_within(const Calendar& calendar, Span day) {
  const auto claims = claims_on(calendar.id);
  return static_cast<int>(std::count_if(claims.begin(), claims.end(), [&](const Claim& claim) {
    const auto start = state_.events->at(claim.event_id).time->start;
    return day.start <= start && start < day.end;
  }));
}

Seconds MemoryStore::booked(const Calendar& calendar, Span period, const std::function<bool(EventId)>& is_counted) {
  Seconds booked{0};
  for (const auto& claim : claims_on(calendar.id)) {
    const auto& time = *state_.events->at(claim.event_id).time;
    if (period.contains(time.start) && is_counted(claim.event_id)) booked += time.length();
  }
  return booked;
}

std::shared_ptr<Timeline> MemoryStore::timeline(const Calendar& calendar) {
  const auto& on = held(calendar.id);
  if (is_snapshot_) return std::make_shared<PlannedTree>(*this, on, *state_.trees[on.id]);  // no plan sees another's
  auto& tree = trees_[on.id];
  if (!tree) tree = std::make_shared<PlannedTree>(*this, on, *state_.trees[on.id]);
  return tree;
}

void MemoryStore::rebuild(const std::string& name) {
  if (!state_.calendars->contains(name)) return;
  auto& calendar = state_.calendars.own().at(name);
  if (!is_snapshot_ && !state_.locked.contains(name)) forbid("free time made anew without a lock");
  auto grid = calendar.grid();
  grid.zone = zones_(calendar.time_zone);
  calendar.pattern = std::make_shared<Pattern>(std::move(grid));
  PlannedTree tree(*this, calendar, {});
  tree.rebuild(spans_on(calendar.id, kRepresentable), full_days(calendar, kRepresentable));
  state_.trees[calendar.id].own() = std::move(tree.stored.rows);
}

EventId MemoryStore::new_event_id() { return ++last_id_; }

const Calendar& MemoryStore::held(int calendar) const {
  const auto found = held_.find(calendar);
  if (found == held_.end()) forbid("calendar " + std::to_string(calendar) + " is used without its lock");
  return found->second;
}

void MemoryStore::unclaim(EventId id) {
  if (std::erase_if(state_.claims.own(), [&](const auto& entry) {
        if (entry.second.event_id != id) return false;
        held(entry.second.calendar);
        return true;
      }) == 0) {
    forbid(called(id) + " gives up claims and has none");
  }
}

void MemoryStore::claim(const Claim& claim) {
  const auto& calendar = held(claim.calendar);
  const auto found = state_.events->find(claim.event_id);
  if (found == state_.events->end()) forbid("a claim of " + called(claim.event_id) + ", which does not exist");
  if (!found->second.is_claiming() || !is_on(found->second, calendar.name))
    forbid(called(claim.event_id) + " claims time on " + calendar.name + " and is not booked there");
  for (const auto& other : claims_on(claim.calendar)) {
    if (other.event_id == claim.event_id) forbid(called(claim.event_id) + " claims time twice on " + calendar.name);
    if (other.during.overlaps(claim.during))
      forbid("23P01, " + called(claim.event_id) + " claims " + written(claim.during) + " on " + calendar.name +
             ", where " + called(other.event_id) + " claims " + written(other.during));
  }
  state_.claims.own().emplace(std::pair(claim.calendar, claim.during.start), claim);
}

/// Stores the event, and the rule of its series if it carries one.
void MemoryStore::keep(const Event& event) {
  auto& stored = state_.events.own()[event.id] = event;
  if (stored.recurrence.empty()) return;
  state_.rules.own()[*event.series] = std::exchange(stored.recurrence, {});
}

bool MemoryStore::write(const Writes& writes) {
  refuse_on_snapshot();
  if (is_ahead_ && is_outrun_) return false;
  if (is_ahead_ && held_.size() != 1) forbid("several calendars are written without confirm()");
  if (is_ahead_) state_.locked.insert(held_.begin()->second.name);
  for (const auto id : writes.unclaimed) unclaim(id);
  for (const auto* event : writes.added) {
    if (event->id <= 0 || event->id > last_id_) forbid(called(event->id) + " has an id that nobody gave it");
    if (state_.events->contains(event->id)) forbid(called(event->id) + " is added twice");
    keep(*event);
  }
  for (const auto* event : writes.changed) {
    const auto found = state_.events->find(event->id);
    if (found == state_.events->end()) forbid(called(event->id) + " is changed and does not exist");
    if (event->version <= found->second.version) forbid(called(event->id) + " is changed and keeps its version");
    keep(*event);
  }
  for (const auto& each : writes.claims) claim(each);
  for (const auto& [calendar, change] : writes.changes) state_.history[held(calendar).id].own().push_back(change);
  for (const auto id : writes.erased) {
    if (state_.events.own().erase(id) == 0) forbid(called(id) + " is erased and does not exist");
  }
  for (const auto id : writes.unwatched) {
    if (state_.watched.own().erase(id) == 0) forbid(called(id) + " is not watched any more, and was not");
  }
  for (const auto& row : writes.watched) {
    if (!state_.events->contains(row.event_id)) forbid(called(row.event_id) + " is watched and does not exist");
    state_.watched.own()[row.event_id].push_back(row);
  }
  for (const auto& [calendar, by] : writes.watched_by) state_.calendars.own().at(held(calendar).name).watched += by;
  return true;
}

void MemoryStore::settle() {
  refuse_on_snapshot();
  for (auto& [id, tree] : trees_) {
    tree->flush();
    state_.trees[id].own() = tree->stored.rows;
  }
  forget();
}

std::int64_t MemoryStore::reject(const Rejection& rejection) {
  refuse_on_snapshot();
  state_.rejections.own().push_back(rejection);
  return static_cast<std::int64_t>(state_.rejections->size());
}

std::unique_ptr<Store::Savepoint> MemoryStore::savepoint() {
  refuse_on_snapshot();
  return std::make_unique<Copy>(*this);
}

std::vector<std::string> MemoryStore::check() const {
  std::vector<std::string> problems;
  check_claims(problems);
  check_events(problems);
  check_watched(problems);
  for (const auto& [name, calendar] : *state_.calendars) {
    check_tree(calendar, problems);
    check_watched(calendar, problems);
    check_history(calendar, problems);
  }
  return problems;
}

// Neighbours in order of their starts: nothing overlaps if no neighbours do.
void MemoryStore::check_claims(std::vector<std::string>& problems) const {
  const Claim* before = nullptr;
  for (const auto& [key, claim] : *state_.claims) {
    const bool follows = before != nullptr && before->calendar == claim.calendar;
    if (follows && before->during.end > claim.during.start)
      problems.push_back(called(before->event_id) + " and " + called(claim.event_id) + " overlap");
    before = &claim;
    const auto found = state_.events->find(claim.event_id);
    if (found == state_.events->end() || !found->second.is_claiming() || !found->second.time) {
      problems.push_back(called(claim.event_id) + " has a claim and no time");
      continue;
    }
    const auto& time = *found->second.time;
    const std::pair buffers{time.start - claim.during.start, claim.during.end - time.end};
    if (!state_.buffers.at(claim.calendar).contains(buffers))
      problems.push_back(called(claim.event_id) + " stands at " + written(time) + " and claims " +
                         written(claim.during));
  }
}

void MemoryStore::check_events(std::vector<std::string>& problems) const {
  std::map<EventId, std::set<int>> claimed;
  for (const auto& [key, claim] : *state_.claims) claimed[claim.event_id].insert(claim.calendar);
  for (const auto& [id, event] : *state_.events) {
    std::set<int> wanted;
    for (const auto& name : event.booked_on()) {
      if (event.is_claiming()) wanted.insert(state_.calendars->at(name).id);
    }
    if (wanted != claimed[id]) problems.push_back(called(id) + " claims other calendars than it is booked on");
    const bool needs_time = event.is_claiming() || event.status == Status::denied;
    if ((needs_time && !event.time) || (event.status == Status::waiting && event.time) ||
        (event.time && event.time->empty()) || (event.status == Status::held && !event.expires_at)) {
      problems.push_back("no function would store " + written(event));
    }
  }
}

void MemoryStore::check_tree(const Calendar& calendar, std::vector<std::string>& problems) const {
  PlannedTree tree(*this, calendar, *state_.trees.at(calendar.id));  // compare() reads its rows
  const auto full = full_days(calendar, kRepresentable);
  for (const auto& problem : tree.compare(spans_on(calendar.id, kRepresentable), full, 3))
    problems.push_back("the free time of " + calendar.name + ": " + problem);
}

void MemoryStore::check_watched(const Calendar& calendar, std::vector<std::string>& problems) const {
  const auto watched = std::count_if(state_.events->begin(), state_.events->end(), [&](const auto& entry) {
    return is_watched(entry.second) && is_on(entry.second, calendar.name);
  });
  if (watched != calendar.watched)
    problems.push_back(calendar.name + " counts " + std::to_string(calendar.watched) +
                       " events that are held or wait, not " + std::to_string(watched));
}

// Settings of the event's other calendars can change what is watched; due_at may then be too early, never too late.
void MemoryStore::check_watched(std::vector<std::string>& problems) const {
  const CalendarOf calendar_of = [&](const std::string& name) -> const Calendar& { return state_.calendars->at(name); };
  for (const auto& [id, event] : *state_.events) {
    const auto found = state_.watched->find(id);
    const auto rows = found == state_.watched->end() ? std::vector<Watched>{} : found->second;
    const auto wanted = is_watched(event) ? watched_of(event, calendar_of, now_) : std::vector<Watched>{};
    const bool is_right =
        std::equal(rows.begin(), rows.end(), wanted.begin(), wanted.end(), [](auto row, const auto& wanted) {
          if (row.due_at < wanted.due_at) row.due_at = wanted.due_at;
          return row == wanted;
        });
    if (!is_right) problems.push_back(called(id) + " is watched by other rows than it should be: " + written(event));
  }
  for (const auto& [id, rows] : *state_.watched) {
    if (!state_.events->contains(id)) problems.push_back(called(id) + " is watched and does not exist");
  }
}

// Each change of an event begins in the state in which its previous change ended; the last ends in the present state.
void MemoryStore::check_history(const Calendar& calendar, std::vector<std::string>& problems) const {
  std::map<EventId, const Change*> last;
  const auto history = state_.history.find(calendar.id);
  if (history != state_.history.end()) {
    for (const auto& change : *history->second) {
      auto*& before = last[change.event_id];
      const auto range = before ? before->new_range : std::nullopt;
      const auto status = before ? before->new_status : std::nullopt;
      if (change.old_range != range || change.old_status != status || (before && change.version <= before->version))
        problems.push_back("on " + calendar.name + " a change does not follow the one before: " + written(change));
      if (change.kind == Verb::expired && change.old_status == change.new_status)
        problems.push_back("on " + calendar.name + " an event expires twice: " + written(change));
      before = &change;
    }
  }
  for (const auto& [id, change] : last) {
    const auto found = state_.events->find(id);
    const auto* event =
        found == state_.events->end() || !is_on(found->second, calendar.name) ? nullptr : &found->second;
    if (!event ? change->new_status.has_value()
               : change->new_status != event->status || change->new_range != event->time ||
                     change->version != event->version)
      problems.push_back("the history of " + calendar.name + " ends with " + written(*change) + ", not with " +
                         (event ? written(*event) : "nothing"));
  }
  for (const auto& [id, event] : *state_.events) {
    if (is_on(event, calendar.name) && !last.contains(id))
      problems.push_back(called(id) + " is on " + calendar.name + ", whose history does not know it");
  }
}

std::string MemoryStore::image() const {
  std::ostringstream text;
  for (const auto& [name, calendar] : *state_.calendars)
    text << name << " of " << calendar.time_zone << ", " << calendar.watched << " watched\n";
  for (const auto& [id, event] : *state_.events) text << written(event) << '\n';
  for (const auto& [key, claim] : *state_.claims)
    text << claim.calendar << " is claimed " << written(claim.during) << " by " << called(claim.event_id) << '\n';
  for (const auto& [calendar, changes] : state_.history) {
    for (const auto& change : *changes) text << calendar << ": " << written(change) << '\n';
  }
  return text.str();
}

std::string written(const Event& event) {
  const auto& wish = event.wish;
  std::ostringstream text;
  text << called(event.id) << " v" << event.version << ' ' << name_of(event.status) << ' ' << optional(event.time)
       << " on " << joined(event.calendars);
  if (!event.attendee_calendars.empty()) text << '+' << joined(event.attendee_calendars);
  text << ", wish " << optional(wish.date) << ' ' << optional(wish.start_time) << ' ' << optional(wish.wished_start)
       << " for " << optional(wish.duration) << ", " << wish.days.value_or(0) << " days, in ["
       << optional(wish.not_before) << ", " << optional(wish.not_after) << "), priority " << wish.priority << ", \""
       << event.event_name << "\" at \"" << event.event_location << "\" with " << joined(*event.attendees.get())
       << ", hold " << optional(event.hold_for) << " until " << optional(event.expires_at) << ", series "
       << optional(event.series) << ", made " << utc(event.created_at) << ", written " << utc(event.updated_at);
  return text.str();
}

std::string written(const Change& change) {
  std::ostringstream text;
  text << called(change.event_id) << " v" << change.version << ' ' << name_of(change.kind) << " from "
       << optional(change.old_status) << ' ' << optional(change.old_range) << " to " << optional(change.new_status)
       << ' ' << optional(change.new_range) << " by " << joined(change.fields);
  return text.str();
}

}  // namespace jb::test
