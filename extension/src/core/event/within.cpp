// SPDX-License-Identifier: PostgreSQL
#include "within.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "../values/json.hpp"

namespace jb {

using nlohmann::json;

namespace {

constexpr std::size_t kDaysOfWeek = kWeekdays.size();

constexpr std::uint8_t bit_of(std::size_t day) { return static_cast<std::uint8_t>(1U << day); }

bool has_day(const Within& within, std::size_t day) { return (within.days & bit_of(day % kDaysOfWeek)) != 0; }

std::optional<std::uint8_t> read_days(Validation& validation, const std::string& field, const json& value) {
  if (!value.is_array() || value.empty()) {
    validation.refuse(field, shown(value), "it must be a list of days, monday to sunday");
    return std::nullopt;
  }
  std::uint8_t days = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto name = value[i].is_string() ? value[i].get<std::string>() : std::string();
    const auto found = std::ranges::find(kWeekdays, name);
    const auto bit = found == kWeekdays.end() ? 0 : bit_of(static_cast<std::size_t>(found - kWeekdays.begin()));
    const auto item = field + "[" + std::to_string(i) + "]";
    if (bit == 0)
      validation.refuse(item, shown(value[i]), "there is no such day");
    else if ((days & bit) != 0)
      validation.refuse(item, name, "it is named twice");
    days |= bit;
  }
  return days;
}

/// The longest stretch on the wall clock; kLongest if it has no end.
Seconds longest_stretch(const Within& within) {
  const auto length = within.to - within.from + (within.to <= within.from ? kDay : Seconds{0});
  if (length < kDay) return length;
  if (within.days == Within::kEveryDay) return kLongest;
  std::size_t longest = 0, run = 0;
  for (std::size_t day = 0; day < 2 * kDaysOfWeek; ++day) {
    run = has_day(within, day) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest * kDay;
}

}  // namespace

std::optional<Within> read_within(Validation& validation, std::string_view field, const json& value,
                                  const Within& present) {
  const auto refused_before = validation.faults().size();
  auto within = present;
  const std::string prefix = std::string(field) + ".";
  const auto into = [&](auto& member, auto otherwise, auto read) {
    return [&, otherwise, read](const std::string& name, const json& given) {
      member = given.is_null() ? otherwise : read(validation, name, given).value_or(otherwise);
    };
  };
  const MemberReaders members{{"days", into(within.days, Within().days, read_days)},
                              {"from", into(within.from, Within().from, read_time_of_day)},
                              {"to", into(within.to, Within().to, read_end_of_day)}};
  if (!read_object(validation, field, value, "there is no such member", members, prefix,
                   R"(it must be {"days": ["monday", …], "from": "HH:MM", "to": "HH:MM"})"))
    return std::nullopt;
  if (within.from == within.to)
    validation.refuse(prefix + "to", format_time_of_day(within.to), "it must not be the same time as from");
  if (validation.faults().size() > refused_before) return std::nullopt;
  return within;
}

std::optional<Within> read_within(Validation& validation, std::string_view field, const std::string& text) {
  return read_within(validation, field, json::parse(text, nullptr, false));
}

Within parse_within(const std::string& text) {
  Validation validation;
  const auto within = read_within(validation, "within", text);
  validation.raise();
  return *within;
}

std::string json_of(const Within& within) {
  std::vector<std::string_view> days;
  for (std::size_t day = 0; day < kDaysOfWeek; ++day)
    if (has_day(within, day)) days.push_back(kWeekdays[day]);
  JsonObject object;
  object.add("days", days);
  object.add("from", format_time_of_day(within.from));
  object.add("to", format_time_of_day(within.to));
  return std::move(object).finished();
}

void append_json(std::string& to, const Within& within) { to += json_of(within); }

Hours hours_of(const Within& within) {
  Hours hours;
  const bool passes_midnight = within.to <= within.from;
  for (std::size_t day = 0; day < kDaysOfWeek; ++day) {
    if (!has_day(within, day)) continue;
    hours.week[day].push_back({within.from, passes_midnight ? kDay : within.to});
    if (passes_midnight && within.to > Seconds{0}) hours.week[(day + 1) % kDaysOfWeek].push_back({{}, within.to});
  }
  for (auto& spans : hours.week) spans = normalise(std::move(spans));
  return hours;
}

void check_holds(Validation& validation, const Within& within, Seconds length) {
  if (length <= longest_stretch(within)) return;
  validation.refuse("within", json_of(within), "the event lasts longer, " + format_duration(length));
}

}  // namespace jb
