// SPDX-License-Identifier: PostgreSQL
//
// What the scheduler needs of a database: locks, claims, events, history. store/ implements it over PostgreSQL's
// tables; the scheduler above it knows neither SQL nor transactions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.hpp"
#include "event.hpp"

namespace jb {

/// One entry of a calendar's history. Range and status are those stored; without status the event is not on the
/// calendar.
struct Change {
  EventId event_id = 0;
  std::int64_t version = 0;  ///< the event's after the change; for a deletion the one that it would have had
  std::string_view kind;
  std::optional<Span> old_range;
  std::optional<Span> new_range;
  std::optional<Status> old_status;
  std::optional<Status> new_status;
  std::vector<std::string> fields;
  bool keeps_image = false;  ///< a deletion: the event's last image is stored with it
};

struct Rejection {
  std::optional<EventId> event_id;
  std::vector<std::string> calendars;
  std::string_view reason;
  std::string detail;
  Event request;  ///< the wish that found no place
};

class Store {
 public:
  virtual ~Store() = default;

  /// Locks calendars until the transaction ends, in the order of their ids, and makes `ceo` if it is named and absent.
  /// What is read afterwards is what every earlier writer on them left. Names that do not exist are left out. Locking
  /// one again is free. Result: in the order of `names`.
  virtual std::vector<Calendar> lock(const std::vector<std::string>& names) = 0;

  /// The clock, floored to seconds. Read after the locks are held.
  virtual Instant now() = 0;

  virtual std::optional<Event> find(EventId id) = 0;

  /// The events that claim time within `within` on the calendar, by start. Only these are displaced or in the way.
  virtual std::vector<Event> occupants(const Calendar& calendar, Span within) = 0;

  virtual std::unique_ptr<Timeline> timeline(const Calendar& calendar) = 0;

  virtual EventId add(const Event& event) = 0;  ///< stores a new event, its id aside
  virtual void change(const Event& event) = 0;  ///< stores the event over the one of its id
  virtual void erase(EventId id) = 0;
  virtual void claim(const Calendar& calendar, EventId id, Span during) = 0;
  virtual void unclaim(EventId id) = 0;                                     ///< on every calendar
  virtual void record(const Calendar& calendar, const Change& change) = 0;  ///< under the calendar's next seq

  /// Stores the rejection and announces it when the transaction commits. Result: its id.
  virtual std::int64_t reject(const Rejection& rejection) = 0;

  /// A scope whose writes and locks vanish unless it is kept: a dry run, or a set of locks that turned out wrong.
  class Scope {
   public:
    virtual ~Scope() = default;
    virtual void keep() = 0;
  };
  virtual std::unique_ptr<Scope> scope() = 0;

  /// Whether rejections are recorded and announced: false on a dry run.
  bool records_rejections = true;
};

}  // namespace jb
