// SPDX-License-Identifier: PostgreSQL
#include "fields.hpp"

#include <map>

#include "core/values/folding.hpp"
#include "reading.hpp"

namespace jb::functions {

namespace {

/// One argument of a call.
struct Argument {
  const Arguments& all;
  std::string_view name;
  Validation& validation;
};

// For each kind of extension/fields.def: read_KIND reads an argument.
auto read_text(const Argument& from) { return from.all.text(from.name); }
auto read_texts(const Argument& from) { return from.all.texts(from.validation, from.name); }
auto read_date(const Argument& from) { return from.all.date(from.name); }
auto read_time_of_day(const Argument& from) { return from.all.time_of_day(from.name); }
auto read_timestamp(const Argument& from) { return from.all.instant(from.name); }
auto read_duration(const Argument& from) { return from.all.duration(from.validation, from.name); }
auto read_int(const Argument& from) { return from.all.integer(from.name); }
auto read_days(const Argument& from) { return read_int(from); }
auto read_bool(const Argument& from) { return from.all.boolean(from.name); }
auto read_long_text(const Argument& from) { return from.all.text(from.name); }
auto read_json(const Argument& from) { return read_metadata(from.validation, from.name, from.all.json(from.name)); }

void read_option(const Argument& from, bool& option) { option = from.all.flag(from.name); }

void read_option(const Argument& from, OnNoSlot& option) {
  if (const auto word = from.all.text(from.name)) option = read_on_no_slot(from.validation, *word);
}

void read_argument(const Argument& from, Fields& fields) {
#define JB_FIELD(field, kind, member, column, argument, left_out) \
  if (from.name == #argument) return fields.field.set_if_given(read_##kind(from));
#define JB_OPTION(option, type, otherwise) \
  if (from.name == #option) return read_option(from, fields.option);
#include "../../fields.def"
  if (from.name == "recurrence") {
    if (const auto text = read_text(from)) fields.recurrence = parse_recurrence(*text, from.validation);
  } else if (from.name == "attachments") {
    fields.attachments = from.all.attachments(from.validation, from.name);
    fields.attached_bytes = bytes_of(fields.attachments);
  }
}

}  // namespace

Fields read_arguments(const Arguments& arguments, Validation& validation) {
  Fields fields;
  for (const std::string_view name : arguments.names())
    if (!arguments.is_null(name)) read_argument({arguments, name, validation}, fields);
  return fields;
}

void raise_all(Validation& validation, std::span<const Fields> requests) {
  constexpr std::size_t most = 1000;
  if (validation.ok()) return;
  pg::SpiConnection spi;
  std::map<std::string, bool, FoldedLess> is_known{{std::string(kCeo), true}};  // ceo is made by its first booking
  for (const auto& fields : requests) {
    if (fields.item) validation.at_index(*fields.item);
    if (!fields.calendars.has_value() || validation.has_refused("calendars")) continue;
    for (const auto& name : *fields.calendars.value) {
      if (is_known.size() > most) break;
      const auto [known, is_new] = is_known.try_emplace(name, true);
      if (is_new) known->second = find_seen_calendar(name).has_value();
      if (!known->second) refuse_unknown_calendar(validation, "calendars", name);
    }
  }
  spi.finish();
  validation.raise();
}

Fields schedule_arguments(const Arguments& arguments) {
  Validation validation;
  auto fields = read_arguments(arguments, validation);
  fields.event_name.named = true;
  check_values(validation, fields, kArgumentNames);
  check_new(validation, fields, kArgumentNames);
  raise_all(validation, {&fields, 1});
  return fields;
}

}  // namespace jb::functions
