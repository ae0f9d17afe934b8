// SPDX-License-Identifier: PostgreSQL
#include "arguments.hpp"

#include "core/event/fields_json.hpp"
#include "core/values/time_text.hpp"

namespace jb::sql {

std::vector<Fields> Arguments::requests(Validation& validation, int i) const {
  if (too_many_items(validation, "requests", pg::jsonb_size(datum(i)))) return {};
  return read_requests(validation, pg::jsonb_text(datum(i)), pg::parse_interval);
}

std::optional<Seconds> Arguments::duration(Validation& validation, int i, std::string_view name) const {
  if (is_null(i)) return std::nullopt;
  return check_duration(validation, name, pg::interval_text(datum(i)), pg::to_interval(datum(i)));
}

std::vector<Seconds> Arguments::durations(Validation& validation, int i, std::string_view name,
                                          std::size_t most) const {
  const auto items = is_null(i) ? std::vector<std::optional<Datum>>{} : pg::to_items(datum(i));
  if (items.empty() || items.size() > most) {
    validation.refuse(name, is_null(i) ? "NULL" : std::to_string(items.size()),
                      "there must be 1 to " + std::to_string(most));
    return {};
  }
  std::vector<Seconds> durations;
  for (const auto& item : items) {
    const auto field = std::string(name) + "[" + std::to_string(durations.size()) + "]";
    if (!item) validation.refuse(field, "NULL", "it must not be null");
    const auto duration =
        item ? check_duration(validation, field, pg::interval_text(*item), pg::to_interval(*item)) : std::nullopt;
    durations.push_back(duration.value_or(kShortest));
  }
  return durations;
}

std::optional<std::vector<std::string>> Arguments::texts(Validation& validation, int i, std::string_view name) const {
  if (is_null(i)) return std::nullopt;
  std::vector<std::string> texts;
  for (auto& text : pg::to_optional_texts(datum(i))) {
    if (!text)
      validation.refuse(std::string(name) + "[" + std::to_string(texts.size()) + "]", "NULL", "it must not be null");
    texts.push_back(std::move(text).value_or("?"));
  }
  return texts;
}

std::vector<Attachment> Arguments::attachments(Validation& validation, int i, std::string_view name) const {
  std::vector<Attachment> all;
  if (is_null(i)) return all;
  const auto items = pg::to_items(datum(i));
  if (items.size() > kAttachments) {
    validation.refuse(name, std::to_string(items.size()), "there must be at most 100");
    return all;
  }
  for (std::size_t at = 0; at < items.size(); ++at) {
    const auto where = std::string(name) + "[" + std::to_string(at) + "]";
    if (auto one = read_attachment(validation, where, items[at] ? pg::jsonb_text(*items[at]) : "null"))
      all.push_back(std::move(*one));
  }
  return all;
}

Scope Arguments::scope(Validation& validation, int i) const {
  const auto word = text(i);
  const auto scope = word ? scope_from(*word) : Scope::one;
  if (!scope) validation.refuse("scope", *word, "it must be one, following or all");
  return scope.value_or(Scope::one);
}

Scope Arguments::scope(int i) const {
  Validation validation;
  const auto scope = this->scope(validation, i);
  validation.raise();
  return scope;
}

std::optional<Date> Arguments::date(Validation& validation, int i, std::string_view name) const {
  const auto date = this->date(i);
  const Instant midnight{date.value_or(Date{}).time_since_epoch()};
  if (midnight < kRepresentable.start || midnight >= kRepresentable.end)
    validation.refuse(name, format_utc(midnight), "it must lie in the years 0001 to 9999");
  return date;
}

std::optional<Date> Arguments::required_date(Validation& validation, int i, std::string_view name) const {
  if (is_null(i)) validation.refuse(name, "NULL", "it is required");
  return date(validation, i, name);
}

EventId Arguments::event_id(int i) const {
  if (!is_null(i)) return pg::to_id(datum(i));
  throw Failure(Error::not_found, "event NULL does not exist", "", "Give the event_id that jb_schedule() returned.");
}

namespace {

int within(std::string_view name, int count, int least) {
  if (count >= least && count <= 1000) return count;
  Validation validation;
  validation.refuse(name, std::to_string(count), "it must be from " + std::to_string(least) + " to 1000");
  throw validation.failure();
}

}  // namespace

int Arguments::max_rows(int i) const { return within("max_rows", integer(i).value_or(100), 1); }

int Arguments::last(int i) const { return within("last", integer(i).value_or(0), 0); }

}  // namespace jb::sql
