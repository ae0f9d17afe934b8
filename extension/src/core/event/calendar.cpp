// SPDX-License-Identifier: PostgreSQL
#include "calendar.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <set>
#include <sstream>

#include "../values/json.hpp"

namespace jb {

namespace {

constexpr std::array kRights{std::pair{Right::busy, "busy"}, std::pair{Right::read, "read"},
                             std::pair{Right::propose, "propose"}, std::pair{Right::book, "book"},
                             std::pair{Right::manage, "manage"}};

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
  auto& bounds = grant.bounds;
  MemberReaders members{
      {"grantee",
       [&](const auto& where, const auto& given) { grant.grantee = read_text(validation, where, given).value_or(""); }},
      {"rights",
       [&](const auto& where, const auto& given) { grant.rights = read_rights(validation, where, given, fewest); }}};
  const auto add_bound = [&](std::string_view name, auto& bound, auto read) {
    members.emplace_back(name, [&, name, read](const std::string& where, const nlohmann::json& given) {
      grant.named.push_back(name);
      if (!given.is_null()) bound = read(validation, where, given);
    });
  };
  add_bound(kBounds[0], bounds.max_priority, read_int);
  add_bound(kBounds[1], bounds.may_preempt, read_bool);
  add_bound(kBounds[2], bounds.may_move, read_bool);
  add_bound(kBounds[3], bounds.max_held, read_int);
  add_bound(kBounds[4], bounds.until, read_timestamp);
  if (!read_object(validation, field, value, "there is no such field", members, field + ".",
                   "it must be a JSON object of grantee, rights and bounds"))
    return std::nullopt;
  if (!value.contains("rights")) validation.refuse(field + ".rights", "", "it is required");
  if (!validation.has_refused(field + ".grantee")) read_grantee(validation, field + ".grantee", grant.grantee);
  return grant;
}

}  // namespace

Rights Rights::with(Right right) const {
  const auto own = static_cast<unsigned>(right);
  constexpr auto every = std::accumulate(kRights.begin(), kRights.end(), 0U, [](unsigned bits, const auto& each) {
    return bits | static_cast<unsigned>(each.first);
  });
  return Rights(right == Right::manage ? every : bits_ | own | static_cast<unsigned>(Right::busy));
}

std::vector<std::string> words_of(Rights rights) {
  std::vector<std::string> words;
  for (const auto& [right, word] : kRights) {
    if (rights.has(right)) words.emplace_back(word);
  }
  return words;
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
  if (!right) validation.refuse(field, word, "it must be busy, read, propose, book or manage");
  return right;
}

std::vector<std::string> rights_in_order(const std::vector<std::string>& words) {
  std::vector<std::string> ordered;
  for (const auto& [right, word] : kRights) {
    if (contains(words, word)) ordered.emplace_back(word);
  }
  return ordered;
}

std::vector<Grant> read_grants(Validation& validation, const std::string& text, std::size_t fewest) {
  const auto json = parse_json(text);
  if (!json.is_array() || json.size() > kMostGrantees) {
    validation.refuse("grants", json.is_array() ? std::to_string(json.size()) : shown(json),
                      "it must be a list of at most 1000 objects of grantee, rights and bounds");
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

void check_bounds(Validation& validation, const std::string& prefix, const std::vector<std::string>& rights,
                  const Bounds& bounds) {
  const auto gives = [&](std::string_view right) { return contains(rights, right); };
  const auto number = [](const std::optional<int>& value) { return std::to_string(*value); };
  const auto word = [](const std::optional<bool>& value) { return *value ? "true" : "false"; };
  const bool books = gives("book"), places = books || gives("propose");
  const auto check = [&](std::string_view name, const auto& bound, auto shown) {
    if (!bound) return;
    if (gives("manage"))
      validation.refuse(prefix + std::string(name), shown(bound), "manage gives everything, and only until bounds it");
    else if (!places)
      validation.refuse(prefix + std::string(name), shown(bound), "it bounds only propose and book");
  };
  check("max_priority", bounds.max_priority, number);
  check("may_preempt", bounds.may_preempt, word);
  check("may_move", bounds.may_move, word);
  check("max_held", bounds.max_held, number);
  if (bounds.max_priority && (*bounds.max_priority < 0 || *bounds.max_priority > 100))
    validation.refuse(prefix + "max_priority", number(bounds.max_priority), "it must be from 0 to 100");
  if (bounds.max_held && (*bounds.max_held < 0 || *bounds.max_held > 1'000'000))
    validation.refuse(prefix + "max_held", number(bounds.max_held), "it must be from 0 to 1000000");
  if (bounds.may_preempt.value_or(false) && !bounds.lets_move())
    validation.refuse(prefix + "may_preempt", "true", "who pre-empts makes events move, and may_move is false");
  if (places && !books) {
    if (bounds.may_preempt.value_or(false))
      validation.refuse(prefix + "may_preempt", "true", "a proposal moves nobody");
    if (bounds.may_move.value_or(false)) validation.refuse(prefix + "may_move", "true", "a proposal moves nobody");
  }
}

Bounds with_unnamed(const Grant& grant, const Bounds& present) {
  auto bounds = grant.bounds;
  const auto is_named = [&](std::string_view name) { return contains(grant.named, name); };
  if (!is_named(kBounds[0])) bounds.max_priority = present.max_priority;
  if (!is_named(kBounds[1])) bounds.may_preempt = present.may_preempt;
  if (!is_named(kBounds[2])) bounds.may_move = present.may_move;
  if (!is_named(kBounds[3])) bounds.max_held = present.max_held;
  if (!is_named(kBounds[4])) bounds.until = present.until;
  return bounds;
}

namespace {

/// The refusal of what a bound leaves out. `granted`: the value of the bound, as JSON.
Failure beyond_bound(std::string_view calendar, std::string_view bound, const RawJson& granted,
                     const std::string& says) {
  JsonObject facts;
  facts.add("calendar", calendar);
  facts.add("bound", bound);
  facts.add("granted", granted);
  return {Error::not_allowed, "calendar \"" + std::string(calendar) + "\" " + says, std::move(facts).finished(),
          "Ask for less, or ask whoever manages the calendar for more."};
}

/// The first bound that leaves out what is asked.
std::optional<Failure> exceeded(std::string_view calendar, const Power& power, const Demand& demand,
                                const std::function<std::size_t()>& held) {
  const auto& bounds = power.bounds;
  if (demand.priority.value_or(0) > bounds.max_priority.value_or(100)) {
    const auto most = std::to_string(*bounds.max_priority);
    return beyond_bound(calendar, "max_priority", {most},
                        "grants priorities up to " + most + ", not " + std::to_string(*demand.priority));
  }
  if (demand.preempts && (power.only_proposes || !bounds.lets_preempt()))
    return beyond_bound(calendar, "may_preempt", {"false"}, "does not grant that an event pre-empts others");
  const auto holds = power.only_proposes ? std::max<std::size_t>(demand.holds, 1) : demand.holds;
  if (holds == 0 || !bounds.max_held) return std::nullopt;
  const auto present = held();
  if (present + holds <= static_cast<std::size_t>(*bounds.max_held)) return std::nullopt;
  const auto most = std::to_string(*bounds.max_held);
  return beyond_bound(calendar, "max_held", {most},
                      "grants " + most + " held events at a time; " + std::to_string(present) + " are held");
}

}  // namespace

int highest_priority(const std::vector<Power>& powers) {
  std::optional<int> to_propose, to_book;
  for (const auto& power : powers) {
    auto& highest = power.only_proposes ? to_propose : to_book;
    highest = std::max(highest.value_or(0), power.bounds.max_priority.value_or(100));
  }
  return to_book.value_or(to_propose.value_or(100));
}

Permit permitted(std::string_view calendar, const std::vector<Power>& powers, const Demand& demand,
                 const std::function<std::size_t()>& held) {
  std::optional<Failure> refused;
  std::optional<Permit> permit;
  for (const bool only_proposes : {false, true}) {
    for (const auto& power : powers) {
      if (power.only_proposes != only_proposes || (only_proposes && demand.books)) continue;
      if (auto failure = exceeded(calendar, power, demand, held)) {
        if (!refused) refused = std::move(failure);
        continue;
      }
      if (!permit) permit = Permit{only_proposes, true};
      if (!only_proposes && power.bounds.lets_move()) permit->stands_aside = false;
    }
    if (permit) return *permit;
  }
  if (refused) throw *std::move(refused);
  throw right_wanted(calendar, Right::book);
}

Failure grant_has_ended(std::string_view calendar, Instant at) {
  const auto ended = format_utc(at);
  std::string limit;
  append_json(limit, ended);
  return beyond_bound(calendar, "until", {limit}, "granted rights until " + ended);
}

constexpr const char* kNoSuchCalendar = "there is no such calendar";

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
  for (std::size_t day = 0; day < kWeekdays.size(); ++day)
    week[std::string(kWeekdays[day])] = day_json(hours.week[day]);
  return week;
}

Hours read_hours(Validation& validation, const json& object) {
  Hours hours;
  if (!object.is_object()) {
    validation.refuse("hours", shown(object), "it must be an object of days");
    return hours;
  }
  for (const auto& [name, value] : object.items()) {
    const auto day = std::find(kWeekdays.begin(), kWeekdays.end(), name);
    if (day == kWeekdays.end())
      validation.refuse("hours." + name, shown(value), "there is no such day");
    else
      hours.week[static_cast<std::size_t>(day - kWeekdays.begin())] = read_day(validation, "hours." + name, value);
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
                              {"max_source_age", by_length(kShortest, kLongest)},
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
