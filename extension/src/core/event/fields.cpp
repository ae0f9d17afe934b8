// SPDX-License-Identifier: PostgreSQL
#include "fields.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "../values/json.hpp"

namespace jb {

namespace {

using Texts = std::vector<std::string>;

// The checks that follow from a field's kind; each is called for every field of its kind.

void check_text(Validation& validation, std::string_view name, const Field<std::string>& field) {
  if (!field.named) return;
  const bool is_name = name == "event_name";
  const auto text = field.value.value_or("");
  const auto most = is_name ? kNameLength : kTextLength;
  if (is_name && !has_visible(text))
    validation.refuse(name, text, fault_of_unseen(text));
  else if (characters(text) > most)
    validation.refuse(name, text, "it must be at most " + std::to_string(most) + " characters long");
  else if (has_control(text, is_name ? "" : kOfLines))
    validation.refuse(name, text, is_name ? kControl : kControlInLines);
}

void check_texts(Validation& validation, std::string_view name, const Field<Shared<Texts>>& field) {
  if (!field.has_value()) return;
  const auto texts = field.value->get();
  if (texts->size() > kTexts) validation.refuse(name, std::to_string(texts->size()), "there must be at most 1000");
  for (std::size_t i = 0; i < std::min(texts->size(), kTexts); ++i) {
    const auto& text = (*texts)[i];
    const auto fault = text.empty() || characters(text) > kTextOfListLength ? "it must be 1 to 200 characters long"
                       : !has_visible(text)                                 ? fault_of_unseen(text)
                       : has_control(text)                                  ? kControl
                                                                            : std::string_view();
    if (!fault.empty()) validation.refuse(std::string(name) + "[" + std::to_string(i) + "]", text, fault);
  }
}

void check_long_text(Validation& validation, std::string_view name, const Field<Shared<std::string>>& field) {
  if (!field.has_value()) return;
  const auto text = field.value->get();
  if (characters(*text) > kLongTextLength)
    validation.refuse(name, *text, "it must be at most " + std::to_string(kLongTextLength) + " characters long");
}

/// Checked by read_metadata already.
void check_json(Validation&, std::string_view, const Field<Shared<Metadata>>&) {}

void check_texts(Validation& validation, std::string_view, const Field<Texts>& calendars) {
  if (calendars.named) check_calendar_names(validation, calendars.value.value_or(Texts{}));
}

void check_timestamp(Validation& validation, std::string_view name, const Field<Instant>& field) {
  if (!field.has_value() || kRepresentable.contains(*field.value)) return;
  validation.refuse(name, format_utc(*field.value), "it must lie in the years 0001 to 9999");
}

void check_date(Validation& validation, std::string_view name, const Field<Date>& field) {
  if (field.has_value()) check_timestamp(validation, name, {true, Instant{field.value->time_since_epoch()}});
}

void check_time_of_day(Validation& validation, std::string_view name, const Field<Seconds>& field) {
  if (!field.has_value() || (Seconds{0} <= *field.value && *field.value < kDay)) return;
  validation.refuse(name, format_time_of_day(*field.value), "it must be from 00:00:00 to 23:59:59");
}

void check_duration(Validation&, std::string_view, const Field<Seconds>&) {}

constexpr auto check_number(int least, int most) {
  return [least, most](Validation& validation, std::string_view name, const Field<int>& field) {
    if (!field.has_value() || (least <= *field.value && *field.value <= most)) return;
    validation.refuse(name, std::to_string(*field.value),
                      "it must be from " + std::to_string(least) + " to " + std::to_string(most));
  };
}
constexpr auto check_days = check_number(1, 366), check_count = check_number(1, kTexts),
               check_int = check_number(0, 100);

void check_bool(Validation&, std::string_view, const Field<bool>&) {}

/// Checked by read_lists already.
void check_lists(Validation&, std::string_view, const Field<Lists>&) {}

/// Checked by read_within already.
void check_within(Validation&, std::string_view, const Field<Within>&) {}

/// The value of an event's member after a named field has been laid over `present`: the field's value, or `blank` when
/// the field is cleared.
template <class T>
T laid(const Field<T>& field, const T& blank, const T&) {
  return field.value.value_or(blank);
}

template <class T>
std::optional<T> laid(const Field<T>& field, const std::optional<T>&, const std::optional<T>&) {
  return field.value;
}

using SomeMetadata = std::optional<Shared<Metadata>>;

SomeMetadata laid(const Field<Shared<Metadata>>& field, const SomeMetadata&, const SomeMetadata& present) {
  if (!field.has_value() || !field.value->get()->is_patch) return field.value;
  return patched(present ? std::optional{*present->get()} : std::nullopt, *field.value->get());
}

/// Values other than texts, such as numbers and times, count as 0.
template <class T>
std::size_t bytes_of(const T&) {
  return 0;
}

std::size_t bytes_of(const std::string& text) { return text.size(); }

std::size_t bytes_of(const Texts& texts) {
  std::size_t bytes = 0;
  for (const auto& text : texts) bytes += text.size();
  return bytes;
}

std::size_t bytes_of(const Metadata& metadata) { return metadata.text.size(); }

std::size_t bytes_of(const Lists& lists) {
  std::size_t bytes = 0;
  for (const auto& list : lists) bytes += bytes_of(list.calendars) + bytes_of(list.chosen);
  return bytes;
}

template <class T>
std::size_t bytes_of(const Shared<T>& value) {
  return value.is_left_there() ? 0 : bytes_of(*value.get());
}

template <class T>
std::size_t bytes_of(const std::optional<T>& value) {
  return value ? bytes_of(*value) : 0;
}

/// A series has a fixed start (rule 2.14.1) and does not wait (rule 2.14.4). Only a series can skip occurrences.
void check_series(Validation& validation, const Fields& fields, const Wish& wish, const FieldNames& names) {
  if (!fields.recurrence) {
    if (fields.on_no_slot == OnNoSlot::skip)
      validation.refuse("on_no_slot", "skip", "it leaves out occurrences of a series, and recurrence names none");
    return;
  }
  if (fields.on_no_slot == OnNoSlot::wait)
    validation.refuse("on_no_slot", "wait", "a series does not wait: reject it, or skip what has no place");
  if (!wish.is_fixed() && !validation.has_refused("start_time") && !validation.has_refused("start_timestamp")) {
    validation.refuse("recurrence", fields.recurrence->text,
                      "a series needs a start: " + std::string(names.date) + " and start_time, or start_timestamp");
  }
}

/// An offer leaves its times open, and each is held (rule 3.12).
void check_offer(Validation& validation, const Fields& fields, const Wish& wish) {
  const auto shown = std::to_string(fields.offer);
  if (fields.offer == 0) {
    if (fields.apart != 0) validation.refuse("apart", std::to_string(fields.apart), "it goes with an offer");
    return;
  }
  if (fields.offer < 2 || fields.offer > 5) validation.refuse("offer", shown, "it must be from 2 to 5");
  if (fields.apart < 0 || fields.apart > 366)
    validation.refuse("apart", std::to_string(fields.apart), "it must be from 0 to 366");
  if (wish.is_fixed()) validation.refuse("offer", shown, "a fixed event has one time only");
  if (fields.recurrence) validation.refuse("offer", shown, "a series is not offered");
  if (fields.preempt) validation.refuse("preempt", "true", "what is offered moves nobody");
  if (fields.on_no_slot != OnNoSlot::reject) validation.refuse("offer", shown, "an offer neither waits nor skips");
  if (fields.apart > 0 && wish.date) validation.refuse("apart", std::to_string(fields.apart), "the offer has one date");
}

/// Puts the event on its named calendars, and of each list on the candidates that the call asks for, or else on all.
void choose_anew(const Fields& fields, Event& event) {
  auto calendars = named_of(event);
  for (auto& list : *event.one_of) {
    auto asked = fields.one_of.named ? list.chosen : Texts();
    if (asked.empty() && fields.calendars.named) asked = pool_of(event, list);
    if (asked.size() != static_cast<std::size_t>(list.count)) asked = list.calendars;
    calendars.insert(calendars.end(), asked.begin(), asked.end());
  }
  event.calendars = std::move(calendars);
  tell_chosen(event);
}

/// Drops guests who are no longer attendees, so that a name that is removed and later added again is not a guest.
void keep_attending(Event& event) {
  const auto attendees = event.attendees.get(), guests = event.guests->get();
  const std::set<std::string_view, FoldedLess> named(guests->begin(), guests->end());
  Texts attending;
  std::copy_if(attendees->begin(), attendees->end(), std::back_inserter(attending),
               [&](const auto& name) { return named.contains(name); });
  if (attending.empty())
    event.guests.reset();
  else
    event.guests.emplace(std::move(attending));
}

}  // namespace

OnNoSlot read_on_no_slot(Validation& validation, std::string_view word) {
  if (word == "wait") return OnNoSlot::wait;
  if (word == "skip") return OnNoSlot::skip;
  if (word != "reject") validation.refuse("on_no_slot", word, "it must be reject, wait or skip");
  return OnNoSlot::reject;
}

std::optional<Scope> scope_from(std::string_view word) {
  if (word == "one") return Scope::one;
  if (word == "following") return Scope::following;
  if (word == "all") return Scope::all;
  return std::nullopt;
}

bool names_calendars(const Fields& fields) { return fields.calendars.has_value() && !fields.calendars.value->empty(); }

void check_named(Validation& validation, const Lists& lists, const Texts& named) {
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const auto field = "one_of[" + std::to_string(i) + "]";
    for (std::size_t j = 0; j < lists[i].calendars.size(); ++j) {
      const auto& name = lists[i].calendars[j];
      const auto is_it = [&](const auto& each) { return is_same_name(each, name); };
      if (std::ranges::any_of(named, is_it) && std::ranges::none_of(lists[i].chosen, is_it))
        validation.refuse(field + ".calendars[" + std::to_string(j) + "]", name, "calendars names it, too");
    }
  }
}

void check_lists(Validation& validation, const Fields& fields) {
  if (!fields.one_of.has_value()) return;
  const auto& lists = *fields.one_of.value;
  check_named(validation, lists, fields.calendars.value.value_or(Texts()));
  for (std::size_t i = 0; i < lists.size(); ++i)
    if (lists[i].same && !fields.recurrence)
      validation.refuse("one_of[" + std::to_string(i) + "].same", "true", "it goes with a series");
  if (fields.preempt) validation.refuse("preempt", "true", "an event with one_of does not pre-empt");
}

void check_values(Validation& validation, const Fields& fields, const FieldNames& names) {
  const bool needs_none = fields.one_of.has_value() && !names_calendars(fields);
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  if (!needs_none || std::string_view(#name) != "calendars") check_##kind(validation, names.of(#name), fields.name);
#include "../../../fields.def"
}

void check_new(Validation& validation, const Fields& fields, const FieldNames& names) {
  if (!fields.event_name.named && !validation.has_refused("event_name"))
    validation.refuse("event_name", "", "it is required");
  const auto event = apply(fields, {}, kShortest);
  const auto& wish = event.wish;
  check_wish(validation, fields, wish, names);
  check_seats(validation, fields, event);
  check_series(validation, fields, wish, names);
  check_offer(validation, fields, wish);
  check_lists(validation, fields);
}

Event apply(const Fields& fields, Event event, Seconds default_duration) {
  const Event blank;
  auto& wish = event.wish;
  if (fields.start_timestamp.has_value()) {
    wish.date.reset();
    wish.start_time.reset();
  }
  if (fields.date.has_value() || fields.start_time.has_value()) wish.wished_start.reset();
  if (fields.duration.has_value()) wish.days.reset();
  if (fields.days.has_value()) wish.duration.reset();
  if (fields.one_of.has_value()) event.calendars = named_of(event);  // what was chosen of other lists is not named
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  if (fields.name.named) event.member = laid(fields.name, blank.member, event.member);
#include "../../../fields.def"
  if (!wish.duration && !wish.days) wish.duration = default_duration;
  if (event.one_of && (fields.one_of.named || fields.calendars.named)) choose_anew(fields, event);
  if (fields.guests) event.guests = *fields.guests;
  if (event.guests && (fields.guests || fields.attendees.named)) keep_attending(event);
  return event;
}

void drop_unchanged(Fields& fields, const Event& event) {
  const Event blank;
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  if (fields.name.named && laid(fields.name, blank.member, event.member) == event.member) fields.name.drop();
#include "../../../fields.def"
}

std::vector<std::string> changed_fields(const Event& a, const Event& b) {
  std::vector<std::string> names;
#define JB_FIELD(name, kind, member, column, argument, left_out)                                        \
  if (!(a.member == b.member) || (std::string_view(#column) == "attendees" && !(a.guests == b.guests))) \
    names.emplace_back(#column);
#include "../../../fields.def"
  return names;
}

std::size_t text_bytes(const Event& event) {
  std::size_t bytes = 0;
#define JB_FIELD(name, kind, member, column, argument, left_out) bytes += bytes_of(event.member);
#include "../../../fields.def"
  return bytes + bytes_of(event.guests);
}

void check_within_holds(Validation& validation, const Wish& wish) {
  if (wish.within && !wish.is_fixed() && wish.duration) check_holds(validation, *wish.within, *wish.duration);
}

void check_wish(Validation& validation, const Fields& fields, const Wish& wish, const FieldNames& names) {
  if (wish.start_time && !wish.date && !validation.has_refused(names.date)) {
    validation.refuse("start_time", format_time_of_day(*wish.start_time),
                      "it needs " + std::string(names.date) + " beside it");
  }
  if (wish.wished_start && (wish.date || wish.start_time)) {
    validation.refuse("start_timestamp", format_utc(*wish.wished_start),
                      "it contradicts " + std::string(names.date) + " and start_time");
  }
  if (wish.days) {
    const auto days = std::to_string(*wish.days);
    if (wish.duration) validation.refuse("days", days, kContradictsDuration);
    if (!wish.is_fixed() && !validation.has_refused("start_time") && !validation.has_refused("start_timestamp"))
      validation.refuse("days", days,
                        "it needs a start: " + std::string(names.date) +
                            " and start_time, or start_timestamp; an automatic event lasts for a duration");
  }
  if (wish.is_fixed()) {
    for (const auto& [name, field] :
         {std::pair{"not_before", &fields.not_before}, std::pair{"not_after", &fields.not_after}}) {
      if (field->has_value())
        validation.refuse(name, format_utc(*field->value), "a window narrows automatic events only");
    }
    if (fields.within.has_value())
      validation.refuse("within", json_of(*fields.within.value), "a window narrows automatic events only");
  }
  check_within_holds(validation, wish);
  if (wish.not_before && wish.not_after && *wish.not_after <= *wish.not_before) {
    validation.refuse("not_after", format_utc(*wish.not_after), "it must be after not_before");
  }
}

int seats_left(const Event& event) {
  return std::max(0, *event.max_attendees - static_cast<int>(event.attendees.get()->size()));
}

void check_seats(Validation& validation, const Fields& fields, const Event& event) {
  if (!event.max_attendees || fields.guests || !(fields.attendees.named || fields.max_attendees.named)) return;
  const auto attend = event.attendees.get()->size();
  if (attend <= static_cast<std::size_t>(*event.max_attendees)) return;
  const auto most = std::to_string(*event.max_attendees);
  if (fields.attendees.named)
    validation.refuse("attendees", std::to_string(attend), "the event's max_attendees is " + most);
  else
    validation.refuse("max_attendees", most, std::to_string(attend) + " attend the event");
}

using nlohmann::json;

namespace {

/// The members of an answer to a write that report what the call did to other events. They are not state of the event,
/// so an update has nothing to compare them with, and accepts any list under these names.
constexpr std::array<std::string_view, 3> kNews{"moves", "events", "skipped"};

void read_option(Validation& validation, std::string_view name, const json& value, bool& option) {
  option = read_bool(validation, name, value).value_or(false);
}

void read_option(Validation& validation, std::string_view name, const json& value, OnNoSlot& option) {
  const auto word = read_text(validation, name, value);
  option = word ? read_on_no_slot(validation, *word) : OnNoSlot::reject;
}

/// The text of a request, and how to read it.
struct Sent {
  std::string_view object;  ///< the text of the request
  const IntervalReader& intervals;
  bool is_patch = false;  ///< a nested object is merged into the event's current one (RFC 7396)
  Within within{};        ///< into which one is merged
};

/// The value of a member as it was written, or `value` written anew if the member's name has escapes.
std::string part_named(std::string_view object, std::string_view name, const json& value) {
  const auto parts = json_parts(object);
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    if (parts[i].substr(1, parts[i].size() - 2) == name) return std::string(parts[i + 1]);
  }
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Reads one member into one field; null clears the field. Result: false when no field and no option has the name.
bool read_member(Validation& validation, Fields& fields, const std::string& member_name, const json& value,
                 const Sent& sent) {
  const auto into = [&](auto& field, auto read) {
    if (value.is_null()) return field.set(std::nullopt);
    if (auto got = read(validation, member_name, value)) field.set(std::move(got));
  };
  const auto read_duration = [&](Validation& refused, std::string_view field, const json& text) {
    return jb::read_duration(refused, field, text, sent.intervals);
  };
  const auto read_long_text = read_text;
  const auto read_days = read_int, read_count = read_int;
  const auto read_json = [&](Validation& refused, std::string_view field, const json& object) {
    return read_metadata(refused, field, part_named(sent.object, field, object), sent.is_patch);
  };
  const auto read_lists = [](Validation& refused, std::string_view field, const json& lists) {
    return jb::read_lists(refused, field, lists);
  };
  const auto read_within = [&](Validation& refused, std::string_view field, const json& object) {
    return jb::read_within(refused, field, object, sent.within);
  };
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  if (member_name == #name) return into(fields.name, read_##kind), true;
#define JB_OPTION(name, type, otherwise) \
  if (member_name == #name) return read_option(validation, member_name, value, fields.name), true;
#include "../../../fields.def"
  return false;
}

void read_scope(Validation& validation, Fields& fields, const json& value) {
  const auto word = read_text(validation, "scope", value);
  const auto scope = word ? scope_from(*word) : std::nullopt;
  if (word && !scope) validation.refuse("scope", *word, "it must be one, following or all");
  fields.scope = scope.value_or(Scope::one);
}

bool is_object(Validation& validation, const json& value) {
  if (value.is_object()) return true;
  validation.refuse("request", shown(value), "it must be a JSON object");
  return false;
}

void read_status(Validation& validation, Fields& fields, const json& value) {
  const auto status = read_text(validation, "status", value);
  if (!status) return;
  if (is_shown_status(*status))
    fields.status.set(status_from(*status));
  else
    validation.refuse("status", *status, "there is no such status");
}

/// Reads the rule that a change gives a series, if it differs from the current one.
void read_other_rule(Validation& validation, Fields& fields, const json& value,
                     const std::optional<std::string>& present) {
  if (present ? value == *present : value.is_null()) return;
  if (value.is_null())
    return validation.refuse("recurrence", "null", "a series ends where the events that follow are cancelled",
                             "Cancel the event with scope following.");
  if (const auto text = read_text(validation, "recurrence", value))
    fields.recurrence = parse_recurrence(*text, validation);
}

bool is_instant(const json& value, std::optional<Instant> present) {
  if (value.is_null()) return !present;
  return present && value.is_string() && parse_timestamp(value.get<std::string>()) == present;
}

/// The results: members that the scheduler sets, and that no caller may change (rule 5.6).
constexpr std::array<std::string_view, 16> kResults{"offer_id",    "held_by",       "proposed_on",        "id",
                                                    "placement",   "time_zone",     "wished_start",       "created_at",
                                                    "updated_at",  "version",       "expires_at",         "series",
                                                    "attachments", "recurrence_id", "attendee_calendars", "seats_left"};

void refuse_result(Validation& validation, std::string_view name, const json& value, std::string_view message) {
  validation.refuse(
      name, shown(value), message,
      name == "attachments" ? "Leave it out: jb_attach() and jb_detach() change what is attached." : kIsResult);
}

constexpr std::string_view kCannotChange = "it is a result and cannot be changed";

/// Whether `value` is the current value of the result of this name.
bool is_present(std::string_view name, const json& value, const Event& current, const ChangeOptions& options) {
  if (name == "id") return value == current.id;
  if (name == "placement") return value == (current.wish.is_fixed() ? "fixed" : "automatic");
  if (name == "wished_start") return is_instant(value, current.wish.wished_start);
  if (name == "created_at") return is_instant(value, current.created_at);
  if (name == "updated_at") return is_instant(value, current.updated_at);
  if (name == "version") return value == current.version;
  if (name == "expires_at") return is_instant(value, current.expires_at);
  if (name == "series") return current.series ? value == *current.series : value.is_null();
  if (name == "attachments") return value == parse_json(options.attachments());
  if (name == "offer_id") return value == (current.offer.empty() ? json() : json(current.offer.front()));
  if (name == "held_by") return value == current.held_by;
  if (name == "proposed_on") return value == current.proposed_on;
  if (name == "recurrence_id") return is_instant(value, current.recurrence_id);
  if (name == "seats_left") return value == (current.max_attendees ? json(seats_left(current)) : json());
  return value == current.attendee_calendars;
}

/// Refuses an end_timestamp.
void refuse_end(Validation& validation, Instant end, std::string_view message) {
  validation.refuse("end_timestamp", format_utc(end), message);
}

/// Sets the duration from a wished end. `duration` is the one that the request gives beside the end.
void set_end(Validation& validation, Fields& fields, Instant start, Instant end, std::optional<Seconds> duration) {
  const auto length = end - start;
  if (length < kShortest || length > kLongest)
    return refuse_end(validation, end, "it must be 1 second to 366 days after the start");
  if (duration && *duration != length) return refuse_end(validation, end, "it is not the start and the duration later");
  fields.duration.set(length);
}

bool gives(const json& object, std::string_view name) {
  const auto found = object.find(name);
  return found != object.end() && !found->is_null();
}

bool is_present_end(const json& value, const Event& current) {
  return is_instant(value, current.time ? std::optional{current.time->end} : std::nullopt);
}

constexpr std::string_view kNoSuchField = "there is no such field";
constexpr std::string_view kEndNeedsStart = "it needs a start_timestamp beside it";

/// Refuses an end beside days: when days end depends on the clock of the calendar, which is not known here.
void refuse_end_of_days(Validation& validation, Instant end) {
  refuse_end(validation, end, "it contradicts days: one of both says when it ends");
}

/// Reads the end_timestamp of a new event, which sets its duration.
void read_end(Validation& validation, Fields& fields, const json& object) {
  if (!gives(object, "end_timestamp")) return;
  const auto end = read_timestamp(validation, "end_timestamp", object["end_timestamp"]);
  if (!end) return;
  if (gives(object, "days")) return refuse_end_of_days(validation, *end);
  if (!gives(object, "start_timestamp")) return refuse_end(validation, *end, kEndNeedsStart);
  const auto& start = fields.start_timestamp;
  if (start.has_value()) set_end(validation, fields, *start.value, *end, fields.duration.value);
}

/// Reads the end_timestamp of a change. It is a wish if it differs from the current end. The current end is a wish too,
/// to keep it, if the change names another start but neither a duration nor days.
void read_other_end(Validation& validation, Fields& fields, const json& object, const Event& current, bool has_begun) {
  const auto found = object.find("end_timestamp");
  if (found == object.end()) return;
  const bool says_duration = gives(object, "duration"), says_days = gives(object, "days");
  const bool is_present = is_present_end(*found, current);
  const bool is_other = fields.start_timestamp.has_value() || fields.duration.named || fields.days.named;
  const bool stays = !says_duration && !says_days && is_other;
  if (is_present && (!stays || found->is_null())) return;
  if (found->is_null()) return refuse_result(validation, "end_timestamp", *found, kCannotChange);
  const auto end = read_timestamp(validation, "end_timestamp", *found);
  if (!end) return;
  if (says_days) return refuse_end_of_days(validation, *end);
  const bool keeps_start = current.time && (current.wish.is_fixed() || has_begun) && !fields.date.named &&
                           !fields.start_time.named && !fields.start_timestamp.named;
  const auto start = keeps_start ? std::optional{current.time->start} : fields.start_timestamp.value;
  if (!start && is_present) return;
  if (!start) return refuse_end(validation, *end, kEndNeedsStart);
  const auto duration = fields.duration.value ? fields.duration.value : current.wish.duration;
  set_end(validation, fields, *start, *end, says_duration ? duration : std::nullopt);
  if (fields.duration.value == current.wish.duration) fields.duration.drop();
}

/// Refuses a zone other than that of the event's first calendar after the change (rule 5.22).
void check_zone(Validation& validation, const Fields& fields, const json& object, const Event& current,
                const ChangeOptions& options) {
  const auto found = object.find("time_zone");
  if (found == object.end()) return;
  const auto& calendars = names_calendars(fields) ? *fields.calendars.value : current.calendars;
  const auto zone = calendars.empty() ? "" : options.zone_of(calendars.front());
  if (!zone.empty() && *found != zone) refuse_zone(validation, shown(*found), zone);
}

/// Whether a start_timestamp equal to the current start is the result that GET shows, and not a wish. It is the result
/// if the object also shows the event's wish, or if the event can no longer move. A start_timestamp alone is a wish:
/// without it PUT would have no start, and the event would move.
bool shows_start(const json& object, const Event& current, Instant now) {
  const auto has = [&](std::string_view name) { return object.contains(name); };
  const bool moves_no_more = !current.is_claiming() || current.has_begun(now);
  return moves_no_more || has("wished_start") || gives(object, "start_time") ||
         (!current.wish.is_fixed() && has("end_timestamp") && is_present_end(object["end_timestamp"], current)) ||
         (!current.wish.is_fixed() && std::any_of(kResults.begin(), kResults.end(), has));
}

/// Drops a start_timestamp that only shows the current state of the event, since it is not a wish. For an event without
/// a place, GET shows a start_timestamp of null beside wished_start; that null clears nothing.
void drop_shown_start(Field<Instant>& start, const json& object, const Event& current, Instant now) {
  const bool is_no_start = start.named && !start.value && !current.time && gives(object, "wished_start");
  const bool is_result = start.has_value() && current.time && *start.value == current.time->start;
  if (is_no_start || (is_result && shows_start(object, current, now))) start.drop();
}

/// Rule 5.6: PUT clears name, attendees, place, date, start_time, duration, days, description and metadata if the
/// object leaves them out. Calendars, window, priority and the other options stay.
void clear_left_out(Fields& fields, const json& object, const Event& current) {
  enum class LeftOut { clears, stays };
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  if (LeftOut::left_out == LeftOut::clears && !object.contains(#name)) fields.name.set(std::nullopt);
#include "../../../fields.def"
  // GET shows a wished instant twice, as wished_start and as start_timestamp. Either member alone keeps the wish.
  const bool keeps_wish = current.wish.wished_start && gives(object, "wished_start");
  if (keeps_wish && !object.contains("start_timestamp")) fields.start_timestamp.drop();
}

Fields read_new(Validation& validation, const json& object, const Sent& sent) {
  Fields fields;
  if (!is_object(validation, object)) return fields;
  for (const auto& [name, value] : object.items()) {
    if (name == "attachments") {
      if (!value.is_null()) fields.attachments = read_attachments(validation, name, value).value_or(fields.attachments);
      fields.attached_bytes = bytes_of(fields.attachments);
      continue;
    }
    if (name == "recurrence" && !value.is_null()) {
      if (const auto text = read_text(validation, name, value)) fields.recurrence = parse_recurrence(*text, validation);
      continue;
    }
    if (name == "offer" || name == "apart") {
      if (!value.is_null())
        (name == "offer" ? fields.offer : fields.apart) = read_int(validation, name, value).value_or(0);
      continue;
    }
    if (name == "time_zone") {
      fields.meant_in = read_text(validation, name, value);
      continue;
    }
    if (name == "end_timestamp") continue;  // read below, beside the start
    if (read_member(validation, fields, name, value, sent)) continue;
    if (name == "status" || contains(kResults, name) || contains(kNews, name))
      refuse_result(validation, name, value, "it is a result and cannot be wished");
    else
      validation.refuse(name, shown(value), kNoSuchField, kNotTaken);
  }
  read_end(validation, fields, object);
  check_values(validation, fields);
  check_new(validation, fields);
  return fields;
}

}  // namespace

bool too_many_items(Validation& validation, std::string_view field, std::size_t count) {
  constexpr std::size_t most = 1000;
  if (count > most) validation.refuse(field, std::to_string(count), "there must be at most 1000");
  return count > most;
}

std::vector<Fields> read_requests(Validation& validation, const std::string& text, const IntervalReader& intervals) {
  const auto requests = parse_json(text);
  std::vector<Fields> all;
  if (!requests.is_array()) {
    all.push_back(read_new(validation, requests, {text, intervals}));
    return all;
  }
  const auto parts = json_parts(text);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    validation.at_index(i);
    all.push_back(read_new(validation, requests[i], {parts.at(i), intervals}));
    all.back().item = i;
  }
  return all;
}

Fields read_changes(Validation& validation, const std::string& text, const Event& current, const ChangeOptions& options,
                    const IntervalReader& intervals) {
  const auto object = parse_json(text);
  Sent sent{text, intervals, !options.replace};
  if (sent.is_patch) sent.within = current.wish.within.value_or(Within());
  Fields fields;
  if (!is_object(validation, object)) return fields;
  for (const auto& [name, value] : object.items()) {
    if (name == "status") {
      read_status(validation, fields, value);
    } else if (name == "scope") {
      read_scope(validation, fields, value);
    } else if (name == "recurrence") {
      read_other_rule(validation, fields, value, options.recurrence());
    } else if (name == "end_timestamp" || name == "time_zone") {
      continue;  // read below, beside the start and the calendars
    } else if (contains(kResults, name)) {
      if (!is_present(name, value, current, options)) refuse_result(validation, name, value, kCannotChange);
    } else if (contains(kNews, name)) {
      if (!value.is_array()) refuse_result(validation, name, value, kCannotChange);
    } else if (!read_member(validation, fields, name, value, sent)) {
      validation.refuse(name, shown(value), kNoSuchField, kNotTaken);
    }
  }
  check_zone(validation, fields, object, current, options);
  if (options.replace) clear_left_out(fields, object, current);
  if (fields.days.has_value() && fields.duration.has_value())
    validation.refuse("days", std::to_string(*fields.days.value), kContradictsDuration);
  drop_shown_start(fields.start_timestamp, object, current, options.now);
  drop_unchanged(fields, current);
  read_other_end(validation, fields, object, current, current.has_begun(options.now));
  if (fields.status.has_value() && *fields.status.value == status_at(current, options.now)) fields.status.drop();
  check_values(validation, fields);
  return fields;
}

bool asks_for_dry_run(const json& request) { return request.is_object() && request.value("dry_run", json()) == true; }

}  // namespace jb
