// SPDX-License-Identifier: PostgreSQL
#include "one_of.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "../values/json.hpp"
#include "calendar.hpp"

namespace jb {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 2> kChoose{"first", "least_busy"};
constexpr std::array<std::string_view, 3> kPer{"day", "week", "month"};

/// The names of a list, of which `refused` says more about one than that it is no name.
std::vector<std::string> read_names(Validation& validation, const std::string& field, const json& value,
                                    const std::function<std::string_view(const std::string&)>& fault) {
  const auto names = read_texts(validation, field, value);
  if (!names) return {};
  for (std::size_t i = 0; i < names->size(); ++i) {
    const auto& name = (*names)[i];
    const auto why = value[i].is_string() ? fault(name) : std::string_view();  // else read_texts() has refused it
    if (!why.empty()) validation.refuse(field + "[" + std::to_string(i) + "]", name, why);
  }
  return *names;
}

template <class Word, std::size_t N>
void read_word(Validation& validation, const std::string& field, const json& value,
               const std::array<std::string_view, N>& words, std::string_view otherwise, Word& into) {
  if (value.is_null()) return;
  const auto text = read_text(validation, field, value);
  const auto found = text ? std::ranges::find(words, *text) : words.end();
  if (found != words.end())
    into = static_cast<Word>(found - words.begin());
  else if (text)
    validation.refuse(field, *text, otherwise);
}

void read_weights(Validation& validation, const std::string& field, const json& value, OneOf& list) {
  if (value.is_null()) return;
  if (!value.is_array()) return validation.refuse(field, shown(value), "it must be a list of whole numbers");
  for (std::size_t i = 0; i < std::min(value.size(), OneOf::kMostCandidates); ++i) {
    const auto item = field + "[" + std::to_string(i) + "]";
    const auto weight = read_int(validation, item, value[i]);
    if (weight && (*weight < 1 || *weight > OneOf::kMostWeight))
      validation.refuse(item, std::to_string(*weight), "it must be from 1 to 1000");
    list.weights.push_back(weight.value_or(1));
  }
  if (value.size() != list.calendars.size())
    validation.refuse(field, std::to_string(value.size()), "there must be one for each candidate");
  if (std::ranges::all_of(list.weights, [](int weight) { return weight == 1; })) list.weights.clear();
}

using Seen = std::set<std::string, FoldedLess>;

OneOf read_list(Validation& validation, const std::string& field, const json& value, Seen& seen) {
  OneOf list;
  const auto candidate = [&](const std::string& name) -> std::string_view {
    if (!is_calendar_name(name)) return kNoCalendarName;
    return seen.insert(name).second ? std::string_view() : "it is named twice";
  };
  if (value.is_object() && value.contains("calendars")) {  // first, since the others are checked beside them
    list.calendars = read_names(validation, field + ".calendars", value["calendars"], candidate);
    const auto most = OneOf::kMostCandidates;
    if (!validation.has_refused(field + ".calendars") && (list.calendars.empty() || list.calendars.size() > most))
      validation.refuse(field + ".calendars", std::to_string(list.calendars.size()), "there must be 1 to 100");
  }
  const auto is_candidate = [&](const std::string& name) -> std::string_view {
    const bool is_one = std::ranges::any_of(list.calendars, [&](const auto& each) { return is_same_name(each, name); });
    return is_one ? std::string_view() : "it is not one of the candidates";
  };
  const MemberReaders members{
      {"calendars", [](const std::string&, const json&) {}},
      {"count",
       [&](const std::string& name, const json& given) {
         if (!given.is_null()) list.count = read_int(validation, name, given).value_or(1);
       }},
      {"choose",
       [&](const std::string& name, const json& given) {
         read_word(validation, name, given, kChoose, "it must be first or least_busy", list.choose);
       }},
      {"weights", [&](const std::string& name, const json& given) { read_weights(validation, name, given, list); }},
      {"per",
       [&](const std::string& name, const json& given) {
         read_word(validation, name, given, kPer, "it must be day, week or month", list.per);
       }},
      {"same",
       [&](const std::string& name, const json& given) {
         if (!given.is_null()) list.same = read_bool(validation, name, given).value_or(false);
       }},
      {"chosen", [&](const std::string& name, const json& given) {
         if (!given.is_null()) list.chosen = read_names(validation, name, given, is_candidate);
       }}};
  if (!read_object(validation, field, value, "there is no such member", members, field + ".")) return list;
  if (!value.contains("calendars")) validation.refuse(field + ".calendars", "", "it is required");
  const auto candidates = static_cast<int>(list.calendars.size());
  if (list.count < 1 || (candidates > 0 && list.count > candidates))
    validation.refuse(field + ".count", std::to_string(list.count), "it must be from 1 to the number of candidates");
  if (!list.chosen.empty() && list.chosen.size() != static_cast<std::size_t>(list.count))
    validation.refuse(field + ".chosen", std::to_string(list.chosen.size()), "there must be as many as count says");
  return list;
}

}  // namespace

std::optional<Lists> read_lists(Validation& validation, std::string_view field, const json& value) {
  if (!value.is_array() || value.empty() || value.size() > OneOf::kMostLists) {
    validation.refuse(field, shown(value), R"(it must be 1 to 4 lists such as [{"calendars": ["room:1", "room:2"]}])");
    return std::nullopt;
  }
  Lists lists;
  Seen seen;
  for (std::size_t i = 0; i < value.size(); ++i)
    lists.push_back(read_list(validation, std::string(field) + "[" + std::to_string(i) + "]", value[i], seen));
  return lists;
}

std::optional<Lists> read_lists(Validation& validation, std::string_view field, const std::string& text) {
  return read_lists(validation, field, json::parse(text, nullptr, false));
}

void check_candidates(Validation& validation, const Lists& lists,
                      const std::function<bool(const std::string&)>& is_known) {
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const auto candidates = "one_of[" + std::to_string(i) + "].calendars";
    if (validation.has_refused(candidates)) continue;
    for (std::size_t j = 0; j < lists[i].calendars.size(); ++j) {
      const auto& name = lists[i].calendars[j];
      const auto field = candidates + "[" + std::to_string(j) + "]";
      if (!validation.has_refused(field) && !is_known(name)) refuse_unknown_calendar(validation, field, name);
    }
  }
}

void check_zones(Validation& validation, const Lists& lists,
                 const std::function<std::string(const std::string&)>& zone_of) {
  const auto& candidates = lists.front().calendars;
  const auto first = zone_of(candidates.front());
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    if (zone_of(candidates[i]) != first)
      validation.refuse("one_of[0].calendars[" + std::to_string(i) + "]", candidates[i],
                        "it is in another zone than the first, and calendars names none whose clock could be read");
  }
}

Lists parse_lists(const std::string& text) {
  Validation validation;
  auto lists = read_lists(validation, "one_of", text);
  validation.raise();
  return std::move(*lists);
}

void append_json(std::string& to, const OneOf& list) {
  std::vector<int> weights;
  for (std::size_t i = 0; i < list.calendars.size(); ++i) weights.push_back(list.weight(i));
  JsonObject json;
  json.add("calendars", list.calendars);
  json.add("count", list.count);
  json.add("choose", kChoose.at(static_cast<std::size_t>(list.choose)));
  json.add("weights", weights);
  json.add("per", kPer.at(static_cast<std::size_t>(list.per)));
  json.add("same", list.same);
  json.add("chosen", list.chosen);
  to += std::move(json).finished();
}

std::string json_of(const Lists& lists) {
  std::string text;
  append_json(text, lists);
  return text;
}

}  // namespace jb
