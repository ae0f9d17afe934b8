// SPDX-License-Identifier: PostgreSQL
#include "fields.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "../values/folding.hpp"
#include "../values/time_text.hpp"

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

/// read_metadata has checked it.
void check_json(Validation&, std::string_view, const Field<Shared<Metadata>>&) {}

void check_texts(Validation& validation, std::string_view, const Field<Texts>& calendars) {
  if (calendars.named) check_calendar_names(validation, calendars.value.value_or(Texts{}));
}

void check_timestamp(Validation& validation, std::string_view name, const Field<Instant>& field) {
  if (!field.has_value() || (kRepresentable.start <= *field.value && *field.value < kRepresentable.end)) return;
  validation.refuse(name, format_utc(*field.value), "it must lie in the years 0001 to 9999");
}

void check_date(Validation& validation, std::string_view name, const Field<Date>& field) {
  if (!field.has_value()) return;
  Field<Instant> midnight;
  midnight.set(Instant{field.value->time_since_epoch()});
  check_timestamp(validation, name, midnight);
}

void check_time_of_day(Validation& validation, std::string_view name, const Field<Seconds>& field) {
  if (!field.has_value() || (Seconds{0} <= *field.value && *field.value < kDay)) return;
  validation.refuse(name, format_time_of_day(*field.value), "it must be from 00:00:00 to 23:59:59");
}

void check_duration(Validation&, std::string_view, const Field<Seconds>&) {}

void check_days(Validation& validation, std::string_view name, const Field<int>& field) {
  if (!field.has_value() || (1 <= *field.value && *field.value <= 366)) return;
  validation.refuse(name, std::to_string(*field.value), "it must be from 1 to 366");
}

void check_bool(Validation&, std::string_view, const Field<bool>&) {}

void check_int(Validation& validation, std::string_view name, const Field<int>& field) {
  if (!field.has_value() || (0 <= *field.value && *field.value <= 100)) return;
  validation.refuse(name, std::to_string(*field.value), "it must be from 0 to 100");
}

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

/// Values other than texts, such as numbers and times, count no bytes of text.
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

/// Who is named again after somebody has taken the name off is no guest.
void keep_attending(Event& event) {
  const auto attendees = event.attendees.get(), guests = event.guests->get();
  const std::set<std::string_view, FoldedLess> named(guests->begin(), guests->end());
  Texts attending;
  std::copy_if(attendees->begin(), attendees->end(), std::back_inserter(attending),
               [&](const auto& name) { return named.contains(name); });
  event.guests.reset();
  if (!attending.empty()) event.guests = std::move(attending);
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

void check_values(Validation& validation, const Fields& fields, const FieldNames& names) {
#define JB_FIELD(name, kind, member, column, argument, left_out) check_##kind(validation, names.of(#name), fields.name);
#include "../../../fields.def"
}

void check_new(Validation& validation, const Fields& fields, const FieldNames& names) {
  if (!fields.event_name.named && !validation.has_refused("event_name"))
    validation.refuse("event_name", "", "it is required");
  const auto wish = apply(fields, {}, kShortest).wish;
  check_wish(validation, fields, wish, names);
  check_series(validation, fields, wish, names);
}

Event apply(const Fields& fields, Event event, Seconds default_duration) {
  const Event blank;
  auto& wish = event.wish;
  if (fields.start_timestamp.has_value()) wish.date.reset(), wish.start_time.reset();
  if (fields.date.has_value() || fields.start_time.has_value()) wish.wished_start.reset();
  if (fields.duration.has_value()) wish.days.reset();
  if (fields.days.has_value()) wish.duration.reset();
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  if (fields.name.named) event.member = laid(fields.name, blank.member, event.member);
#include "../../../fields.def"
  if (!wish.duration && !wish.days) wish.duration = default_duration;
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
  }
  if (wish.not_before && wish.not_after && *wish.not_after <= *wish.not_before) {
    validation.refuse("not_after", format_utc(*wish.not_after), "it must be after not_before");
  }
}

}  // namespace jb
