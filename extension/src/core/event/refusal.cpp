// SPDX-License-Identifier: PostgreSQL
#include "refusal.hpp"

#include <algorithm>
#include <array>

namespace jb {

namespace {

struct Row {
  std::string_view name;
  Concern concern;
  bool can_be_lifted;
};

constexpr std::array kRows{
#define JB_REASON(name, concerns, lifts, binds, facts, when) Row{#name, Concern::concerns, lifts},
#include "../../../reasons.def"
#undef JB_REASON
};

const Row& row_of(Reason reason) { return kRows.at(static_cast<std::size_t>(reason)); }

/// The text for a reason. A row without `about` fits any refusal; the first row that fits is used. Words in braces are
/// facts (Sentence::word).
struct Said {
  Reason reason;
  std::optional<About> about;
  std::string_view text;
};
constexpr std::array kSaid{
    Said{Reason::in_the_past, About::passed_over, "It is {limit} already."},
    Said{Reason::in_the_past, About::window, "The latest start asked for lies before now, {limit}."},
    Said{Reason::in_the_past, {}, "The start {start} lies more than five minutes before now, {limit}."},
    Said{Reason::outside_window, About::window, "The hours asked for hold no {duration} from {start} to {end}."},
    Said{Reason::outside_window, {}, "It was asked for from {limit} on."},
    Said{Reason::source_stale, {}, "{calendar} mirrors a source, and the last news from it counted until {limit}."},
    Said{Reason::beyond_horizon, About::start, "It would end after the horizon, {limit}."},
    Said{Reason::beyond_horizon, {}, "It could end no earlier than {end}; the horizon is {limit}."},
    Said{Reason::too_soon, About::start, "{calendar} asks for notice until {limit}."},
    Said{Reason::too_soon, {}, "The notice asked for ends at {limit}."},
    Said{Reason::outside_hours, About::passed_over,
         "The hours hold no stretch of {duration} that begins before {limit}."},
    Said{Reason::outside_hours, About::window, "{common hours} hold no stretch of {duration} from {start} to {end}."},
    Said{Reason::outside_hours, {}, "From {start} to {end} is not within {hours}."},
    Said{Reason::off_increment, About::start, "The start is not on the slot increment of {increment}."},
    Said{Reason::off_increment, About::window,
         "No start on the slot increment of {increment} leaves {duration} within the hours."},
    Said{Reason::off_increment, {}, "The next start on the slot increment of {increment} is {limit}."},
    Said{Reason::over_limit, About::passed_over, "A day with {events} is full, until {limit}."},
    Said{Reason::over_limit, About::start, "{calendar} has {events} of that day already."},
    Said{Reason::over_limit, {}, "{calendar} has {events} of {day} already."},
    Said{Reason::conflict, About::passed_over, "{event} is in the way until {limit}."},
    Said{Reason::conflict, About::in_the_way, "{event}, from {start} to {end}, {stays}."},
    Said{Reason::conflict, {}, "From {start} to {end} is taken by {in the way}."},
    Said{Reason::no_open_slot, {}, "No slot of {duration} is open from {start} to {end}."},
    Said{Reason::displaced, {}, "Another event took its time and no other slot is open to it."},
    Said{Reason::hold_expired, {}, "It was held until {limit}{cause}."},
    Said{Reason::window_passed, {}, "It waited for a slot until the time asked for had passed."},
    Said{Reason::comes_later, {}, "{calendar} is open too, but comes after {chosen}: {order}."}};

#define JB_REASON(name, concerns, lifts, binds, facts, when)                                              \
  static_assert(std::any_of(kSaid.begin(), kSaid.end(),                                                   \
                            [](const Said& said) { return said.reason == Reason::name && !said.about; }), \
                "a reason has no sentence");
#include "../../../reasons.def"
#undef JB_REASON

/// The sentence of one refusal, put together from its facts.
class Sentence {
 public:
  Sentence(const Refusal& refusal, const Zone& zone, const RequestName& name)
      : refusal_(refusal), zone_(zone), name_(name) {}

  std::string whole() const {
    auto rest = text();
    std::string whole = occurrence();
    for (auto brace = rest.find('{'); brace != std::string_view::npos; brace = rest.find('{')) {
      const auto end = rest.find('}');
      whole.append(rest.substr(0, brace)).append(word(rest.substr(brace + 1, end - brace - 1)));
      rest.remove_prefix(end + 1);
    }
    return whole.append(rest);
  }

 private:
  std::string_view text() const {
    if (refusal_.reason == Reason::off_increment && !refusal_.slot_increment)
      return "Each start is off the slot increment of one calendar or another.";
    if (refusal_.reason == Reason::source_stale && !refusal_.limit)
      return "{calendar} mirrors a source from which it has not heard yet.";
    if (refusal_.reason == Reason::hold_expired && !refusal_.limit) return "It was not confirmed in time.";
    if (refusal_.clock_change)
      return "It overlaps the occurrence before it, or its buffer, because the clock changes. A duration is elapsed "
             "time; "
             "days in its place end at the same time of day.";
    const bool is_of_series = refusal_.conflicts.empty() && refusal_.requests.empty() && !refusal_.hides_conflicts;
    if (refusal_.reason == Reason::conflict && refusal_.about <= About::window && is_of_series)
      return "It overlaps the occurrence before it, or its buffer.";
    if (refusal_.about == About::passed_over && refusal_.conflicts.size() > 1)
      return "Too few candidates are open until {limit}: in the way are {in the way}.";
    if (refusal_.is_bound) return "From {start} to {end} is taken by {in the way}, which the caller may not move.";
    return std::find_if(kSaid.begin(), kSaid.end(),
                        [&](const Said& said) {
                          return said.reason == refusal_.reason && (!said.about || said.about == refusal_.about);
                        })
        ->text;
  }

  std::string word(std::string_view name) const {
    if (name == "limit") return written(refusal_.limit.value());
    if (name == "start") return written(refusal_.span->start);
    if (name == "end") return written(refusal_.span->end);
    if (name == "duration") return format_duration(refusal_.duration.value());
    if (name == "increment") return format_duration(*refusal_.slot_increment);
    if (name == "day") return format_date(date_of(zone_.to_wall(refusal_.span->start)));
    const bool is_one = refusal_.is_one_of_several;
    const bool is_any = is_one && refusal_.calendar.empty();  // of the candidates of a list
    if (name == "calendar") return is_any ? "A candidate" : is_one ? "Calendar " + refusal_.calendar : "The calendar";
    if (name == "common hours") return is_one ? "The calendars' common hours" : "The calendar's hours";
    if (name == "hours")
      return is_any   ? "the hours of a candidate"
             : is_one ? "the hours of calendar " + refusal_.calendar
                      : "the calendar's hours";
    if (name == "chosen") return refusal_.standings.back().calendar;
    if (name == "order") return order();
    if (name == "event")
      return refusal_.conflicts.empty() ? "Another event" : "Event " + std::to_string(refusal_.conflicts.front());
    if (name == "events") {
      const auto most = refusal_.max_events_per_day.value_or(0);
      return most == 1 ? "its one event" : "its " + std::to_string(most) + " events";
    }
    if (name == "in the way") return in_the_way();
    return name == "stays" ? stays() : cause();
  }

  std::string stays() const {
    if (refusal_.stays == Stays::held) return "is held";
    if (refusal_.stays == Stays::begun) return "has begun";
    if (refusal_.stays == Stays::fixed) return "is fixed";
    if (refusal_.stays == Stays::bound) return "may not be moved by the caller";
    return refusal_.stays ? "begins too soon to be moved" : "stays";
  }

  /// By what the candidate comes after the last one chosen.
  std::string order() const {
    const auto& own = refusal_.standings.front();
    const auto& other = refusal_.standings.back();
    if (own.moves != other.moves)
      return "of its events " + std::to_string(own.moves) + " would move, not " + std::to_string(other.moves);
    const auto busy = [](const Standing& of) {
      return format_duration(*of.busy) + " by weight " + std::to_string(of.weight);
    };
    if (is_less_busy(other, own)) return "it would be busy for " + busy(own) + ", not for " + busy(other);
    return "its place in the list is " + std::to_string(own.place) + ", not " + std::to_string(other.place);
  }

  std::string cause() const {
    if (refusal_.cause == Reason::in_the_past) return ", and its start has passed";
    if (refusal_.cause == Reason::conflict) return ", and its time is taken";
    if (refusal_.cause == Reason::displaced) return ", and its poll has another event";
    return refusal_.cause == Reason::over_limit ? ", and its day is full" : "";
  }

  /// "Occurrence 3 of 12, 2027-03-01 09:00:00: "
  std::string occurrence() const {
    if (!refusal_.occurrence) return {};
    const auto& [number, count, start] = *refusal_.occurrence;
    return "Occurrence " + std::to_string(number) + (count > 0 ? " of " + std::to_string(count) : "") + ", " +
           format_date(date_of(start)) + " " + format_time_of_day(since_midnight(start)) + ": ";
  }

  /// "events 5, 7, request 2": at most ten events and ten requests by name, and how many more there are.
  std::string in_the_way() const {
    const auto& [ids, numbers] = std::tie(refusal_.conflicts, refusal_.requests);
    std::string names;
    if (!ids.empty()) {
      names = (ids.size() == 1 ? "event " : "events ") +
              ten_of(ids.size(), [&](std::size_t i) { return std::to_string(refusal_.conflicts[i]); });
    }
    if (!numbers.empty()) {
      names += (names.empty() ? "" : ", ") +
               ten_of(numbers.size(), [&](std::size_t i) { return name_(refusal_.requests[i]); });
    }
    if (refusal_.hides_conflicts) names += names.empty() ? "what is there already" : ", and others";
    return names;
  }

  std::string written(Instant instant) const { return format_timestamp(instant, zone_); }

  const Refusal& refusal_;
  const Zone& zone_;
  const RequestName& name_;
};

}  // namespace

std::string_view name_of(Reason reason) { return row_of(reason).name; }

Concern concern_of(Reason reason) { return row_of(reason).concern; }

bool can_be_lifted(Reason reason) { return row_of(reason).can_be_lifted; }

std::string_view name_of(Stays stays) {
  constexpr std::array<std::string_view, 5> names{"held", "begun", "fixed", "settled", "bound"};
  return names.at(static_cast<std::size_t>(stays));
}

std::optional<Reason> reason_from(std::string_view name) {
  const auto found = std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.name == name; });
  if (found == kRows.end()) return std::nullopt;
  return static_cast<Reason>(found - kRows.begin());
}

std::string ten_of(std::size_t count, const std::function<std::string(std::size_t)>& name) {
  std::string names;
  constexpr std::size_t shown = 10;
  for (std::size_t i = 0; i < std::min(count, shown); ++i) names += (i == 0 ? "" : ", ") + name(i);
  if (count > shown) names += " and " + std::to_string(count - shown) + " more";
  return names;
}

std::string request_name(std::size_t number) { return "request " + std::to_string(number); }

std::string sentence(const Refusal& refusal, const Zone& zone, const RequestName& name) {
  return Sentence(refusal, zone, name).whole();
}

namespace {

void add_standing(JsonObject& to, const Standing& standing) {
  to.add("place", standing.place);
  if (standing.busy) {
    to.add("busy", standing.busy->count());
    to.add("weight", standing.weight);
  }
  if (standing.moves > 0) to.add("moves", standing.moves);
}

std::string standing_json(const Standing& standing) {
  JsonObject json;
  json.add("calendar", standing.calendar);
  add_standing(json, standing);
  return std::move(json).finished();
}

}  // namespace

std::string facts_json(const Refusal& refusal, const Zone& zone, std::optional<Instant> as_of,
                       const std::vector<std::string>& chosen) {
  JsonObject facts;
  if (!refusal.calendar.empty()) facts.add("calendar", refusal.calendar);
  if (refusal.span) {
    facts.add("start_timestamp", format_timestamp(refusal.span->start, zone));
    facts.add("end_timestamp", format_timestamp(refusal.span->end, zone));
  }
  if (refusal.limit) facts.add("limit", format_timestamp(*refusal.limit, zone));
  if (refusal.duration) facts.add("duration", refusal.duration->count());
  if (refusal.slot_increment) facts.add("slot_increment", refusal.slot_increment->count());
  if (refusal.max_events_per_day) facts.add("max_events_per_day", *refusal.max_events_per_day);
  if (!refusal.requests.empty()) facts.add("requests", refusal.requests);
  if (!refusal.free.empty()) facts.add("free", refusal.free);
  if (!refusal.standings.empty()) {
    add_standing(facts, refusal.standings.front());
    facts.add("after", RawJson{standing_json(refusal.standings.back())});
  }
  if (refusal.clock_change) facts.add("clock_change", true);
  if (refusal.is_bound) facts.add("bound", "may_move");
  if (refusal.stays) facts.add("stays", name_of(*refusal.stays));
  if (refusal.cause) facts.add("cause", name_of(*refusal.cause));
  if (refusal.occurrence) {
    facts.add("occurrence", refusal.occurrence->number);
    if (refusal.occurrence->count > 0) facts.add("occurrences", refusal.occurrence->count);
  }
  if (as_of) facts.add("as_of", format_timestamp(*as_of, zone));
  if (!chosen.empty()) facts.add("chosen", chosen);
  return std::move(facts).finished();
}

}  // namespace jb
