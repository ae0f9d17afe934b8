// SPDX-License-Identifier: PostgreSQL
//
// Promise: an iCalendar file is read event by event, or refused with the wrong line. An event to be placed has a time
// in the years 0001 to 9999 and fields in their ranges. A feed contains the events in lines that fit, and reads back as
// the same events; a feed with reduced details reveals less.
//
// Input: one file.
#include <algorithm>

#include "../promise.hpp"
#include "../target.hpp"
#include "cctz_zone.hpp"
#include "core/adapters/icalendar.hpp"
#include "core/adapters/import.hpp"

namespace jb::fuzz::of_calendar_file {
namespace {

constexpr std::array kZones{"Europe/Berlin", "America/New_York", "UTC"};

std::shared_ptr<const Zone> find_zone(const std::string& name) {
  const bool is_known = std::find(kZones.begin(), kZones.end(), name) != kZones.end();
  return is_known ? test::zone(name) : nullptr;
}

std::optional<std::vector<ImportItem>> read(const std::string& text) {
  const ImportContext context{"ceo", "Europe/Berlin", test::zone("Europe/Berlin"), Instant{Seconds{1'800'000'000}},
                              find_zone};
  return accepted([&](Validation&) { return read_icalendar(text, context); });
}

void check_item(const ImportItem& item) {
  promise(item.left_out.empty() || item.left_out == "invalid" || item.left_out == "ignored",
          "an event is placed or left out");
  promise(item.left_out.empty() || !item.detail.empty(), "what is not placed is told why");
  promise(!item.uid.empty(), "each can be known again");
  promise(item.left_out.empty() != item.said.empty(), "what is to be placed says something");
  promise(gateway::is_utf8(item.detail) && gateway::is_utf8(item.event_name), "what is told is UTF-8");
  if (!item.left_out.empty()) return;
  Validation validation;
  check_values(validation, item.fields);
  promise(validation.ok(), "what is to be placed has its fields in their ranges");
  promise(!item.time || (!item.time->empty() && kRepresentable.contains(*item.time)), "and a time in the years");
}

Feed feed_of(const std::vector<ImportItem>& items) {
  Feed feed{{"ceo", {}}, "Europe/Berlin", test::zone("Europe/Berlin"), FeedDetail::all, Instant{Seconds{1'700'000'000}},
            {}};
  for (const ImportItem& item : items) {
    if (!item.left_out.empty() || !item.time || item.fields.recurrence) continue;
    Event event = apply(item.fields, {}, item.time->length());
    event.id = static_cast<EventId>(feed.events.size() + 1);
    event.version = 1;
    event.time = item.time;
    feed.events.push_back({event, {}});
  }
  return feed;
}

void check_lines(const std::string& text) {
  promise(gateway::is_utf8(text), "a feed is UTF-8");
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find("\r\n", at);
    promise(end != std::string::npos && end - at <= 75, "a line of a feed has 75 bytes at most");
    promise(text.substr(at, end - at).find_first_of("\r\n") == std::string::npos, "and ends once");
    at = end + 2;
  }
}

std::size_t count(const std::string& text, std::string_view word) {
  std::size_t found = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

/// The same events in each of their states, as in a feed with reduced details.
void check_public_feed(Feed feed) {
  constexpr std::array kStates{Status::held, Status::scheduled, Status::cancelled, Status::expired};
  for (std::size_t i = 0; i < feed.events.size(); ++i) {
    auto& event = feed.events[i].event;
    event.status = kStates.at(i % kStates.size());
    if (event.status == Status::held) event.expires_at = feed.now + Seconds{i % 3 == 0 ? 60 : -60};
    if (i % 2 == 0) feed.events[i].uid = event.event_name;
  }
  for (const auto detail : {FeedDetail::all, FeedDetail::events, FeedDetail::busy}) {
    feed.detail = detail;
    const std::string text = write_feed(feed);
    check_lines(text);
    const auto events = count(text, "\r\nBEGIN:VEVENT\r\n");
    promise(detail == FeedDetail::busy ? events <= feed.events.size() : events == feed.events.size(),
            "a feed tells each");
    promise(detail == FeedDetail::all || count(text, "\r\nATTENDEE") == 0, "the public hears of nobody");
    promise(detail != FeedDetail::busy || count(text, "\r\nSTATUS:") == 0, "nor whether it is sure");
  }
  FreeBusy taken{"ceo", {}, "Europe/Berlin", {feed.now, feed.now + Seconds{1'000'000}}, feed.now, {}, {}};
  for (const auto& shown : feed.events)
    (shown.event.status == Status::held ? taken.tentative : taken.busy).push_back(*shown.event.time);
  check_lines(write_free_busy(taken));
}

void check_feed(const Feed& feed) {
  const std::string text = write_feed(feed);
  check_lines(text);
  const auto again = read(text);
  promise(again && again->size() == feed.events.size(), "a feed is read as the events that it tells");
  for (std::size_t i = 0; i < feed.events.size(); ++i)
    promise((*again)[i].time == feed.events[i].event.time, "at their times");
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (!is_text(text)) return -1;
  promise(attendee_of_uri(attendee_uri(text)) == text, "an attendee is read as it is written");
  const auto items = read(text);
  if (!items) return 0;
  for (const ImportItem& item : *items) check_item(item);
  check_feed(feed_of(*items));
  check_public_feed(feed_of(*items));
  return 0;
}

const Target target{"calendar_file", read_input};

}  // namespace
}  // namespace jb::fuzz::of_calendar_file
