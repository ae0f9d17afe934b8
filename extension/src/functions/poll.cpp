// SPDX-License-Identifier: PostgreSQL
#include <algorithm>
#include <memory>
#include <ranges>
#include <set>

#include "core/polls/poll.hpp"
#include "core/values/time.hpp"
#include "pg/icu.hpp"
#include "pg/secret.hpp"
#include "poll_access.hpp"
#include "writing.hpp"

namespace jb::functions {

// Polls: made, read, listed, answered and deleted, by organisers and participants.

namespace {

constexpr PollFieldNames kPollNames{.from = "from_time", .to = "to_time"};

constinit auto poll_statement = pg::Statement<"SELECT v.* FROM jb_poll_view v WHERE v.id = :poll">();
constinit auto list_statement = pg::Statement<R"(
    SELECT v.* FROM jb_poll_view v
     WHERE v.id > :after AND (v.created_by = :principal OR jb_sight(v.calendars) = 'read') ORDER BY v.id
     LIMIT :most)">();
constinit auto schedules_statement = pg::Statement<R"(
    SELECT n.poll_id, n.name COLLATE "default", n.yes, n.if_need_be, n.answered_at, p.time_zone, NULL::text,
           n.invited
      FROM jb_poll_participant n JOIN jb_poll p ON p.id = n.poll_id WHERE p.id = :poll
     ORDER BY n.name, n.invited DESC)">();

constinit auto insert_poll_statement = pg::Statement<R"(
    INSERT INTO jb_poll (title, from_time, to_time, duration, daily_from, daily_to, time_zone, calendars, public,
                         show_answers, organiser_token, created_by, created_at, made_as)
    VALUES (:title, :from_time, :to_time, :duration, :daily_from, :daily_to, :time_zone, :calendars, :public,
            :show_answers, :organiser_token, :created_by, :created_at, :made_as)
     RETURNING id)">();
constinit auto delete_poll_statement = pg::Statement<R"(
    WITH people AS (DELETE FROM jb_poll_participant WHERE poll_id = :poll),
         events AS (DELETE FROM jb_poll_event WHERE poll_id = :poll)
    DELETE FROM jb_poll WHERE id = :poll)">();
constinit auto open_poll_statement =
    pg::Statement<"UPDATE jb_poll SET version = version + 1, public = :public WHERE id = :poll">();
constinit auto namesakes_statement = pg::Statement<R"(
    SELECT name, invited, token, yes IS NOT NULL FROM jb_poll_participant
     WHERE poll_id = :poll AND folded = :folded)">();
constinit auto count_one_statement = pg::Statement<R"(
    SELECT (SELECT count(*) FROM unnest(yes)) + (SELECT count(*) FROM unnest(if_need_be))
      FROM jb_poll_participant WHERE poll_id = :poll AND folded = :folded AND invited = :invited)">();
constinit auto is_participant_statement =
    pg::Statement<"SELECT FROM jb_poll_participant WHERE poll_id = :poll AND token = :token">();
constinit auto counts_statement = pg::Statement<R"(
    SELECT participant_count::int8, answer_count::int8, uninvited_count::int8, interval_count::int8,
           uninvited_interval_count::int8
      FROM jb_poll WHERE id = :poll)">();
// Always a new row version, so that a writer with an older snapshot, which shows other participants, gets 40001.
constinit auto store_counts_statement = pg::Statement<R"(
    UPDATE jb_poll
       SET version = version + 1, participant_count = :participants::int4, answer_count = :answers::int4,
           uninvited_count = :uninvited::int4, interval_count = :intervals::int4,
           uninvited_interval_count = :uninvited_intervals::int4
     WHERE id = :poll)">();
constinit auto invite_statement = pg::Statement<R"(
    INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token)
    VALUES (:poll, :name, :folded, :invited, :token))">();
constinit auto answer_statement = pg::Statement<R"(
    UPDATE jb_poll_participant SET yes = :yes, if_need_be = :if_need_be, answered_at = :now
     WHERE poll_id = :poll AND folded = :folded AND invited = :invited)">();
constinit auto delete_participant_statement = pg::Statement<
    "DELETE FROM jb_poll_participant WHERE poll_id = :poll AND folded = :folded AND invited = :invited">();
constinit auto delete_guests_statement = pg::Statement<R"(
    WITH gone AS (DELETE FROM jb_poll_participant WHERE poll_id = :poll AND NOT invited RETURNING yes)
    SELECT count(*), count(yes) FROM gone)">();
constinit auto withdraw_statement = pg::Statement<R"(
    UPDATE jb_poll_participant SET yes = NULL, if_need_be = NULL, answered_at = NULL
     WHERE poll_id = :poll AND folded = :folded AND invited = :invited)">();

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
/// when the zone was refused. `calendars` become the calendars' own names.
std::string zone_of(Validation& validation, const PollFields& fields, std::vector<std::string>& calendars) {
  std::string name;
  if (!validation.has_refused("calendars")) {
    const auto found = calendars_of(validation, calendars);
    if (!found.empty()) name = found.front().time_zone;
    calendars.clear();
    for (const auto& calendar : found) calendars.push_back(calendar.name);
  }
  if (!fields.time_zone) return name;
  const auto spelled = pg::zone_name(*fields.time_zone);
  if (!spelled) validation.refuse("time_zone", *fields.time_zone, "there is no such time zone");
  return spelled.value_or("");
}

/// Stores the poll that the fields describe. `validation` holds what was already refused when the fields were read, so
/// that one error names everything that is invalid (rule 8.3).
NewToken create(const Arguments& arguments, Validation& validation, const PollFields& fields) {
  auto calendars = fields.calendars.value_or(std::vector{std::string(kCeo)});
  const auto time_zone = zone_of(validation, fields, calendars);
  validation.raise();
  for (const auto& name : calendars) require_right(name, Right::book);
  const auto poll = make_poll(fields, pg::find_zone(time_zone));
  check_room(validation, poll);
  validation.raise();
  // Until the poll is there, nobody deletes a calendar that it names.
  for (const auto& name : in_order(calendars)) lock_permitted(name, Right::book);
  for (const auto& name : calendars)
    if (!id_of(name)) throw no_such_calendar(name);
  const auto token = pg::new_token("jbo_");
  const auto& [title, frame, duration, daily, zone] = poll;
  const auto maker = maker_now(arguments.principal());
  const auto rows = insert_poll_statement.run(
      "title"_arg = title, "from_time"_arg = frame.start, "to_time"_arg = frame.end,
      "duration"_arg = pg::from_duration(duration), "daily_from"_arg = pg::from_time_of_day(daily.start),
      "daily_to"_arg = pg::from_time_of_day(daily.end), "time_zone"_arg = time_zone, "calendars"_arg = calendars,
      "public"_arg = fields.is_public, "show_answers"_arg = fields.shows_answers,
      "organiser_token"_arg = pg::from_bytes(pg::digest(token)), "created_by"_arg = maker.principal,
      "created_at"_arg = pg::now(), "made_as"_arg = maker.role);
  return {pg::to_id(*rows.at(0, 1)), std::nullopt, token};
}

/// A row of jb_poll_schedule: the schedule as it is stored, for a newcomer the participant's token, and whether the
/// participant was invited.
using ScheduleRow = std::tuple<std::int64_t, std::string, std::vector<Span>, std::vector<Span>, Instant, std::string,
                               std::optional<std::string>, bool>;

Namesakes find_namesakes(std::int64_t poll, const std::string& name) {
  const auto folded = pg::folded_text(name);
  const auto rows = namesakes_statement.run("poll"_arg = poll, "folded"_arg = folded);
  Namesakes found;
  for (std::uint64_t row = 0; row < rows.size(); ++row) {
    const bool is_invited = pg::to_bool(*rows.at(row, 2));
    (is_invited ? found.invited : found.guest) =
        Participant{pg::to_text(*rows.at(row, 1)), folded, is_invited, pg::to_bytes(*rows.at(row, 3)),
                    pg::to_bool(*rows.at(row, 4))};
  }
  return found;
}

/// Adds a participant. Result: the participant's token, the given one or a new one.
std::string insert_participant(std::int64_t poll, const std::string& name, const std::string& folded, bool is_invited,
                               const Token& given = {}) {
  auto token = given ? *given : pg::new_token("jbp_");
  invite_statement.run("poll"_arg = poll, "name"_arg = name, "folded"_arg = folded, "invited"_arg = is_invited,
                       "token"_arg = pg::from_bytes(pg::digest(token)));
  return token;
}

/// Runs a statement on one participant.
pg::Rows run_on(auto& statement, std::int64_t poll, const Participant& participant) {
  return statement.run("poll"_arg = poll, "folded"_arg = participant.folded, "invited"_arg = participant.invited);
}

/// The counts of the poll as it is now.
PollCounts find_counts(std::int64_t poll) {
  const auto rows = counts_statement.run("poll"_arg = poll);
  const auto count = [&](int column) { return pg::to_id(*rows.at(0, column)); };
  return {count(1), count(2), count(3), count(4), count(5)};
}

/// The same without the participant. Cost: linear in the participant's schedule.
PollCounts find_counts_beside(std::int64_t poll, const Participant& participant) {
  std::optional<std::int64_t> intervals;
  if (participant.has_answered) intervals = run_on(count_one_statement, poll, participant).first(pg::to_id);
  return find_counts(poll) - counts_of(participant.invited, intervals);
}

/// Every call that changes participants stores the poll's counts, under the poll's lock.
void store_counts(std::int64_t poll, const PollCounts& counts) {
  store_counts_statement.run("poll"_arg = poll, "participants"_arg = counts.participants,
                             "answers"_arg = counts.answers, "uninvited"_arg = counts.uninvited,
                             "intervals"_arg = counts.intervals,
                             "uninvited_intervals"_arg = counts.uninvited_intervals);
}

/// Whether the token is one of the poll's participants'.
bool is_participant(const StoredPoll& poll, const Token& token, pg::Snapshot snapshot) {
  const auto digest = pg::from_bytes(digest_of(token));
  return !is_participant_statement.run(snapshot, "poll"_arg = poll.id, "token"_arg = digest).empty();
}

/// Checks that the caller may answer under this name. Result: the participant, or nullopt for a newcomer to a public
/// poll.
std::optional<Participant> find_answerer(const StoredPoll& poll, const std::string& name, const Token& token,
                                         bool is_newcomers) {
  auto participant = require_participant(poll, name, find_namesakes(poll.id, name), token, is_newcomers);
  // The token is taken under another name: an earlier answer had arrived.
  if (!participant && is_newcomers && is_participant(poll, token, pg::Snapshot::fresh))
    throw participants_token_wanted(poll.id, name);
  if (!poll.is_open) throw poll_closed(poll.id, is_organiser(poll, token));
  if (!participant && !poll.is_public) throw no_such_participant(poll.id, name);
  return participant;
}

PollSchedule given_schedule(const Arguments& arguments, const Poll& poll, const std::string& name,
                            const std::optional<Participant>& participant) {
  Validation validation;
  if (!participant) check_participant(validation, "participant", name);
  auto schedule = read_schedule(validation, arguments.json("schedule"), poll);
  validation.raise();
  if (!participant || !participant->invited) check_guests_schedule(schedule);
  return schedule;
}

/// The counts of the poll without this participant, checked to leave room for this participant's answer (rule 9.8).
PollCounts counts_beside(const StoredPoll& poll, const std::string& name, const std::optional<Participant>& participant,
                         const PollSchedule& schedule) {
  const bool is_invited = participant && participant->invited;
  const auto others = participant ? find_counts_beside(poll.id, *participant) : find_counts(poll.id);
  if (!participant) check_place("participant", name, others, is_invited);
  check_intervals(schedule, others, is_invited);
  return others;
}

}  // namespace

JB_LENT(jb_poll_create, NewToken) {
  Validation validation;
  const auto fields = new_poll(validation, arguments);
  return create(arguments, validation, fields);
}

JB_LENT(jb_poll_create_json, NewToken) {
  Validation validation;
  const auto fields = read_poll(validation, arguments.json("poll"), pg::parse_interval);
  return create(arguments, validation, fields);
}

JB_CONNECTED(jb_poll_one, Datum) {
  const auto poll = find_poll(arguments.bigint("poll_id"), PollUse::read);
  require_organiser(poll, token(arguments));
  return pg::returned_row(poll_statement.run(pg::Snapshot::callers, "poll"_arg = poll.id));
}

JB_CONNECTED_ROWS(jb_polls) {
  const auto after = arguments.bigint("after").value_or(0);
  rows.add(list_statement.run(pg::Snapshot::callers, "after"_arg = after, "most"_arg = arguments.max_rows(),
                              "principal"_arg = pg::asking_principal()));
}

JB_CONNECTED_ROWS(jb_poll_schedules) {
  const auto poll = find_poll(arguments.bigint("poll_id"), PollUse::read);
  require_organiser(poll, token(arguments));
  rows.add(schedules_statement.run(pg::Snapshot::callers, "poll"_arg = poll.id));
}

JB_LENT(jb_poll_invite, NewToken) {
  const auto name = arguments.word("participant");
  PollCounts counts;
  const auto poll = judged(arguments.bigint("poll_id"), [&](const StoredPoll& poll) {
    require_organising(poll, token(arguments));
    if (!poll.is_open) throw poll_closed(poll.id, true);
    Validation validation;
    check_participant(validation, "name", name);
    if (validation.ok() && find_namesakes(poll.id, name).invited)
      validation.refuse("name", name, "the poll has one of this name");
    validation.raise();
    counts = find_counts(poll.id);
    check_place("name", name, counts, true);
  });
  const auto token = insert_participant(poll.id, name, pg::folded_text(name), true);
  store_counts(poll.id, counts + counts_of(true, std::nullopt));
  return {poll.id, name, token};
}

JB_CONNECTED(jb_poll_revoke, bool) {
  const auto name = arguments.word("participant");
  const auto is_invited = arguments.boolean("invited");
  std::optional<Participant> participant;
  const auto poll = judged(arguments.bigint("poll_id"), [&](const StoredPoll& poll) {
    require_organising(poll, token(arguments));
    const auto namesakes = find_namesakes(poll.id, name);
    participant = is_invited ? (*is_invited ? namesakes.invited : namesakes.guest) : namesakes.first();
    if (!participant) throw no_such_participant(poll.id, name);
  });
  const auto others = find_counts_beside(poll.id, *participant);
  run_on(delete_participant_statement, poll.id, *participant);
  store_counts(poll.id, others);
  return true;
}

JB_CONNECTED(jb_poll_revoke_guests, std::int64_t) {
  const auto poll =
      judged(arguments.bigint("poll_id"), [&](const StoredPoll& poll) { require_organising(poll, token(arguments)); });
  const auto all = find_counts(poll.id);
  const auto gone = delete_guests_statement.run("poll"_arg = poll.id);
  const auto count = pg::to_id(*gone.at(0, 1));
  store_counts(poll.id, all - PollCounts{count, pg::to_id(*gone.at(0, 2)), all.uninvited, all.uninvited_intervals,
                                         all.uninvited_intervals});
  return count;
}

JB_LENT(jb_poll_set_public, Datum) {
  const auto is_public = arguments.boolean("public");
  if (!is_public) throw invalid("public", "NULL", "it is required");
  const auto poll =
      judged(arguments.bigint("poll_id"), [&](const StoredPoll& poll) { require_organising(poll, token(arguments)); });
  if (poll.is_public != *is_public) open_poll_statement.run("poll"_arg = poll.id, "public"_arg = *is_public);
  return pg::returned_row(poll_statement.run("poll"_arg = poll.id));
}

JB_CONNECTED(jb_poll_answer, ScheduleRow) {
  const auto name = arguments.word("participant");
  const auto given = poll_token(arguments);
  const bool is_newcomers = given != token(arguments);
  std::optional<Participant> participant;
  std::optional<PollSchedule> schedule;
  PollCounts others;
  const auto poll = judged(arguments.bigint("poll_id"), [&](const StoredPoll& poll) {
    participant = find_answerer(poll, name, given, is_newcomers);
    // The schedule is read on the first judgement only, since a poll's frame never changes.
    if (!schedule) schedule = given_schedule(arguments, poll.poll, name, participant);
    others = counts_beside(poll, name, participant, *schedule);
  });
  std::optional<std::string> new_token = is_newcomers ? given : std::nullopt;
  const auto folded = participant ? participant->folded : pg::folded_text(name);
  if (!participant) new_token = insert_participant(poll.id, name, folded, false, new_token);
  const auto now = pg::now();
  const bool is_invited = participant && participant->invited;
  answer_statement.run("poll"_arg = poll.id, "folded"_arg = folded, "invited"_arg = is_invited,
                       "yes"_arg = schedule->yes, "if_need_be"_arg = schedule->if_need_be, "now"_arg = now);
  store_counts(poll.id, others + counts_of(is_invited, schedule->intervals()));
  return {poll.id,       participant ? participant->name : name,
          schedule->yes, schedule->if_need_be,
          now,           poll.time_zone,
          new_token,     is_invited};
}

JB_CONNECTED(jb_poll_withdraw, bool) {
  const auto name = arguments.word("participant");
  std::optional<Participant> participant;
  const auto poll = judged(arguments.bigint("poll_id"), [&](const StoredPoll& poll) {
    const auto given = poll_token(arguments);
    participant = require_participant(poll, name, find_namesakes(poll.id, name), given);
    if (!participant) require_knowing(poll);
    if (!participant) throw no_such_participant(poll.id, name);
    if (!poll.is_open) throw poll_closed(poll.id, is_organiser(poll, given));
    if (!participant->has_answered) throw no_schedule(poll.id, name);
  });
  const auto others = find_counts_beside(poll.id, *participant);
  participant->invited ? run_on(withdraw_statement, poll.id, *participant)
                       : run_on(delete_participant_statement, poll.id, *participant);
  store_counts(poll.id, participant->invited ? others + counts_of(true, std::nullopt) : others);
  return true;
}

JB_CONNECTED(jb_poll_delete, bool) {
  const auto poll =
      judged(arguments.bigint("poll_id"), [&](const StoredPoll& poll) { require_organising(poll, token(arguments)); });
  delete_poll_statement.run("poll"_arg = poll.id);
  return true;
}

// A poll as its participants see it (rule 9.11): the question, their own schedule, and the others' schedules only if
// the poll shows its answers. Nothing here reveals who else was invited.

namespace {

// The event is looked up by its id, since a join would read the whole view.
constinit auto invitation_statement = pg::Statement<R"(
    SELECT v.id, v.title, v.from_time, v.to_time, v.duration, v.daily_from, v.daily_to, v.time_zone, v.public,
           v.show_answers, v.status, n.name COLLATE "default", n.yes, n.if_need_be, n.answered_at,
           e.start_timestamp, e.end_timestamp, e.status, n.invited
      FROM jb_poll_view v LEFT JOIN jb_poll_participant n ON n.poll_id = v.id AND n.token = :token
      LEFT JOIN LATERAL (SELECT b.start_timestamp, b.end_timestamp, b.status FROM jb_event_view b
                          WHERE b.id = v.event_id OFFSET 0) e ON true
     WHERE v.id = :poll)">();
// At most 100, since the list goes to guests, and each name costs as much as its schedule is long.
constinit auto others_statement = pg::Statement<R"(
    SELECT n.poll_id, n.name COLLATE "default", n.yes, n.if_need_be, n.answered_at, p.time_zone, NULL::text,
           NULL::bool
      FROM jb_poll_participant n JOIN jb_poll p ON p.id = n.poll_id
     WHERE p.id = :poll AND p.show_answers AND n.yes IS NOT NULL AND n.token <> :token
     ORDER BY n.name, n.invited DESC LIMIT 100)">();

/// The poll, if the token is one of its participants' or its organiser's or, without a token, if the poll is public.
StoredPoll find_for_participant(const Arguments& arguments, const Token& token) {
  auto poll = find_poll(arguments.bigint("poll_id"), PollUse::read);
  const bool may_see =
      token ? is_organiser(poll, token) || is_participant(poll, token, pg::Snapshot::callers) : poll.is_public;
  if (may_see) return poll;
  require_knowing(poll);
  throw link_wanted(poll.id);
}

}  // namespace

JB_CONNECTED(jb_poll_invitation, Datum) {
  const auto given = poll_token(arguments);
  const auto poll = find_for_participant(arguments, given);
  return pg::returned_row(invitation_statement.run(pg::Snapshot::callers, "poll"_arg = poll.id,
                                                   "token"_arg = pg::from_bytes(digest_of(given))));
}

JB_CONNECTED_ROWS(jb_poll_others) {
  const auto given = poll_token(arguments);
  const auto poll = find_for_participant(arguments, given);
  if (given)
    rows.add(others_statement.run(pg::Snapshot::callers, "poll"_arg = poll.id,
                                  "token"_arg = pg::from_bytes(digest_of(given))));
}

// The recommendations of a poll, and the booking of a poll (rules 9.5 to 9.7).

namespace {

constexpr std::size_t kMostAttendees = 1'000;

constinit auto ended_events_statement = pg::Statement<R"(
    SELECT b.event_id FROM jb_poll_event b JOIN jb_event e ON e.id = b.event_id
     WHERE b.poll_id = :poll AND e.status NOT IN ('denied', 'cancelled'))">();
constinit auto new_version_statement = pg::Statement<"UPDATE jb_poll SET version = version + 1 WHERE id = :poll">();
// An existing row of this event dates from before somebody set the sequence of event ids back.
constinit auto keep_event_statement = pg::Statement<R"(
    INSERT INTO jb_poll_event (event_id, poll_id, booked_at) VALUES (:event, :poll, :now) ON CONFLICT (event_id)
        DO UPDATE SET poll_id = excluded.poll_id, booked_at = excluded.booked_at)">();
constinit auto answers_statement = pg::Statement<R"(
    SELECT name, yes, if_need_be, invited FROM jb_poll_participant WHERE poll_id = :poll
     ORDER BY name, invited DESC)">();

/// All participants of a poll by name, including those without a schedule.
struct Participants {
  std::vector<std::string> names;
  std::vector<PollSchedule> schedules;
  std::vector<bool> invited;
};

Participants read_participants(std::int64_t poll, pg::Snapshot snapshot) {
  const auto rows = answers_statement.run(snapshot, "poll"_arg = poll);
  Participants participants;
  for (std::uint64_t row = 0; row < rows.size(); ++row) {
    pg::check_for_interrupts();
    participants.names.push_back(pg::to_text(*rows.at(row, 1)));
    const auto spans = [&](int column) { return rows.read(row, column, pg::to_spans).value_or(std::vector<Span>{}); };
    participants.schedules.push_back({spans(2), spans(3)});
    participants.invited.push_back(pg::to_bool(*rows.at(row, 4)));
  }
  return participants;
}

std::vector<Recommendation> best(const StoredPoll& poll, const Participants& participants, std::size_t most) {
  return rank(participants.schedules, open_time(poll.poll), poll.poll.duration, most);
}

/// The names as text Datums. Each Datum is made once and used in every recommendation that lists the name.
std::vector<Datum> text_datums(const std::vector<std::string>& names) {
  std::vector<Datum> texts;
  for (const auto& name : names) texts.push_back(pg::Param(name).value);
  return texts;
}

pg::Param listed(const std::vector<std::uint32_t>& indices, const std::vector<Datum>& names) {
  std::vector<Datum> items;
  items.reserve(indices.size());
  for (const auto index : indices) items.push_back(names[index]);
  return {pg::array_of(items, TEXTOID), TEXTARRAYOID};
}

/// The indices below `count` that are not in `indices`, which ascends.
std::vector<std::uint32_t> others(const std::vector<std::uint32_t>& indices, std::size_t count) {
  std::vector<std::uint32_t> rest;
  std::ranges::set_difference(std::views::iota(0U, static_cast<std::uint32_t>(count)), indices,
                              std::back_inserter(rest));
  return rest;
}

/// The chosen start, or else the start of the best recommendation (rule 9.7). Errors: 22023 for a chosen start outside
/// the frame or the daily hours, 55000 when there is no recommendation.
Instant start_of(const StoredPoll& poll, const Participants& participants, std::optional<Instant> chosen) {
  if (!chosen) {
    const auto recommendations = best(poll, participants, 1);
    if (recommendations.empty()) throw nothing_to_book(poll.id);
    return recommendations.front().earliest_start;
  }
  const Span event{*chosen, *chosen + poll.poll.duration};
  const auto open = open_time(poll.poll);
  if (std::none_of(open.begin(), open.end(), [&](const Span& span) { return span.contains(event); }))
    throw invalid("start_timestamp", format_utc(*chosen),
                  "the event must lie in the frame and the daily hours of the poll");
  return *chosen;
}

Fields event_of(const StoredPoll& poll, const Participants& participants, Instant start) {
  Fields fields;
  fields.event_name.set(poll.poll.title);
  fields.duration.set(poll.poll.duration);
  fields.start_timestamp.set(start);
  fields.calendars.set(poll.calendars);
  fields.alternatives_in = std::make_shared<const std::vector<Span>>(open_time(poll.poll));
  const auto coming = free_at(participants.schedules, start, poll.poll.duration);
  std::set<std::string> invited;
  for (const auto index : coming)
    if (participants.invited[index]) invited.insert(pg::folded_text(participants.names[index]));
  std::vector<std::string> attendees;
  auto& guests = fields.guests.emplace();
  for (const auto index : coming) {
    if (attendees.size() == kMostAttendees) break;
    // The name of an invited participant is listed once, with its claims, even if a guest came under the same name.
    if (!participants.invited[index] && invited.contains(pg::folded_text(participants.names[index]))) continue;
    attendees.push_back(participants.names[index]);
    if (!participants.invited[index]) guests.push_back(participants.names[index]);
  }
  fields.attendees.set(std::move(attendees));
  return fields;
}

/// Lets the event be booked with the maker's rights. Attendees claim no calendar on which the maker may not book.
/// `maker` outlives the event.
void permit(Fields& event, const MakersRights& maker) {
  event.behalf = std::make_shared<Behalf>(
      Behalf{.principal = maker.principal(),
             .may_book = [&](const std::string& name) { return maker.has(Right::book, {name}); },
             .powers = [&](const std::string& name) { return maker.powers(name); },
             .held = [&](const std::string& name, Instant now) { return held_by(maker.principal(), name, now); }});
  if (rights_are_open()) return;
  for (const auto& name : *event.attendees.value->get()) {
    if (is_calendar_name(name) && !maker.has(Right::book, {name})) event.guests->push_back(name);
  }
}

}  // namespace

JB_CONNECTED_ROWS(jb_poll_ranking) {
  const auto max_rows = static_cast<std::size_t>(arguments.max_rows());
  const auto poll = find_poll(arguments.bigint("poll_id"), PollUse::read);
  const auto by_token = token(arguments);
  require_organiser(poll, by_token);
  const auto participants = read_participants(poll.id, pg::Snapshot::callers);
  const auto recommendations = best(poll, participants, max_rows);
  check_listing(recommendations, participants.names, by_token ? kMostListedToGuest : kMostListed);
  const auto names = text_datums(participants.names);
  for (const auto& found : recommendations) {
    pg::check_for_interrupts();
    const pg::Scratch scratch;  // the lists of a large poll are large, and there may be a thousand recommendations
    rows.add({found.earliest_start, found.latest_start, found.earliest_start, found.latest_start + poll.poll.duration,
              listed(found.participants, names), listed(found.if_need_be, names),
              listed(others(found.participants, names.size()), names), poll.time_zone});
  }
}

JB_CALL(jb_poll_book, Datum) {
  Validation validation;
  const auto chosen = arguments.instant(validation, "start_timestamp");
  validation.raise();
  const bool dry_run = arguments.flag("dry_run");
  return keyed_outcome(arguments, dry_run, [&](Scheduler& scheduler) {
    std::optional<MakersRights> maker;
    const auto judge = [&](const StoredPoll& poll) {
      require_organiser(poll, token(arguments));
      if (!poll.is_open) throw poll_closed(poll.id, true);
      if (poll.calendars.empty()) throw calendars_are_gone(poll.id);
      if (!is_organiser(poll, token(arguments))) return;
      maker.emplace(poll.maker);
      require_maker(poll, *maker);
    };
    const auto poll = judged(arguments.bigint("poll_id"), judge, dry_run);
    const auto participants = read_participants(poll.id, pg::Snapshot::fresh);
    auto event = event_of(poll, participants, start_of(poll, participants, chosen));
    const auto ended = ended_events_statement.run("poll"_arg = poll.id);
    event.in_place_of = ended.map([&](auto row) { return pg::to_id(*ended.at(row, 1)); });
    if (maker) permit(event, *maker);
    auto outcome = scheduler.schedule(event);
    if (!outcome.event_id) return outcome;
    // An event of an earlier booking stands again if it was confirmed after its hold had ended. At this point the poll
    // and the calendars of all its events are locked.
    if (!find_poll(poll.id, PollUse::judge).is_open) throw poll_closed(poll.id, true);
    new_version_statement.run("poll"_arg = poll.id);
    keep_event_statement.run("event"_arg = *outcome.event_id, "poll"_arg = poll.id, "now"_arg = pg::now());
    return outcome;
  });
}

}  // namespace jb::functions
