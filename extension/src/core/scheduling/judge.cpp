// SPDX-License-Identifier: PostgreSQL
#include "judge.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "../free/day_tree.hpp"
#include "../values/budget.hpp"
#include "rule.hpp"

namespace jb {

namespace {

/// The work of judging a start on one calendar, its hours aside, in the unit of Judge::work().
constexpr std::size_t kLookCosts = 20;

}  // namespace

Judge::Judge(Plan& plan, const Event& event, const PlacingOptions& options)
    : plan_(plan),
      event_(event),
      options_(options),
      search_(plan.search(event.booked_on())),
      length_(event.wish.days ? fixed_time(event, options, first().zone()).length() : *event.wish.duration),
      is_fixed_(event.wish.is_fixed() || options.has_begun),
      window_(is_fixed_ ? kRepresentable : window_of(event.wish, first())) {}

std::optional<Refusal> Judge::at(Instant start) {
  step();
  work_ += kLookCosts * search_.calendars().size();
  for (const auto* rule : rules()) {
    for (const auto& calendar : search_.calendars()) {
      if (is_fixed_ && rule->is_strict_only && !calendar.strict && !options_.only_slots) continue;
      if (auto found = rule->at(*this, calendar, start)) return found;
    }
  }
  return std::nullopt;
}

Refusal Judge::nowhere() {
  for (const auto* rule : rules()) {
    if (rule->nowhere == nullptr) continue;
    if (auto found = rule->nowhere(*this)) return std::move(*found);
  }
  throw std::logic_error("no rule says why there is no open slot");
}

Refusal Judge::refusal(Reason reason, About about) const {
  return {.reason = reason, .about = about, .is_one_of_several = search_.calendars().size() > 1};
}

Refusal Judge::refusal_at(Reason reason, const Calendar& calendar, Instant limit) const {
  auto refused = refusal(reason, is_fixed_ ? About::start : About::passed_over);
  refused.calendar = calendar.name;
  refused.limit = limit;
  return refused;
}

bool Judge::is_open(Instant start) {
  if (!is_open_) is_open_ = search_.is_free({start, start + length_});
  return *is_open_;
}

bool Judge::fits_when_empty(bool on_increment) const {
  RowMap no_rows;
  Timelines empty;
  for (const auto& calendar : search_.calendars()) {
    auto pattern = calendar.pattern;
    if (!on_increment) {
      auto grid = calendar.grid();
      grid.slot_increment = Seconds{1};
      pattern = std::make_shared<Pattern>(grid);
    }
    empty.push_back(std::make_shared<DayTree>(std::move(pattern), no_rows, nullptr));
  }
  return first_common_fit(empty, length_, within()).has_value();
}

const InTheWay& Judge::in_the_way(Instant start) {
  if (in_the_way_) return *in_the_way_;
  in_the_way_.emplace();
  if (is_open(start)) return *in_the_way_;
  std::map<std::pair<Instant, EventId>, Event> standing;
  for (const auto& calendar : search_.calendars()) {
    for (auto& event : plan_.occupants(calendar, calendar.grid().claim_of({start, start + length_}), event_.id)) {
      standing.emplace(std::pair(event.time->start, event.id), std::move(event));
    }
  }
  std::vector<Event> events;
  for (const auto& [key, event] : standing) events.push_back(event);
  if (!options_.only_slots) in_the_way_->displaceable = movable(plan_, std::move(events));
  for (const auto& event : in_the_way_->displaceable) standing.erase({event.time->start, event.id});
  for (const auto& [key, event] : standing) in_the_way_->conflicts.push_back(event.id);
  return *in_the_way_;
}

// ---- Events in the way ----------------------------------------------------------------------------------------------

bool may_be_displaced(const Event& event, const Calendar& calendar, Instant now) {
  return event.status == Status::scheduled && !event.wish.is_fixed() && event.time->start > now &&
         event.time->start >= now + calendar.settled_within;
}

bool replaced_earlier(const Event& a, const Event& b) {
  return std::tuple(-a.wish.priority, a.time->start, a.id) < std::tuple(-b.wish.priority, b.time->start, b.id);
}

std::vector<EventId> others_within(Plan& plan, const std::vector<Claim>& claims) {
  std::set<std::pair<Instant, EventId>> others;
  for (const auto& claim : claims) {
    for (const auto& other : plan.occupants(plan.calendar_of(claim.calendar), claim.during, claim.event_id)) {
      others.emplace(other.time->start, other.id);
    }
  }
  std::vector<EventId> ids;
  for (const auto& [start, id] : others) ids.push_back(id);
  return ids;
}

// The calendars that the plan knows are asked first: an event that must stay by their settings brings no further
// calendars.
std::vector<Event> movable(Plan& plan, std::vector<Event> events) {
  const auto stays = [&](const Event& event) {
    if (plan.keeps(event.id)) return true;
    const auto names = event.booked_on();
    return std::any_of(names.begin(), names.end(), [&](const auto& name) {
      return plan.knows(name) && !may_be_displaced(event, plan.calendar(name), plan.now());
    });
  };
  std::erase_if(events, stays);
  plan.need_all_of(events);
  std::erase_if(events, stays);
  std::sort(events.begin(), events.end(), replaced_earlier);
  return events;
}

}  // namespace jb
