// SPDX-License-Identifier: PostgreSQL
#include "needs.hpp"

#include <algorithm>
#include <set>

#include "../values/input.hpp"

namespace jb {

std::vector<std::string> candidates_of(const Event& event) {
  std::vector<std::string> all;
  if (!event.one_of) return all;
  for (const auto& list : *event.one_of) all.insert(all.end(), list.calendars.begin(), list.calendars.end());
  return all;
}

std::vector<std::string> named_of(const Event& event) {
  if (!event.one_of) return event.calendars;
  const auto candidates = candidates_of(event);
  const std::set<std::string_view, FoldedLess> listed(candidates.begin(), candidates.end());
  auto named = event.calendars;
  std::erase_if(named, [&](const auto& name) { return listed.contains(name); });
  return named;
}

void widen(Event& event) {
  if (!event.one_of) return;
  event.calendars = named_of(event);
  for (const auto& list : *event.one_of) {
    const bool is_kept = list.same && event.series && !list.chosen.empty();  // rule 2.18.8
    const auto& names = is_kept ? list.chosen : list.calendars;
    event.calendars.insert(event.calendars.end(), names.begin(), names.end());
  }
}

std::vector<std::string> pool_of(const Event& event, const OneOf& list) {
  const std::set<std::string_view, FoldedLess> on(event.calendars.begin(), event.calendars.end());
  std::vector<std::string> open;
  std::ranges::copy_if(list.calendars, std::back_inserter(open), [&](const auto& name) { return on.contains(name); });
  return open;
}

bool has_choice(const Event& event) {
  return event.one_of && std::ranges::any_of(*event.one_of, [&](const OneOf& list) {
           return pool_of(event, list).size() > static_cast<std::size_t>(list.count);
         });
}

Needs needs_of(const Event& event) {
  if (!has_choice(event)) return {event.booked_on()};
  Needs needs{named_of(event)};
  needs.all.insert(needs.all.end(), event.attendee_calendars.begin(), event.attendee_calendars.end());
  for (const auto& list : *event.one_of)
    needs.some.push_back({pool_of(event, list), static_cast<std::size_t>(list.count)});
  return needs;
}

void tell_chosen(Event& event) {
  if (!event.one_of) return;
  for (auto& list : *event.one_of) {
    list.chosen = pool_of(event, list);
    if (list.chosen.size() != static_cast<std::size_t>(list.count)) list.chosen.clear();
  }
}

}  // namespace jb
