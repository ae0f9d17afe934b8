// SPDX-License-Identifier: PostgreSQL
#include "powers.hpp"

#include <algorithm>

#include "../event/calendar.hpp"

namespace jb {

namespace {

std::vector<std::vector<Power>> powers_of(Plan& plan, const std::string& name, const Behalf* behalf) {
  return behalf != nullptr ? behalf->powers(name) : plan.store().powers(name);
}

/// What is permitted on one calendar; nullopt if no grant bounds the caller there.
std::optional<Permit> permit_on(Plan& plan, const std::string& name, const Demand& demand,
                                const Behalf* behalf = nullptr) {
  const auto held = [&] { return behalf != nullptr ? behalf->held(name, plan.now()) : plan.held(plan.calendar(name)); };
  std::optional<Permit> permit;
  for (const auto& powers : powers_of(plan, name, behalf)) {
    const auto one = permitted(name, powers, demand, held);
    auto& all = permit ? *permit : permit.emplace();
    all.is_proposal = all.is_proposal || one.is_proposal;
    all.stands_aside = all.stands_aside || one.stands_aside;
  }
  return permit;
}

}  // namespace

void bind(Plan& plan, Event& wanted, const PlacingOptions& options, std::size_t times, const Behalf* behalf) {
  const bool is_offer = options.offer > 0;
  if (is_offer && !wanted.hold_for) wanted.hold_for = kHeldByDefault;
  wanted.proposed_on.clear();
  wanted.stands_aside = is_offer;
  if (plan.store().is_open()) return;
  if (is_offer) times = static_cast<std::size_t>(options.offer);
  const Demand demand{.priority = wanted.wish.priority,
                      .preempts = options.preempt,
                      .holds = wanted.hold_for ? times : 0,
                      .books = behalf != nullptr};
  for (const auto& name : wanted.booked_on()) {
    const auto permit = permit_on(plan, name, demand, behalf);
    if (permit && permit->is_proposal) wanted.proposed_on.push_back(name);
    if (permit && permit->stands_aside) wanted.stands_aside = true;
  }
  if (wanted.proposed_on.empty() || wanted.hold_for) return;
  wanted.hold_for = kHeldByDefault;
  bind(plan, wanted, options, times);  // it is held on its other calendars, too
}

void lower_priority(Plan& plan, Event& wanted, const Behalf* behalf) {
  if (plan.store().is_open()) return;
  for (const auto& name : wanted.booked_on()) {
    for (const auto& powers : powers_of(plan, name, behalf))
      wanted.wish.priority = std::min(wanted.wish.priority, highest_priority(powers));
  }
}

namespace {

/// Whether the event is held, or will be once it has a place.
bool is_hold(const Event& event) { return event.hold_for && event.is_unconfirmed(); }

bool is_new_hold(const Event& before, const Event& wanted) {
  return is_hold(wanted) && (!before.is_unconfirmed() || before.held_by.empty());
}

/// The calendars that the event is on, and the candidates to which it may yet move (rule 2.18.10).
std::vector<std::string> possible_calendars(const Event& event) {
  auto names = event.booked_on();
  for (auto& name : candidates_of(event))
    if (!event.is_on(name)) names.push_back(std::move(name));
  return names;
}

}  // namespace

bool is_held_anew(const Event& before, const Event& wanted) {
  return is_new_hold(before, wanted) || (is_hold(wanted) && before.booked_on() != wanted.booked_on());
}

void bind(Plan& plan, Event& wanted, const Event& before, WishChange change) {
  auto& store = plan.store();
  if (change.moves) wanted.stands_aside = false;
  const bool is_new = is_new_hold(before, wanted);
  if (is_new) wanted.held_by = store.principal();
  if (store.is_open()) return;
  const bool is_own_hold = is_hold(wanted) && wanted.held_by == store.principal();
  const auto possible_before = possible_calendars(before);
  for (const auto& name : possible_calendars(wanted)) {
    const auto rights = store.rights(name);
    // An attendee's calendar, claimed before, needs no right (rule 13.3). Whoever may only propose there has had a yes
    // to this time, not to another.
    const bool asks_more = change.moves || wanted.wish.priority != before.wish.priority;
    const bool may_only_propose = !rights.has(Right::book) && rights.has(Right::propose);
    if (may_only_propose && asks_more && wanted.is_on(name)) throw right_wanted(name, Right::book);
    if (!rights.has(Right::book)) continue;
    const bool comes = !contains(possible_before, name);
    Demand demand{.preempts = change.preempts, .books = true};
    if (comes || wanted.wish.priority != before.wish.priority) demand.priority = wanted.wish.priority;
    if (wanted.is_on(name) && (is_new || (!before.is_on(name) && is_own_hold))) demand.holds = 1;
    const auto permit = permit_on(plan, name, demand);
    if (permit && permit->stands_aside && change.moves) wanted.stands_aside = true;
  }
}

}  // namespace jb
