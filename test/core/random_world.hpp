// SPDX-License-Identifier: PostgreSQL
//
// The world of the random calls: four calendars with different settings around a clock change. They have so few hours a
// day and days ahead that most of the time a call asks for is taken.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "random_calls.hpp"

namespace jb::test {

class RandomWorld {
 public:
  /// `dice` outlives this object.
  explicit RandomWorld(Dice& dice, Requests requests);

  MemoryStore& store() { return store_; }

  /// The next call, at a later time.
  Call next_call();

  /// A call that the laws of core do not cover: a calendar follows its source, or a part of an event changes that core
  /// does not know.
  Call other_call();

  /// A list of changes now, most of them of one kind, as in a list that somebody makes.
  Call some_list();

  /// Several new events.
  Call some_batch();

  /// Usually on a quarter of an hour, soon, and where another event is.
  Instant some_start();

  /// Usually one that waits, or takes time that has not passed.
  EventId some_event();

  /// Lets time pass, up to `now`.
  void wait_until(Instant now) { now_ = std::max(now_, now); }
  Instant now() const { return now_; }

  /// The zones as they are now: a later call may change the rules of the made-up one.
  MemoryStore::Zones zones() const;

  /// The initial calendars.
  std::string written() const;

 private:
  using ZoneTable = std::map<std::string, std::shared_ptr<const Zone>>;

  static MemoryStore::Zones zones_in(std::shared_ptr<ZoneTable> table);
  std::shared_ptr<const Zone> made_up_zone();
  Hours some_hours();
  Calendar some_calendar(const std::string& name);
  std::vector<std::string> some_names();
  std::string some_zone();
  Seconds some_duration();
  Within some_within();
  void add_time(Fields& fields);
  void add_window(Fields& fields);
  void add_lists(Fields& fields);
  void add_series(Fields& fields);
  Fields some_request();
  Fields some_change();
  Call some_update();
  Call some_becoming();
  Call some_retuning();
  Call some_rezoning();

  Dice& dice_;
  Requests requests_;
  std::shared_ptr<ZoneTable> zones_ = std::make_shared<ZoneTable>();
  Instant now_;
  MemoryStore store_;
};

/// The settings of a calendar, in a line.
std::string written_settings(const Calendar& calendar);

}  // namespace jb::test
