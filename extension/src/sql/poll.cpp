// SPDX-License-Identifier: PostgreSQL
//
// Polls: made, read, listed, answered and deleted, by organisers and participants.
#include "arguments.hpp"
#include "core/polls/poll_json.hpp"
#include "pg/clock.hpp"
#include "pg/secret.hpp"
#include "pg/transaction.hpp"
#include "poll_access.hpp"
#include "reading.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constexpr PollFieldNames kPollNames{.from = "from_time", .to = "to_time"};

constinit pg::Statement poll_statement{"SELECT v.* FROM jb_poll_view v WHERE v.id = $1", {INT8OID}};
constinit pg::Statement list_statement{
    "SELECT v.* FROM jb_poll_view v WHERE v.id > $1 AND (v.created_by = $3"
    " OR jb_sight(v.calendars) = 'read') ORDER BY v.id LIMIT $2",
    {INT8OID, INT4OID, TEXTOID}};
constinit pg::Statement schedules_statement{
    "SELECT n.poll_id, n.name COLLATE \"default\", n.yes, n.if_need_be, n.answered_at, p.time_zone, NULL::text"
    "  FROM jb_poll_participant n JOIN jb_poll p ON p.id = n.poll_id WHERE p.id = $1 ORDER BY n.name",
    {INT8OID}};

PollFields new_poll(Validation& validation, const Arguments& arguments) {
  PollFields fields;
  fields.title = arguments.text(0);
  fields.from = arguments.instant(1);
  fields.to = arguments.instant(2);
  fields.duration = arguments.duration(validation, 3, "duration");
  fields.daily_from = arguments.time_of_day(4);
  fields.daily_to = arguments.time_of_day(5);
  fields.time_zone = arguments.text(6);
  fields.calendars = arguments.texts(validation, 7, "calendars");
  fields.is_public = arguments.flag(8);
  check_poll(validation, fields, kPollNames);
  return fields;
}

/// The name of the poll's zone: the zone that the caller named, or else the zone of the poll's first calendar. Empty
/// when the zone was refused.
std::string zone_of(Validation& validation, const PollFields& fields, const std::vector<std::string>& calendars) {
  std::string name;
  if (!validation.has_refused("calendars")) {
    const auto found = calendars_of(validation, calendars);
    if (!found.empty()) name = found.front().time_zone;
  }
  if (!fields.time_zone) return name;
  const auto spelled = pg::zone_name(*fields.time_zone);
  if (!spelled) validation.refuse("time_zone", *fields.time_zone, "there is no such time zone");
  return spelled.value_or("");
}

/// Stores the poll that the fields describe. `validation` has what the reader of the fields has refused already, so
/// that one error names everything that is invalid (rule 8.3).
Datum create(FunctionCallInfo info, Validation& validation, const PollFields& fields,
             const std::optional<std::string>& named) {
  const pg::Asking asking(named);
  pg::Session session;
  const auto calendars = fields.calendars.value_or(std::vector{std::string(kCeo)});
  const auto time_zone = zone_of(validation, fields, calendars);
  validation.raise();
  for (const auto& name : calendars) require_right(name, Right::book);
  const auto poll = make_poll(fields, pg::find_zone(time_zone));
  check_room(validation, poll);
  validation.raise();
  const auto token = pg::new_token("jbo_");
  const auto id = insert_poll(
      {poll, time_zone, calendars, fields.is_public, fields.shows_answers, pg::digest(token), maker_now(named)},
      pg::now());
  session.finish();
  return pg::result_row(info, {pg::from_id(id), pg::Param(), pg::from_text(token)});
}

Datum poll_create_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  Validation validation;
  const auto fields = new_poll(validation, arguments);
  return create(info, validation, fields, arguments.text(9));
}

Datum create_json_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  Validation validation;
  const auto text = arguments.is_null(0) ? std::string("null") : pg::jsonb_text(arguments.datum(0));
  const auto fields = read_poll(validation, text, pg::parse_interval);
  return create(info, validation, fields, arguments.text(1));
}

Datum poll_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  pg::Session session;
  const auto poll = find_poll(arguments.bigint(0), PollUse::read);
  require_organiser(poll, token(arguments, 1));
  const Datum row = pg::returned_row(poll_statement.run({pg::from_id(poll.id)}, pg::Snapshot::callers));
  session.finish();
  return row;
}

Datum polls_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  const auto after = arguments.bigint(0).value_or(0);
  const Datum asking_principal = pg::from_text(pg::asking_principal());
  return rows_of(info, list_statement, {pg::from_id(after), pg::from_int(arguments.max_rows(1)), asking_principal});
}

Datum schedules_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  RowSet rows(info);
  pg::Session session;
  const auto poll = find_poll(arguments.bigint(0), PollUse::read);
  require_organiser(poll, token(arguments, 1));
  rows.add(schedules_statement.run({pg::from_id(poll.id)}, pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

Datum invite_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(3));
  const auto name = arguments.text(1).value_or("");
  pg::Session session;
  PollCounts counts;
  const auto poll = judged_twice(arguments.bigint(0), [&](const StoredPoll& poll) {
    require_organising(poll, token(arguments, 2));
    if (!poll.is_open) throw poll_closed(poll.id);
    Validation validation;
    check_participant(validation, "name", name);
    if (validation.ok() && find_participant(poll.id, name))
      validation.refuse("name", name, "the poll has one of this name");
    validation.raise();
    counts = find_counts(poll.id);
    check_place("name", name, counts, true);
  });
  const auto token = pg::new_token("jbp_");
  insert_participant(poll.id, name, true, pg::digest(token));
  store_counts(poll.id, counts + counts_of(true, std::nullopt));
  session.finish();
  return pg::result_row(info, {pg::from_id(poll.id), pg::from_text(name), pg::from_text(token)});
}

Datum poll_revoke_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(3));
  const auto name = arguments.text(1).value_or("");
  pg::Session session;
  std::optional<Participant> participant;
  const auto poll = judged_twice(arguments.bigint(0), [&](const StoredPoll& poll) {
    require_organising(poll, token(arguments, 2));
    participant = find_participant(poll.id, name);
    if (!participant) throw no_such_participant(poll.id, name);
  });
  const auto others = find_counts(poll.id) - find_counts(poll.id, *participant);
  delete_participant(poll.id, name);
  store_counts(poll.id, others);
  session.finish();
  return pg::from_bool(true);
}

/// The result row: the schedule as it is stored, and for a newcomer the newcomer's token.
Datum schedule_row(FunctionCallInfo info, const StoredPoll& poll, const std::string& name, const Schedule& schedule,
                   Instant now, const std::optional<std::string>& token) {
  return pg::result_row(info, {pg::from_id(poll.id), pg::from_text(name), pg::from_spans(schedule.yes),
                               pg::from_spans(schedule.if_need_be), pg::from_instant(now),
                               pg::from_text(poll.time_zone), pg::optional_param(token, pg::from_text)});
}

/// Checks that the caller may answer under this name. Result: the participant, or nullopt for a newcomer to a public
/// poll.
std::optional<Participant> find_answerer(const StoredPoll& poll, const std::string& name, const Token& token) {
  auto participant = find_participant(poll.id, name);
  require_participant(poll, name, participant, token);
  if (!poll.is_open) throw poll_closed(poll.id);
  if (!participant && !poll.is_public) throw no_such_participant(poll.id, name);
  return participant;
}

Schedule given_schedule(const Arguments& arguments, const Poll& poll, const std::optional<std::string>& newcomer) {
  Validation validation;
  if (newcomer) check_participant(validation, "participant", *newcomer);
  auto schedule = read_schedule(validation, arguments.is_null(2) ? "null" : pg::jsonb_text(arguments.datum(2)), poll);
  validation.raise();
  return schedule;
}

/// The counts of the poll without this participant, checked to leave room for this participant's answer (rule 9.8).
PollCounts counts_beside(const StoredPoll& poll, const std::string& name, const std::optional<Participant>& participant,
                         const Schedule& schedule) {
  const bool is_invited = participant && participant->invited;
  auto others = find_counts(poll.id);
  if (participant)
    others = others - find_counts(poll.id, *participant);
  else
    check_place("participant", name, others, is_invited);
  check_intervals(schedule, others, is_invited);
  return others;
}

Datum answer_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto name = arguments.text(1).value_or("");
  const auto given = token(arguments, 3);
  pg::Session session;
  std::optional<Participant> participant;
  std::optional<Schedule> schedule;
  PollCounts others;
  const auto poll = judged_twice(arguments.bigint(0), [&](const StoredPoll& poll) {
    participant = find_answerer(poll, name, given);
    // The schedule is read on the first judgement only: a poll's frame never changes.
    if (!schedule) schedule = given_schedule(arguments, poll.poll, participant ? std::nullopt : std::optional(name));
    others = counts_beside(poll, name, participant, *schedule);
  });
  std::optional<std::string> new_token;
  if (!participant) {
    new_token = pg::new_token("jbp_");
    insert_participant(poll.id, name, false, pg::digest(*new_token));
  }
  const auto now = pg::now();
  store_schedule(poll.id, name, *schedule, now);
  store_counts(poll.id, others + counts_of(participant && participant->invited, schedule->intervals()));
  session.finish();
  return schedule_row(info, poll, name, *schedule, now, new_token);
}

Datum withdraw_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto name = arguments.text(1).value_or("");
  pg::Session session;
  std::optional<Participant> participant;
  const auto poll = judged_twice(arguments.bigint(0), [&](const StoredPoll& poll) {
    participant = find_participant(poll.id, name);
    if (participant || !poll.is_public) require_participant(poll, name, participant, token(arguments, 2));
    if (!participant) require_knowing(poll);
    if (!participant) throw no_such_participant(poll.id, name);
    if (!poll.is_open) throw poll_closed(poll.id);
    if (!participant->has_answered) throw no_schedule(poll.id, name);
  });
  const auto others = find_counts(poll.id) - find_counts(poll.id, *participant);
  clear_schedule(poll.id, name);
  store_counts(poll.id, participant->invited ? others + counts_of(true, std::nullopt) : others);
  session.finish();
  return pg::from_bool(true);
}

Datum poll_delete_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  pg::Session session;
  const auto poll =
      judged_twice(arguments.bigint(0), [&](const StoredPoll& poll) { require_organising(poll, token(arguments, 1)); });
  delete_poll(poll.id);
  session.finish();
  return pg::from_bool(true);
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_poll_create, jb::sql::poll_create_body)
JB_FUNCTION(jb_poll_create_json, jb::sql::create_json_body)
JB_FUNCTION(jb_poll_one, jb::sql::poll_body)
JB_FUNCTION(jb_polls, jb::sql::polls_body)
JB_FUNCTION(jb_poll_schedules, jb::sql::schedules_body)
JB_FUNCTION(jb_poll_invite, jb::sql::invite_body)
JB_FUNCTION(jb_poll_revoke, jb::sql::poll_revoke_body)
JB_FUNCTION(jb_poll_answer, jb::sql::answer_body)
JB_FUNCTION(jb_poll_withdraw, jb::sql::withdraw_body)
JB_FUNCTION(jb_poll_delete, jb::sql::poll_delete_body)
