// SPDX-License-Identifier: PostgreSQL
//
// Polls: made, read, listed, answered and deleted, by organisers and participants.
#include "call.hpp"
#include "core/polls/poll_json.hpp"
#include "pg/clock.hpp"
#include "pg/secret.hpp"
#include "pg/transaction.hpp"
#include "poll_access.hpp"
#include "reading.hpp"

namespace jb::functions {

namespace {

constexpr PollFieldNames kPollNames{.from = "from_time", .to = "to_time"};

constinit pg::Statement poll_statement{"SELECT v.* FROM jb_poll_view v WHERE v.id = $1"};
constinit pg::Statement list_statement{
    "SELECT v.* FROM jb_poll_view v WHERE v.id > $1 AND (v.created_by = $3"
    " OR jb_sight(v.calendars) = 'read') ORDER BY v.id LIMIT $2"};
constinit pg::Statement schedules_statement{
    "SELECT n.poll_id, n.name COLLATE \"default\", n.yes, n.if_need_be, n.answered_at, p.time_zone, NULL::text"
    "  FROM jb_poll_participant n JOIN jb_poll p ON p.id = n.poll_id WHERE p.id = $1 ORDER BY n.name"};

PollFields new_poll(Validation& validation, const Arguments& arguments) {
  PollFields fields;
  fields.title = arguments.text("title");
  fields.from = arguments.instant("from_time");
  fields.to = arguments.instant("to_time");
  fields.duration = arguments.duration(validation, "duration");
  fields.daily_from = arguments.time_of_day("daily_from");
  fields.daily_to = arguments.time_of_day("daily_to");
  fields.time_zone = arguments.text("time_zone");
  fields.calendars = arguments.texts(validation, "calendars");
  fields.is_public = arguments.flag("public");
  check_poll(validation, fields, kPollNames);
  return fields;
}

/// A row of jb_poll_token: the poll, the participant, and the token.
using NewToken = std::tuple<std::int64_t, std::optional<std::string>, std::string>;

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
NewToken create(const Arguments& arguments, Validation& validation, const PollFields& fields) {
  const auto calendars = fields.calendars.value_or(std::vector{std::string(kCeo)});
  const auto time_zone = zone_of(validation, fields, calendars);
  validation.raise();
  for (const auto& name : calendars) require_right(name, Right::book);
  const auto poll = make_poll(fields, pg::find_zone(time_zone));
  check_room(validation, poll);
  validation.raise();
  const auto token = pg::new_token("jbo_");
  const auto id = insert_poll({poll, time_zone, calendars, fields.is_public, fields.shows_answers, pg::digest(token),
                               maker_now(arguments.principal())},
                              pg::now());
  return {id, std::nullopt, token};
}

/// A row of jb_poll_schedule: the schedule as it is stored, and for a newcomer the newcomer's token.
using ScheduleRow = std::tuple<std::int64_t, std::string, std::vector<Span>, std::vector<Span>, Instant, std::string,
                               std::optional<std::string>>;

/// Checks that the caller may answer under this name. Result: the participant, or nullopt for a newcomer to a public
/// poll.
std::optional<Participant> find_answerer(const StoredPoll& poll, const std::string& name, const Token& token) {
  auto participant = find_participant(poll.id, name);
  require_participant(poll, name, participant, token);
  if (!poll.is_open) throw poll_closed(poll.id);
  if (!participant && !poll.is_public) throw no_such_participant(poll.id, name);
  return participant;
}

PollSchedule given_schedule(const Arguments& arguments, const Poll& poll, const std::optional<std::string>& newcomer) {
  Validation validation;
  if (newcomer) check_participant(validation, "participant", *newcomer);
  auto schedule = read_schedule(validation, arguments.json("schedule"), poll);
  validation.raise();
  return schedule;
}

/// The counts of the poll without this participant, checked to leave room for this participant's answer (rule 9.8).
PollCounts counts_beside(const StoredPoll& poll, const std::string& name, const std::optional<Participant>& participant,
                         const PollSchedule& schedule) {
  const bool is_invited = participant && participant->invited;
  auto others = find_counts(poll.id);
  if (participant)
    others = others - find_counts(poll.id, *participant);
  else
    check_place("participant", name, others, is_invited);
  check_intervals(schedule, others, is_invited);
  return others;
}

}  // namespace

JB_CONNECTED(jb_poll_create, NewToken) {
  Validation validation;
  const auto fields = new_poll(validation, arguments);
  return create(arguments, validation, fields);
}

JB_CONNECTED(jb_poll_create_json, NewToken) {
  Validation validation;
  const auto fields = read_poll(validation, arguments.json("poll"), pg::parse_interval);
  return create(arguments, validation, fields);
}

JB_CONNECTED(jb_poll_one, Datum) {
  const auto poll = find_poll(arguments.bigint("poll_id"), PollUse::read);
  require_organiser(poll, token(arguments));
  return pg::returned_row(poll_statement.run({poll.id}, pg::Snapshot::callers));
}

JB_CONNECTED_ROWS(jb_polls) {
  const auto after = arguments.bigint("after").value_or(0);
  const pg::Param asking_principal = pg::asking_principal();
  rows.add(list_statement.run({after, arguments.max_rows(), asking_principal}, pg::Snapshot::callers));
}

JB_CONNECTED_ROWS(jb_poll_schedules) {
  const auto poll = find_poll(arguments.bigint("poll_id"), PollUse::read);
  require_organiser(poll, token(arguments));
  rows.add(schedules_statement.run({poll.id}, pg::Snapshot::callers));
}

JB_CONNECTED(jb_poll_invite, NewToken) {
  const auto name = arguments.word("participant");
  PollCounts counts;
  const auto poll = judged_twice(arguments.bigint("poll_id"), [&](const StoredPoll& poll) {
    require_organising(poll, token(arguments));
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
  return {poll.id, name, token};
}

JB_CONNECTED(jb_poll_revoke, bool) {
  const auto name = arguments.word("participant");
  std::optional<Participant> participant;
  const auto poll = judged_twice(arguments.bigint("poll_id"), [&](const StoredPoll& poll) {
    require_organising(poll, token(arguments));
    participant = find_participant(poll.id, name);
    if (!participant) throw no_such_participant(poll.id, name);
  });
  const auto others = find_counts(poll.id) - find_counts(poll.id, *participant);
  delete_participant(poll.id, name);
  store_counts(poll.id, others);
  return true;
}

JB_CONNECTED(jb_poll_answer, ScheduleRow) {
  const auto name = arguments.word("participant");
  const auto given = token(arguments);
  std::optional<Participant> participant;
  std::optional<PollSchedule> schedule;
  PollCounts others;
  const auto poll = judged_twice(arguments.bigint("poll_id"), [&](const StoredPoll& poll) {
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
  return {poll.id, name, schedule->yes, schedule->if_need_be, now, poll.time_zone, new_token};
}

JB_CONNECTED(jb_poll_withdraw, bool) {
  const auto name = arguments.word("participant");
  std::optional<Participant> participant;
  const auto poll = judged_twice(arguments.bigint("poll_id"), [&](const StoredPoll& poll) {
    participant = find_participant(poll.id, name);
    if (participant || !poll.is_public) require_participant(poll, name, participant, token(arguments));
    if (!participant) require_knowing(poll);
    if (!participant) throw no_such_participant(poll.id, name);
    if (!poll.is_open) throw poll_closed(poll.id);
    if (!participant->has_answered) throw no_schedule(poll.id, name);
  });
  const auto others = find_counts(poll.id) - find_counts(poll.id, *participant);
  clear_schedule(poll.id, name);
  store_counts(poll.id, participant->invited ? others + counts_of(true, std::nullopt) : others);
  return true;
}

JB_CONNECTED(jb_poll_delete, bool) {
  const auto poll = judged_twice(arguments.bigint("poll_id"),
                                 [&](const StoredPoll& poll) { require_organising(poll, token(arguments)); });
  delete_poll(poll.id);
  return true;
}

}  // namespace jb::functions
