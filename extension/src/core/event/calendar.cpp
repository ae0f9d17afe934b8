// SPDX-License-Identifier: PostgreSQL
#include "calendar.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <sstream>

#include "../values/input.hpp"
#include "../values/json.hpp"
#include "../values/time.hpp"

namespace jb {

namespace {

constexpr std::array kRights{std::pair{Right::busy, "busy"}, std::pair{Right::read, "read"},
                             std::pair{Right::book, "book"}, std::pair{Right::manage, "manage"}};

constexpr std::string_view kPrincipalPrefix = "principal:", kRolePrefix = "role:";
constexpr std::size_t kLongestRole = 63;

std::vector<std::string> read_rights(Validation& validation, const std::string& field, const nlohmann::json& value,
                                     std::size_t fewest) {
  const auto words = read_texts(validation, field, value).value_or(std::vector<std::string>{});
  if (value.is_array() && words.size() < fewest) validation.refuse(field, "[]", "there must be at least one right");
  for (std::size_t i = 0; i < words.size(); ++i)
    read_right(validation, field + "[" + std::to_string(i) + "]", words[i]);
  return rights_in_order(words);
}

std::optional<Grant> read_grant(Validation& validation, const std::string& field, const nlohmann::json& value,
                                std::size_t fewest) {
  Grant grant;
  const MemberReaders members{
      {"grantee",
       [&](const auto& where, const auto& given) { grant.grantee = read_text(validation, where, given).value_or(""); }},
      {"rights",
       [&](const auto& where, const auto& given) { grant.rights = read_rights(validation, where, given, fewest); }}};
  if (!read_object(validation, field, value, "there is no such field", members, field + ".",
                   "it must be a JSON object of grantee and rights"))
    return std::nullopt;
  if (!value.contains("rights")) validation.refuse(field + ".rights", "", "it is required");
  if (!validation.has_refused(field + ".grantee")) read_grantee(validation, field + ".grantee", grant.grantee);
  return grant;
}

}  // namespace

Rights Rights::with(Right right) const {
  const auto own = static_cast<unsigned>(right);
  constexpr auto every = static_cast<unsigned>(Right::busy) | static_cast<unsigned>(Right::read) |
                         static_cast<unsigned>(Right::book) | static_cast<unsigned>(Right::manage);
  return Rights(right == Right::manage ? every : bits_ | own | static_cast<unsigned>(Right::busy));
}

std::string_view name_of(Right right) {
  return std::find_if(kRights.begin(), kRights.end(), [&](const auto& each) { return each.first == right; })->second;
}

std::optional<Right> right_from(std::string_view word) {
  const auto found =
      std::find_if(kRights.begin(), kRights.end(), [&](const auto& each) { return each.second == word; });
  return found == kRights.end() ? std::nullopt : std::optional(found->first);
}

std::string right_hint(Right right) {
  return "Ask whoever manages the calendar for the right " + std::string(name_of(right)) + ".";
}

Failure right_wanted(std::string_view calendar, Right right) {
  return {Error::not_allowed,
          "calendar \"" + std::string(calendar) + "\" does not grant the right to " +
              (right == Right::busy ? "see when it is taken" : std::string(name_of(right))),
          "", right_hint(right)};
}

std::optional<Grantee> read_grantee(Validation& validation, std::string_view field, const std::string& text) {
  const bool is_role = text.starts_with(kRolePrefix);
  const auto prefix = is_role ? kRolePrefix : kPrincipalPrefix;
  const auto name = text.starts_with(prefix) ? text.substr(prefix.size()) : std::string();
  const bool is_reserved = !is_role && is_reserved_principal(name);
  if (!name.empty() && !is_reserved && (is_role ? name.size() <= kLongestRole : characters(name) <= kLongestPrincipal))
    return Grantee{is_role, name};
  validation.refuse(field, text, is_reserved ? kIsReserved : "it must be principal:NAME or role:NAME");
  return std::nullopt;
}

std::optional<Right> read_right(Validation& validation, std::string_view field, const std::string& word) {
  const auto right = right_from(word);
  if (!right) validation.refuse(field, word, "it must be busy, read, book or manage");
  return right;
}

std::vector<std::string> rights_in_order(const std::vector<std::string>& words) {
  std::vector<std::string> ordered;
  for (const auto& [right, word] : kRights) {
    if (std::find(words.begin(), words.end(), word) != words.end()) ordered.emplace_back(word);
  }
  return ordered;
}

std::vector<Grant> read_grants(Validation& validation, const std::string& text, std::size_t fewest) {
  const auto json = parse_json(text);
  if (!json.is_array() || json.size() > kMostGrantees) {
    validation.refuse("grants", json.is_array() ? std::to_string(json.size()) : shown(json),
                      "it must be a list of at most 1000 objects of grantee and rights");
    return {};
  }
  std::vector<Grant> grants;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const auto field = "grants[" + std::to_string(i) + "]";
    auto grant = read_grant(validation, field, json[i], fewest);
    if (!grant) continue;
    if (!seen.insert(grant->grantee).second) validation.refuse(field + ".grantee", grant->grantee, "it is named twice");
    grants.push_back(std::move(*grant));
  }
  return grants;
}

namespace {

constexpr const char* kNoSuchCalendar = "there is no such calendar";

}  // namespace

bool is_calendar_name(std::string_view name) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@+-";
  constexpr std::string_view feed = ".ics";
  const bool is_feed = name.size() >= feed.size() && is_same_name(name.substr(name.size() - feed.size()), feed);
  return !name.empty() && name.size() <= 200 && name.find_first_not_of(allowed) == std::string_view::npos && !is_feed;
}

std::string own_words(std::string name) {
  for (const auto word : {kCeo, kCoach, kClient, kProvider}) {
    const bool is_whole = word == kCeo;
    const auto begin = std::string_view(name).substr(0, is_whole ? name.size() : word.size());
    if (is_same_name(begin, word)) name.replace(0, word.size(), word);
  }
  return name;
}

void check_calendar_names(Validation& validation, const std::vector<std::string>& names) {
  if (names.empty() || names.size() > kMostCalendars) {
    validation.refuse("calendars", std::to_string(names.size()),
                      "there must be 1 to " + std::to_string(kMostCalendars));
    return;
  }
  std::set<std::string_view, FoldedLess> seen;
  for (const auto& name : names) {
    if (!is_calendar_name(name)) {
      validation.refuse("calendars", name, kNoCalendarName);
    } else if (!seen.insert(name).second) {
      validation.refuse("calendars", name, "it is named twice");
    }
  }
}

void refuse_zone(Validation& validation, std::string_view given, const std::string& of_first) {
  validation.refuse("time_zone", given, "the first calendar is in " + of_first,
                    "Read the calendar again: there date and start_time are another time.");
}

void refuse_unknown_calendar(Validation& validation, std::string_view argument, std::string_view name) {
  validation.refuse(argument, name, kNoSuchCalendar);
}

Failure unknown_calendar(std::string_view argument, std::string_view name) {
  return invalid(argument, name, kNoSuchCalendar);
}

Failure no_such_calendar(std::string_view name) {
  return {Error::not_found, "calendar \"" + shorten(name, 200) + "\" does not exist", "",
          "jb_calendars() lists those that exist; jb_calendar_set() makes one."};
}

using nlohmann::json;

namespace {

constexpr std::array<const char*, 7> kDays{"monday", "tuesday",  "wednesday", "thursday",
                                           "friday", "saturday", "sunday"};
constexpr std::size_t kSpansPerDay = 288;
constexpr Seconds kFarthestHorizon = 3660 * kDay;
constexpr int kMostEventsPerDay = 86'400;  // more do not fit into a day
constexpr int kMostGuestBookings = 1'000'000;

void read_span(Validation& validation, const std::string& field, const json& value, DaySpans& spans) {
  if (!value.is_object() || value.size() != 2 || !value.contains("start") || !value.contains("end")) {
    validation.refuse(field, shown(value), R"(it must be {"start": "HH:MM", "end": "HH:MM"})");
    return;
  }
  const auto start = read_time_of_day(validation, field + ".start", value["start"]);
  const auto end = read_end_of_day(validation, field + ".end", value["end"]);
  if (!start || !end) return;
  if (*end <= *start)
    validation.refuse(field, shown(value), "its end must be after its start");
  else
    spans.push_back({*start, *end});
}

DaySpans read_day(Validation& validation, const std::string& field, const json& value) {
  DaySpans spans;
  if (!value.is_array() || value.size() > kSpansPerDay) {
    validation.refuse(field, shown(value), "it must be a list of at most 288 spans");
    return spans;
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    read_span(validation, field + "[" + std::to_string(i) + "]", value[i], spans);
  }
  return normalise(std::move(spans));
}

json day_json(const DaySpans& spans) {
  json day = json::array();
  for (const auto& span : spans) {
    day.push_back({{"start", format_time_of_day(span.start)}, {"end", format_time_of_day(span.end)}});
  }
  return day;
}

json week_json(const Hours& hours) {
  json week;
  for (std::size_t day = 0; day < kDays.size(); ++day) week[kDays[day]] = day_json(hours.week[day]);
  return week;
}

Hours read_hours(Validation& validation, const json& object) {
  Hours hours;
  if (!object.is_object()) {
    validation.refuse("hours", shown(object), "it must be an object of days");
    return hours;
  }
  for (const auto& [name, value] : object.items()) {
    const auto day = std::find(kDays.begin(), kDays.end(), name);
    if (day == kDays.end())
      validation.refuse("hours." + name, shown(value), "there is no such day");
    else
      hours.week[static_cast<std::size_t>(day - kDays.begin())] = read_day(validation, "hours." + name, value);
  }
  return hours;
}

// Each of the following reads a setting, and returns it in its stored form.

json read_week(Validation& v, const std::string&, const json& value) { return week_json(read_hours(v, value)); }

json read_flag(Validation& v, const std::string& name, const json& value) {
  return read_bool(v, name, value).value_or(false);
}

json read_length(Validation& v, const std::string& name, const json& value, const IntervalReader& intervals,
                 Seconds least, Seconds most) {
  const auto seconds = read_duration(v, name, value, intervals, least, most);
  return seconds ? json(seconds->count()) : json();
}

json read_zone(Validation& v, const std::string& name, const json& value, const ZoneNames& zones) {
  const auto zone = read_text(v, name, value);
  const auto spelled = zone ? zones(*zone) : std::nullopt;
  if (zone && !spelled) v.refuse(name, *zone, "there is no such time zone");
  return spelled ? json(*spelled) : json();
}

json read_count(Validation& v, const std::string& name, const json& value, int most) {
  const auto count = read_int(v, name, value);
  if (count && (*count < 1 || *count > most))
    v.refuse(name, shown(value), "it must be from 1 to " + std::to_string(most));
  return count ? json(*count) : json();
}

constexpr std::size_t kDisplayNameLength = 200;

json read_display_name(Validation& v, const std::string& name, const json& value) {
  const auto text = read_text(v, name, value);
  if (!text) return {};
  if (characters(*text) > kDisplayNameLength || !has_visible(*text))
    v.refuse(name, *text, "it must be 1 to 200 characters long, and not blanks alone");
  else if (has_control(*text))
    v.refuse(name, *text, kControl);
  return *text;
}

json read_slots_from(Validation& v, const std::string& name, const json& value) {
  const auto word = read_text(v, name, value);
  if (word && *word != "midnight" && *word != kFromOpening) v.refuse(name, *word, "it must be midnight or opening");
  return word ? json(*word) : json();
}

/// Whether CSS has a color of this name, in lower case.
bool is_color(const std::string& name) {
  std::istringstream names(
#include "../../../colors.def"
  );
  const std::istream_iterator<std::string> first(names), none;
  return std::find(first, none, name) != none;
}

json read_color(Validation& v, const std::string& name, const json& value) {
  const auto text = read_text(v, name, value);
  if (!text) return {};
  const auto color = folded(*text);
  if (!is_color(color)) v.refuse(name, shown(value), "there is no colour of this name");
  return color;
}

}  // namespace

std::string read_settings(Validation& validation, const std::string& calendar, const std::string& text,
                          const IntervalReader& intervals, const ZoneNames& zones) {
  json settings = json::object();
  const auto by = [&](auto read, auto... more) {
    return [&validation, &settings, read, more...](const std::string& name, const json& value) {
      settings[name] = value.is_null() ? json() : read(validation, name, value, more...);
    };
  };
  const auto by_length = [&](Seconds least, Seconds most) { return by(read_length, intervals, least, most); };
  const MemberReaders members{{"slot_increment", by_length(kShortest, kDay)},
                              {"slots_from", by(read_slots_from)},
                              {"min_notice", by_length(Seconds{0}, kLongest)},
                              {"horizon", by_length(kShortest, kFarthestHorizon)},
                              {"buffer_before", by_length(Seconds{0}, kDay)},
                              {"buffer_after", by_length(Seconds{0}, kDay)},
                              {"settled_within", by_length(Seconds{0}, kLongest)},
                              {"confirm_within", by_length(kShortest, kLongest)},
                              {"default_duration", by_length(kShortest, kLongest)},
                              {"check_attendees", by(read_flag)},
                              {"strict", by(read_flag)},
                              {"public_booking", by(read_flag)},
                              {"max_events_per_day", by(read_count, kMostEventsPerDay)},
                              {"max_guest_bookings_per_day", by(read_count, kMostEventsPerDay)},
                              {"max_guest_bookings", by(read_count, kMostGuestBookings)},
                              {"time_zone", by(read_zone, zones)},
                              {"hours", by(read_week)},
                              {"display_name", by(read_display_name)},
                              {"color", by(read_color)},
                              {"name", [&](const auto& name, const json& value) {
                                 if (!value.is_string() || !is_same_name(value.get<std::string>(), calendar))
                                   validation.refuse(name, shown(value), "a calendar keeps its name",
                                                     "Leave it out; what people read is display_name.");
                               }}};
  // The server has accepted it as jsonb; only a number can still be too large.
  const auto object = json::parse(text, nullptr, false);
  if (!read_object(validation, "settings", object, "there is no such setting", members)) return settings.dump();
  const auto booking = settings.find("public_booking");
  if (booking != settings.end() && *booking == json(true) && !own_words(calendar).starts_with(kProvider))
    validation.refuse("public_booking", "true", "only the calendar of a provider, provider:ID, has a booking page");
  return validation.ok() ? settings.dump() : "{}";
}

DaySpans read_spans(Validation& validation, const std::string& text) {
  return read_day(validation, "spans", json::parse(text, nullptr, false));
}

DaySpans read_slots(Validation& validation, const std::string& text) {
  DaySpans spans;
  const auto slots = json::parse(text, nullptr, false);
  if (!slots.is_object() || slots.size() > kSpansPerDay) {
    validation.refuse("slots", shown(slots), R"(it must be {"HH:MM": "HH:MM"}, at most 288 of them)");
    return spans;
  }
  for (const auto& [start, end] : slots.items()) {
    const auto field = "slots." + start;
    const auto from = read_time_of_day(validation, field, start);
    const auto to = read_end_of_day(validation, field, end);
    if (!from || !to) continue;
    const DaySpan span{*from, *to};
    if (span.end <= span.start)
      validation.refuse(field, shown(end), "its end must be after its start");
    else if (std::any_of(spans.begin(), spans.end(),
                         [&](const DaySpan& other) { return span.start < other.end && other.start < span.end; }))
      validation.refuse(field, shown(end), "it overlaps another slot of the same request");
    else
      spans.push_back(span);
  }
  return normalise(std::move(spans));
}

std::string spans_json(const DaySpans& spans) { return day_json(spans).dump(); }

Hours parse_hours(const std::string& text) {
  Validation validation;
  auto hours = read_hours(validation, json::parse(text));
  validation.raise();
  return hours;
}

}  // namespace jb
