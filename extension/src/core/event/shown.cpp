// SPDX-License-Identifier: PostgreSQL
#include "shown.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "fields.hpp"

namespace jb {

std::string event_json(const ShownEvent& shown) {
  const auto& event = shown.event;
  JsonObject json;
  const auto add_time = [&](std::string_view name, std::optional<Instant> instant) {
    add_shown(json, name, instant, timestamp_json, shown.zone.get());
  };
  json.add("id", event.id);
  const auto is_known = [&](std::string_view name) {
    return !shown.is_busy_time || name == "calendars" || name == "attendees" || name == "duration";
  };
#define JB_FIELD(name, kind, member, column, argument, left_out)           \
  if (is_known(#column))                                                   \
    add_shown(json, #column, event.member, kind##_json, shown.zone.get()); \
  else                                                                     \
    json.add(#column, RawJson{"null"});                                    \
  if constexpr (std::string_view(#column) == "calendars") json.add("attendee_calendars", event.attendee_calendars);
#include "../../../fields.def"
  add_time("start_timestamp", event.time ? std::optional{event.time->start} : std::nullopt);
  add_time("end_timestamp", event.time ? std::optional{event.time->end} : std::nullopt);
  json.add("status", shown.status ? std::optional(name_of(*shown.status)) : std::nullopt);
  json.add("placement", shown.is_busy_time
                            ? std::nullopt
                            : std::optional<std::string_view>(event.wish.is_fixed() ? "fixed" : "automatic"));
  json.add("attachments", RawJson{shown.attachments ? *shown.attachments : std::string_view("[]")});
  json.add("series", event.series);
  json.add("recurrence", shown.recurrence);
  add_time("recurrence_id", event.recurrence_id);
  add_time("expires_at", event.expires_at);
  if (!event.proposed_on.empty()) {
    json.add("held_by", event.held_by);
    json.add("proposed_on", event.proposed_on);
  }
  if (!event.offer.empty()) json.add("offer_id", event.offer.front());
  if (event.max_attendees && !shown.is_busy_time) json.add("seats_left", std::int64_t{seats_left(event)});
  json.add("time_zone", shown.time_zone);
  const auto known = [&](auto value) { return shown.is_busy_time ? std::nullopt : std::optional(value); };
  add_time("created_at", known(event.created_at));
  add_time("updated_at", known(event.updated_at));
  json.add("version", known(event.version));
  return std::move(json).finished();
}

namespace {

/// Whether the field is one of those that together say when the event is wished to start.
bool tells_wished_start(std::string_view field) {
  return field == "date" || field == "start_time" || field == "wished_start";
}

auto wished_start_of(const Wish& wish) { return std::tie(wish.date, wish.start_time, wish.wished_start); }

/// The most bytes of calendar names in an announcement. NOTIFY takes less than 8,000 bytes, and the rest of the
/// announcement has a few hundred.
constexpr std::size_t kNamedBytes = 7'500;

template <class T>
const T* there(const T& value) {
  return &value;
}

template <class T>
const T* there(const std::optional<T>& value) {
  return value ? &*value : nullptr;
}

}  // namespace

// Another zone of the calendar later writes the event's wished start in other fields, as an instant in place of a wall
// clock time. So the old ones are kept together, and a reader of the change puts them in the place of all of these.
std::string old_values_json(const Event& before, const Event& after, const Zone* zone, bool whole) {
  std::optional<JsonObject> json;
  const bool has_other_start = wished_start_of(before.wish) != wished_start_of(after.wish);
  const auto add = [&](std::string_view name, const auto& old_value, const auto& new_value, auto kind) {
    if (!whole && old_value == new_value && !(has_other_start && tells_wished_start(name))) return;
    if (!json) json.emplace();
    add_shown(*json, name, old_value, kind, zone);
  };
#define JB_FIELD(name, kind, member, column, argument, left_out) add(#column, before.member, after.member, kind##_json);
#include "../../../fields.def"
  enum class Kept { if_differs, if_deleted, never };
#define JB_RESULT(name, kind, kept)                                                \
  if (Kept::kept == Kept::if_differs || (Kept::kept == Kept::if_deleted && whole)) \
    add(#name, before.name, after.name, kind##_json);
#include "../../../results.def"
  return json ? std::move(*json).finished() : std::string();
}

std::string request_json(const Event& event, const PlacingOptions& options, const Zone& zone,
                         std::string_view zone_name) {
  const bool was_confirmed = event.expires_at && event.status != Status::expired && event.status != Status::held;
  const auto is_told = [&](std::string_view name) {
    return !(was_confirmed && name == "hold_for") && !(event.one_of && name == "calendars");
  };
  JsonObject request;
#define JB_FIELD(name, kind, member, column, argument, left_out)                   \
  if (const auto* value = there(event.member); value != nullptr && is_told(#name)) \
    request.add(#name, kind##_json(*value, &zone));
#include "../../../fields.def"
  if (event.one_of)
    if (const auto named = named_of(event); !named.empty()) request.add("calendars", named);
  if (event.wish.date) request.add("time_zone", zone_name);
  if (!event.recurrence.empty()) request.add("recurrence", event.recurrence);
  if (options.preempt) request.add("preempt", true);
  if (options.allow_past) request.add("allow_past", true);
  if (options.offer > 0) request.add("offer", std::int64_t{options.offer});
  if (options.apart > 0) request.add("apart", std::int64_t{options.apart});
  return std::move(request).finished();
}

std::string announcement_json(std::int64_t id, const Rejection& rejection) {
  std::vector<std::string> named;
  std::size_t bytes = 0;
  for (const auto& name : rejection.calendars) {
    bytes += name.size() + 3;  // the quotes, and a comma
    if (bytes > kNamedBytes) break;
    named.push_back(name);
  }
  JsonObject announcement;
  announcement.add("rejection_id", id);
  announcement.add("event_id", rejection.event_id);
  announcement.add("calendars", named);
  if (const auto left_out = rejection.calendars.size() - named.size(); left_out > 0)
    announcement.add("calendars_left_out", left_out);
  announcement.add("reason", name_of(rejection.refusal.reason));
  announcement.add("at", format_timestamp(rejection.at, *rejection.zone));
  return std::move(announcement).finished();
}

std::string brief_announcement_json(std::int64_t id, const Rejection& rejection) {
  JsonObject announcement;
  announcement.add("rejection_id", id);
  announcement.add("at", format_utc(rejection.at));
  return std::move(announcement).finished();
}

using nlohmann::json;

namespace {

/// A whole number from 1. Any other value is refused.
std::optional<std::int64_t> read_number(Validation& validation, std::string_view name, const json& value) {
  if (value.is_number_integer() && value > 0 && value <= std::numeric_limits<std::int64_t>::max())
    return value.get<std::int64_t>();
  validation.refuse(name, shown(value), "it must be a whole number from 1");
  return std::nullopt;
}

/// The members of a list item other than the fields of its event. Among the fields, `id` would make read_changes take
/// the change for an edited answer of GET.
constexpr std::array<std::string_view, 3> kOfItem{"id", "expected_version", "cancel"};

/// The object as it is written, without the members of kOfItem.
std::string fields_of(std::string_view object) {
  std::string fields;
  const auto parts = json_parts(object);
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    const auto name = parts[i].substr(1, parts[i].size() - 2);
    if (contains(kOfItem, name)) continue;
    fields.append(fields.empty() ? "{" : ", ").append(parts[i]).append(": ").append(parts[i + 1]);
  }
  return fields.empty() ? "{}" : fields + "}";
}

ListedChange read_item(Validation& validation, const json& object, std::string_view text) {
  ListedChange item;
  if (!object.is_object()) {
    validation.refuse("request", shown(object), "it must be a JSON object");
    return item;
  }
  item.id = read_number(validation, "id", object.value("id", json())).value_or(0);
  const auto given = [&](const char* name) { return object.contains(name) && !object[name].is_null(); };
  if (given("expected_version"))
    item.expected_version = read_number(validation, "expected_version", object["expected_version"]);
  if (given("cancel")) item.cancels = read_bool(validation, "cancel", object["cancel"]).value_or(false);
  item.dry_run = asks_for_dry_run(object);
  item.fields = fields_of(text);
  if (!item.cancels) return item;
  for (const auto& [name, value] : object.items()) {
    if (!contains(kOfItem, name) && name != "scope" && name != "dry_run")
      validation.refuse(name, shown(value), "a cancellation changes no field", "Leave it out, or leave out cancel.");
  }
  return item;
}

}  // namespace

std::vector<ListedChange> read_change_list(Validation& validation, const std::string& text) {
  const auto list = parse_json(text);
  if (!list.is_array()) return {read_item(validation, list, text)};
  const auto parts = json_parts(text);
  std::vector<ListedChange> items;
  std::map<EventId, std::size_t> named;
  for (std::size_t i = 0; i < list.size(); ++i) {
    validation.at_index(i);
    items.push_back(read_item(validation, list[i], parts.at(i)));
    const auto& item = items.back();
    const auto [other, is_new] = named.emplace(item.id, i);
    if (item.id != 0 && !is_new)
      validation.refuse("id", std::to_string(item.id),
                        "item " + std::to_string(other->second) + " of the list names this event already");
    if (item.dry_run != items.front().dry_run)
      validation.refuse("dry_run", item.dry_run ? "true" : "false", "all items of a list are tried, or none");
  }
  return items;
}

namespace {

std::optional<std::int64_t> number(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

constexpr std::string_view kForm = "1";
constexpr std::size_t kFixed = 8;
constexpr std::size_t kOfRange = 3;

void append(std::string& text, std::uint64_t number) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  text.append("-").append(digits.data(), end);
}

/// The numbers of a cursor, each preceded by "-"; nullopt for any other text.
std::optional<std::vector<std::uint64_t>> numbers_in(std::string_view text) {
  if (!text.starts_with(kForm)) return std::nullopt;
  std::vector<std::uint64_t> numbers;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data() + kForm.size(); at != end;) {
    std::uint64_t number = 0;
    const auto [after, error] = std::from_chars(at + 1, end, number, 16);
    if (*at != '-' || error != std::errc{}) return std::nullopt;
    if (numbers.size() == kFixed + kOfRange * (ChangeCursor::kMostOpen + 1)) return std::nullopt;
    numbers.push_back(number);
    at = after;
  }
  if (numbers.size() < kFixed || (numbers.size() - kFixed) % kOfRange != 0) return std::nullopt;
  return numbers;
}

/// Drops the missing numbers below `number` that can no longer appear.
void settle(std::vector<OpenNumbers>& open, std::int64_t number, std::uint64_t oldest) {
  std::erase_if(open, [&](const OpenNumbers& range) { return range.settles <= oldest && range.last < number; });
  for (auto& range : open)
    if (range.settles <= oldest) range.first = std::max(range.first, number);
}

/// Removes a number that has appeared from the missing ones.
void take(std::vector<OpenNumbers>& open, std::int64_t number) {
  const auto range = std::find_if(open.begin(), open.end(),
                                  [&](const OpenNumbers& r) { return r.first <= number && number <= r.last; });
  if (range == open.end()) return;
  const OpenNumbers before{range->first, number - 1, range->settles};
  range->first = number + 1;
  const auto after = range->first > range->last ? open.erase(range) : range;
  if (before.first <= before.last) open.insert(after, before);
}

}  // namespace

std::optional<Cursor> parse_cursor(std::string_view text) {
  const auto comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto id = number(text.substr(comma + 1));
  if (!id) return std::nullopt;
  if (comma == 0) return Cursor{std::nullopt, *id};
  const auto seconds = number(text.substr(0, comma));
  if (!seconds) return std::nullopt;
  const Instant start{Seconds{*seconds}};
  if (start < kRepresentable.start || start >= kRepresentable.end) return std::nullopt;
  return Cursor{start, *id};
}

std::string cursor_text(const Event& event) {
  const auto start = event.time ? std::to_string(event.time->start.time_since_epoch().count()) : std::string();
  return start + "," + std::to_string(event.id);
}

bool ChangeCursor::pass(std::int64_t number, int row_calendar, const Transactions& transactions) {
  if (number == within) {
    calendar = row_calendar;
    return true;
  }
  auto missing = open;
  settle(missing, number, transactions.oldest);
  if (number <= last)
    take(missing, number);
  else if (number > last + 1 && transactions.oldest < transactions.next)
    missing.push_back({last + 1, number - 1, transactions.next});
  if (missing.size() > kMostOpen && missing.size() > open.size()) return false;
  open = std::move(missing);
  last = std::max(last, number);
  within = number;
  calendar = row_calendar;
  return true;
}

std::int64_t ChangeCursor::first_unseen() const {
  auto first = calendar == kLastRow ? last + 1 : within;
  for (const auto& range : open) first = std::min(first, range.first);
  return first;
}

bool ChangeCursor::has_lost(const Purges& purges) const {
  return purges.sum != purged && purges.greatest >= first_unseen();
}

std::string change_cursor_text(const ChangeCursor& cursor) {
  std::string text(kForm);
  append(text, cursor.log);
  append(text, cursor.timeline);
  append(text, cursor.position);
  for (const auto number :
       {cursor.floor, cursor.purged, cursor.last, cursor.within, static_cast<std::int64_t>(cursor.calendar)})
    append(text, static_cast<std::uint64_t>(number));
  for (const auto& range : cursor.open) {
    append(text, static_cast<std::uint64_t>(range.first));
    append(text, static_cast<std::uint64_t>(range.last));
    append(text, range.settles);
  }
  return text;
}

std::optional<ChangeCursor> parse_change_cursor(std::string_view text) {
  const auto numbers = numbers_in(text);
  if (!numbers) return std::nullopt;
  const auto& n = *numbers;
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / 2;
  if (n[1] > std::numeric_limits<std::uint32_t>::max() || n[7] > std::numeric_limits<int>::max()) return std::nullopt;
  if (n[3] > most || n[4] > most || n[5] > most || n[6] > n[5]) return std::nullopt;
  ChangeCursor cursor{.log = n[0],
                      .timeline = static_cast<std::uint32_t>(n[1]),
                      .position = n[2],
                      .floor = static_cast<std::int64_t>(n[3]),
                      .purged = static_cast<std::int64_t>(n[4]),
                      .last = static_cast<std::int64_t>(n[5]),
                      .within = static_cast<std::int64_t>(n[6]),
                      .calendar = static_cast<int>(n[7]),
                      .open = {}};
  std::uint64_t before = 0;
  for (auto i = kFixed; i < n.size(); i += kOfRange) {
    if (n[i] <= before || n[i + 1] < n[i] || n[i + 1] >= n[5]) return std::nullopt;
    cursor.open.push_back({static_cast<std::int64_t>(n[i]), static_cast<std::int64_t>(n[i + 1]), n[i + 2]});
    before = n[i + 1];
  }
  return cursor;
}

}  // namespace jb
