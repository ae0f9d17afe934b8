// SPDX-License-Identifier: PostgreSQL
//
// Promise: a poll and a schedule are read whole or refused with every wrong field. A schedule lies in the frame, sorted
// and apart. It names no moment twice, as yes or as if need be, and agrees with its intervals.
//
// Input: a poll, then after a line "%%" a schedule.
#include <algorithm>

#include "../intervals.hpp"
#include "../promise.hpp"
#include "../target.hpp"
#include "cctz_zone.hpp"
#include "core/polls/poll.hpp"
#include "core/values/json.hpp"
#include "core/values/time.hpp"

namespace jb::fuzz::of_poll_json {
namespace {

const Span kFrame{Instant{Seconds{1'800'000'000}}, Instant{Seconds{1'800'000'000 + 7 * 86'400}}};

Poll default_poll() {
  return {"Meeting", kFrame, Seconds{3600}, DaySpan{Seconds{0}, kDay}, test::zone("Europe/Berlin")};
}

std::optional<Poll> poll_of(const std::string& text) {
  const auto poll = accepted([&](Validation& validation) {
    const auto fields = read_poll(validation, text, read_interval);
    validation.raise();
    Poll made = make_poll(fields, test::zone("Europe/Berlin"));
    check_room(validation, made);
    return made;
  });
  if (!poll) return std::nullopt;
  promise(!poll->frame.empty() && poll->frame.length() <= kLongestFrame, "a frame has a length, 366 days at most");
  promise(poll->daily.start < poll->daily.end && poll->daily.end <= kDay, "daily hours lie within a day");
  return poll;
}

Seconds total(const std::vector<Span>& spans) {
  Seconds sum{0};
  for (const Span& span : spans) sum += span.length();
  return sum;
}

void check_apart(const std::vector<Span>& spans, const Span& frame) {
  for (std::size_t i = 0; i < spans.size(); ++i) {
    promise(!spans[i].empty() && frame.contains(spans[i]), "an interval lies in the frame");
    promise(i == 0 || spans[i - 1].end < spans[i].start, "intervals are apart");
  }
}

std::string written(const PollSchedule& schedule, const Zone& zone) {
  auto list = nlohmann::json::array();
  const auto add = [&](const std::vector<Span>& spans, const char* preference) {
    for (const Span& span : spans)
      list.push_back({{"start", format_timestamp(span.start, zone)},
                      {"end", format_timestamp(span.end, zone)},
                      {"preference", preference}});
  };
  add(schedule.yes, "yes");
  add(schedule.if_need_be, "if_need_be");
  return list.dump();
}

void check_schedule(const PollSchedule& schedule, const Poll& poll) {
  check_apart(schedule.yes, poll.frame);
  check_apart(schedule.if_need_be, poll.frame);
  auto both = schedule.yes;
  both.insert(both.end(), schedule.if_need_be.begin(), schedule.if_need_be.end());
  join_adjoining(both);
  promise(total(both) == total(schedule.yes) + total(schedule.if_need_be), "no moment is named twice");
  Validation validation;
  const PollSchedule again = read_schedule(validation, written(schedule, *poll.zone), poll);
  if (schedule.yes.size() + schedule.if_need_be.size() > kMostIntervals) return;
  promise(validation.ok() && again.yes == schedule.yes && again.if_need_be == schedule.if_need_be,
          "a schedule is read as it is written");
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const auto [poll_text, schedule_text] = parts<2>(data, size);
  if (!is_text(poll_text) || !is_text(schedule_text)) return -1;
  const Poll poll = poll_of(poll_text).value_or(default_poll());
  const auto schedule =
      accepted([&](Validation& validation) { return read_schedule(validation, schedule_text, poll); });
  if (schedule) check_schedule(*schedule, poll);
  accepted([&](Validation& validation) {
    check_participant(validation, "name", poll_text);
    return true;
  });
  return 0;
}

const Target target{"poll_json", read_input};

}  // namespace
}  // namespace jb::fuzz::of_poll_json
