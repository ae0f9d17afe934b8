// SPDX-License-Identifier: PostgreSQL
//
// A plan: what one call is about to do. The plan holds the calendars that the call has locked, the events as the call
// leaves them, and the changes and rejections that the call records. Everything is decided here, in memory, over what
// the store holds. write() stores the whole plan at once; a dry run never calls write().
//
// What must stay true: at each step the timelines agree with the claims that the plan holds. A question about a
// calendar that is not locked throws NotLocked, and the call begins anew with that calendar locked.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "search.hpp"
#include "store.hpp"

namespace jb {

/// The calendars that a call needs besides those that it has locked. This is no std::exception, so that only the code
/// that takes locks (scheduler.cpp) catches it.
struct NotLocked {
  std::vector<std::string> names{};
  bool instead = false;  ///< the call needs `names` alone: its event has gone to other calendars
};

class Plan {
 public:
  /// Locks the calendars and reads the clock. `store` outlives this object.
  Plan(Store& store, const std::vector<std::string>& names);

  Instant now() const { return now_; }

  /// The locked calendar of this name. Errors: NotLocked; 22023 when no calendar has this name.
  const Calendar& calendar(const std::string& name) const;

  /// The locked calendar of this name; nullptr when no calendar has this name. Errors: NotLocked.
  const Calendar* find_calendar(const std::string& name) const;

  /// The calendar of this id. Errors: logic_error when no locked calendar has this id.
  const Calendar& calendar_of(int id) const;

  /// Every calendar that is locked.
  std::vector<const Calendar*> calendars() const;

  bool is_locked(const std::string& name) const { return calendars_.contains(name); }

  /// Demands that the calendars are locked. Errors: NotLocked, with all of `names` that are not locked.
  void need(const std::vector<std::string>& names) const;

  /// Demands that all calendars of all `events` are locked. One question for all events costs the call one new
  /// beginning; a question for each event could cost one each.
  void need_all_of(const std::vector<Event>& events) const;

  /// The event that the call is about. Errors: P0002; NotLocked, with `instead`, when the event is on other calendars
  /// than those that the call has locked for it.
  Event subject(EventId id);

  /// The event with the version and updated_at that readers see until this call is written. A plan may have expired a
  /// hold past its deadline: readers see the hold expired already, but still under its old version.
  Event as_read(Event event) const;

  /// The calendars named, with their free time as it stands in the plan. Errors: as calendar().
  Search search(const std::vector<std::string>& names);

  /// The event as the plan leaves it.
  std::optional<Event> find(EventId id);

  /// The events of a series as the plan leaves them, by id. Errors: NotLocked.
  std::vector<Event> series(EventId series);

  /// The events that claim time within `within` on the calendar, by start, without the event of id `own` and without
  /// events that are set aside.
  std::vector<Event> occupants(const Calendar& calendar, Span within, EventId own);

  /// Whether the local day of `start` is full (rule 2.8.6). Events that are set aside do not count.
  bool is_full(const Calendar& calendar, Instant start);

  /// The held events, and the waiting events, on locked calendars, as the plan leaves them. Order: priority, high
  /// first; then age; then id (rule 2.11.3).
  std::vector<Event> held();
  std::vector<Event> waiting();

  /// Whether the event's claims have the present buffers of its calendars.
  bool has_present_buffers(const Event& event);

  /// What the event, which claims time, would claim if `time` were its time, with the buffers of its present claims.
  std::vector<Claim> claims_of(const Event& event, Span time);

  /// Frees the event's claims for the searches that follow, until put_back() or change(). Setting aside is not
  /// written.
  void set_aside(const Event& event);
  void put_back(const Event& event);

  /// Sets an automatic event aside whose time another event takes. take_displaced() gives all of these events, to be
  /// placed again, and forgets them.
  void displace(const Event& event);
  std::vector<Event> take_displaced() { return std::exchange(displaced_, {}); }

  /// Adds a new event under a new id, and records the change `kind`. An event that is only tried brings an id below 0,
  /// so that the trial uses up no id of the store. Result: the event as it is stored.
  Event add(Event event, std::string_view kind);

  /// Replaces `was`, the event as the plan has it, by `wanted` under the next version, and records the change `kind`.
  /// An event that was set aside, or had no claims, claims its time with the present buffers of its calendars; any
  /// other event keeps the buffers of its claims. Result: the event as it is stored.
  Event change(const Event& was, Event wanted, std::string_view kind, const std::vector<std::string>& fields);

  /// Removes the event, and records its last image (rule 2.10.2).
  void remove(const Event& event);

  /// Records that `wanted` has no place. The rejection gets its id in announce().
  std::shared_ptr<const Rejection> reject(const Event& wanted, Refusal refusal, std::vector<Span> alternatives = {},
                                          const PlacingOptions& options = {});

  /// The state of the plan. back_to() undoes everything that was planned after mark().
  struct Mark;
  Mark mark() const;
  void back_to(const Mark& mark);

  /// The calendars on which time has opened since the last take_opened() (rule 2.11.2).
  std::set<std::string> take_opened() { return std::exchange(opened_, {}); }

  /// Marks the calendar as one on which time has opened.
  void open(const std::string& calendar) { opened_.insert(calendar); }

  /// How many changes are recorded. With 0 the plan has nothing to write but rejections.
  std::size_t changes() const { return changes_.size(); }

  /// Stores the events, claims and changes. Result: as Store::write.
  bool write();

  /// Stores the rejections, and gives each its id.
  void announce();

 private:
  struct Entry {
    std::optional<Event> before;                 ///< the event as stored; none for a new event
    std::optional<Event> now;                    ///< the event as the plan leaves it; none for a removed event
    std::optional<std::vector<Claim>> claims{};  ///< of `now`; none: as stored, and not read yet
    bool claims_changed = false;                 ///< `claims` differ from the stored claims
    bool is_aside = false;                       ///< the event is set aside: its claims are free in the timelines
  };

  Entry& entry(const Event& event);
  std::vector<Event> as_planned(std::vector<Event> stored) const;
  /// The claims of the entry. From this call on occupants() takes them from the plan, not from the store.
  const std::vector<Claim>& claims_of(Entry& entry);
  std::vector<Event> watched(Status status);
  std::vector<Claim> claims_for(const Event& event) const;
  void occupy(Entry& entry);
  void vacate(Entry& entry);
  void count_start(const Calendar& calendar, Instant start, int by);
  int& starts_on(const Calendar& calendar, Span day);
  const std::shared_ptr<Timeline>& timeline(const Calendar& calendar);
  void record(const std::optional<Event>& before, const std::optional<Event>& after, std::string_view kind,
              const std::vector<std::string>& fields);

  Store& store_;
  std::map<std::string, std::optional<Calendar>> calendars_;  // the locked names; none: no calendar has the name
  std::map<int, const Calendar*> by_id_;                      // the calendars in calendars_ that exist
  std::map<int, std::shared_ptr<Timeline>> timelines_;
  std::map<std::pair<int, Instant>, int> starts_;  // how many events begin on a day, by calendar and midnight
  std::map<EventId, Entry> entries_;
  std::map<std::pair<int, Instant>, Claim> planned_;  // claims of entries that are not aside, by calendar and start
  std::optional<std::vector<Event>> watched_;         // the stored events that are held or wait
  std::map<int, int> watched_by_;                     // by how many the plan changes their number, by calendar
  std::vector<std::pair<int, Change>> changes_;
  std::vector<std::shared_ptr<Rejection>> rejections_;
  std::set<std::string> opened_;
  std::vector<Event> displaced_;
  Instant now_;
};

struct Plan::Mark {
  std::map<EventId, Entry> entries;
  std::map<int, int> watched_by;
  std::set<std::string> opened;
  std::vector<Event> displaced;
  std::size_t changes;
  std::size_t rejections;
};

}  // namespace jb
