// SPDX-License-Identifier: PostgreSQL
#include "arguments.hpp"

#include "core/event/fields_json.hpp"
#include "core/values/time_text.hpp"

namespace jb::functions {

std::vector<Fields> Arguments::requests(Validation& validation, std::string_view name) const {
  if (too_many_items(validation, "requests", pg::jsonb_size(datum(name)))) return {};
  return read_requests(validation, pg::jsonb_text(datum(name)), pg::parse_interval);
}

std::optional<Seconds> Arguments::duration(Validation& validation, std::string_view name) const {
  if (is_null(name)) return std::nullopt;
  return check_duration(validation, name, pg::interval_text(datum(name)), pg::to_interval(datum(name)));
}

std::vector<Seconds> Arguments::durations(Validation& validation, std::string_view name, std::size_t most) const {
  const auto items = is_null(name) ? std::vector<std::optional<Datum>>{} : pg::to_items(datum(name));
  if (items.empty() || items.size() > most) {
    validation.refuse(name, is_null(name) ? "NULL" : std::to_string(items.size()),
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

std::optional<std::vector<std::string>> Arguments::texts(Validation& validation, std::string_view name) const {
  if (is_null(name)) return std::nullopt;
  std::vector<std::string> texts;
  for (auto& text : pg::to_optional_texts(datum(name))) {
    if (!text)
      validation.refuse(std::string(name) + "[" + std::to_string(texts.size()) + "]", "NULL", "it must not be null");
    texts.push_back(std::move(text).value_or("?"));
  }
  return texts;
}

std::vector<Attachment> Arguments::attachments(Validation& validation, std::string_view name) const {
  std::vector<Attachment> all;
  if (is_null(name)) return all;
  const auto items = pg::to_items(datum(name));
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

Scope Arguments::scope(Validation& validation) const {
  const auto word = text("scope");
  const auto scope = word ? scope_from(*word) : Scope::one;
  if (!scope) validation.refuse("scope", *word, "it must be one, following or all");
  return scope.value_or(Scope::one);
}

Scope Arguments::scope() const {
  Validation validation;
  const auto scope = this->scope(validation);
  validation.raise();
  return scope;
}

std::optional<Instant> Arguments::instant(Validation& validation, std::string_view name) const {
  const auto instant = this->instant(name);
  if (instant && !kRepresentable.contains({*instant, *instant}))
    validation.refuse(name, format_utc(*instant), "it must lie in the years 0001 to 9999");
  return instant;
}

std::optional<Date> Arguments::date(Validation& validation, std::string_view name) const {
  const auto date = this->date(name);
  const Instant midnight{date.value_or(Date{}).time_since_epoch()};
  if (midnight < kRepresentable.start || midnight >= kRepresentable.end)
    validation.refuse(name, format_utc(midnight), "it must lie in the years 0001 to 9999");
  return date;
}

std::optional<Date> Arguments::required_date(Validation& validation, std::string_view name) const {
  if (is_null(name)) validation.refuse(name, "NULL", "it is required");
  return date(validation, name);
}

EventId Arguments::event_id(std::string_view name) const {
  if (!is_null(name)) return pg::to_id(datum(name));
  throw Failure(Error::not_found, "event NULL does not exist", "", "Give the event_id that jb_schedule() returned.");
}

namespace {

int within(std::string_view name, int count, int least) {
  if (count >= least && count <= 1000) return count;
  throw invalid(name, std::to_string(count), "it must be from " + std::to_string(least) + " to 1000");
}

}  // namespace

int Arguments::max_rows() const { return within("max_rows", integer("max_rows").value_or(100), 1); }

int Arguments::last() const { return within("last", integer("last").value_or(0), 0); }

}  // namespace jb::functions
