// SPDX-License-Identifier: PostgreSQL
#include "attachment.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include "../ical/content_line.hpp"
#include "../values/json_values.hpp"
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

namespace {

std::optional<std::string> read_data(Validation& validation, const std::string& field, const json& value) {
  auto data = value.is_string() ? decode_base64(value.get_ref<const std::string&>()) : std::nullopt;
  if (!data) validation.refuse(field, shown(value), "it must be base64 with its padding");
  return data;
}

}  // namespace

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

}  // namespace jb
