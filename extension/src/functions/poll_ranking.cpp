// SPDX-License-Identifier: PostgreSQL
//
// The recommendations of a poll, and the booking of a poll (rules 9.5 to 9.7).
#include "core/polls/poll_ranking.hpp"

#include <array>
#include <memory>
#include <set>

#include "call.hpp"
#include "core/values/time_text.hpp"
#include "idempotency.hpp"
#include "pg/clock.hpp"
#include "pg/folded_text.hpp"
#include "poll_access.hpp"

namespace jb::functions {

namespace {

constexpr std::size_t kMostAttendees = 1'000;

constinit pg::Statement close_poll_statement{
    "UPDATE jb_poll SET version = version + 1, status = 'closed', event_id = $2, closed_at = $3 WHERE id = $1"};
// A row of this event is left over from before somebody set the ids of events back.
constinit pg::Statement keep_event_statement{
    "INSERT INTO jb_poll_event (event_id, poll_id) VALUES ($1, $2)"
    " ON CONFLICT (event_id) DO UPDATE SET poll_id = excluded.poll_id"};
constinit pg::Statement answers_statement{
    "SELECT name, yes, if_need_be, invited FROM jb_poll_participant WHERE poll_id = $1"
    " ORDER BY name, invited DESC"};

/// All participants of a poll by name, participants without a schedule too.
struct Answers {
  std::vector<std::string> names;
  std::vector<PollSchedule> schedules;
  std::vector<bool> invited;
};

Answers read_answers(std::int64_t poll, pg::Snapshot snapshot) {
  const auto rows = answers_statement.run({poll}, snapshot);
  Answers answers;
  answers.names.reserve(rows.size());
  answers.schedules.reserve(rows.size());
  answers.invited.reserve(rows.size());
  for (std::uint64_t row = 0; row < rows.size(); ++row) {
    pg::check_for_interrupts();
    answers.names.push_back(pg::to_text(*rows.at(row, 1)));
    const auto spans = [&](int column) { return rows.read(row, column, pg::to_spans).value_or(std::vector<Span>{}); };
    answers.schedules.push_back({spans(2), spans(3)});
    answers.invited.push_back(pg::to_bool(*rows.at(row, 4)));
  }
  return answers;
}

std::vector<Recommendation> best(const StoredPoll& poll, const Answers& answers, std::size_t most) {
  return rank(answers.schedules, open_time(poll.poll), poll.poll.duration, most);
}

/// The names as text Datums. Each Datum is made once and used in every recommendation that lists the name.
std::vector<Datum> text_datums(const std::vector<std::string>& names) {
  std::vector<Datum> texts;
  texts.reserve(names.size());
  for (const auto& name : names) texts.push_back(pg::Param(name).value);
  return texts;
}

pg::Param listed(const std::vector<std::uint32_t>& places, const std::vector<Datum>& names) {
  std::vector<Datum> items;
  items.reserve(places.size());
  for (const auto place : places) items.push_back(names[place]);
  return {pg::array_of(items, TEXTOID), TEXTARRAYOID};
}

/// The places from 0 to `count` that `places` leaves out. `places` ascends.
std::vector<std::uint32_t> others(const std::vector<std::uint32_t>& places, std::size_t count) {
  std::vector<std::uint32_t> rest;
  auto next = places.begin();
  for (std::uint32_t place = 0; place < count; ++place) {
    if (next != places.end() && *next == place)
      ++next;
    else
      rest.push_back(place);
  }
  return rest;
}

/// The chosen start, or else the start of the best recommendation (rule 9.7). Errors: 22023 for a chosen start outside
/// the frame or the daily hours, 55000 when there is no recommendation.
Instant start_of(const StoredPoll& poll, const Answers& answers, std::optional<Instant> chosen) {
  if (!chosen) {
    const auto recommendations = best(poll, answers, 1);
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

Fields event_of(const StoredPoll& poll, const Answers& answers, Instant start) {
  Fields fields;
  fields.event_name.set(poll.poll.title);
  fields.duration.set(poll.poll.duration);
  fields.start_timestamp.set(start);
  fields.calendars.set(poll.calendars);
  fields.alternatives_in = std::make_shared<const std::vector<Span>>(open_time(poll.poll));
  const auto coming = free_at(answers.schedules, start, poll.poll.duration);
  std::set<std::string> invited;
  for (const auto place : coming)
    if (answers.invited[place]) invited.insert(pg::folded_text(answers.names[place]));
  std::vector<std::string> attendees;
  auto& guests = fields.guests.emplace();
  for (const auto place : coming) {
    if (attendees.size() == kMostAttendees) break;
    // The name of somebody invited stands once, and claims what it claims, also where a guest came under it.
    if (!answers.invited[place] && invited.contains(pg::folded_text(answers.names[place]))) continue;
    attendees.push_back(answers.names[place]);
    if (!answers.invited[place]) guests.push_back(answers.names[place]);
  }
  fields.attendees.set(std::move(attendees));
  return fields;
}

/// Lets the event be booked by the maker's rights. Attendees claim no calendar on which the maker may not book.
void permit(Fields& event, const MakersRights& maker) {
  event.is_permitted = true;
  if (rights_are_open()) return;
  for (const auto& name : *event.attendees.value->get()) {
    if (is_calendar_name(name) && !maker.has(Right::book, {name})) event.guests->push_back(name);
  }
}

}  // namespace

JB_CONNECTED_ROWS(jb_poll_ranking) {
  const auto max_rows = static_cast<std::size_t>(arguments.max_rows());
  const auto poll = find_poll(arguments.bigint("poll_id"), PollUse::read);
  require_organiser(poll, token(arguments));
  const auto answers = read_answers(poll.id, pg::Snapshot::callers);
  const auto recommendations = best(poll, answers, max_rows);
  check_listing(recommendations, answers.names);
  const auto names = text_datums(answers.names);
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
    const auto answers = read_answers(poll.id, pg::Snapshot::fresh);
    auto event = event_of(poll, answers, start_of(poll, answers, chosen));
    if (maker) permit(event, *maker);
    auto outcome = scheduler.schedule(event);
    if (!outcome.event_id) return outcome;
    // The event of an earlier booking stands again where it was confirmed after its hold had ended. By now the poll and
    // the calendars of the new event are locked.
    if (!find_poll(poll.id, PollUse::judge).is_open) throw poll_closed(poll.id, true);
    close_poll_statement.run({poll.id, *outcome.event_id, pg::now()});
    keep_event_statement.run({*outcome.event_id, poll.id});
    return outcome;
  });
}

}  // namespace jb::functions
