// SPDX-License-Identifier: PostgreSQL
#include "poll_rows.hpp"

#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "pg/schema.hpp"

namespace jb {

namespace {

#define JB_POLL_COLUMNS                                                                           \
  "id, title, from_time, to_time, duration, daily_from, daily_to, time_zone, calendars, public, " \
  "status = 'open', organiser_token, created_by, made_as"
constinit pg::Statement read_poll_statement{"SELECT " JB_POLL_COLUMNS " FROM jb_poll WHERE id = $1"};
constinit pg::Statement lock_poll_statement{"SELECT " JB_POLL_COLUMNS " FROM jb_poll WHERE id = $1 FOR NO KEY UPDATE"};
#undef JB_POLL_COLUMNS

// A statement of its own, run after the poll's row is locked, since its snapshot must show the event of a booking for
// which the lock waited.
constinit pg::Statement open_statement{"SELECT v.status = 'open' FROM jb_poll_view v WHERE v.id = $1"};

constinit pg::Statement insert_poll_statement{
    "INSERT INTO jb_poll (title, from_time, to_time, duration, daily_from, daily_to, time_zone, calendars, public,"
    " show_answers, organiser_token, created_by, created_at, made_as)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id"};
// Whatever is written of a poll or of its participants counts its version up, by which those who wait for news are
// woken.
#define JB_NEXT_VERSION "version = version + 1, "
constinit pg::Statement close_poll_statement{"UPDATE jb_poll SET " JB_NEXT_VERSION
                                             "status = 'closed', event_id = $2, closed_at = $3 WHERE id = $1"};
// A row of this event is left over from before somebody set the ids of events back.
constinit pg::Statement keep_event_statement{
    "INSERT INTO jb_poll_event (event_id, poll_id) VALUES ($1, $2)"
    " ON CONFLICT (event_id) DO UPDATE SET poll_id = excluded.poll_id"};
constinit pg::Statement event_now_statement{
    "SELECT v.event_id FROM jb_poll_event b JOIN jb_poll_view v ON v.id = b.poll_id"
    " WHERE b.event_id = $1 AND v.event_id <> $1"};
constinit pg::Statement delete_poll_statement{
    "WITH people AS (DELETE FROM jb_poll_participant WHERE poll_id = $1),"
    " events AS (DELETE FROM jb_poll_event WHERE poll_id = $1) DELETE FROM jb_poll WHERE id = $1"};

constinit pg::Statement participant_statement{
    "SELECT invited, token, yes IS NOT NULL FROM jb_poll_participant WHERE poll_id = $1 AND name = $2"};
constinit pg::Statement count_one_statement{
    "SELECT (SELECT count(*) FROM unnest(yes)) + (SELECT count(*) FROM unnest(if_need_be)) FROM jb_poll_participant"
    " WHERE poll_id = $1 AND name = $2"};
constinit pg::Statement counts_statement{
    "SELECT participant_count::int8, answer_count::int8, uninvited_count::int8, interval_count::int8,"
    " uninvited_interval_count::int8 FROM jb_poll WHERE id = $1"};
constinit pg::Statement store_counts_statement{
    "UPDATE jb_poll SET " JB_NEXT_VERSION
    "participant_count = $2::int4, answer_count = $3::int4, uninvited_count = $4::int4,"
    " interval_count = $5::int4, uninvited_interval_count = $6::int4 WHERE id = $1"};
#undef JB_NEXT_VERSION
constinit pg::Statement invite_statement{
    "INSERT INTO jb_poll_participant (poll_id, name, invited, token) VALUES ($1, $2, $3, $4)"};
constinit pg::Statement answer_statement{
    "UPDATE jb_poll_participant SET yes = $3, if_need_be = $4, answered_at = $5 WHERE poll_id = $1 AND name = $2"};
constinit pg::Statement leave_statement{
    "DELETE FROM jb_poll_participant WHERE poll_id = $1 AND name = $2 AND NOT invited"};
constinit pg::Statement delete_participant_statement{
    "DELETE FROM jb_poll_participant WHERE poll_id = $1 AND name = $2"};
constinit pg::Statement withdraw_statement{
    "UPDATE jb_poll_participant SET yes = NULL, if_need_be = NULL, answered_at = NULL WHERE poll_id = $1 AND name = "
    "$2"};
constinit pg::Statement answers_statement{
    "SELECT name, yes, if_need_be, invited FROM jb_poll_participant WHERE poll_id = $1 ORDER BY name"};

std::shared_ptr<const Zone> stored_zone(const std::string& name) {
  if (auto zone = pg::find_zone(name)) return zone;
  throw invalid("time_zone", name, "the poll's time zone is not known to this server");
}

pg::Snapshot snapshot_for(PollUse use) { return use == PollUse::read ? pg::Snapshot::callers : pg::Snapshot::fresh; }

/// Whether a poll that was booked is open again, since its event no longer stands (rule 9.7).
bool counts_as_open(std::int64_t id, PollUse use) {
  const auto rows = open_statement.run({id}, snapshot_for(use));
  return !rows.empty() && pg::to_bool(*rows.at(0, 1));
}

}  // namespace

StoredPoll find_poll(std::optional<std::int64_t> id, PollUse use) {
  if (!id) throw no_such_poll(id);
  const auto rows =
      use == PollUse::write ? lock_poll_statement.run({*id}) : read_poll_statement.run({*id}, snapshot_for(use));
  if (rows.empty()) throw no_such_poll(id);
  const auto value = [&](int column) { return *rows.at(0, column); };
  StoredPoll stored{};
  stored.id = *id;
  stored.time_zone = pg::to_text(value(8));
  stored.poll = {pg::to_text(value(2)),
                 {pg::to_instant(value(3)), pg::to_instant(value(4))},
                 pg::to_duration(value(5)),
                 {pg::to_time_of_day(value(6)), pg::to_time_of_day(value(7))},
                 stored_zone(stored.time_zone)};
  stored.calendars = pg::to_texts(value(9));
  stored.is_public = pg::to_bool(value(10));
  stored.is_open = pg::to_bool(value(11)) || counts_as_open(*id, use);
  stored.organiser_digest = pg::to_bytes(value(12));
  stored.maker.principal = pg::to_text(value(13));
  if (const auto role = rows.at(0, 14)) stored.maker.role = pg::to_text(*role);
  return stored;
}

std::int64_t insert_poll(const NewPoll& poll, Instant now) {
  const auto& [title, frame, duration, daily, zone] = poll.poll;
  const auto rows = insert_poll_statement.run(
      {title, frame.start, frame.end, pg::from_duration(duration), pg::from_time_of_day(daily.start),
       pg::from_time_of_day(daily.end), poll.time_zone, poll.calendars, poll.is_public, poll.shows_answers,
       pg::from_bytes(poll.organiser_digest), poll.maker.principal, now, poll.maker.role});
  return pg::to_id(*rows.at(0, 1));
}

void close_poll(std::int64_t id, EventId event, Instant now) {
  if (!counts_as_open(id, PollUse::write)) throw poll_closed(id);
  close_poll_statement.run({id, event, now});
  keep_event_statement.run({event, id});
}

std::optional<EventId> event_of_poll_now(EventId former, pg::Snapshot snapshot) {
  const auto rows = event_now_statement.run({former}, snapshot);
  return rows.empty() ? std::nullopt : std::optional{pg::to_id(*rows.at(0, 1))};
}

void delete_poll(std::int64_t id) { delete_poll_statement.run({id}); }

std::optional<Participant> find_participant(std::int64_t poll, const std::string& name) {
  const auto rows = participant_statement.run({poll, name});
  if (rows.empty()) return std::nullopt;
  return Participant{name, pg::to_bool(*rows.at(0, 1)), pg::to_bytes(*rows.at(0, 2)), pg::to_bool(*rows.at(0, 3))};
}

void insert_participant(std::int64_t poll, const std::string& name, bool invited, const std::string& digest) {
  invite_statement.run({poll, name, invited, pg::from_bytes(digest)});
}

void delete_participant(std::int64_t poll, const std::string& name) { delete_participant_statement.run({poll, name}); }

PollCounts find_counts(std::int64_t poll) {
  const auto rows = counts_statement.run({poll});
  const auto count = [&](int column) { return pg::to_id(*rows.at(0, column)); };
  return {count(1), count(2), count(3), count(4), count(5)};
}

PollCounts find_counts(std::int64_t poll, const Participant& participant) {
  if (!participant.has_answered) return counts_of(participant.invited, std::nullopt);
  const auto rows = count_one_statement.run({poll, participant.name});
  return counts_of(participant.invited, pg::to_id(*rows.at(0, 1)));
}

void store_counts(std::int64_t poll, const PollCounts& counts) {
  store_counts_statement.run(
      {poll, counts.participants, counts.answers, counts.uninvited, counts.intervals, counts.uninvited_intervals});
}

void store_schedule(std::int64_t poll, const std::string& name, const PollSchedule& schedule, Instant now) {
  answer_statement.run({poll, name, schedule.yes, schedule.if_need_be, now});
}

void clear_schedule(std::int64_t poll, const std::string& name) {
  leave_statement.run({poll, name});
  withdraw_statement.run({poll, name});
}

Answers read_answers(std::int64_t poll, pg::Snapshot snapshot) {
  const auto rows = answers_statement.run({poll}, snapshot);
  Answers answers;
  answers.names.reserve(rows.size());
  answers.schedules.reserve(rows.size());
  answers.invited.reserve(rows.size());
  for (std::uint64_t row = 0; row < rows.size(); ++row) {
    pg::check_for_interrupts();
    answers.names.push_back(pg::to_text(*rows.at(row, 1)));
    const auto spans = [&](int column) {
      const auto value = rows.at(row, column);
      return value ? pg::to_spans(*value) : std::vector<Span>{};
    };
    answers.schedules.push_back({spans(2), spans(3)});
    answers.invited.push_back(pg::to_bool(*rows.at(row, 4)));
  }
  return answers;
}

}  // namespace jb
