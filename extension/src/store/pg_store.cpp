// SPDX-License-Identifier: PostgreSQL
#include "pg_store.hpp"

#include <set>
#include <unordered_map>

#include "calendar.hpp"
#include "core/event/refusal.hpp"
#include "core/event/shown.hpp"
#include "core/values/json.hpp"
#include "event_row.hpp"
#include "pg/call.hpp"
#include "pg/datum.hpp"
#include "pg/server.hpp"
#include "pg/spi.hpp"
#include "pg/table.hpp"
#include "tree_rows.hpp"

namespace jb {

namespace {

constinit pg::Table change_table{"jb_change_log",
                                 "calendar, seq, at, principal, event_id, version, kind, old_range, new_range, "
                                 "old_status, new_status, fields, image, id, first_change, named, old_values"};
constinit pg::Table rejection_table{"jb_rejection",
                                    "id, at, event_id, calendars, reason, detail, request, principal, "
                                    "conflicts, facts, alternatives, principal_seq"};
constexpr int kAtColumn = 2;
constexpr int kPrincipalSeqColumn = 12;
constinit pg::Table announcement_table{"jb_announcement", "id, payload"};
constinit pg::Table rejection_calendar_table{"jb_rejection_calendar", "calendar, id"};

constinit auto hear_statement = pg::Statement<"UPDATE jb_calendar SET source_as_of = :now WHERE id = :calendar">();

constinit auto detach_all_statement = pg::Statement<"DELETE FROM jb_attachment WHERE event_id = :event">();
constinit pg::Table link_table{"jb_booking_link", "event_id, starts_at"};
constinit auto forget_booking_statement = pg::Statement<"DELETE FROM jb_booking_link WHERE event_id = :event">();
// The rule of an event's series, in place of an earlier one. jb_purge may delete the earlier one meanwhile.
constinit auto keep_rule_statement = pg::Statement<R"(
    INSERT INTO jb_series (id, recurrence, created_at) VALUES (:series, :recurrence, :created_at)
     ON CONFLICT (id) DO UPDATE SET recurrence = excluded.recurrence)">();
// What a deletion keeps of an event: the event, and the number of its first change.
constinit auto last_image_statement = pg::Statement<R"(
    SELECT jb_event_json(v)::jsonb, e.first_change FROM jb_event_view v CROSS JOIN jb_event e
     WHERE v.id = :event AND e.id = :event)">();

constinit auto greatest_number_statement = pg::Statement<R"(
    SELECT greatest(0, (SELECT max(l.id) FROM jb_change_log l), (SELECT max(c.purged_change) FROM jb_calendar c),
                    (SELECT max(p.purged_change) FROM jb_calendar_past p)))">();

constexpr std::uint32_t kRejectionLock = 1;
constexpr std::uint32_t kTurnLock = 1U << 31U;  // combined with the hash of a name

pg::Rows find_lock_of(const pg::Rows& row) { return find_lock(pg::to_int(*row.at(0, 1))); }

/// The next number of a change. Each backend checks that its first one exceeds every number in the tables. After
/// logical replication or a partial dump the rows are there without their sequences, and readers of all changes would
/// never see the changes of the next bookings. Errors: XX001.
std::int64_t next_number() {
  static bool is_checked = false;
  std::int64_t given = 0;
  if (!is_checked) given = pg::to_id(*greatest_number_statement.run().at(0, 1));
  const auto number = pg::next_value("jb_change_id_seq");
  if (number <= given)
    throw Failure(Error::data_corrupted,
                  "the sequences are behind the tables: change " + std::to_string(number) + " has been made before",
                  "The last change that was made is " + std::to_string(given) + ".",
                  "Bring the sequences after, as operations, \"Logical replication\", shows; jb_check() names them.");
  is_checked = true;
  return number;
}

/// A number for each change, in the order of the changes; the adjacent rows of one change share a number. The calendars
/// are locked, so a later call on any of them draws greater numbers. The transaction already has an id, on which
/// readers rely (core/event/shown.hpp).
std::vector<std::int64_t> numbers_of(const std::vector<std::pair<int, Change>>& changes) {
  std::vector<std::int64_t> numbers(changes.size());
  if (changes.empty()) return numbers;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& change = changes[i].second;
    const bool goes_on =
        i > 0 && change.event_id == changes[i - 1].second.event_id && change.version == changes[i - 1].second.version;
    numbers[i] = goes_on ? numbers[i - 1] : next_number();
  }
  return numbers;
}

/// The number of the first change of each event.
std::map<EventId, std::int64_t> first_changes(const Writes& writes, const std::vector<std::int64_t>& numbers) {
  std::map<EventId, std::int64_t> firsts;
  for (std::size_t i = 0; i < numbers.size(); ++i) firsts.try_emplace(writes.changes[i].second.event_id, numbers[i]);
  return firsts;
}

void keep_rule(const Event& event) {
  if (!event.recurrence.empty())
    keep_rule_statement.run("series"_arg = *event.series, "recurrence"_arg = event.recurrence,
                            "created_at"_arg = event.created_at);
}

/// Records when a guest booking begins, or that it no longer takes time, for the counts of a booking page (rule 11.14).
/// Does nothing for an event that no page has booked.
void follow_guest_booking(const Event& event) {
  const pg::Scratch scratch;
  const auto rows = link_table.find("jb_booking_link_event_id_key", {pg::equals_id(event.id)});
  if (rows.empty()) return;
  const bool takes_time = (event.status == Status::scheduled || event.status == Status::held) && event.time &&
                          event.calendars.front().starts_with(kProvider);
  link_table.update(rows.tid(0), 2, {takes_time ? pg::Param(event.time->start) : pg::Param()});
}

/// The number of the principal's last refused request, 0 before the first. A backend starts from the last number that
/// it found, since a page of the index has hundreds of smaller ones.
std::int64_t last_refused(const std::string& principal) {
  static std::unordered_map<std::string, std::int64_t> known;
  constexpr std::size_t most_known = 1000;
  if (known.size() >= most_known) known.clear();
  auto& number = known[principal];
  const auto from = [&](std::int64_t least) {
    return rejection_table.find_last("jb_rejection_principal", {pg::equals_text(principal), pg::at_least_id(least)});
  };
  auto last = from(number);
  if (last.empty() && number > 0) last = from(0);  // the known one was rolled back or purged
  return number = last.empty() ? 0 : pg::to_id(*last.at(0, kPrincipalSeqColumn));
}

std::string_view status_word(Status status) { return name_of(status); }

}  // namespace

/// A subtransaction as a Savepoint. It is opened before the call locks anything, so rolling it back releases every
/// lock.
class PgStore::Subtransaction final : public Savepoint {
 public:
  explicit Subtransaction(PgStore& store) : store_(store) {}
  ~Subtransaction() override {
    if (!kept_) store_.forget();
  }
  // settle() runs inside the subtransaction, since the subtransaction has locked the rows that settle() writes. If the
  // surrounding transaction wrote these rows, PostgreSQL would have to make a multixact that names both transactions.
  void keep() override {
    store_.settle();
    subtransaction_.keep();
    kept_ = true;
  }

 private:
  PgStore& store_;
  bool kept_ = false;
  pg::Subtransaction subtransaction_;
};

std::unique_ptr<Store::Savepoint> PgStore::savepoint() { return std::make_unique<Subtransaction>(*this); }

void PgStore::lock_one(const std::string& name) {
  if (held_.contains(name) || hold_recalled(name) || lock_present(name) || !is_same_name(name, kCeo)) return;
  make_calendar(name);
  lock_present(name);
}

bool PgStore::lock_present(const std::string& name) {
  auto row = find_calendar_row(name);
  if (row.empty()) return false;
  auto lock = find_lock_of(row);
  if (!lock.empty()) lock = lock_table.lock(lock.tid(0));
  if (lock.empty()) return false;
  // Whoever held the lock before may have changed the settings.
  if (!calendar_table.is_current(row.tid(0))) row = find_calendar_row(name);
  if (row.empty()) return false;  // erasing a person renames calendars
  hold_read(row, lock);
  return true;
}

void PgStore::read_one(const std::string& name) {
  if (held_.contains(name) || hold_recalled(name)) return;
  const auto row = find_calendar_row(name);
  if (row.empty() && is_same_name(name, kCeo)) throw NotLocked{{name}};
  if (row.empty()) return;
  const auto lock = find_lock_of(row);
  if (!lock.empty()) hold_read(row, lock);
}

// Reuses the calendar as this backend's last call left it, if the lock still has that call's version.
bool PgStore::hold_recalled(const std::string& name) {
  auto recalled = recall(name);
  if (!recalled) return false;
  auto lock = find_lock(recalled->calendar.id);
  if (!lock.empty() && stage_ == Stage::locking) lock = lock_table.lock(lock.tid(0));
  if (lock.empty() || lock.version(0) != recalled->lock) return false;
  hold(std::move(recalled->calendar), std::move(recalled->rows), lock);
  return true;
}

void PgStore::hold_read(const pg::Rows& row, const pg::Rows& lock) {
  auto calendar = read_calendar(row, 0);
  const TreeRows rows(calendar.id, pg::Snapshot::fresh);
  hold(std::move(calendar), rows, lock);
}

void PgStore::hold(Calendar calendar, TreeRows rows, const pg::Rows& lock) {
  calendar.watched = pg::to_int(*lock.at(0, kWatchedColumn));
  const auto seq = pg::to_id(*lock.at(0, kChangeSeqColumn));
  const auto name = calendar.name;
  held_.emplace(name, Held{std::move(calendar), lock.version(0), lock.tid(0), seq, std::move(rows)});
}

void PgStore::keep(Held& held, const pg::Version& lock) {
  held.tree.reset();  // before the rows that it reads are moved
  jb::keep({lock, std::move(held.calendar), std::move(held.rows)});
}

// The call that has the turn may wait for rows. A transaction that has locked rows therefore takes no turn; otherwise
// each could wait for the other.
void PgStore::wait_for_turn(const std::string& first) {
  if (!turn_ && !pg::has_written()) turn_.emplace(kTurnLock | static_cast<std::uint32_t>(FoldedHash{}(first)));
}

void PgStore::end_turn() {
  if (turn_) turn_->release();
  turn_.reset();
}

// Step "lock ahead" of test/spin/scheduler.pml.
void PgStore::lock_ahead(const std::vector<std::string>& names) {
  has_locked_ahead_ = true;
  for (const auto& name : in_order(names)) {
    const auto row = find_calendar_row(name);
    const auto lock = row.empty() ? pg::Rows(nullptr, 0) : find_lock_of(row);
    if (!lock.empty()) lock_table.lock(lock.tid(0));
  }
}

// Step "look ahead" of test/spin/scheduler.pml.
bool PgStore::read_ahead() {
  if (pg::keeps_snapshot() || !held_.empty()) return false;
  pg::SpiConnection::current().freeze();
  rights_ = rights_seen();
  stage_ = Stage::ahead;
  return true;
}

// Step "prove" of test/spin/scheduler.pml.
bool PgStore::is_as_read() {
  return std::all_of(held_.begin(), held_.end(), [](auto& held) { return lock_table.is_current(held.second.tid); });
}

void PgStore::leave(const std::set<int>& only_read) {
  for (auto next = held_.begin(); next != held_.end();) {
    auto& [name, held] = *next++;
    if (!only_read.contains(held.calendar.id)) continue;
    keep(held, held.lock);
    held_.erase(std::prev(next));
  }
}

bool PgStore::is_changing(const Calendar& calendar) {
  return stage_ == Stage::ahead && !lock_table.is_current(held(calendar.id).tid, true);
}

// Step "lock as read" of test/spin/scheduler.pml. Until all rows are locked, the snapshot keeps the versions that were
// read, so that no later version can stand in the place of one of them. Rights are asked of no calendar's row, and may
// have been taken back while the call waited for a lock (rule 13.5).
bool PgStore::confirm(bool may_wait) {
  std::vector<Held*> all;
  for (auto& [name, held] : held_) all.push_back(&held);
  std::sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->calendar.id < b->calendar.id; });
  const bool is_as_read = std::all_of(all.begin(), all.end(), [&](Held* held) {
    if (!may_wait && !lock_table.try_lock(held->tid)) return false;
    const auto taken = lock_table.take(held->tid);
    if (taken) held->tid = *taken;
    return taken.has_value();
  });
  pg::SpiConnection::current().thaw();
  stage_ = Stage::locking;
  pg::hear_of_changes();
  return is_as_read && rights_ == rights_seen();
}

// A calendar that was read ahead but not written is cached under the version of its lock that was read.
void PgStore::forget() {
  if (stage_ == Stage::ahead) {
    for (auto& [name, held] : held_) keep(held, held.lock);
    pg::SpiConnection::current().thaw();
  }
  held_.clear();
  ids_given_ = 0;
  stage_ = Stage::locking;
  has_locked_ahead_ = false;
}

// Step "lock in order" of test/spin/scheduler.pml.
std::vector<Calendar> PgStore::load(const std::vector<std::string>& names) {
  if (stage_ == Stage::ahead) {
    for (const auto& name : names) read_one(name);
  } else {
    for (const auto& name : names.size() > 1 ? in_order(names) : names) lock_one(name);
  }
  std::vector<Calendar> calendars;
  for (const auto& name : names) {
    const auto found = held_.find(name);
    if (found != held_.end()) calendars.push_back(found->second.calendar);
  }
  return calendars;
}

std::shared_ptr<Timeline> PgStore::timeline(const Calendar& calendar) {
  auto& held = this->held(calendar.id);
  if (!held.tree) held.tree = std::make_shared<OwningTree<TreeRows&>>(held.calendar, held.rows, pg::Snapshot::fresh);
  return held.tree;
}

void PgStore::rebuild(const std::string& calendar) { rebuild_tree(calendar); }

// The lock gets a new version, since other backends have cached the calendar under the present one.
void PgStore::hear(const std::string& name, Instant at) {
  auto& held = held_.at(name);
  held.calendar.source_as_of = at;
  held.is_touched = true;
  hear_statement.run("calendar"_arg = held.calendar.id, "now"_arg = at);
}

EventId PgStore::new_event_id() {
  if (ids_given_ == ids_.size()) ids_.push_back(pg::next_value("jb_event_id_seq"));
  return ids_[ids_given_++];
}

// Writing the lock's row also locks it, so one update takes the lock and increments change_seq.
bool PgStore::take_as_read(const Writes& writes) {
  auto& held = held_.begin()->second;
  // A call that has locked other calendars must not wait for this one.
  if (has_locked_ahead_ && !lock_table.try_lock(held.tid)) return false;
  const auto recorded = static_cast<std::int64_t>(writes.changes.size());
  const auto by = writes.watched_by.find(held.calendar.id);
  const auto watched = held.calendar.watched + (by == writes.watched_by.end() ? 0 : by->second);
  const auto tid = lock_table.try_update(held.tid, kWatchedColumn, {watched, held.change_seq + recorded});
  if (!tid) return false;
  held.tid = *tid;
  remember_lock(held.calendar.id, held.tid);
  return true;
}

bool PgStore::write(const Writes& writes) {
  if (stage_ == Stage::ahead) {
    pg::SpiConnection::current().thaw();
    if (!take_as_read(writes)) return false;
    stage_ = Stage::written_ahead;
  }
  const auto numbers = numbers_of(writes.changes);
  auto firsts = first_changes(writes, numbers);
  const bool is_provider =
      std::any_of(held_.begin(), held_.end(), [](const auto& held) { return held.first.starts_with(kProvider); });
  for (const auto id : writes.unclaimed) erase_rows(claim_table, "jb_claim_pkey", id);
  for (const auto* event : writes.added) {
    insert_event(*event, firsts[event->id]);
    keep_rule(*event);
  }
  for (const auto* event : writes.changed) {
    update_event(*event);
    keep_rule(*event);
    if (is_provider) follow_guest_booking(*event);
  }
  for (const auto& claim : writes.claims) {
    const pg::Scratch scratch;
    claim_table.insert({claim.calendar, claim.event_id, claim.during});
  }
  for (std::size_t i = 0; i < numbers.size(); ++i)
    record(writes.changes[i].first, writes.changes[i].second, writes.at, numbers[i]);
  for (const auto id : writes.erased) {
    detach_all_statement.run("event"_arg = id);
    forget_booking_statement.run("event"_arg = id);
    delete_event(id);
  }
  for (const auto id : writes.unwatched) erase_rows(watched_table, "jb_watched_pkey", id);
  for (const auto& watched : writes.watched) {
    const pg::Scratch scratch;
    watched_table.insert({watched.calendar, watched.event_id, watched.due_at, watched.room,
                          std::int64_t{watched.needs.count()}, watched.turn.rank, watched.turn.since});
  }
  if (stage_ == Stage::written_ahead) return true;
  for (const auto& [calendar, by] : writes.watched_by) {
    held(calendar).watched += by;
    held(calendar).is_touched = true;
  }
  return true;
}

void PgStore::record(int calendar, const Change& change, Instant at, std::int64_t number) {
  const pg::Scratch scratch;
  auto& held = this->held(calendar);
  const auto seq = held.change_seq + ++held.recorded;
  const pg::Unasked unasked;
  const auto last = change.keeps_image ? last_image_statement.run("event"_arg = change.event_id) : pg::Rows(nullptr, 0);
  const auto image = last.empty() ? pg::Param() : last.param(0, 1);
  const auto first = last.empty() ? pg::Param() : last.param(0, 2);
  const auto old_values = change.lacks_attachments
                              ? joined_objects(attachments_object(change.event_id), change.old_values)
                              : change.old_values;
  change_table.insert({calendar, seq, at, principal(), change.event_id, change.version, name_of(change.kind),
                       change.old_range, change.new_range, pg::optional_param(change.old_status, status_word),
                       pg::optional_param(change.new_status, status_word), change.fields, image, number, first,
                       change.named.empty() ? pg::Param() : pg::Param(change.named),
                       old_values.empty() ? pg::Param() : pg::Param(pg::from_jsonb_text(old_values))});
}

/// The number of the request refused now among its principal's refused requests. Errors: JB429.
std::int64_t PgStore::next_refused(Instant at) const {
  const std::int64_t most = *pg::server().rejections_per_day;
  const auto last = last_refused(principal());
  // If this earlier request was refused within the last day, the present one is one too many.
  const auto first =
      most > 0 && last >= most
          ? rejection_table.find("jb_rejection_principal",
                                 {pg::equals_text(principal()), pg::equals_id(last - most + 1)}, pg::Snapshot::fresh, 1)
          : pg::Rows(nullptr, 0);
  if (!first.empty() && pg::to_instant(*first.at(0, kAtColumn)) > at - std::chrono::days{1})
    throw Failure(Error::too_many_bookings,
                  std::to_string(most) + " requests of one caller have been rejected within 24 hours",
                  "This request has no place either. It is not recorded, and the call changes nothing.",
                  "A dry run leaves no record. Try again later, or ask the administrator to raise the limit.");
  return last + 1;
}

std::int64_t PgStore::reject(const Rejection& rejection) {
  if (is_for_visitor_ && rejection.is_answer) return 0;
  const pg::Scratch scratch;
  const auto number = rejection.is_answer ? pg::Param(next_refused(rejection.at)) : pg::Param();
  const auto& zone = *rejection.zone;
  const auto& refusal = rejection.refusal;
  const auto request =
      pg::from_jsonb_text(request_json(rejection.request, rejection.options, zone, rejection.time_zone));
  const auto facts = pg::from_jsonb_text(facts_json(refusal, zone));
  const auto detail = sentence(refusal, zone);
  const auto alternatives = pg::from_ranges(rejection.alternatives);
  const std::set<std::string> calendars(rejection.calendars.begin(), rejection.calendars.end());
  // One lock covers drawing the id and writing its row. So when a row is visible, the row of each smaller id is in the
  // table already, perhaps uncommitted, or never will be (rule 4.6, functions/history.cpp). The lock is taken after all
  // other locks, and nothing waits until its release, so it is part of no deadlock.
  pg::AdvisoryLock lock(kRejectionLock);
  const auto id = pg::next_value("jb_rejection_id_seq");
  rejection_table.insert({id, rejection.at, rejection.event_id, rejection.calendars, name_of(refusal.reason), detail,
                          request, principal(), refusal.conflicts, facts, alternatives, number});
  for (const auto& calendar : calendars) rejection_calendar_table.insert({calendar, id});
  lock.release();
  // A calendar deleted before this moment may be made again, by somebody else (store/calendar.cpp).
  for (std::size_t i = 0; i < rejection.calendars.size(); ++i)
    if (find_lock(rejection.calendar_ids[i]).empty() && !is_same_name(rejection.calendars[i], kCeo))
      throw unknown_calendar("calendars", rejection.calendars[i]);
  const auto payload =
      unnamed_get_nothing() ? brief_announcement_json(id, rejection) : announcement_json(id, rejection);
  // PostgreSQL commits transactions that have announced something one by one, each after its wait for the disk.
  if (*pg::server().announcer == pg::kWorker && pg::server().worker()) {
    announcement_table.insert({id, payload});
    falls_due(rejection.at);
  } else {
    pg::notify_of_rejection(payload);
  }
  return id;
}

void PgStore::falls_due(Instant at) { pg::announce_due(pg::machine_time(at)); }

PgStore::Held& PgStore::held(int calendar) {
  const auto found =
      std::find_if(held_.begin(), held_.end(), [&](const auto& entry) { return entry.second.calendar.id == calendar; });
  if (found == held_.end()) throw std::logic_error("a calendar is written to that is not locked");
  return found->second;
}

// Step "settle" of test/spin/scheduler.pml.
void PgStore::settle() {
  for (auto& [name, held] : held_) {
    if (held.tree) held.tree->flush();
    const bool has_other_rows = held.rows.write();
    auto lock = held.lock;
    if (stage_ == Stage::written_ahead) {
      lock = lock_table.written(held.tid);
    } else if (has_other_rows || held.recorded > 0 || held.is_touched) {
      static_assert(kChangeSeqColumn == kWatchedColumn + 1);
      const auto tid = lock_table.update(held.tid, kWatchedColumn,
                                         {held.calendar.watched + held.watched, held.change_seq + held.recorded});
      remember_lock(held.calendar.id, tid);
      lock = lock_table.written(tid);
    }
    keep(held, lock);
  }
  ids_.clear();
  held_.clear();
  forget();
}

}  // namespace jb
