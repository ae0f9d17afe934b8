// SPDX-License-Identifier: PostgreSQL
#include "random_calls.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "cctz_zone.hpp"
#include "core/values/input.hpp"
#include "random_world.hpp"
#include "table_zone.hpp"

namespace jb::test {

namespace {

constexpr std::size_t kStepsOfRound = 100;

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Checks the fields as a reader does before passing them on.
void check(const Fields& fields, bool is_new) {
  Validation validation;
  check_values(validation, fields);
  if (is_new) check_new(validation, fields);
  validation.raise();
}

std::vector<Outcome> one(Outcome outcome) {
  std::vector<Outcome> all;
  all.push_back(std::move(outcome));
  return all;
}

/// What the source says of its events. Like the reader of a file, it finds the events that mirror them, here by name.
std::vector<SourceEvent> read_source(const Call& call, const MemoryStore& store) {
  const auto& calendar = call.calendars.front();
  std::vector<SourceEvent> all;
  for (const auto& time : call.source) {
    const auto name = "event " + std::to_string(all.size()) + " of the source of " + calendar;
    auto& event = all.emplace_back();
    event.action = time ? SourceEvent::Action::follow : SourceEvent::Action::cancel;
    event.returns = event.has_other_starts = event.has_other_length = true;
    event.fields.event_name.set(name);
    event.fields.calendars.set(std::vector{calendar});
    if (time) event.fields.start_timestamp.set(time->start);
    if (time) event.fields.duration.set(time->length());
    for (const auto& [id, stored] : store.events())
      if (stored.event_name == name) event.mirrors = {{.event_id = id}};
  }
  return all;
}

void perform(const Call& call, MemoryStore& store, Scheduler& scheduler, Answer& answer) {
  using Kind = Call::Kind;
  for (const auto& fields : call.requests) check(fields, call.kind != Kind::update && call.kind != Kind::update_all);
  switch (call.kind) {
    case Kind::schedule:
      answer.outcomes = one(scheduler.schedule(call.requests.front()));
      break;
    case Kind::schedule_all:
      answer.outcomes = scheduler.schedule_all(call.requests);
      break;
    case Kind::update: {
      const Editor edit = [&](const Event&, Instant) {
        return Edit{.fields = call.requests.front(), .place_waiting = call.place_waiting};
      };
      answer.outcomes = one(scheduler.update(call.event, edit, call.expected_version));
      break;
    }
    case Kind::update_all:
      answer.outcomes = scheduler.update_all(call.changing, [&](const std::vector<Event>&, Instant) {
        std::vector<Edit> edits;
        for (const auto& fields : call.requests) edits.push_back({.fields = fields});
        return edits;
      });
      break;
    case Kind::become:
      answer.outcomes = one(scheduler.become(call.event, call.becoming, call.expected_version));
      break;
    case Kind::remove:
      scheduler.remove(call.event, call.expected_version);
      break;
    case Kind::tend:
      scheduler.tend(call.calendars);
      break;
    case Kind::replan:
      answer.moves = scheduler.replan(call.calendars.front());
      break;
    case Kind::rezone:
      answer.moves = scheduler.rezone(call.calendars.front());
      break;
    case Kind::retune:
      scheduler.retune(call.calendars.front(), [&] { store.set_calendar(*call.settings); });
      break;
    case Kind::amend:
      answer.outcomes = one(scheduler.amend(call.event, "attachments", call.expected_version, [] { return "{}"; }));
      break;
    case Kind::follow:
      for (auto& followed :
           scheduler.follow(call.calendars.front(), News::whole, [&] { return read_source(call, store); }))
        answer.outcomes.push_back(std::move(followed.outcome));
      break;
  }
}

/// The calls of a round, and the answer to each. They are written only if the law does not hold.
struct Trail {
  std::uint64_t seed;
  std::string world;
  std::vector<std::pair<Call, Answer>> steps{};

  /// What is wrong, with all that led to it.
  std::string told(const std::string& what) const {
    std::ostringstream text;
    text << what << "\n\nJB_SEED=" << seed << " JB_ROUNDS=1 makes these calls again:\n" << world << '\n';
    for (const auto& [call, answer] : steps) text << written(call) << "\n    " << written(answer) << '\n';
    return text.str();
  }
};

/// The calls of one seed. Result: what is wrong, with all that led to it; empty if nothing is.
std::string round(const Law& law, std::uint64_t seed, Requests requests) {
  Dice dice(seed);
  RandomWorld world(dice, requests);
  Trail trail{seed, world.written()};
  while (trail.steps.size() < kStepsOfRound) {
    auto& store = world.store();
    auto& [call, answer] = trail.steps.emplace_back(world.next_call(), Answer{});
    store.begin(call.at);
    const auto before = store;
    try {
      answer = make(call, store);
      const auto wrong = law({before, call, answer, store, dice});
      if (!wrong.empty()) return trail.told(wrong);
    } catch (const std::exception& error) {
      return trail.told(std::string("not a Failure: ") + error.what());
    }
  }
  return {};
}

std::string fields_written(const Fields& fields) {
  std::ostringstream text;
  const auto named = [&](const char* name, const auto& field, const auto& shown) {
    if (field.named) text << ' ' << name << '=' << (field.value ? std::string(shown(*field.value)) : "null");
  };
  const auto instant = [](Instant value) { return utc(value); };
  const auto seconds = [](Seconds value) { return std::to_string(value.count()) + "s"; };
  const auto number = [](auto value) { return std::to_string(value); };
  const auto names = [](const auto& list) {
    std::string all;
    for (const auto& name : list) all += (all.empty() ? "" : ",") + name;
    return all;
  };
  named("calendars", fields.calendars, names);
  named("date", fields.date, [](Date value) { return format_date(value); });
  named("start_time", fields.start_time, [](Seconds value) { return format_time_of_day(value); });
  named("start", fields.start_timestamp, instant);
  named("duration", fields.duration, seconds);
  named("days", fields.days, number);
  named("not_before", fields.not_before, instant);
  named("not_after", fields.not_after, instant);
  named("one_of", fields.one_of, [](const Lists& value) { return json_of(value); });
  named("within", fields.within, [](const Within& value) { return json_of(value); });
  named("priority", fields.priority, number);
  named("status", fields.status, [](Status value) { return name_of(value); });
  named("attendees", fields.attendees, [&](const auto& value) { return names(*value.get()); });
  named("check_attendees", fields.check_attendees, number);
  named("hold_for", fields.hold_for, seconds);
  named("location", fields.event_location, [](const std::string& value) { return value; });
  if (fields.recurrence) text << ' ' << fields.recurrence->text;
  if (fields.scope != jb::Scope::one) text << (fields.scope == jb::Scope::all ? " scope=all" : " scope=following");
  if (fields.on_no_slot != OnNoSlot::reject) text << (fields.on_no_slot == OnNoSlot::wait ? " wait" : " skip");
  text << (fields.preempt ? " preempt" : "") << (fields.allow_past ? " allow_past" : "")
       << (fields.dry_run ? " dry_run" : "");
  return text.str();
}

std::string_view name_of(Call::Kind kind) {
  constexpr std::string_view names[] = {"schedule", "schedule_all", "update", "update_all", "become", "remove",
                                        "tend",     "replan",       "rezone", "retune",     "amend",  "follow"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace

Answer make(const Call& call, MemoryStore& store, bool dry_run) {
  Answer answer;
  Scheduler scheduler(store, dry_run);
  try {
    perform(call, store, scheduler, answer);
  } catch (const Failure& failure) {
    answer.failure = failure;
  }
  return answer;
}

void expect(const Law& law, int steps, Requests requests) {
  const auto first = number_from("JB_SEED", 1);
  const auto rounds = number_from("JB_ROUNDS", static_cast<std::uint64_t>(steps) / kStepsOfRound);
  for (auto seed = first; seed < first + rounds; ++seed) {
    const auto wrong = round(law, seed, requests);
    if (!wrong.empty()) {
      ADD_FAILURE() << wrong;
      return;
    }
  }
}

std::optional<Event> wanted(const MemoryStore& store, const Fields& fields) {
  auto named = fields;
  if (!named.calendars.has_value()) named.calendars.set(std::vector{std::string(kCeo)});
  const auto& calendars = store.calendars();
  for (const auto& name : *named.calendars.value) {
    if (!calendars.contains(name)) return std::nullopt;
  }
  const auto& names = *named.calendars.value;
  auto event = apply(named, {}, calendars.at(names.front()).default_duration);
  const bool checks = event.check_attendees.value_or(
      std::any_of(names.begin(), names.end(), [&](const auto& name) { return calendars.at(name).check_attendees; }));
  for (const auto& attendee : *event.attendees.get()) {
    const auto booked_on = event.booked_on();
    const bool is_new = std::find(booked_on.begin(), booked_on.end(), attendee) == booked_on.end();
    if (checks && attendee == kCeo && !calendars.contains(attendee)) return std::nullopt;  // the call creates ceo
    if (checks && is_new && calendars.contains(attendee)) event.attendee_calendars.push_back(attendee);
  }
  return event;
}

bool have_one_clock(const MemoryStore& store, const std::vector<std::string>& calendars) {
  const auto& first = store.calendars().at(calendars.front());
  return std::ranges::all_of(calendars, [&](const auto& name) {
    const auto& other = store.calendars().at(name);
    for (auto at = store.clock(); at < store.clock() + 21 * kDay; at += std::chrono::minutes{15})
      if (first.zone().offset_at(at) != other.zone().offset_at(at)) return false;
    return first.time_zone == other.time_zone;
  });
}

std::vector<EventId> subjects(const MemoryStore& before, const Call& call) {
  std::vector<EventId> ids{call.event};
  for (std::size_t i = 0; i < call.changing.size(); ++i) {
    const auto of_item =
        subjects(before, {.kind = Call::Kind::update, .requests = {call.requests[i]}, .event = call.changing[i].id});
    ids.insert(ids.end(), of_item.begin(), of_item.end());
  }
  const auto found = before.events().find(call.event);
  if (found == before.events().end() || !found->second.series) return ids;
  const bool reaches_others = call.kind == Call::Kind::become
                                  ? call.becoming.scope != jb::Scope::one
                                  : call.kind == Call::Kind::update && call.requests.front().scope != jb::Scope::one;
  if (!reaches_others) return ids;
  for (const auto& [id, event] : before.events()) {
    if (event.series == found->second.series) ids.push_back(id);
  }
  return ids;
}

std::string written(const Call& call) {
  std::ostringstream text;
  text << utc(call.at) << ' ' << name_of(call.kind);
  if (call.event != 0) text << " event " << call.event;
  if (call.kind == Call::Kind::become) {
    text << ' ' << name_of(call.becoming.status) << (call.becoming.if_still_free ? " if_still_free" : "");
    if (call.becoming.scope != jb::Scope::one) text << " with others of its series";
  }
  if (call.place_waiting) text << " place_waiting";
  if (call.expected_version) text << " version " << *call.expected_version;
  for (const auto& name : call.calendars) text << ' ' << name;
  if (call.settings) text << ": " << written_settings(*call.settings);
  for (const auto& time : call.source) text << ' ' << (time ? written(*time) : "cancelled");
  if (!call.note.empty()) text << ", " << call.note;
  for (std::size_t i = 0; i < call.requests.size(); ++i) {
    text << (call.requests.size() > 1 ? "\n     " : "");
    if (!call.changing.empty()) text << "event " << call.changing[i].id;
    text << fields_written(call.requests[i]);
  }
  return text.str();
}

std::string written(const std::vector<Move>& moves) {
  std::string text;
  for (const auto& move : moves)
    text += " [event " + std::to_string(move.event_id) + " from " + (move.from ? utc(move.from->start) : "none") +
            " to " + (move.to ? utc(move.to->start) : "none") + "]";
  return text;
}

std::vector<Move> of_displaced(std::vector<Move> moves) {
  std::erase_if(moves, [](const Move& move) { return !move.from; });
  return moves;
}

std::string written(const Outcome& outcome) {
  std::ostringstream text;
  text << name_of(outcome.outcome) << (outcome.event_id ? " event " + std::to_string(*outcome.event_id) : "")
       << (outcome.time ? ' ' + written(*outcome.time) : "") << ' ' << reason_of(outcome);
  for (const auto id : conflicts_of(outcome)) text << " against " << id;
  for (const auto& span : outcome.alternatives) text << " or " << utc(span.start);
  text << written(outcome.moves);
  for (const auto& skipped : outcome.skipped) text << " without " << utc(skipped.time.start);
  return text.str();
}

std::string written(const Answer& answer) {
  if (answer.failure) return std::string(sqlstate(answer.failure->error)) + ": " + answer.failure->message;
  std::string text;
  for (const auto& outcome : answer.outcomes) text += (text.empty() ? "" : "; ") + written(outcome);
  return text + written(answer.moves);
}

std::string difference(const std::string& before, const std::string& after) {
  if (before == after) return {};
  std::istringstream a(before), b(after);
  std::string left, right;
  while (true) {
    const bool has_left = static_cast<bool>(std::getline(a, left));
    const bool has_right = static_cast<bool>(std::getline(b, right));
    if (!has_left && !has_right) return {};
    if (!has_left) return "more: " + right;
    if (!has_right) return "less: " + left;
    if (left != right) return "was: " + left + "\nis:  " + right;
  }
}

}  // namespace jb::test
