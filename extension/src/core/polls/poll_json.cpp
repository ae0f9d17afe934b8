// SPDX-License-Identifier: PostgreSQL
#include "poll_json.hpp"

#include "../values/json_values.hpp"
#include "../values/time_text.hpp"

namespace jb {

using nlohmann::json;

namespace {

/// The end of daily hours, which may be midnight at the end of the day.
std::optional<Seconds> read_daily_end(Validation& validation, std::string_view field, const json& value) {
  if (value == "24:00" || value == "24:00:00") return kDay;
  return read_time_of_day(validation, field, value);
}

/// Reads one member of the object; null counts as left out. False when the poll has no field of this name.
bool read_member(Validation& v, PollFields& fields, const std::string& name, const json& value,
                 const IntervalReader& intervals) {
  const auto into = [&](auto& field, auto read) {
    if (!value.is_null()) field = read(v, name, value);
    return true;
  };
  const auto length = [&](Validation& validation, std::string_view field, const json& given) {
    return read_duration(validation, field, given, intervals);
  };
  if (name == "title") return into(fields.title, read_text);
  if (name == "from") return into(fields.from, read_timestamp);
  if (name == "to") return into(fields.to, read_timestamp);
  if (name == "duration") return into(fields.duration, length);
  if (name == "daily_from") return into(fields.daily_from, read_time_of_day);
  if (name == "daily_to") return into(fields.daily_to, read_daily_end);
  if (name == "time_zone") return into(fields.time_zone, read_text);
  if (name == "calendars") return into(fields.calendars, read_texts);
  const auto into_flag = [&](bool& field) {
    if (!value.is_null()) field = read_bool(v, name, value).value_or(false);
    return true;
  };
  if (name == "public") return into_flag(fields.is_public);
  return name == "show_answers" && into_flag(fields.shows_answers);
}

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
  if (!object.is_object()) {
    validation.refuse(field, shown(object), "it must be an object of start, end and preference");
    return interval;
  }
  for (const auto& [name, value] : object.items()) {
    const auto member = field + "." + name;
    if (name == "start")
      interval.start = read_timestamp(validation, member, value);
    else if (name == "end")
      interval.end = read_timestamp(validation, member, value);
    else if (name == "preference")
      interval.is_yes = read_preference(validation, member, value);
    else
      validation.refuse(member, shown(value), "there is no such field");
  }
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
  const auto object = parse_json(text);
  PollFields fields;
  if (!object.is_object()) {
    validation.refuse("poll", shown(object), "it must be a JSON object");
    validation.raise();
  }
  for (const auto& [name, value] : object.items()) {
    if (!read_member(validation, fields, name, value, intervals))
      validation.refuse(name, shown(value), "there is no such field");
  }
  check_poll(validation, fields);
  return fields;
}

Schedule read_schedule(Validation& validation, const std::string& text, const Poll& poll) {
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
