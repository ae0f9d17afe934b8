// SPDX-License-Identifier: PostgreSQL
#include "pg_store.hpp"

#include "calendar_row.hpp"
#include "core/rejection_json.hpp"
#include "event_row.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "pg/transaction.hpp"

namespace jb {

namespace {

constinit pg::Statement lock_statement{
    "UPDATE jb_calendar SET change_seq = change_seq + 1 WHERE name = $1 RETURNING " JB_CALENDAR_COLUMNS ", change_seq",
    {TEXTOID}};
constinit pg::Statement order_statement{"SELECT name FROM jb_calendar WHERE name = ANY ($1) ORDER BY id",
                                        {TEXTARRAYOID}};
constinit pg::Statement settle_statement{
    "UPDATE jb_calendar SET change_seq = change_seq + $2, watched = watched + $3 WHERE id = $1",
    {INT4OID, INT8OID, INT4OID}};
constinit pg::Statement find_statement{"SELECT " JB_EVENT_COLUMNS " FROM jb_event e WHERE e.id = $1", {INT8OID}};
// Two statements, since most bookings meet nobody: starting a join costs more than finding no claim.
constinit pg::Statement occupied_statement{"SELECT event_id FROM jb_claim WHERE calendar = $1 AND during && $2",
                                           {INT4OID, TSTZRANGEOID}};
constinit pg::Statement occupants_statement{"SELECT " JB_EVENT_COLUMNS
                                            " FROM jb_event e WHERE e.id = ANY ($1) ORDER BY e.start_timestamp, e.id",
                                            {INT8ARRAYOID}};
constinit pg::Statement erase_statement{
    "WITH attached AS (DELETE FROM jb_attachment WHERE event_id = $1) DELETE FROM jb_event WHERE id = $1", {INT8OID}};
constinit pg::Statement claim_statement{"INSERT INTO jb_claim (calendar, event_id, during) VALUES ($1, $2, $3)",
                                        {INT4OID, INT8OID, TSTZRANGEOID}};
constinit pg::Statement unclaim_statement{"DELETE FROM jb_claim WHERE event_id = $1", {INT8OID}};
constinit pg::Statement claims_statement{
    "SELECT calendar, lower(during), upper(during) FROM jb_claim WHERE event_id = $1", {INT8OID}};
constinit pg::Statement watched_statement{"SELECT " JB_EVENT_COLUMNS
                                          " FROM jb_event e WHERE e.calendars || e.attendee_calendars && $1 "
                                          "AND e.status IN ('held', 'waiting')",
                                          {TEXTARRAYOID}};
constinit pg::Statement id_statement{"SELECT nextval('jb_event_id_seq')", {}};
constinit pg::Statement record_statement{
    "INSERT INTO jb_change_log (calendar, seq, at, principal, event_id, version, kind, old_range, new_range, "
    "old_status, new_status, fields, image) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    {INT4OID, INT8OID, TIMESTAMPTZOID, TEXTOID, INT8OID, INT8OID, TEXTOID, TSTZRANGEOID, TSTZRANGEOID, TEXTOID, TEXTOID,
     TEXTARRAYOID, JSONBOID}};
constinit pg::Statement image_statement{"SELECT jb_event_json(v)::jsonb FROM jb_event_view v WHERE v.id = $1",
                                        {INT8OID}};
constinit pg::Statement reject_statement{
    "INSERT INTO jb_rejection (at, event_id, calendars, reason, detail, request, principal) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    {TIMESTAMPTZOID, INT8OID, TEXTARRAYOID, TEXTOID, TEXTOID, JSONBOID, TEXTOID}};

constexpr std::uint32_t kRejectionLock = 1;
constexpr const char* kChannel = "jb_rejected";

pg::Param image_of(EventId id) {
  const auto rows = image_statement.run({pg::from_id(id)});
  const auto image = rows.at(0, 1);
  return image ? pg::Param(*image) : pg::Param();
}

std::vector<Event> read_events(const pg::Rows& rows) {
  std::vector<Event> events;
  for (std::uint64_t i = 0; i < rows.size(); ++i) events.push_back(read_event(rows, i));
  return events;
}

Datum status_datum(Status status) { return pg::from_text(name_of(status)); }

}  // namespace

/// A subtransaction. It is opened before anything is locked, so that nothing is held once it has been left.
class PgStore::SubtransactionScope final : public Scope {
 public:
  explicit SubtransactionScope(PgStore& store) : store_(store) {}
  ~SubtransactionScope() override {
    if (!kept_) store_.held_.clear();
  }
  void keep() override {
    subtransaction_.keep();
    kept_ = true;
  }

 private:
  PgStore& store_;
  bool kept_ = false;
  pg::Subtransaction subtransaction_;
};

struct PlannedWith {
  ClaimReader claims;
};

/// The day tree of a locked calendar, in which the call plans; what it holds in the end is written.
class PgStore::PlannedTree final : PlannedWith, public DayTree {
 public:
  PlannedTree(const Calendar& calendar, TreeRows& rows)
      : PlannedWith{{calendar, pg::Snapshot::fresh}}, DayTree(calendar.pattern, rows, &claims) {}
};

std::unique_ptr<Store::Scope> PgStore::scope() { return std::make_unique<SubtransactionScope>(*this); }

const Calendar* PgStore::lock_one(const std::string& name) {
  const auto known = held_.find(name);
  if (known != held_.end()) return &known->second.calendar;
  auto rows = lock_statement.run({pg::from_text(name)});
  if (rows.empty() && name == kCeo) {
    make_calendar(name);
    rows = lock_statement.run({pg::from_text(name)});
  }
  if (rows.empty()) return nullptr;
  const auto seq = DatumGetInt64(*rows.at(0, kCalendarColumns + 1));
  const auto calendar = read_calendar(rows, 0);
  Held held{calendar, seq, TreeRows(calendar.id, pg::Snapshot::fresh)};
  return &held_.emplace(name, std::move(held)).first->second.calendar;
}

std::vector<Calendar> PgStore::lock(const std::vector<std::string>& names) {
  std::vector<Calendar> calendars;
  if (names.size() > 1) {
    const auto rows = order_statement.run({pg::from_texts(names)});
    std::vector<std::string> ordered;
    for (std::uint64_t i = 0; i < rows.size(); ++i) ordered.push_back(pg::to_text(*rows.at(i, 1)));
    for (const auto& name : ordered) lock_one(name);
  }
  for (const auto& name : names) {
    if (const auto* calendar = lock_one(name)) calendars.push_back(*calendar);
  }
  return calendars;
}

Instant PgStore::now() { return pg::now(); }

std::optional<Event> PgStore::find(EventId id) {
  const auto rows = find_statement.run({Int64GetDatum(id)});
  if (rows.empty()) return std::nullopt;
  return read_event(rows, 0);
}

std::vector<Event> PgStore::occupants(const Calendar& calendar, Span within) {
  const auto found = occupied_statement.run({Int32GetDatum(calendar.id), pg::from_span(within)});
  if (found.empty()) return {};
  std::vector<EventId> ids;
  for (std::uint64_t i = 0; i < found.size(); ++i) ids.push_back(DatumGetInt64(*found.at(i, 1)));
  return read_events(occupants_statement.run({pg::from_ids(ids)}));
}

std::vector<Claim> PgStore::claims(EventId id) {
  const auto rows = claims_statement.run({pg::from_id(id)});
  std::vector<Claim> claims;
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    claims.push_back(
        {DatumGetInt32(*rows.at(i, 1)), id, {pg::to_instant(*rows.at(i, 2)), pg::to_instant(*rows.at(i, 3))}});
  }
  return claims;
}

std::vector<Event> PgStore::watched(const std::vector<std::string>& calendars) {
  return read_events(watched_statement.run({pg::from_texts(calendars)}));
}

int PgStore::starts_within(const Calendar& calendar, Span day) {
  return ClaimReader(calendar, pg::Snapshot::fresh).starts_within(day);
}

std::shared_ptr<Timeline> PgStore::timeline(const Calendar& calendar) {
  auto& held = this->held(calendar.id);
  if (!held.tree) held.tree = std::make_shared<PlannedTree>(held.calendar, held.rows);
  return held.tree;
}

EventId PgStore::new_event_id() { return DatumGetInt64(*id_statement.run({}).at(0, 1)); }

void PgStore::write(const Writes& writes) {
  for (const auto id : writes.unclaimed) unclaim_statement.run({pg::from_id(id)});
  for (const auto* event : writes.added) insert_event(*event);
  for (const auto* event : writes.changed) update_event(*event);
  for (const auto& claim : writes.claims) {
    claim_statement.run({Int32GetDatum(claim.calendar), pg::from_id(claim.event_id), pg::from_span(claim.during)});
  }
  for (const auto& [calendar, change] : writes.changes) record(calendar, change);
  for (const auto id : writes.erased) erase_statement.run({pg::from_id(id)});
  for (const auto& [calendar, by] : writes.watched) held(calendar).watched += by;
}

void PgStore::record(int calendar, const Change& change) {
  auto& held = this->held(calendar);
  const auto seq = held.change_seq + held.recorded++;
  const auto image = change.keeps_image ? image_of(change.event_id) : pg::Param();
  record_statement.run({Int32GetDatum(calendar), Int64GetDatum(seq), pg::from_instant(pg::now()),
                        pg::from_text(principal_), Int64GetDatum(change.event_id), Int64GetDatum(change.version),
                        pg::from_text(change.kind), pg::optional_param(change.old_range, pg::from_span),
                        pg::optional_param(change.new_range, pg::from_span),
                        pg::optional_param(change.old_status, status_datum),
                        pg::optional_param(change.new_status, status_datum), pg::from_texts(change.fields), image});
}

std::int64_t PgStore::reject(const Rejection& rejection) {
  const auto at = pg::now();
  const auto& zone = *rejection.zone;
  const auto request = pg::from_jsonb_text(request_json(rejection.request, zone));
  // The id is taken and its row written under one lock. So a row of a smaller id is there already or never will be,
  // and readers can tell one from the other (jb_rejections).
  pg::ShortLock lock(kRejectionLock);
  const auto rows = reject_statement.run({pg::from_instant(at), pg::optional_param(rejection.event_id, pg::from_id),
                                          pg::from_texts(rejection.calendars), pg::from_text(rejection.reason),
                                          pg::from_text(rejection.detail), request, pg::from_text(principal_)});
  lock.release();
  const auto id = DatumGetInt64(*rows.at(0, 1));
  pg::notify(kChannel, announcement_json(id, rejection, at, zone));
  return id;
}

PgStore::Held& PgStore::held(int calendar) {
  const auto found =
      std::find_if(held_.begin(), held_.end(), [&](const auto& entry) { return entry.second.calendar.id == calendar; });
  if (found == held_.end()) throw std::logic_error("a calendar is written to that is not locked");
  return found->second;
}

void PgStore::settle() {
  for (auto& [name, held] : held_) {
    if (held.tree) held.tree->flush();
    held.rows.write();
    if (held.recorded == 1 && held.watched == 0) continue;
    settle_statement.run(
        {Int32GetDatum(held.calendar.id), Int64GetDatum(held.recorded - 1), Int32GetDatum(held.watched)});
  }
  held_.clear();
}

}  // namespace jb
