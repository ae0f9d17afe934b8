// SPDX-License-Identifier: PostgreSQL
#include "row_request.hpp"

#include <algorithm>
#include <array>

#include "../event/refusal.hpp"
#include "../ical/calendar_text.hpp"
#include "../values/json.hpp"

namespace jb {

using nlohmann::json;

namespace {

constexpr std::string_view kArgument = "trigger argument";

/// The fields of arguments without a name, by their places.
constexpr std::array<std::string_view, 4> kPositional{"duration", "calendars", "start_timestamp", "end_timestamp"};

/// A field of a request, with its kind as in extension/fields.def.
struct RequestField {
  std::string_view name;
  std::string_view kind;
  bool is_option = false;  ///< of one call, not kept with the event
};

/// A trigger has no dry run, since its row stays.
constexpr std::string_view kNoWish = "dry_run";

constexpr std::array kWishes = std::to_array<RequestField>({
#define JB_FIELD(name, kind, member, column, argument, left_out) {#name, #kind},
#define JB_OPTION(name, type, otherwise) {#name, #type, true},
#include "../../../fields.def"
    {"recurrence", "text"},
});

constexpr std::array<std::string_view, 5> kResults{"event_id", "end_timestamp", "outcome", "reason", "detail"};

/// The outcomes of a row, those with an event first. A row with a column for the event's id shows there that its event
/// was made.
constexpr std::array kOutcomes = std::to_array<std::string_view>({
#define JB_STATE(name) #name,
#include "../../../verbs.def"
});
constexpr std::size_t kMade = 3;

/// An option of a trigger, with its possible words; the first is the default.
struct TriggerOption {
  std::string_view name;
  std::array<std::string_view, 2> words;
};
constexpr std::array<TriggerOption, 2> kOptions{
    {{"on_delete", {"cancel", "delete"}}, {"on_rejection", {"keep", "error"}}}};

/// Whether the word is a reason why a request was rejected, or waits.
bool concerns_request(std::string_view word) {
  const auto reason = reason_from(word);
  return reason && concern_of(*reason) == Concern::request;
}

constexpr std::string_view kBlanks = " \t\n\r\v\f";

/// The row of this name; nullptr when there is none.
template <class Rows>
auto named(const Rows& rows, std::string_view name) -> decltype(rows.data()) {
  const auto* found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
  return found == rows.end() ? nullptr : found;
}

const RequestField* wish_named(std::string_view field) { return field == kNoWish ? nullptr : named(kWishes, field); }

/// The kind of a wish; empty for any other field.
std::string_view kind_of(std::string_view field) {
  const auto* wish = wish_named(field);
  return wish == nullptr ? std::string_view{} : wish->kind;
}

bool is_wish(std::string_view field) { return !kind_of(field).empty(); }

bool is_list(std::string_view field) { return kind_of(field) == "texts"; }

/// Whether a constant of the field is a number or a boolean, not a text.
bool is_no_text(std::string_view field) {
  const auto kind = kind_of(field);
  return kind == "int" || kind == "days" || kind == "count" || kind == "bool";
}

/// The end of the first of several items: the first comma that is neither in quotes nor after a backslash.
std::size_t end_of_item(std::string_view items) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i] == '\\') {
      ++i;
    } else if (items[i] == '"') {
      is_quoted = !is_quoted;
    } else if (items[i] == ',' && !is_quoted) {
      return i;
    }
  }
  return items.size();
}

/// An item without its delimiters: surrounding blanks, quotes, backslashes.
json item_of(std::string_view text) {
  text = without_blanks(text, kBlanks);
  if (is_same_name(text, "null")) return nullptr;
  std::string item;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') continue;
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    item += text[i];
  }
  return item;
}

/// The items of {a,"b, c"}, as PostgreSQL writes an array; or the text itself as the only item.
json items_of(std::string_view text) {
  if (!text.starts_with('{') || !text.ends_with('}')) return json::array({text});
  json items = json::array();
  text = text.substr(1, text.size() - 2);
  if (text.find_first_not_of(kBlanks) == std::string_view::npos) return items;
  for (;;) {
    const auto end = end_of_item(text);
    items.push_back(item_of(text.substr(0, end)));
    if (end == text.size()) return items;
    text.remove_prefix(end + 1);
  }
}

/// A constant is one value. A constant that holds further values stays text, and is refused as text: unlike that of a
/// jsonb value, its depth is unlimited, and writing a deep value takes an equally deep stack.
json constant_of(std::string_view field, const std::string& text) {
  if (is_list(field)) return items_of(text);
  auto value = is_no_text(field) ? json::parse(text, nullptr, false) : json(text);
  return value.is_discarded() || value.is_structured() ? json(text) : value;
}

/// The row's value of a field, in the form of a request; both are JSON as it is written.
std::string value_of(std::string_view field, std::string_view value) {
  if (!is_list(field) || !value.starts_with('"')) return std::string(value);
  return items_of(json::parse(value).get<std::string>()).dump();
}

/// The values of a row or of a request, as JSON, by field.
using Members = std::map<std::string, std::string, std::less<>>;

/// The members of a row's JSON. A field's name has no escapes.
Members members_of(std::string_view said) {
  Members members;
  const auto parts = json_parts(said);
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    const std::string field(parts[i].substr(1, parts[i].size() - 2));
    members[field] = value_of(field, parts[i + 1]);
  }
  return members;
}

std::string object_of(const Members& members) {
  JsonObject object;
  for (const auto& [field, value] : members) object.add(field, RawJson{value});
  return std::move(object).finished();
}

}  // namespace

RowMapping::RowMapping(const std::vector<std::string>& arguments, const std::vector<std::string>& columns,
                       const std::vector<std::string>& generated) {
  for (const auto& column : columns) {
    if (is_wish(column) || contains(kResults, column)) columns_[column] = column;
  }
  Validation validation;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    const auto refuse = [&](const std::string& message) { validation.refuse(kArgument, argument, message); };
    const auto equals = argument.find('=');
    const bool is_positional = equals == std::string::npos;
    if (is_positional && i >= kPositional.size()) {
      refuse("only the first four arguments are positional");
      continue;
    }
    const bool is_constant = !is_positional && equals > 0 && argument[equals - 1] == ':';
    const std::string field(is_positional ? kPositional[i]
                                          : std::string_view(argument).substr(0, equals - (is_constant ? 1 : 0)));
    const auto value = is_positional ? argument : argument.substr(equals + 1);
    const auto* option = named(kOptions, field);
    if (option == nullptr && !is_wish(field) && !contains(kResults, field))
      refuse("there is no field \"" + field + "\"");
    else if (named_[field])
      refuse("the field " + field + " is named twice");
    else if (option != nullptr && (!is_constant || !contains(option->words, value)))
      refuse("it must be " + field + ":=" + std::string(option->words[0]) + " or " + field +
             ":=" + std::string(option->words[1]));
    else if (is_constant && contains(kResults, field))
      refuse("the field " + field + " is a result, which needs a column");
    else if (!is_constant && contains(generated, value))
      refuse("the column \"" + value + "\" is generated, and has no value when a trigger runs");
    else if (!is_constant && !value.empty() && !contains(columns, value))
      refuse("the table has no column \"" + value + "\"");
    named_[field] = true;
    (option != nullptr ? options_ : is_constant ? constants_ : columns_)[field] = value;
    if (is_constant) columns_.erase(field);
  }
  if (column("event_id") == nullptr && column("start_timestamp") == nullptr) {
    validation.refuse(kArgument, "start_timestamp",
                      "the table needs a column for the start or for the event's id, to be told where it is");
  }
  validation.raise();
}

const std::string* RowMapping::column(std::string_view field) const {
  const auto found = columns_.find(field);
  return found == columns_.end() || found->second.empty() ? nullptr : &found->second;
}

bool RowMapping::is_named(std::string_view field) const { return named_.contains(field); }

std::vector<std::pair<std::string, std::string>> RowMapping::wished() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& wish : kWishes) {
    if (const auto* from = column(wish.name)) all.emplace_back(wish.name, *from);
  }
  return all;
}

bool RowMapping::is_kept(std::string_view field) {
  const auto* wish = wish_named(field);
  return wish != nullptr && !wish->is_option;
}

bool RowMapping::is_option(std::string_view name, std::string_view value) const {
  const auto found = options_.find(name);
  return found != options_.end() && found->second == value;
}

bool RowMapping::raises_changes(const RowReply& says) const {
  const auto can_tell = [&](std::string_view field) { return column(field) != nullptr && may_write(field, says); };
  return raises() || (!can_tell("outcome") && !can_tell("reason"));
}

bool RowMapping::is_answered(const RowReply& says) const {
  if (column("outcome") == nullptr) return says.reason && concerns_request(*says.reason);
  if (!says.outcome) return false;
  const auto* made = kOutcomes.begin() + kMade;
  return *says.outcome == "rejected" ||
         (column("event_id") == nullptr && std::find(kOutcomes.begin(), made, *says.outcome) != made);
}

bool RowMapping::may_write(std::string_view field, const RowReply& says) const {
  if (is_named(field)) return true;
  if (field == "outcome") return !says.outcome || contains(kOutcomes, *says.outcome);
  if (field == "reason") return !says.reason || reason_from(*says.reason);
  // A detail is free text, so the reason or the outcome beside it shows whose words they are.
  if (!says.detail) return true;
  if (column("reason") != nullptr) return says.reason && reason_from(*says.reason);
  return says.outcome && (*says.outcome == "rejected" || *says.outcome == "waiting");
}

bool RowMapping::asks_again(const RowReply& before, const RowReply& after) const {
  if (column("outcome") != nullptr) return before.outcome && !after.outcome;
  return before.reason && !after.reason;
}

std::string RowMapping::request(const std::string& said, const std::string& name,
                                std::optional<Seconds> duration) const {
  auto request = members_of(said);
  std::erase_if(request, [](const auto& member) { return member.second == "null"; });
  for (const auto& [field, text] : constants_) request[field] = constant_of(field, text).dump();
  if (duration) request["duration"] = std::to_string(duration->count());
  if (column("event_name") == nullptr && !is_constant("event_name")) request["event_name"] = json(name).dump();
  return object_of(request);
}

std::string RowMapping::changes(const std::string& said, const std::string& before, const std::string& options,
                                std::optional<Seconds> duration, bool of_series, const Completion& completion) const {
  auto changes = members_of(options);
  std::erase_if(changes, [](const auto& member) { return member.second == "null"; });
  for (const auto& [field, text] : constants_) {
    if (!is_kept(field)) changes[field] = constant_of(field, text).dump();
  }
  const auto was = members_of(before);
  for (const auto& [field, value] : members_of(said)) {
    const auto old = was.find(field);
    // The event merges an object (rule 4.25), so the members that the row no longer has are null.
    changes[field] = kind_of(field) == "json" && old != was.end() ? patch_between(old->second, value) : value;
  }
  if (completion) changes[completion->first] = completion->second ? json(*completion->second).dump() : "null";
  if (duration) changes["duration"] = std::to_string(duration->count());
  // A new rule begins with the row's event.
  if (of_series) changes["scope"] = changes.contains("recurrence") ? R"("following")" : R"("all")";
  return object_of(changes);
}

std::vector<std::string> row_outcomes() { return {kOutcomes.begin(), kOutcomes.end()}; }

std::vector<std::string> row_reasons() {
  return {
#define JB_REASON(name, concerns, lifts, binds, facts, when) #name,
#include "../../../reasons.def"
#undef JB_REASON
  };
}

std::string_view row_outcome(std::string_view status) {
  const auto* found = std::find(kOutcomes.begin(), kOutcomes.end(), status);
  return found == kOutcomes.end() ? kOutcomes.front() : *found;
}

}  // namespace jb
