// SPDX-License-Identifier: PostgreSQL
#include "event.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "../ical/calendar_text.hpp"
#include "../values/media_type.hpp"

namespace jb {

using nlohmann::json;

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

}  // namespace jb
