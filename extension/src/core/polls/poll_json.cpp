// SPDX-License-Identifier: PostgreSQL
#include "poll_json.hpp"

#include "../values/json_values.hpp"
#include "../values/time_text.hpp"

namespace jb {

using nlohmann::json;

namespace {

constexpr const char* kNoSuchField = "there is no such field";

struct Entry {
  std::optional<Instant> start;
  std::optional<Instant> end;
  bool is_yes = true;
};

bool read_preference(Validation& validation, const std::string& field, const json& value) {
  const auto word = read_text(validation, field, value);
  if (word && *word != "yes" && *word != "if_need_be") validation.refuse(field, *word, "it must be yes or if_need_be");
  return word == "yes";
}

Entry read_interval(Validation& validation, const std::string& field, const json& object) {
  Entry interval;
  const auto into = [&](auto& member, auto read) {
    return [&, read](const auto& name, const json& value) { member = read(validation, name, value); };
  };
  const MemberReaders members{{"start", into(interval.start, read_timestamp)},
                              {"end", into(interval.end, read_timestamp)},
                              {"preference", into(interval.is_yes, read_preference)}};
  if (!read_object(validation, field, object, kNoSuchField, members, field + ".",
                   "it must be an object of start, end and preference"))
    return interval;
  for (const auto* name : {"start", "end"}) {
    if (!object.contains(name)) validation.refuse(field + "." + name, "", "it is required");
  }
  return interval;
}

void check_interval(Validation& validation, const std::string& field, const Span& span, const Poll& poll) {
  const auto written = [&](Instant instant) { return format_timestamp(instant, *poll.zone); };
  const auto frame = written(poll.frame.start) + " to " + written(poll.frame.end);
  if (span.empty())
    validation.refuse(field + ".end", written(span.end), "it must be after start");
  else if (span.start < poll.frame.start || poll.frame.end <= span.start)
    validation.refuse(field + ".start", written(span.start), "it must lie in the frame of the poll, " + frame);
  else if (span.end > poll.frame.end)
    validation.refuse(field + ".end", written(span.end), "it must lie in the frame of the poll, " + frame);
}

}  // namespace

PollFields read_poll(Validation& validation, const std::string& text, const IntervalReader& intervals) {
  PollFields fields;
  const auto into = [&](auto& field, auto read) {
    return [&, read](const auto& name, const json& value) {  // null counts as left out
      if (!value.is_null()) field = read(validation, name, value);
    };
  };
  const auto read_length = [&](Validation& refused, std::string_view name, const json& value) {
    return read_duration(refused, name, value, intervals);
  };
  const auto read_flag = [](Validation& refused, std::string_view name, const json& value) {
    return read_bool(refused, name, value).value_or(false);
  };
  const MemberReaders members{{"title", into(fields.title, read_text)},
                              {"from", into(fields.from, read_timestamp)},
                              {"to", into(fields.to, read_timestamp)},
                              {"duration", into(fields.duration, read_length)},
                              {"daily_from", into(fields.daily_from, read_time_of_day)},
                              {"daily_to", into(fields.daily_to, read_end_of_day)},
                              {"time_zone", into(fields.time_zone, read_text)},
                              {"calendars", into(fields.calendars, read_texts)},
                              {"public", into(fields.is_public, read_flag)},
                              {"show_answers", into(fields.shows_answers, read_flag)}};
  if (!read_object(validation, "poll", parse_json(text), kNoSuchField, members)) validation.raise();
  check_poll(validation, fields);
  return fields;
}

PollSchedule read_schedule(Validation& validation, const std::string& text, const Poll& poll) {
  const auto list = parse_json(text);
  if (!list.is_array() || list.size() > kMostIntervals) {
    validation.refuse("schedule", list.is_array() ? std::to_string(list.size()) : shown(list),
                      "it must be a list of at most 1000 intervals");
    return {};
  }
  std::vector<Span> yes;
  std::vector<Span> if_need_be;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto field = "schedule[" + std::to_string(i) + "]";
    const auto interval = read_interval(validation, field, list[i]);
    if (!interval.start || !interval.end) continue;
    const Span span{*interval.start, *interval.end};
    check_interval(validation, field, span, poll);
    (interval.is_yes ? yes : if_need_be).push_back(span);
  }
  return make_schedule(std::move(yes), std::move(if_need_be));
}

}  // namespace jb
