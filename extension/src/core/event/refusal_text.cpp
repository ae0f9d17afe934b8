// SPDX-License-Identifier: PostgreSQL
#include "refusal_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "../values/duration.hpp"
#include "../values/time_text.hpp"

namespace jb {

namespace {

/// The names of the first ten of `count` things, and how many more there are. `name` gives the name of a thing by its
/// index.
std::string ten_of(std::size_t count, const std::function<std::string(std::size_t)>& name) {
  std::string names;
  constexpr std::size_t shown = 10;
  for (std::size_t i = 0; i < std::min(count, shown); ++i) names += (i == 0 ? "" : ", ") + name(i);
  if (count > shown) names += " and " + std::to_string(count - shown) + " more";
  return names;
}

/// The sentence of one refusal, put together from its facts.
class Sentence {
 public:
  Sentence(const Refusal& refusal, const Zone& zone, const RequestName& name)
      : refusal_(refusal), zone_(zone), name_(name) {}

  std::string whole() const { return occurrence() + plain(); }

 private:
  std::string plain() const {
    switch (refusal_.reason) {
      case Reason::in_the_past:
        return in_the_past();
      case Reason::outside_window:
        return "It was asked for from " + limit() + " on.";
      case Reason::beyond_horizon:
        return beyond_horizon();
      case Reason::too_soon:
        return refusal_.about == About::start ? called() + " asks for notice until " + limit() + "."
                                              : "The notice asked for ends at " + limit() + ".";
      case Reason::outside_hours:
        return outside_hours();
      case Reason::off_increment:
        return off_increment();
      case Reason::over_limit:
        return over_limit();
      case Reason::conflict:
        return conflict();
      case Reason::no_open_slot:
        return "No slot of " + duration() + " is open " + span() + ".";
      case Reason::displaced:
        return "Another event took its time and no other slot is open to it.";
      case Reason::hold_expired:
        return hold_expired();
      case Reason::window_passed:
        return "It waited for a slot until the time asked for had passed.";
    }
    return {};
  }

  std::string in_the_past() const {
    if (refusal_.about == About::passed_over) return "It is " + limit() + " already.";
    if (refusal_.about == About::window) return "The latest start asked for lies before now, " + limit() + ".";
    return "The start " + text(refusal_.span->start) + " lies more than five minutes before now, " + limit() + ".";
  }

  std::string beyond_horizon() const {
    if (refusal_.about == About::start) return "It would end after the horizon, " + limit() + ".";
    return "It could end no earlier than " + text(refusal_.span->end) + "; the horizon is " + limit() + ".";
  }

  std::string outside_hours() const {
    if (refusal_.about == About::passed_over)
      return "The hours hold no stretch of " + duration() + " that begins before " + limit() + ".";
    if (refusal_.about == About::window) {
      const std::string hours = refusal_.is_one_of_several ? "The calendars' common hours" : "The calendar's hours";
      return hours + " hold no stretch of " + duration() + " " + span() + ".";
    }
    const auto hours =
        refusal_.is_one_of_several ? "the hours of calendar " + refusal_.calendar : "the calendar's hours";
    return "F" + span().substr(1) + " is not within " + hours + ".";
  }

  std::string off_increment() const {
    if (!refusal_.slot_increment) return "Each start is off the slot increment of one calendar or another.";
    const auto increment = "the slot increment of " + format_duration(*refusal_.slot_increment);
    if (refusal_.about == About::start) return "The start is not on " + increment + ".";
    if (refusal_.about == About::window)
      return "No start on " + increment + " leaves " + duration() + " within the hours.";
    return "The next start on " + increment + " is " + limit() + ".";
  }

  std::string over_limit() const {
    const auto most = refusal_.max_events_per_day.value_or(0);
    const auto events = most == 1 ? std::string("its one event") : "its " + std::to_string(most) + " events";
    if (refusal_.about == About::passed_over) return "A day with " + events + " is full, until " + limit() + ".";
    const auto day = refusal_.about == About::start
                         ? std::string("that day")
                         : format_date(std::chrono::floor<std::chrono::days>(zone_.to_wall(refusal_.span->start)));
    return called() + " has " + events + " of " + day + " already.";
  }

  std::string conflict() const {
    if (refusal_.about == About::passed_over) return one_event() + " is in the way until " + limit() + ".";
    if (refusal_.about == About::in_the_way) return one_event() + ", " + span() + "," + stays();
    const auto taken_by = in_the_way();
    if (taken_by.empty()) return "It overlaps the occurrence before it, or its buffer.";
    return "F" + span().substr(1) + " is taken by " + taken_by + ".";
  }

  std::string one_event() const {
    return refusal_.conflicts.empty() ? "Another event" : "Event " + std::to_string(refusal_.conflicts.front());
  }

  std::string stays() const {
    if (!refusal_.stays) return " stays.";
    switch (*refusal_.stays) {
      case Stays::held:
        return " is held.";
      case Stays::begun:
        return " has begun.";
      case Stays::fixed:
        return " is fixed.";
      case Stays::settled:
        return " begins too soon to be moved.";
    }
    return ".";
  }

  std::string hold_expired() const {
    if (!refusal_.limit) return "It was not confirmed in time.";
    const auto held = "It was held until " + limit();
    if (refusal_.cause == Reason::in_the_past) return held + ", and its start has passed.";
    if (refusal_.cause == Reason::conflict) return held + ", and its time is taken.";
    if (refusal_.cause == Reason::displaced) return held + ", and its poll has another event by now.";
    return held + (refusal_.cause == Reason::over_limit ? ", and its day is full." : ".");
  }

  /// "Occurrence 3 of 12, 2027-03-01 09:00:00: "
  std::string occurrence() const {
    if (!refusal_.occurrence) return {};
    const auto& [place, count, start] = *refusal_.occurrence;
    const auto day = std::chrono::floor<std::chrono::days>(start);
    return "Occurrence " + std::to_string(place) + (count > 0 ? " of " + std::to_string(count) : "") + ", " +
           format_date(day) + " " + format_time_of_day(start - day) + ": ";
  }

  /// "events 5, 7, request 2": at most ten events and ten requests by name, and how many more there are.
  std::string in_the_way() const {
    const auto& [ids, places] = std::tie(refusal_.conflicts, refusal_.requests);
    std::string names;
    if (!ids.empty()) {
      names = (ids.size() == 1 ? "event " : "events ") +
              ten_of(ids.size(), [&](std::size_t i) { return std::to_string(refusal_.conflicts[i]); });
    }
    if (!places.empty()) {
      names += (names.empty() ? "" : ", ") +
               ten_of(places.size(), [&](std::size_t i) { return name_(refusal_.requests[i]); });
    }
    if (refusal_.hides_conflicts) names += names.empty() ? "what is there already" : ", and others";
    return names;
  }

  /// "The calendar", or "Calendar NAME" where the event needs several.
  std::string called() const {
    return refusal_.is_one_of_several ? "Calendar " + refusal_.calendar : std::string("The calendar");
  }

  /// "from … to …"
  std::string span() const { return "from " + text(refusal_.span->start) + " to " + text(refusal_.span->end); }

  std::string limit() const { return text(refusal_.limit.value()); }
  std::string duration() const { return format_duration(refusal_.duration.value()); }
  std::string text(Instant instant) const { return format_timestamp(instant, zone_); }

  const Refusal& refusal_;
  const Zone& zone_;
  const RequestName& name_;
};

}  // namespace

std::string request_name(std::size_t place) { return "request " + std::to_string(place); }

std::string sentence(const Refusal& refusal, const Zone& zone, const RequestName& name) {
  return Sentence(refusal, zone, name).whole();
}

std::string facts_json(const Refusal& refusal, const Zone& zone) {
  auto facts = nlohmann::ordered_json::object();
  if (!refusal.calendar.empty()) facts["calendar"] = refusal.calendar;
  if (refusal.span) {
    facts["start_timestamp"] = format_timestamp(refusal.span->start, zone);
    facts["end_timestamp"] = format_timestamp(refusal.span->end, zone);
  }
  if (refusal.limit) facts["limit"] = format_timestamp(*refusal.limit, zone);
  if (refusal.duration) facts["duration"] = refusal.duration->count();
  if (refusal.slot_increment) facts["slot_increment"] = refusal.slot_increment->count();
  if (refusal.max_events_per_day) facts["max_events_per_day"] = *refusal.max_events_per_day;
  if (!refusal.requests.empty()) facts["requests"] = refusal.requests;
  if (refusal.stays) facts["stays"] = name_of(*refusal.stays);
  if (refusal.cause) facts["cause"] = name_of(*refusal.cause);
  if (refusal.occurrence) {
    facts["occurrence"] = refusal.occurrence->place;
    if (refusal.occurrence->count > 0) facts["occurrences"] = refusal.occurrence->count;
  }
  return facts.dump();
}

}  // namespace jb
