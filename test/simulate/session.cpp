// SPDX-License-Identifier: PostgreSQL
#include "session.hpp"

#include <algorithm>
#include <limits>

namespace jb::simulate {

namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

}  // namespace

/// Writes with events of their own, since a plan is gone when its transaction commits.
struct Session::OwnWrites {
  OwnWrites(const Writes& of, std::map<int, Calendar> held) : writes(of), held(std::move(held)) {
    for (auto* list : {&writes.added, &writes.changed})
      for (const auto*& event : *list) event = &events.emplace_back(*event);
  }

  Writes writes;
  std::map<int, Calendar> held;
  std::deque<Event> events{};
};

struct Session::Mark {
  explicit Mark(const Session& of)
      : own(of.own_.size()),
        locks(of.locks_.size()),
        touched(of.touched_.size()),
        announced(of.announced_.size()),
        recorded(of.recorded_) {}
  std::size_t own, locks, touched, announced;
  std::map<int, std::size_t> recorded;
};

class Session::Subtransaction final : public Savepoint {
 public:
  explicit Subtransaction(Session& session) : session_(session), mark_(session) {}
  ~Subtransaction() override {
    if (is_kept_) return;
    // Under the locks of a plan that writes nothing, this is the last moment at which its answer is true.
    if (session_.stage_ == Stage::locking && !session_.held_.empty())
      session_.planned_.decided = session_.database_.tables;
    session_.back_to(mark_);
  }
  void keep() override {
    session_.settle();
    is_kept_ = true;
  }

 private:
  Session& session_;
  Mark mark_;
  bool is_kept_ = false;
};

Session::Session(Database& database, int who, Pause pause)
    : MemoryStore(database.tables), database_(database), who_(who), pause_(std::move(pause)) {
  last_id_ = std::numeric_limits<EventId>::max();
  asker = "session " + std::to_string(who);
}

void Session::begin_call(EventId ids, Zones zones) {
  carries_out_ = false;
  ids_ = ids;
  zones_ = std::move(zones);
  seen_ = locked_ahead_at_ = -1;
  planned_ = {};
}

// What it reads

void Session::see_newest() {
  if (stage_ == Stage::ahead || seen_ == database_.commits) return;
  seen_ = database_.commits;
  see(database_.tables);
  carries_out_ = true;
  for (const auto& change : own_) change();
  carries_out_ = false;
}

void Session::pause_and_see(const char* does, const std::string& what) {
  pause_(does, what);
  see_newest();
}

Instant Session::now() {
  if (!planned_.now) planned_.now = database_.clock;
  return database_.clock;
}

std::optional<Event> Session::find(EventId id) {
  pause_and_see("reads event", std::to_string(id));
  return MemoryStore::find(id);
}

std::vector<Event> Session::occupants(const Calendar& calendar, Span within) {
  pause_and_see("reads the events of", calendar.name);
  return MemoryStore::occupants(calendar, within);
}

std::vector<Event> Session::series(EventId series) {
  pause_and_see("reads series", std::to_string(series));
  return MemoryStore::series(series);
}

std::vector<Claim> Session::claims(EventId id) {
  pause_and_see("reads the claims of event", std::to_string(id));
  return MemoryStore::claims(id);
}

std::vector<Event> Session::due(const Calendar& calendar, Instant now) {
  pause_and_see("reads what is due on", calendar.name);
  return MemoryStore::due(calendar, now);
}

std::vector<Event> Session::waiting(const Calendar& calendar, const Room& room) {
  pause_and_see("reads what waits on", calendar.name);
  return MemoryStore::waiting(calendar, room);
}

int Session::starts_within(const Calendar& calendar, Span day) {
  pause_and_see("counts the events of", calendar.name);
  return MemoryStore::starts_within(calendar, day);
}

Seconds Session::booked(const Calendar& calendar, Span period, const std::function<bool(EventId)>& is_counted) {
  pause_and_see("adds up the events of", calendar.name);
  return MemoryStore::booked(calendar, period, is_counted);
}

std::shared_ptr<Timeline> Session::timeline(const Calendar& calendar) {
  pause_and_see("reads the free time of", calendar.name);
  return MemoryStore::timeline(calendar);
}

// Locks

void Session::lock(int thing) {
  if (database_.lock(who_, thing, pause_)) locks_.push_back(thing);
}

bool Session::try_lock(int thing) {
  if (!database_.is_free_for(who_, thing)) return false;
  lock(thing);
  return true;
}

void Session::release(std::size_t from) {
  for (auto i = from; i < locks_.size(); ++i) {
    database_.row(locks_[i]).holder = kNobody;
    database_.row(locks_[i]).is_updated = false;
  }
  locks_.resize(std::min(locks_.size(), from));
}

/// The version of the row as this session sees it: its own update before the committed one.
std::int64_t Session::version_now(int calendar) {
  auto version = database_.row(calendar).version;
  for (const auto& [touched, own] : touched_)
    if (touched == calendar) version = own;
  return version;
}

void Session::touch(int calendar) {
  database_.row(calendar).is_updated = true;
  touched_.emplace_back(calendar, database_.new_version());
}

std::vector<std::string> Session::in_order(const std::vector<std::string>& names) {
  see_newest();
  std::map<int, std::string> by_id;
  for (const auto& name : names) {
    const auto found = state_.calendars->find(name);
    if (found != state_.calendars->end()) by_id.emplace(found->second.id, name);
  }
  std::vector<std::string> ordered;
  for (const auto& [id, name] : by_id) ordered.push_back(name);
  return ordered;
}

/// Makes `ceo` if it is named and absent. The unique index makes one of two transactions wait for the other.
void Session::make_ceo(const std::vector<std::string>& names) {
  const std::string ceo(kCeo);
  see_newest();
  if (std::ranges::find(names, ceo) == names.end() || state_.calendars->contains(ceo)) return;
  lock(database_.advisory("make ceo"));
  see_newest();
  if (!state_.calendars->contains(ceo)) set_calendar(ceo_);
}

// PgStore::lock_one. Whoever held the lock before may have changed the settings.
void Session::lock_one(const std::string& name) {
  const auto found = state_.calendars->find(name);
  if (found == state_.calendars->end() || held_.contains(found->second.id)) return;
  const auto id = found->second.id;
  pause_("locks", name);
  lock(id);
  see_newest();
  state_.locked.insert(name);
  hold(name, {version_now(id), database_.row(id).seq});
}

void Session::read_one(const std::string& name) {
  const auto found = state_.calendars->find(name);
  if (found == state_.calendars->end() && name == kCeo) throw NotLocked{{name}};
  if (found == state_.calendars->end() || held_.contains(found->second.id)) return;
  hold(name, {versions_[found->second.id], seqs_[found->second.id]});
}

/// Takes the settings as the session has cached them, if the lock still has the version of then (hold_recalled).
void Session::hold(const std::string& name, Read read) {
  const auto& stored = state_.calendars->at(name);
  auto& held = held_[stored.id] = stored;
  read_[stored.id] = read;
  const auto recalled = recalled_.find(name);
  if (recalled == recalled_.end() || recalled->second.first != read.version) return;
  held = recalled->second.second;
  held.watched = stored.watched;
}

void Session::keep(const Calendar& calendar, std::int64_t version) {
  recalled_.insert_or_assign(calendar.name, std::pair(version, calendar));
}

// Step "lock in order".
std::vector<Calendar> Session::load(const std::vector<std::string>& names) {
  if (held_.empty()) planned_ = {.names = names};
  pause_("loads", joined(names));
  if (stage_ == Stage::ahead) {
    for (const auto& name : names) read_one(name);
  } else {
    make_ceo(names);
    for (const auto& name : in_order(names)) lock_one(name);
  }
  std::vector<Calendar> loaded;
  for (const auto& name : names) {
    const auto found = state_.calendars->find(name);
    if (found != state_.calendars->end()) loaded.push_back(held_.at(found->second.id));
  }
  return loaded;
}

void Session::wait_for_turn(const std::string& first) {
  if (turn_ || !own_.empty()) return;
  pause_("waits for its turn on", first);
  turn_ = database_.advisory("turn of " + first);
  database_.lock(who_, *turn_, pause_);
}

void Session::end_turn() {
  if (turn_ && database_.row(*turn_).holder == who_) database_.row(*turn_).holder = kNobody;
  turn_.reset();
}

// Step "lock ahead".
void Session::lock_ahead(const std::vector<std::string>& names) {
  is_ahead_of_turn_ = true;
  for (const auto& name : in_order(names)) {
    pause_("locks ahead", name);
    lock(state_.calendars->at(name).id);
  }
  locked_ahead_at_ = database_.commits;
}

// Step "look ahead".
bool Session::read_ahead() {
  if (!held_.empty()) return false;
  pause_and_see("looks", "ahead");
  stage_ = Stage::ahead;
  for (const auto& [thing, row] : database_.rows()) {
    versions_[thing] = row.version;
    seqs_[thing] = row.seq;
  }
  return true;
}

// Step "prove": one calendar after the other; the answer is as of the first look.
bool Session::is_as_read() {
  bool is_first = true;
  for (const auto& [id, calendar] : held_) {
    pause_("proves that nobody has changed", calendar.name);
    if (std::exchange(is_first, false)) planned_.decided = database_.tables;
    const auto& row = database_.row(id);
    if (row.version != read_.at(id).version || (row.is_updated && row.holder != who_)) return false;
  }
  return true;
}

void Session::leave(const std::set<int>& only_read) {
  for (const auto id : only_read) keep(held_.at(id), read_.at(id).version);
  if (!only_read.empty()) planned_.has_chosen = true;
  MemoryStore::leave(only_read);
}

bool Session::is_changing(const Calendar& calendar) {
  if (stage_ != Stage::ahead) return false;
  const auto& row = database_.row(calendar.id);
  const bool is = row.version != read_.at(calendar.id).version || !database_.is_free_for(who_, calendar.id);
  if (is) planned_.heeds_changes = true;
  return is;
}

// Step "lock as read".
bool Session::confirm(bool may_wait) {
  const bool is_as_read = std::ranges::all_of(held_, [&](const auto& held) {
    const auto id = held.first;
    pause_("locks as read", held.second.name);
    if (!may_wait && !try_lock(id)) return false;
    lock(id);
    return version_now(id) == read_.at(id).version;
  });
  stage_ = Stage::locking;
  confirmed_at_ = database_.clock;
  return is_as_read;
}

// PgStore::take_as_read: with a look at the holder, and then a wait for whoever came in between.
bool Session::take_as_read() {
  const auto& [id, calendar] = *held_.begin();
  if (is_ahead_of_turn_ && !try_lock(id)) return false;
  if (!database_.is_free_for(who_, id) || database_.row(id).version != read_.at(id).version) return false;
  pause_("takes as read", calendar.name);
  const auto before = locks_.size();
  lock(id);
  if (database_.row(id).version == read_.at(id).version) return true;
  release(before);
  return false;
}

// What it writes

void Session::do_own(std::function<void()> change) {
  see_newest();
  carries_out_ = true;
  change();
  carries_out_ = false;
  own_.push_back(std::move(change));
}

void Session::set_calendar(const Calendar& settings) {
  see_newest();
  const auto found = state_.calendars->find(settings.name);
  const bool is_there = found != state_.calendars->end();
  if (is_there) touch(found->second.id);
  do_own([this, settings, is_there] {
    if (is_there) state_.locked.insert(settings.name);
    MemoryStore::set_calendar(settings);
  });
}

void Session::rebuild(const std::string& name) {
  if (carries_out_) return MemoryStore::rebuild(name);  // part of set_calendar()
  see_newest();
  const auto found = state_.calendars->find(name);
  if (found == state_.calendars->end()) return;
  touch(found->second.id);
  do_own([this, name] {
    state_.locked.insert(name);
    MemoryStore::rebuild(name);
  });
}

void Session::hear(const std::string& name, Instant at) {
  const auto id = state_.calendars->at(name).id;
  held_.at(id).source_as_of = at;
  to_touch_.insert(id);
  do_own([this, name, at] { MemoryStore::hear(name, at); });
}

bool Session::write(const Writes& writes) {
  pause_("writes", "");
  if (is_ahead_of_turn_ && locked_ahead_at_ > seen_)
    throw Broken{"a call that has waited chooses by all that was committed until then", "it has chosen before"};
  if (confirmed_at_ && *confirmed_at_ != *planned_.now)
    throw Broken{"a call that may have waited decides by the clock as of its locks", ""};
  if (stage_ == Stage::ahead) {
    if (!take_as_read()) return false;
    stage_ = Stage::written_ahead;
  }
  const auto own = std::make_shared<OwnWrites>(writes, held_);
  do_own([this, own] {
    std::swap(held_, own->held);
    MemoryStore::write(own->writes);
    std::swap(held_, own->held);
  });
  for (const auto& [calendar, change] : writes.changes) {
    ++recorded_.try_emplace(calendar, read_.at(calendar).seq).first->second;
    to_touch_.insert(calendar);
  }
  for (const auto& [calendar, by] : writes.watched_by) to_touch_.insert(calendar);
  if (stage_ != Stage::written_ahead) return true;
  to_touch_.insert(held_.begin()->first);
  database_.row(held_.begin()->first).is_updated = true;
  return true;
}

// Step "settle".
void Session::settle() {
  stage_ = Stage::locking;
  see_newest();
  const auto before = state_.trees;
  const auto held = held_;
  const auto to_touch = std::exchange(to_touch_, {});
  MemoryStore::settle();
  for (const auto& [id, calendar] : held) {
    const auto was = before.find(id);
    const bool has_other_rows = was != before.end() && *was->second != *state_.trees[id];
    if (has_other_rows || to_touch.contains(id)) touch(id);
    if (has_other_rows) {
      auto rows = *state_.trees[id];
      own_.push_back([this, id, rows = std::move(rows)] { state_.trees[id].own() = rows; });
    }
    keep(calendar, version_now(id));
  }
}

std::int64_t Session::reject(const Rejection& rejection) {
  do_own([this, rejection] { MemoryStore::reject(rejection); });
  return static_cast<std::int64_t>(rejections().size());
}

// What was read ahead stays cached under the version that was read.
void Session::forget() {
  if (stage_ == Stage::ahead)
    for (const auto& [id, calendar] : held_) keep(calendar, read_.at(id).version);
  MemoryStore::forget();
  read_.clear();
  to_touch_.clear();
  ids_given_ = 0;
  stage_ = Stage::locking;
  is_ahead_of_turn_ = false;
  confirmed_at_.reset();
}

std::unique_ptr<Store::Savepoint> Session::savepoint() { return std::make_unique<Subtransaction>(*this); }

void Session::back_to(const Mark& mark) {
  forget();
  for (auto i = mark.touched; i < touched_.size(); ++i) database_.row(touched_[i].first).is_updated = false;
  touched_.resize(mark.touched);
  release(mark.locks);
  own_.resize(mark.own);
  announced_.resize(mark.announced);
  recorded_ = mark.recorded;
  state_.locked.clear();
  seen_ = -1;
}

/// What step "commit" of the model asserts of the rows: only locked calendars are changed, by calls that read the clock
/// in the order in which they change a calendar (rule 2.1.8), and its changes are numbered without a gap.
void Session::check_locks() {
  for (const auto& [id, version] : touched_)
    if (database_.row(id).holder != who_ || std::ranges::find(locks_, id) == locks_.end())
      throw Broken{"only locked calendars are changed", "calendar " + std::to_string(id)};
  for (const auto& [id, last] : recorded_) {
    if (state_.history[id]->size() != last)
      throw Broken{"a calendar's changes are numbered without a gap", "calendar " + std::to_string(id)};
    auto& row = database_.row(id);
    row.seq = last;
    if (std::exchange(row.changed_at, *planned_.now) > *planned_.now)
      throw Broken{"calls read the clock in the order of their changes", "calendar " + std::to_string(id)};
  }
}

std::optional<test::MemoryStore> Session::commit() {
  if (own_.empty()) {
    roll_back();
    return std::nullopt;
  }
  pause_("commits", "");
  see_newest();
  check_locks();
  auto before = database_.tables;
  database_.tables.see(*this);
  database_.tables.begin(database_.clock);
  ++database_.commits;
  for (const auto& [id, version] : touched_) database_.row(id).version = version;
  for (const auto at : announced_) database_.agenda.insert(at);
  roll_back();
  return before;
}

void Session::roll_back() {
  held_.clear();  // nothing of them is decided any more
  own_.clear();
  back_to(Mark(*this));
  release(0);
  touched_.clear();
  announced_.clear();
  recorded_.clear();
  end_turn();
  database_.stop_waiting(who_);
}

void Session::disconnect() {
  roll_back();
  recalled_.clear();
}

}  // namespace jb::simulate
