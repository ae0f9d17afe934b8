// SPDX-License-Identifier: PostgreSQL
//
// The rules of placing, one list in order of precedence (rule 2.6). Placing asks for the first rule that fails;
// explaining asks start by start, and leaps to the first later start at which the rule may hold.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "../event/refusal.hpp"
#include "plan.hpp"
#include "search.hpp"

namespace jb {

/// What stands at the time of a fixed wish, on any of its calendars.
struct InTheWay {
  std::vector<Event> displaceable;  ///< automatic events that give way, in the order of their re-placing
  std::vector<EventId> conflicts;   ///< those that do not, by start
};

/// Judges one wish in a plan. The event's own time has been set aside. Nothing of the plan changes.
class Judge {
 public:
  /// `event` outlives this object. Errors: NotLocked; 22023 for an unknown calendar.
  Judge(Plan& plan, const Event& event, const PlacingOptions& options = {});

  Search& search() { return search_; }
  const Calendar& first() const { return search_.first(); }

  /// Where an automatic event may lie by its date and its window alone.
  Span window() const { return window_; }

  /// Where one may lie after notice and horizon too.
  Span within() const { return intersection(window_, bounds_); }

  /// The first rule that forbids the event to start then. Of a fixed event: hours, increment, notice and horizon count
  /// where the calendar is strict. Of an automatic event: `limit` is the first later start at which it may be
  /// otherwise. Cost: each rule's once a calendar; what stands there is asked for only where the time is not open
  /// anyway.
  std::optional<Refusal> at(Instant start);

  /// Why no start of an automatic event's window is open: the first rule that leaves none, those before it having left
  /// some. Called only where none is. Cost: that of a search or two on calendars without claims.
  Refusal nowhere();

  /// What stands where the fixed event would lie; it is judged at one start only. Errors: NotLocked.
  const InTheWay& in_the_way(Instant start);

  /// How much work at() has done, in spans of hours that were read.
  std::size_t work() const { return work_; }

 private:
  struct Rule;
  static const std::vector<Rule>& rules();

  std::optional<Refusal> past_at(const Calendar& calendar, Instant start);
  std::optional<Refusal> window_at(const Calendar& calendar, Instant start);
  std::optional<Refusal> horizon_at(const Calendar& calendar, Instant start);
  std::optional<Refusal> notice_at(const Calendar& calendar, Instant start);
  std::optional<Refusal> hours_at(const Calendar& calendar, Instant start);
  std::optional<Refusal> increment_at(const Calendar& calendar, Instant start);
  std::optional<Refusal> day_limit_at(const Calendar& calendar, Instant start);
  std::optional<Refusal> claims_at(const Calendar& calendar, Instant start);

  std::optional<Refusal> past_nowhere();
  std::optional<Refusal> horizon_nowhere();
  std::optional<Refusal> notice_nowhere();
  std::optional<Refusal> hours_nowhere();
  std::optional<Refusal> increment_nowhere();
  std::optional<Refusal> day_limit_nowhere();
  std::optional<Refusal> claims_nowhere();

  Refusal refusal(Reason reason, About about) const;
  Refusal refusal_of(Reason reason, const Calendar& calendar, Instant limit) const;
  std::optional<Refusal> beyond_horizon(Instant earliest_start) const;
  bool is_open(Instant start);
  std::optional<Refusal> last_claim(const Calendar& calendar, Instant start);
  bool fits_when_empty(bool on_increment) const;

  Plan& plan_;
  const Event& event_;
  PlacingOptions options_;
  Search search_;
  Seconds length_;
  bool is_fixed_;  ///< it goes to the start that is judged, or nowhere
  Span window_;
  Span bounds_;
  std::optional<bool> is_open_;         ///< of the one start that a fixed event is judged at
  std::optional<InTheWay> in_the_way_;  ///< likewise
  std::size_t work_ = 0;
};

/// Where an automatic wish may lie: its date, in the first calendar's zone, and its window.
Span window_of(const Wish& wish, const Calendar& first);

/// Where a fixed wish says that it starts.
Instant wished_start(const Wish& wish, const Zone& zone);

/// Whether another event may move this one away on a calendar: automatic, not begun, and not settled (rule 2.4).
bool may_be_displaced(const Event& event, const Calendar& calendar, Instant now);

/// Rule 2.4, the order in which displaced events are placed again: high priority first, then start, then id.
bool replaced_earlier(const Event& a, const Event& b);

/// The other events that claim time within the claims, which are all of one event; by calendar, then start.
std::vector<EventId> others_within(Plan& plan, const std::vector<Claim>& claims);

/// The same within what the event would claim for `time` with the buffers of now. Errors: NotLocked.
std::vector<EventId> others_at(Plan& plan, const Event& event, Span time);

/// Those of the events that another one may move away, on each of their calendars, in the order of their re-placing.
/// Errors: NotLocked, with the calendars of all that may be moved by what is known of them.
std::vector<Event> movable(Plan& plan, std::vector<Event> events);

}  // namespace jb
