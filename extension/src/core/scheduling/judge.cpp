// SPDX-License-Identifier: PostgreSQL
#include "judge.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "../free/day_tree.hpp"
#include "../values/input.hpp"
#include "rule.hpp"

namespace jb {

namespace {

/// The work of judging a start on one calendar, apart from its hours, in the unit of Judge::work().
constexpr std::size_t kLookCosts = 20;

/// Whether a fixed event, or an event that pre-empts, may displace `event` on the calendar: `event` is scheduled and
/// automatic, has not begun (rule 2.4.1) and is not settled (rule 2.4.6).
bool may_be_displaced(const Event& event, const Calendar& calendar, Instant now) {
  return event.status == Status::scheduled && !event.wish.is_fixed() && event.time->start > now &&
         event.time->start >= now + calendar.settled_within;
}

/// The hours that the automatic event asks for; null if it asks for none. All its calendars are loaded at once.
std::shared_ptr<Timeline> asked_by(Plan& plan, const Event& event) {
  if (!event.wish.within) return nullptr;
  plan.need(event.booked_on());
  return timeline_of_hours(*event.wish.within, plan.first_of(event));
}

}  // namespace

Judge::Judge(Plan& plan, const Event& event, const PlacingOptions& options)
    : plan_(plan),
      event_(event),
      options_(options),
      is_fixed_(event.wish.is_fixed() || options.has_begun),
      search_(plan.search(needs_of(event), is_fixed_ ? nullptr : asked_by(plan, event))),
      first_(plan.first_of(event)),
      length_(event.wish.days ? fixed_time(event, options, first().zone()).length() : *event.wish.duration),
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

std::optional<Instant> Judge::first_asked(Instant start) const {
  return search_.first_asked(length_, {std::max(window_.start, start), window_.end});
}

bool Judge::fits_when_empty(bool on_increment) const {
  Timelines empty;
  if (search_.asked() != nullptr) empty.push_back(search_.asked());
  for (const auto& calendar : search_.calendars()) {
    auto pattern = calendar.pattern;
    if (!on_increment) {
      auto grid = calendar.grid();
      grid.slot_increment = Seconds{1};
      pattern = std::make_shared<Pattern>(grid);
    }
    empty.push_back(timeline_without_claims(std::move(pattern)));
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
  if (event_.stands_aside) in_the_way_->is_bound = !std::exchange(in_the_way_->displaceable, {}).empty();
  for (const auto& event : in_the_way_->displaceable) standing.erase({event.time->start, event.id});
  for (const auto& [key, event] : standing) in_the_way_->conflicts.push_back(event.id);
  return *in_the_way_;
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

// Loaded calendars are checked first, so that an event that must stay by their settings loads no further ones.
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
