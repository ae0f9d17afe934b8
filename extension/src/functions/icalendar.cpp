// SPDX-License-Identifier: PostgreSQL
#include "icalendar.hpp"

#include <algorithm>

#include "call.hpp"
#include "core/values/time_text.hpp"
#include "pg/clock.hpp"
#include "pg/secret.hpp"
#include "reading.hpp"
#include "store/feed_rows.hpp"

namespace jb::functions {

namespace {

constexpr Seconds kPast = 90 * kDay;
constexpr int kMostEvents = 10'000;
// The version of the text's form, a part of the tag: count it up whenever the same events are written in another way.
constexpr const char* kForm = "6";

Instant today(const Calendar& calendar, Instant now) { return calendar.zone().day_at(now).start; }

Span window_of(const Calendar& calendar, const FeedWish& wish, Instant now) {
  const auto day = today(calendar, now);
  const auto from = wish.from.value_or(wish.free_busy ? day : day - kPast);
  const auto to = wish.to.value_or(wish.free_busy ? std::max(from, day + calendar.horizon) : kRepresentable.end);
  return {from, std::max(from, to)};
}

/// The error for a range with more than kMostEvents events. Only for a range that the caller named: the caller wants
/// every event in this range, so none may be left out.
Failure too_many(const FeedWish& wish) {
  const auto* field = wish.from ? "from_time" : "to_time";
  auto failure = invalid(field, format_utc(wish.from ? *wish.from : *wish.to),
                         "more than 10000 events lie in this range, which is all that a feed holds");
  failure.hint = "Ask for a shorter range, and then for the range that follows it.";
  return failure;
}

FeedWish read_wish(const Arguments& arguments) {
  FeedWish wish;
  wish.reads = [](const Event& event) { return may_any(Right::read, event.calendars); };
  Validation validation;
  wish.from = arguments.instant(validation, "from_time");
  wish.to = arguments.instant(validation, "to_time");
  validation.raise();
  check_range(arguments);
  wish.free_busy = arguments.flag("free_busy");
  return wish;
}

}  // namespace

std::string icalendar_text(const Calendar& calendar, const FeedWish& wish) {
  const auto now = pg::now();
  const auto within = window_of(calendar, wish, now);
  const auto day = today(calendar, now);
  if (wish.free_busy) return write_free_busy(free_busy(calendar, within, now, wish.detail));
  const bool is_named = wish.from || wish.to;
  auto events = feed_events(calendar, {.within = within,
                                       .only_claiming = wish.detail == FeedDetail::busy,
                                       .now = now,
                                       .day = day,
                                       .most = kMostEvents + (is_named ? 1 : 0)});
  if (events.size() > kMostEvents) throw too_many(wish);
  for (auto& each : events) {
    const auto& named = each.event.calendars;
    each.is_busy_time = std::find(named.begin(), named.end(), calendar.name) == named.end() && !wish.reads(each.event);
  }
  return write_feed({face_of(calendar), calendar.time_zone, calendar.grid().zone, wish.detail, now, std::move(events),
                     calendar.name, day});
}

std::string icalendar_tag(const Calendar& calendar, std::string_view form) {
  const auto now = pg::now();
  // The settings that the text depends on are part of the tag. state_of() has updated_at in whole seconds, and two
  // changes of the settings can fall into one second.
  const auto face = face_of(calendar);
  const auto state = std::string(kForm) + " " + format_utc(today(calendar, now)) + " " + calendar.time_zone + " " +
                     std::to_string(calendar.horizon.count()) + " " + face.display_name + "\n" + face.color + " " +
                     state_of(calendar, now) + std::string(form);
  return pg::hex(pg::digest(state).substr(0, 16));
}

JB_CONNECTED(jb_icalendar, std::string) {
  auto wish = read_wish(arguments);
  const auto calendar = require_named_calendar(arguments.word("calendar"));
  if (!rights_on(calendar.name).has(Right::read)) wish.detail = FeedDetail::busy;
  return icalendar_text(calendar, wish);
}

JB_CONNECTED(jb_icalendar_tag, std::string) {
  const auto calendar = require_named_calendar(arguments.word("calendar"));
  return icalendar_tag(calendar, rights_on(calendar.name).has(Right::read) ? "" : " busy");
}

}  // namespace jb::functions
