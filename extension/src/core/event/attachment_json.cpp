// SPDX-License-Identifier: PostgreSQL
#include "attachment_json.hpp"

#include "../values/json_values.hpp"

namespace jb {

using nlohmann::json;

namespace {

std::optional<std::string> read_data(Validation& validation, const std::string& field, const json& value) {
  auto data = value.is_string() ? decode_base64(value.get_ref<const std::string&>()) : std::nullopt;
  if (!data) validation.refuse(field, shown(value), "it must be base64 with its padding");
  return data;
}

}  // namespace

std::optional<Attachment> read_attachment(Validation& validation, std::string_view field, const json& value,
                                          std::optional<std::string> bytes) {
  if (!value.is_object()) {
    validation.refuse(field.empty() ? "attachment" : field, shown(value), "it must be a JSON object");
    return std::nullopt;
  }
  Attachment attachment;
  for (const auto& [key, given] : value.items()) {
    const auto where = member(field, key);
    if (given.is_null() && key != "name") continue;
    if (key == "name") {
      attachment.name = read_text(validation, where, given).value_or("?");
    } else if (key == "media_type") {
      attachment.media_type = read_text(validation, where, given);
    } else if (key == "data") {
      attachment.data = read_data(validation, where, given);
    } else if (key == "url") {
      attachment.url = read_text(validation, where, given);
    } else {
      validation.refuse(where, shown(given), "there is no such field");
    }
  }
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
