// SPDX-License-Identifier: PostgreSQL
//
// Promise: for every rejection, the payload of NOTIFY is JSON under 8,000 bytes without the name of an event. jb listen
// reads an id or nothing from any payload, and makes of any text a line that no name can break or forge.
//
// Input: the names of calendars (one per line), then after a line "%%" a payload, which is also shown as a line.
#include <algorithm>

#include "../promise.hpp"
#include "../target.hpp"
#include "cctz_zone.hpp"
#include "cli/follow.hpp"
#include "cli/terminal.hpp"
#include "core/event/calendar.hpp"
#include "core/event/shown.hpp"

namespace jb::fuzz::of_announcement {
namespace {

constexpr const char* kSecret = "not for everybody";  // no name of a calendar

std::vector<std::string> calendar_names(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (is_calendar_name(text.substr(0, end))) names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (names.empty()) names = {"ceo"};
  return names;
}

void announce(const std::vector<std::string>& names, std::int64_t id) {
  Rejection rejection;
  rejection.event_id = id % 2 == 0 ? std::optional{id / 2} : std::nullopt;
  rejection.calendars = names;
  rejection.zone = test::zone("Europe/Berlin");
  rejection.refusal.reason = Reason::no_open_slot;
  rejection.request.event_name = kSecret;
  const std::string payload = announcement_json(id, rejection);
  promise(payload.size() < 8000, "a payload stays under 8,000 bytes");
  promise(nlohmann::json::accept(payload), "a payload is JSON");
  promise(payload.find(kSecret) == std::string::npos, "a payload says nothing of the event");
  promise(cli::announced_id(payload) == id, "jb listen reads the id that was announced");
}

void listen(const std::string& text) {
  promise(cli::announced_id(text) >= 0, "a payload names a rejection or none");
  const std::string line = cli::plain(text);
  promise(line == cli::plain(line), "a line is one line, and nothing but text");
  promise(line.find_first_of("\n\r\x1b") == std::string::npos, "a line has no control characters");
}

int read_input(const std::uint8_t* data, std::size_t size) {
  cli::prepare_terminal();
  const auto [names, payload] = parts<2>(data, size);
  const std::int64_t id = static_cast<std::int64_t>(std::hash<std::string>{}(payload) >> 1);
  announce(calendar_names(names), id);
  listen(payload);
  return 0;
}

const Target target{"announcement", read_input};

}  // namespace
}  // namespace jb::fuzz::of_announcement
