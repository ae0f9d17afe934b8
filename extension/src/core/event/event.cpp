// SPDX-License-Identifier: PostgreSQL
#include "event.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "../ical/calendar_text.hpp"
#include "calendar.hpp"

namespace jb {

using nlohmann::json;

namespace {

constexpr std::size_t kDaysOfWeek = kWeekdays.size();

constexpr std::uint8_t bit_of(std::size_t day) { return static_cast<std::uint8_t>(1U << day); }

bool has_day(const Within& within, std::size_t day) { return (within.days & bit_of(day % kDaysOfWeek)) != 0; }

std::optional<std::uint8_t> read_days(Validation& validation, const std::string& field, const json& value) {
  if (!value.is_array() || value.empty()) {
    validation.refuse(field, shown(value), "it must be a list of days, monday to sunday");
    return std::nullopt;
  }
  std::uint8_t days = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto name = value[i].is_string() ? value[i].get<std::string>() : std::string();
    const auto found = std::ranges::find(kWeekdays, name);
    const auto bit = found == kWeekdays.end() ? 0 : bit_of(static_cast<std::size_t>(found - kWeekdays.begin()));
    const auto item = field + "[" + std::to_string(i) + "]";
    if (bit == 0)
      validation.refuse(item, shown(value[i]), "there is no such day");
    else if ((days & bit) != 0)
      validation.refuse(item, name, "it is named twice");
    days |= bit;
  }
  return days;
}

/// The longest stretch on the wall clock; kLongest if it has no end.
Seconds longest_stretch(const Within& within) {
  const auto length = within.to - within.from + (within.to <= within.from ? kDay : Seconds{0});
  if (length < kDay) return length;
  if (within.days == Within::kEveryDay) return kLongest;
  std::size_t longest = 0, run = 0;
  for (std::size_t day = 0; day < 2 * kDaysOfWeek; ++day) {
    run = has_day(within, day) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest * kDay;
}

}  // namespace

std::optional<Within> read_within(Validation& validation, std::string_view field, const json& value,
                                  const Within& present) {
  const auto refused_before = validation.faults().size();
  auto within = present;
  const std::string prefix = std::string(field) + ".";
  const auto into = [&](auto& member, auto otherwise, auto read) {
    return [&, otherwise, read](const std::string& name, const json& given) {
      member = given.is_null() ? otherwise : read(validation, name, given).value_or(otherwise);
    };
  };
  const MemberReaders members{{"days", into(within.days, Within().days, read_days)},
                              {"from", into(within.from, Within().from, read_time_of_day)},
                              {"to", into(within.to, Within().to, read_end_of_day)}};
  if (!read_object(validation, field, value, "there is no such member", members, prefix,
                   R"(it must be {"days": ["monday", …], "from": "HH:MM", "to": "HH:MM"})"))
    return std::nullopt;
  if (within.from == within.to)
    validation.refuse(prefix + "to", format_time_of_day(within.to), "it must not be the same time as from");
  if (validation.faults().size() > refused_before) return std::nullopt;
  return within;
}

std::optional<Within> read_within(Validation& validation, std::string_view field, const std::string& text) {
  return read_within(validation, field, json::parse(text, nullptr, false));
}

Within parse_within(const std::string& text) {
  Validation validation;
  const auto within = read_within(validation, "within", text);
  validation.raise();
  return *within;
}

std::string json_of(const Within& within) {
  std::vector<std::string_view> days;
  for (std::size_t day = 0; day < kDaysOfWeek; ++day)
    if (has_day(within, day)) days.push_back(kWeekdays[day]);
  JsonObject object;
  object.add("days", days);
  object.add("from", format_time_of_day(within.from));
  object.add("to", format_time_of_day(within.to));
  return std::move(object).finished();
}

void append_json(std::string& to, const Within& within) { to += json_of(within); }

Hours hours_of(const Within& within) {
  Hours hours;
  const bool passes_midnight = within.to <= within.from;
  for (std::size_t day = 0; day < kDaysOfWeek; ++day) {
    if (!has_day(within, day)) continue;
    hours.week[day].push_back({within.from, passes_midnight ? kDay : within.to});
    if (passes_midnight && within.to > Seconds{0}) hours.week[(day + 1) % kDaysOfWeek].push_back({{}, within.to});
  }
  for (auto& spans : hours.week) spans = normalise(std::move(spans));
  return hours;
}

void check_holds(Validation& validation, const Within& within, Seconds length) {
  if (length <= longest_stretch(within)) return;
  validation.refuse("within", json_of(within), "the event lasts longer, " + format_duration(length));
}

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

namespace {

constexpr std::size_t kFileNameLength = 255;
constexpr std::size_t kMediaTypeLength = 200;
constexpr std::size_t kUrlLength = 2000;
constexpr std::size_t kMostBytes = std::size_t{10} << 20;

/// Whether a file may be saved under the name: no path, and nothing that ends a line of an HTTP header.
bool is_file_name(std::string_view name) {
  if (name == "." || name == "..") return false;
  return name.find_first_of("/\\") == std::string_view::npos && !has_control(name);
}

/// Whether the text is a media type that can stand in a header.
bool is_media_type(std::string_view text) {
  return text.size() <= kMediaTypeLength && parse_media_type(text) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

/// Whether the text is an http or https address with a host. An address of another scheme could run in the browser of
/// a user who clicks it (javascript:, data:), or name a file of that user's machine (file:).
bool is_url(std::string_view text) {
  const auto scheme = upper(text.substr(0, text.find(':')));
  if ((scheme != "HTTP" && scheme != "HTTPS") || text.size() > kUrlLength) return false;
  const auto rest = text.substr(scheme.size());
  return rest.starts_with("://") && rest.size() > 3 && rest.find_first_of("/?#\\", 3) != 3 &&
         text.find(' ') == std::string_view::npos && !has_control(text);
}

int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

std::optional<std::string> read_data(Validation& validation, const std::string& field, const json& value) {
  auto data = value.is_string() ? decode_base64(value.get_ref<const std::string&>()) : std::nullopt;
  if (!data) validation.refuse(field, shown(value), "it must be base64 with its padding");
  return data;
}

}  // namespace

std::string member(std::string_view field, std::string_view name) {
  return field.empty() ? std::string(name) : std::string(field) + "." + std::string(name);
}

void check_attachment(Validation& validation, std::string_view field, const Attachment& attachment) {
  const auto& [name, media_type, data, url] = attachment;
  if (name.empty() || characters(name) > kFileNameLength) {
    validation.refuse(member(field, "name"), name, "it must be 1 to 255 characters long");
  } else if (!has_visible(name)) {
    validation.refuse(member(field, "name"), name, fault_of_unseen(name));
  } else if (!is_file_name(name)) {
    validation.refuse(member(field, "name"), name, "it must be the name of a file, without slashes and controls");
  }
  if (media_type && !is_media_type(*media_type)) {
    validation.refuse(member(field, "media_type"), *media_type, "it must be a media type such as application/pdf");
  }
  if (data && (data->empty() || data->size() > kMostBytes)) {
    validation.refuse(member(field, "data"), std::to_string(data->size()) + " bytes", "it must be 1 byte to 10 MiB");
  }
  if (url && !is_url(*url)) {
    validation.refuse(member(field, "url"), *url, "it must be an http or https address of at most 2000 characters");
  }
  if (data && url) {
    validation.refuse(member(field, "url"), *url, "it contradicts data");
  } else if (!data && !url && !validation.has_refused(member(field, "data")) &&
             !validation.has_refused(member(field, "url"))) {
    validation.refuse(member(field, "data"), "", "data or url is required");
  }
}

std::size_t bytes_of(const std::vector<Attachment>& attachments) {
  return std::accumulate(attachments.begin(), attachments.end(), std::size_t{0},
                         [](std::size_t sum, const auto& one) { return sum + (one.data ? one.data->size() : 0); });
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  int held = 0;
  int padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
    const int bits = c == '=' && held >= 2 ? 0 : sextet(c);
    if (bits < 0 || (padding > 0 && c != '=')) return std::nullopt;
    if (c == '=') ++padding;
    group = group << 6 | static_cast<std::uint32_t>(bits);
    if (++held < 4) continue;
    for (int i = 0; i < 3 - padding; ++i) bytes += static_cast<char>(group >> (16 - 8 * i) & 0xFF);
    if (padding > 0) held = -1;  // only blanks may follow
    if (held == 4) held = 0;
    group = 0;
  }
  if (held > 0) return std::nullopt;
  return bytes;
}

std::optional<Attachment> read_attachment(Validation& validation, std::string_view field, const json& value,
                                          std::optional<std::string> bytes) {
  Attachment attachment;
  const auto into = [&](auto& part, auto read) {
    return [&, read](const auto& where, const json& given) {
      if (!given.is_null()) part = read(validation, where, given);
    };
  };
  const MemberReaders members{
      {"name", [&](const auto& where,
                   const json& given) { attachment.name = read_text(validation, where, given).value_or("?"); }},
      {"media_type", into(attachment.media_type, read_text)},
      {"data", into(attachment.data, read_data)},
      {"url", into(attachment.url, read_text)}};
  if (!read_object(validation, field.empty() ? "attachment" : field, value, "there is no such field", members,
                   member(field, "")))
    return std::nullopt;
  if (bytes && attachment.data) validation.refuse(member(field, "data"), "", "it is given twice");
  if (bytes) attachment.data = std::move(bytes);
  if (!attachment.media_type && attachment.data) attachment.media_type = "application/octet-stream";
  check_attachment(validation, field, attachment);
  return attachment;
}

std::optional<Attachment> read_attachment(Validation& validation, std::string_view field, const std::string& text,
                                          std::optional<std::string> bytes) {
  return read_attachment(validation, field, parse_json(text), std::move(bytes));
}

std::optional<std::vector<Attachment>> read_attachments(Validation& validation, std::string_view field,
                                                        const json& value) {
  if (!value.is_array()) {
    validation.refuse(field, shown(value), "it must be a list of objects");
    return std::nullopt;
  }
  if (value.size() > kAttachments) {
    validation.refuse(field, std::to_string(value.size()), "there must be at most 100");
    return std::nullopt;
  }
  std::vector<Attachment> all;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto where = std::string(field) + "[" + std::to_string(i) + "]";
    if (auto one = read_attachment(validation, where, value[i], std::nullopt)) all.push_back(std::move(*one));
  }
  return all;
}

namespace {

constexpr std::size_t kMetadataBytes = 16'384;
constexpr int kMetadataDepth = 64;

/// A number without the trailing zeros of its fraction. jsonb writes no exponents.
std::string_view without_zeros(std::string_view number) {
  if (number.find('.') == std::string_view::npos || number.find_first_of("eE") != std::string_view::npos) return number;
  number = number.substr(0, number.find_last_not_of('0') + 1);
  return number.ends_with('.') ? number.substr(0, number.size() - 1) : number;
}

/// The text without the parts that are ignored when objects are compared and measured.
std::string plain(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const bool is_number = text[at] == '-' || ('0' <= text[at] && text[at] <= '9');
    const auto end = text[at] == '"' ? end_of_json_string(text, at)
                     : is_number     ? std::min(text.find_first_not_of("0123456789+-.eE", at), text.size())
                                     : at + 1;
    const auto part = text.substr(at, end - at);
    if (part.find_first_of(" \t\n\r") != 0) result += is_number ? without_zeros(part) : part;
    at = end;
  }
  return result;
}

/// How deep arrays and objects are nested.
int depth_of(std::string_view text) {
  int depth = 0, deepest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
    if (c == '}' || c == ']') --depth;
    at = c == '"' ? end_of_json_string(text, at) : at + 1;
  }
  return deepest;
}

/// The name of a member without its quotes and escapes.
std::string name_of_member(std::string_view part) {
  if (part.find('\\') != std::string_view::npos) return nlohmann::json::parse(part).get<std::string>();
  return std::string(part.substr(1, part.size() - 2));
}

/// A member as it is written.
struct Member {
  std::string_view name;
  std::string value;
};

/// As jsonb orders an object's members: the shorter name first.
struct ShorterFirst {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

using Members = std::map<std::string, Member, ShorterFirst>;

Members members_of(std::string_view object) {
  Members members;
  const auto parts = json_parts(object);
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2)
    members[name_of_member(parts[i])] = {parts[i], std::string(parts[i + 1])};
  return members;
}

std::string object_of(const Members& members) {
  std::string text = "{";
  for (const auto& [name, member] : members) {
    if (text.size() > 1) text += ", ";
    text.append(member.name).append(": ").append(member.value);
  }
  return text + "}";
}

// check_metadata limits the depth of patches, and so of this recursion.
std::string merged(std::string_view target, std::string_view patch) {
  auto members = members_of(target);
  for (const auto& [name, change] : members_of(patch)) {
    if (change.value == "null") {
      members.erase(name);
      continue;
    }
    auto& member = members[name];
    member.name = change.name;
    member.value = change.value.starts_with('{')
                       ? merged(member.value.starts_with('{') ? member.value : "{}", change.value)
                       : change.value;
  }
  return object_of(members);
}

/// By Status.
constexpr std::array<std::string_view, 9> kNames{"scheduled", "held",    "waiting",     "cancelled", "denied",
                                                 "expired",   "pending", "in_progress", "completed"};

}  // namespace

bool operator==(const Metadata& a, const Metadata& b) { return a.text == b.text || plain(a.text) == plain(b.text); }

bool check_metadata(Validation& validation, std::string_view field, std::string_view text) {
  if (plain(text).size() > kMetadataBytes)
    validation.refuse(field, text, "it must be at most 16384 bytes long, blanks between members not counted");
  else if (depth_of(text) > kMetadataDepth)
    validation.refuse(field, text, "it must be nested at most 64 deep");
  else
    return true;
  return false;
}

std::optional<Metadata> read_metadata(Validation& validation, std::string_view field, std::string_view text,
                                      bool is_patch) {
  if (!text.starts_with('{'))
    validation.refuse(field, text, "it must be a JSON object");
  else if (check_metadata(validation, field, text))
    return Metadata{std::string(text), is_patch};
  return std::nullopt;
}

Metadata patched(const std::optional<Metadata>& present, const Metadata& patch) {
  return {merged(present ? std::string_view(present->text) : "{}", patch.text)};
}

// No event has an object as deep as a user's own table may hold; so this recursion is limited like that of merged().
std::string patch_between(std::string_view before, std::string_view after) {
  if (!before.starts_with('{') || !after.starts_with('{') || depth_of(before) > kMetadataDepth)
    return std::string(after);
  auto members = members_of(after);
  for (const auto& [name, was] : members_of(before)) {
    const auto [member, is_gone] = members.try_emplace(name, Member{was.name, "null"});
    if (is_gone) continue;
    if (member->second.value == was.value)
      members.erase(member);
    else
      member->second.value = patch_between(was.value, member->second.value);
  }
  return object_of(members);
}

bool names_value(std::string_view text) {
  if (text.find_first_of("{[") != 0) return true;
  const auto parts = json_parts(text);
  const std::size_t step = text.starts_with('{') ? 2 : 1;  // every second part of an object is a name
  for (auto i = step - 1; i < parts.size(); i += step) {
    if (names_value(parts[i])) return true;
  }
  return false;
}

void append_json(std::string& to, const Metadata& metadata) { to += metadata.text; }

std::string_view name_of(Verb verb) {
  constexpr std::array names{
#define JB_VERB(name) std::string_view(#name),
#include "../../../verbs.def"
  };
  return names.at(static_cast<std::size_t>(verb));
}

std::string_view name_of(Status status) { return kNames.at(static_cast<std::size_t>(status)); }

std::optional<Status> status_from(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Status>(found - kNames.begin());
}

bool is_shown_status(std::string_view name) {
  const auto status = status_from(name);
  return status && *status != Status::scheduled;
}

std::vector<std::string> Event::booked_on() const {
  auto names = calendars;
  names.insert(names.end(), attendee_calendars.begin(), attendee_calendars.end());
  return names;
}

// Once it was held, a waiting event has been confirmed: only a confirmed event waits again.
std::vector<std::string> Event::unanswered_on() const {
  const bool was_answered =
      status == Status::waiting ? expires_at.has_value() : status != Status::held && status != Status::expired;
  if (was_answered) return {};
  auto names = proposed_on;
  std::erase_if(names, [&](const auto& name) { return !is_on(name); });
  return names;
}

bool Event::is_on(const std::string& calendar) const {
  return contains(calendars, calendar) || contains(attendee_calendars, calendar);
}

Status status_at(const Event& event, Instant now) {
  if (event.is_due(now)) return Status::expired;
  if (event.status != Status::scheduled) return event.status;
  if (now < event.time->start) return Status::pending;
  return now < event.time->end ? Status::in_progress : Status::completed;
}

Failure no_such_event(EventId id) {
  return {Error::not_found, "event " + std::to_string(id) + " does not exist", "",
          "jb_events() lists the events of a calendar."};
}

std::vector<std::string> candidates_of(const Event& event) {
  std::vector<std::string> all;
  if (!event.one_of) return all;
  for (const auto& list : *event.one_of) all.insert(all.end(), list.calendars.begin(), list.calendars.end());
  return all;
}

std::vector<std::string> named_of(const Event& event) {
  if (!event.one_of) return event.calendars;
  const auto candidates = candidates_of(event);
  const std::set<std::string_view, FoldedLess> listed(candidates.begin(), candidates.end());
  auto named = event.calendars;
  std::erase_if(named, [&](const auto& name) { return listed.contains(name); });
  return named;
}

void widen(Event& event) {
  if (!event.one_of) return;
  event.calendars = named_of(event);
  for (const auto& list : *event.one_of) {
    const bool is_kept = list.same && event.series && !list.chosen.empty();  // rule 2.18.8
    const auto& names = is_kept ? list.chosen : list.calendars;
    event.calendars.insert(event.calendars.end(), names.begin(), names.end());
  }
}

std::vector<std::string> pool_of(const Event& event, const OneOf& list) {
  const std::set<std::string_view, FoldedLess> on(event.calendars.begin(), event.calendars.end());
  std::vector<std::string> open;
  std::ranges::copy_if(list.calendars, std::back_inserter(open), [&](const auto& name) { return on.contains(name); });
  return open;
}

bool has_choice(const Event& event) {
  return event.one_of && std::ranges::any_of(*event.one_of, [&](const OneOf& list) {
           return pool_of(event, list).size() > static_cast<std::size_t>(list.count);
         });
}

Needs needs_of(const Event& event) {
  if (!has_choice(event)) return {event.booked_on()};
  Needs needs{named_of(event)};
  needs.all.insert(needs.all.end(), event.attendee_calendars.begin(), event.attendee_calendars.end());
  for (const auto& list : *event.one_of)
    needs.some.push_back({pool_of(event, list), static_cast<std::size_t>(list.count)});
  return needs;
}

void tell_chosen(Event& event) {
  if (!event.one_of) return;
  for (auto& list : *event.one_of) {
    list.chosen = pool_of(event, list);
    if (list.chosen.size() != static_cast<std::size_t>(list.count)) list.chosen.clear();
  }
}

}  // namespace jb
