// SPDX-License-Identifier: PostgreSQL
//
// What one call is about to do: the calendars whose locks it holds, the events as it leaves them, and what is recorded
// of it. Everything is decided here, in memory, over what the store says; write() stores it all at once, and a dry run
// never calls it.
//
// What must stay true: the timelines agree with the claims that the plan holds, at each step; whatever is asked of a
// calendar that is not locked throws NotLocked, and the call begins anew with its lock.
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

/// The calendars that a call turned out to need besides those that it has locked. Not a std::exception: nobody but the
/// one who locks may swallow it.
struct NotLocked {
  std::vector<std::string> names{};
  bool instead = false;  ///< of those that it has: what it is about has gone elsewhere
};

class Plan {
 public:
  /// Locks the calendars and reads the clock. `store` outlives this object.
  Plan(Store& store, const std::vector<std::string>& names);

  Instant now() const { return now_; }

  /// A locked calendar. Errors: NotLocked; 22023 when there is none of this name.
  const Calendar& calendar(const std::string& name) const;

  /// The same, nullptr when there is none of this name. Errors: NotLocked.
  const Calendar* find_calendar(const std::string& name) const;

  /// The locked calendar of this id, which there is.
  const Calendar& calendar_of(int id) const;

  /// Every calendar that is locked.
  std::vector<const Calendar*> calendars() const;

  bool is_locked(const std::string& name) const { return calendars_.contains(name); }

  /// Errors: NotLocked, with all of `names` that were not asked for.
  void need(const std::vector<std::string>& names) const;

  /// The same with all that the events are booked on: who asks for one event after the other begins anew for each.
  void need_all_of(const std::vector<Event>& events) const;

  /// The event that the call is about. Errors: P0002; NotLocked, with its calendars instead of those that it had when
  /// the locks were asked for.
  Event subject(EventId id);

  /// The event as readers see it until this call is written: a hold past its deadline shows as expired, but nobody has
  /// counted that yet.
  Event as_read(Event event) const;

  /// The calendars named, with their free time as it stands in the plan. Errors: as calendar().
  Search search(const std::vector<std::string>& names);

  /// The event as the plan leaves it.
  std::optional<Event> find(EventId id);

  /// The events of a series as the plan leaves them, by id. Errors: NotLocked.
  std::vector<Event> series(EventId series);

  /// The events that claim time within `within` on the calendar, by start; the one of id `own` aside, and those that
  /// are set aside.
  std::vector<Event> occupants(const Calendar& calendar, Span within, EventId own);

  /// Whether max_events_per_day events start on the local day of `start` already; those set aside do not count.
  bool is_full(const Calendar& calendar, Instant start);

  /// The events on locked calendars that are held, or that wait: as the plan leaves them, by priority, then age.
  std::vector<Event> held();
  std::vector<Event> waiting();

  /// Whether what the event claims is what it would claim if it were booked there now.
  bool has_present_buffers(const Event& event);

  /// What a claiming event would claim if it lasted for `time` instead, with the buffers that it has.
  std::vector<Claim> claims_of(const Event& event, Span time);

  /// Frees an event's time for the searches that follow, until put_back() or change(): nothing of it is written.
  void set_aside(const Event& event);
  void put_back(const Event& event);

  /// Sets an automatic event aside that another one has taken the time of, until it is placed again (place_displaced).
  void displace(const Event& event);
  std::vector<Event> take_displaced() { return std::exchange(displaced_, {}); }

  /// Stores a new event under an id of its own, and records it; a trial, which is not to stay, brings an id below 0 and
  /// uses none up. Result: as it is stored.
  Event add(Event event, std::string_view kind);

  /// Stores an event over what it `was` in the plan, one version further, and records it. One that was set aside has
  /// been placed again, with the buffers of now; any other keeps those that it has. Result: as it is stored.
  Event change(const Event& was, Event wanted, std::string_view kind, const std::vector<std::string>& fields);

  /// Removes the event; its last image is recorded.
  void remove(const Event& event);

  /// Records that the event, as it is wished, has no place. It gets its id when it is announced.
  std::shared_ptr<const Rejection> reject(const Event& wanted, Refusal refusal, std::vector<Span> alternatives = {},
                                          const PlacingOptions& options = {});

  /// Everything as it stands, to go back to.
  struct Mark;
  Mark mark() const;
  void back_to(const Mark& mark);

  /// The calendars on which time has opened since the last call of this.
  std::set<std::string> take_opened() { return std::exchange(opened_, {}); }

  /// As if time had opened on the calendar.
  void open(const std::string& calendar) { opened_.insert(calendar); }

  /// How many changes are recorded; none: there is nothing to write but rejections.
  std::size_t changes() const { return changes_.size(); }

  /// Result: as Store::write.
  bool write();

  /// Stores the rejections; each has its id then.
  void announce();

 private:
  struct Entry {
    std::optional<Event> before;                 ///< as stored; none for a new one
    std::optional<Event> now;                    ///< none once removed
    std::optional<std::vector<Claim>> claims{};  ///< of `now`; none: as stored, not read yet
    bool claims_changed = false;                 ///< since they were stored
    bool is_aside = false;                       ///< its claims are free in the timelines
  };

  Entry& entry(const Event& event);
  std::vector<Event> as_planned(std::vector<Event> stored) const;
  /// From now on it is the plan that tells of them, and not the store.
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
  std::map<std::string, std::optional<Calendar>> calendars_;  // none: asked for, and there is none
  std::map<int, const Calendar*> by_id_;                      // those of calendars_ that there are
  std::map<int, std::shared_ptr<Timeline>> timelines_;
  std::map<std::pair<int, Instant>, int> starts_;  // by calendar and midnight
  std::map<EventId, Entry> entries_;
  std::map<std::pair<int, Instant>, Claim> planned_;  // those claims of entries that are not aside
  std::optional<std::vector<Event>> watched_;         // what the store says is held or waits
  std::map<int, int> watched_by_;                     // how their number changes, by calendar
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
