// SPDX-License-Identifier: PostgreSQL
//
// A plan: what one call is about to do. The plan holds the calendars that the call knows, the events as the call leaves
// them, and the changes and rejections that the call records. Everything is decided here, in memory, over what
// the store holds. write() stores the whole plan at once; a dry run never calls write().
//
// What must stay true: at each step the timelines agree with the claims that the plan holds. A plan under locks knows
// the calendars that the call has locked. A question about another calendar throws NotLocked, and the call starts over
// with that calendar locked. A plan on a snapshot reads each calendar on first use.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../event/event.hpp"
#include "../values/input.hpp"
#include "search.hpp"
#include "store.hpp"

namespace jb {

// Times derived from an event's wish: its window or start, where a waiting event could stand, when an event is due.
// Also what the store keeps of them (Watched), so that no call reads held and waiting events that are neither due nor
// helped by newly open time.

/// Where an automatic wish may lie: within its date, read in the zone of `first`, and within its window (rule 2.3.7).
Span window_of(const Wish& wish, const Calendar& first);

/// The start that a fixed wish names; `zone` reads its date and start_time.
Instant wished_start(const Wish& wish, const Zone& zone);

/// Whether both events wish for the same start on the same clock, that of their first calendar.
bool wish_for_same_start(const Event& a, const Event& b);

/// The event's wish as it was before its first calendar was given another zone.
Wish wall_clock_wish(const Event& event);

/// The wall clock time of the event's wish, or else of its start, or else midnight of its date; none if it waits for
/// any day.
std::optional<WallTime> wall_start(const Event& event, const Zone& zone);

/// The time from `start` for the length of the wish. Days are counted on the clock of `zone` (rule 2.1.6). If the clock
/// skips the wished start, they are counted from the wall clock time that was asked for.
Span time_from(Instant start, const Wish& wish, const Zone& zone);

/// The time from the wished start for the length of the wish.
Span wished_time(const Wish& wish, const Zone& zone);

/// Where a fixed event or one that has begun goes: its wished time, unless the options keep its start, or start and
/// end. `zone` is that of its first calendar.
Span fixed_time(const Event& event, const PlacingOptions& options, const Zone& zone);

/// Looks a calendar up by name. Errors: those of the caller's choice.
using CalendarOf = std::function<const Calendar&(const std::string&)>;

/// The nearest horizon of the event's calendars, counted from now.
Seconds nearest_horizon(const Event& event, const CalendarOf& calendar_of);

/// The last instant at which a waiting event could begin (rule 2.11.4). Without window and date the event could begin
/// until the horizon, counted from when it began to wait. `calendar_of` looks up the event's calendars.
Instant latest_start(const Event& event, const CalendarOf& calendar_of);

/// Where a waiting event could stand; `first` is the first of its calendars.
Span room_of(const Event& event, const Calendar& first);

/// The instant from which the held or waiting event is due, as of `now`: the deadline of a hold; for a waiting event,
/// one second after its latest start, or earlier if its window or fixed time reaches beyond the horizon (rule 2.11.6).
Instant due_at(const Event& event, const CalendarOf& calendar_of, Instant now);

/// The held or waiting event on each of its calendars, as of `now`.
std::vector<Watched> watched_of(const Event& event, const CalendarOf& calendar_of, Instant now);

/// The place of a waiting event in the order of trying.
inline Turn turn_of(const Event& event) { return {-event.wish.priority, event.created_at, event.id}; }
inline bool has_earlier_turn(const Event& a, const Event& b) { return turn_of(a) < turn_of(b); }

/// Where an event of this length lies if it takes part of `open`, or adjoins it.
inline Span in_or_beside(Span open, Seconds length) { return {open.start - length, open.end + length}; }

/// The news that a call brings from the source that a calendar mirrors: none, a part, or the part that completes it.
enum class News : std::uint8_t { none, part, whole };

/// Time that a plan has opened on a calendar.
struct Opened {
  const Calendar* calendar;
  Span span;
};

class Plan {
 public:
  /// Which calendars the plan may read: those of the constructor, which the call has locked, or each as it is needed.
  enum class Reach { locked, as_needed };

  /// Ends the due holds. The plan calls this function whenever it has loaded calendars.
  using EndHolds = std::function<void(Plan&)>;

  /// Locks the calendars or, if the store reads ahead or is a snapshot, reads them. Then reads the clock (rule 2.1.8).
  /// `store` outlives this object.
  Plan(Store& store, const std::vector<std::string>& names, Reach reach, EndHolds end_holds);

  Instant now() const { return now_; }

  /// The calendar of this name. Errors: NotLocked; 22023 when no calendar has this name.
  const Calendar& calendar(const std::string& name);

  /// The first calendar of the event, on whose clock its time is read. Errors: as calendar().
  const Calendar& first_of(const Event& event) { return calendar(event.calendars.front()); }

  /// The names as their calendars spell them (rule 1.6). Errors: as calendar().
  std::vector<std::string> own_names(const std::vector<std::string>& names);

  /// The calendar of this name; nullptr when no calendar has this name. Errors: NotLocked.
  const Calendar* find_calendar(const std::string& name);

  /// As calendar(), for the functions of plan.hpp.
  CalendarOf calendar_of_name();

  /// The calendar of this id. Errors: logic_error when the plan does not know this calendar.
  const Calendar& calendar_of(int id) const;

  /// The names that the plan has looked up, and how many calendars it has found by them.
  std::vector<std::string> names() const;
  std::size_t calendars() const { return by_id_.size(); }

  /// Makes the events of these ids, which the plan has added, one offer (rule 3.12).
  void offer(const std::vector<EventId>& ids);

  /// How many events on the calendar the call's principal holds, as the plan has them.
  std::size_t held(const Calendar& calendar);

  /// Whether the plan has looked the calendar up, so that a question about it is free.
  bool knows(const std::string& name) const { return calendars_.contains(name); }

  /// For what planning never changes: rights, ids, the events of a poll.
  Store& store() { return store_; }

  /// Loads the calendars. Errors: NotLocked, with all of `names` that are not locked.
  void need(const std::vector<std::string>& names);

  /// Loads all calendars of all `events`. Under locks, loading them at once makes the call start over at most once;
  /// loading them event by event could make it start over for each.
  void need_all_of(const std::vector<Event>& events);

  /// The event that the call is about. Errors: P0002; NotLocked, with `instead`, when the event is on calendars other
  /// than those locked for it.
  Event subject(EventId id);

  /// Excludes concurrent changes of an event that this call does not change itself: either this call sees the change,
  /// or the call that changes the event sees this call. Does nothing when there is no such event.
  void exclude_changes_of(EventId id);

  /// Notes that an event has chosen from these calendars (rule 2.18.11).
  void choose_from(const std::vector<std::string>& names);

  /// Notes that what was read of the event's calendars keeps it waiting, so that nobody may change them meanwhile.
  void depend_on(const Event& waiting);

  /// The calendars from which events have chosen, and on which the plan has no event.
  std::set<int> only_read() const;

  /// The names of the plan's calendars but for these.
  std::vector<std::string> names_without(const std::set<int>& only_read) const;

  /// The event with the version and updated_at that readers see until this call is written. A plan may have expired a
  /// hold past its deadline. Readers already see such a hold as expired, but under its old version.
  Event as_read(Event event) const;

  /// The calendars named, with their free time as it stands in the plan, within the hours asked for. Errors: as
  /// calendar().
  Search search(const std::vector<std::string>& names, std::shared_ptr<Timeline> asked = {});

  /// The same for what an event needs (needs_of).
  Search search(const Needs& needs, std::shared_ptr<Timeline> asked = {});

  /// The event as the plan leaves it.
  std::optional<Event> find(EventId id);

  /// Store::rule().
  std::optional<std::string> rule(EventId series);

  /// Whether the plan adds this event, which is then not stored yet.
  bool is_new(EventId id) const;

  /// The events of a series as the plan leaves them, by id. Some may be hidden from the caller, or on calendars that
  /// the plan has not loaded.
  std::vector<Event> series(EventId series);

  /// The events that claim time within `within` on the calendar, by start, without the event of id `own` and without
  /// events that are set aside.
  std::vector<Event> occupants(const Calendar& calendar, Span within, EventId own);

  /// The total length of the events that claim time on the calendar and start within `period`, without the event of id
  /// `own` and without events that are set aside.
  Seconds booked(const Calendar& calendar, Span period, EventId own);

  /// Store::is_changing(). A plan that has asked may choose differently once another change is under way.
  bool is_changing(const Calendar& calendar);
  bool heeds_changes() const { return heeds_changes_; }

  /// Whether the local day of `start` is full (rule 2.8.6). Events that are set aside do not count.
  bool is_full(const Calendar& calendar, Instant start);

  /// The due holds of the calendars loaded since the last call.
  std::vector<Event> take_due_holds();

  /// The waiting events on the plan's calendars that are due, or may be (Watched), in the order of their turns.
  /// watch_again() removes an event whose Watched was too early.
  std::vector<Event> due_waiting();

  /// The waiting events that this plan has changed, in the order of their turns.
  std::vector<Event> changed_waiting() const;

  /// The stored waiting events that could use the room, as Store::waiting gives them. They include events that the plan
  /// has changed since; has_changed() identifies these.
  std::vector<Event> waiting(const Calendar& calendar, const Room& room);

  /// Whether the plan has changed the stored event, or read its claims.
  bool has_changed(EventId id) const { return entries_.contains(id); }

  /// Whether an automatic event of this length could stand within `window`, in or beside `open`, if it needed no
  /// other calendar.
  bool has_room(const Calendar& calendar, Seconds length, Span open, Span window);

  /// An exclusive upper bound on the lengths for which has_room() is true in any window; 0 if there is no room.
  Seconds room_at(const Calendar& calendar, Span open);

  /// Has the event's Watched written anew, because it came too early or a setting of its calendars has changed.
  /// `is_looked_at`: the call looks for the time that has come within the horizon since the last look.
  void watch_again(const Event& event, bool is_looked_at);

  /// Makes the next call on the waiting event's calendars look at it.
  void watch_soon(const Event& event);

  /// Begins the placing of waiting events. Events that the call has changed so far keep their times (rule 2.11.5).
  void place_waiting();

  /// Lets no waiting event take time from this event.
  void keep(EventId id) { kept_.insert(id); }
  bool keeps(EventId id) const { return kept_.contains(id); }

  /// Whether the event's claims have the present buffers of its calendars.
  bool has_present_buffers(const Event& event);

  /// What a claiming event would claim at `time`, with the buffers of its present claims.
  std::vector<Claim> claims_of(const Event& event, Span time);

  /// What the event would claim for `time` with the present buffers of its calendars. Errors: as calendar().
  std::vector<Claim> claims_at(const Event& event, Span time);

  /// Frees the event's claims for later searches, until put_back() or change(). Setting aside is never written. Result:
  /// whether the event had claims to free.
  bool set_aside(const Event& event);
  void put_back(const Event& event);

  /// Sets aside an automatic event whose time another event takes. take_displaced() returns all of these events, to be
  /// placed again, and forgets them.
  void displace(const Event& event);
  const std::vector<Event>& displaced() const { return displaced_; }
  std::vector<Event> take_displaced() { return std::exchange(displaced_, {}); }

  /// Adds a new event under a new id, and records the change `kind`. A trial event has an id below 0, so that it uses
  /// up no id of the store. Result: the event as it is stored.
  Event add(Event event, Verb kind);

  /// Replaces `was`, the event as the plan has it, by `wanted` under the next version, and records the change `kind`.
  /// An event that was set aside, or had no claims, claims its time with the present buffers of its calendars; any
  /// other event keeps the buffers of its claims. Result: the event as it is stored.
  /// `old_part`: what the change replaced of those parts of the event that core does not know, as a JSON object.
  Event change(const Event& was, Event wanted, Verb kind, const std::vector<std::string>& fields,
               const std::string& old_part = {});

  /// Removes the event, and records its last image (rule 2.10.2).
  void remove(const Event& event);

  /// Records that what a caller asked for has no place. The rejection gets its id in announce().
  std::shared_ptr<const Rejection> reject(const Event& wanted, Refusal refusal, std::vector<Span> alternatives,
                                          const PlacingOptions& options);

  /// Records that an event has lost its place, or its chance of one.
  void lose(const Event& event, Refusal refusal);

  /// The state of the plan. back_to() undoes everything that was planned after mark(), but keeps the calendars loaded
  /// since, and the ends of their due holds.
  struct Mark;
  Mark mark();
  void back_to(const Mark& mark);

  /// Sets when the calendar heard from its source.
  void hear(const std::string& calendar, std::optional<Instant> at) { calendars_.at(calendar)->source_as_of = at; }

  /// The time that has opened since the last take_opened() (rule 2.11.2).
  std::vector<Opened> take_opened();

  /// Marks time as opened by new settings or the passing of days, rather than by an event.
  void open(const Calendar& calendar, Span span) { into().opened.push_back({&calendar, span}); }

  /// The parts of a plan's record, in the order in which they are written: ends of due holds; the call's own changes;
  /// waiting events whose time has passed; waiting events that are placed. The first and third parts are sorted, so
  /// that the order in which a plan loads calendars does not show.
  enum class Part { ended_holds, own, passed_over, placed };
  void record_as(Part part) { part_ = part; }

  /// How many changes are recorded.
  std::size_t changes() const;

  /// Whether the plan has something to write besides rejections.
  bool has_writes() const { return changes() > 0 || is_watched_anew_; }

  /// When the first event that this plan leaves held or waiting falls due; none if there is no such event.
  std::optional<Instant> next_due();

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
    bool is_watched_anew = false;                ///< the stored Watched of the event are out of date
    bool is_due_soon = false;                    ///< the next call looks at the waiting event
    bool is_looked_at = false;                   ///< this call looks at the waiting event
  };

  /// What a plan records in order.
  struct Record {
    std::vector<std::pair<int, Change>> changes;
    std::vector<std::shared_ptr<Rejection>> rejections;
    std::vector<Opened> opened;
  };

  void admit(const std::vector<std::string>& names, std::vector<Calendar> found);
  bool fits_alone(const Calendar& calendar, Seconds length, Span within);
  Entry& entry(const Event& event);
  std::vector<Event> as_planned(std::vector<Event> stored) const;
  /// The claims of the entry. From this call on occupants() takes them from the plan, not from the store.
  const std::vector<Claim>& claims_of(Entry& entry);
  std::vector<Claim> claims_for(const Event& event);
  void occupy(Entry& entry);
  void vacate(Entry& entry);
  void open_claims_of(Entry& entry);
  void count_start(const Calendar& calendar, Instant start, int by);
  int& starts_on(const Calendar& calendar, Span day);
  std::vector<Calendar> calendars_named(const std::vector<std::string>& names);
  const std::shared_ptr<Timeline>& timeline(const Calendar& calendar);
  void record(const std::optional<Event>& before, const std::optional<Event>& after, Verb kind,
              const std::vector<std::string>& fields, const std::string& old_part = {});
  std::string old_rule_json(const Event& event);
  void sort_by_turn(Record& record) const;
  static bool is_watched_anew(const Entry& entry);
  bool is_to_be_looked_at(const Entry& entry);
  std::vector<Watched> watched_of(const Entry& entry);
  void watch(Writes& writes, EventId id, const Entry& entry);
  Record& of(Part part) { return records_[static_cast<std::size_t>(part)]; }
  Record& into() { return of(admitting_ > 0 ? Part::ended_holds : part_); }
  bool can_return() const { return is_marked_ && admitting_ == 0; }
  template <class Undo>
  void on_return(Undo undo);

  Store& store_;
  Reach reach_;
  EndHolds end_holds_;
  std::map<std::string, std::optional<Calendar>, FoldedLess>
      calendars_;                         // the known names; none: no calendar has the name
  std::map<int, const Calendar*> by_id_;  // the calendars in calendars_ that exist
  std::map<int, std::shared_ptr<Timeline>> timelines_;
  std::map<std::pair<int, Instant>, int> starts_;  // how many events begin on a day, by calendar and midnight
  std::map<EventId, Entry> entries_;
  std::map<std::pair<int, Instant>, Claim> planned_;     // claims of entries that are not aside, by calendar and start
  std::map<EventId, Event> due_holds_;                   // of calendars that the plan has just loaded
  std::map<EventId, Event> due_waiting_;                 // the stored waiting events that may be due
  std::array<Record, 4> records_;                        // by Part
  std::map<EventId, std::optional<std::string>> rules_;  // of series, as stored
  Part part_ = Part::own;
  std::vector<Event> displaced_;
  std::vector<int> excluded_on_;       // calendars whose locks are written even if nothing changes on them
  std::set<int> chosen_from_;          // calendars among which events have chosen
  std::set<std::string> depended_on_;  // calendars of waiting events that the plan has tried to place
  std::set<EventId> kept_;
  std::vector<std::function<void()>> undo_;  // the undo of each step since the first mark, in order
  bool is_marked_ = false;
  bool is_watched_anew_ = false;
  bool heeds_changes_ = false;
  int admitting_ = 0;  // the depth of nested admit() calls
  Instant now_;
};

struct Plan::Mark {
  std::size_t undo;
  std::size_t opened;
  std::size_t changes;
  std::size_t rejections;
  std::vector<Event> displaced;
};

}  // namespace jb
