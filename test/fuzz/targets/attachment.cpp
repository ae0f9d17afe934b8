// SPDX-License-Identifier: PostgreSQL
//
// Promise: base64 gives back exactly the encoded bytes, and nothing else is accepted as base64. An accepted attachment
// has a name that is no path, a media type that fits into a header, and either data or the address of a page.
//
// Input: bytes, used as they are, as base64, and as the JSON of an attachment.
#include <algorithm>

#include "../promise.hpp"
#include "../target.hpp"
#include "core/event/event.hpp"

namespace jb::fuzz::of_attachment {
namespace {

std::string encode_base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view three = bytes.substr(i, 3);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < three.size() ? static_cast<std::uint8_t>(three[k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += k <= three.size() ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

void check_base64(std::string_view text) {
  promise(decode_base64(encode_base64(text)) == text, "base64 gives back the bytes that were written in it");
  const auto bytes = decode_base64(text);
  if (!bytes) return;
  std::string bare(text);
  std::erase_if(bare, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  promise(bare.size() % 4 == 0, "base64 comes in groups of four");
  promise(bytes->size() == bare.size() / 4 * 3 - static_cast<std::size_t>(std::count(bare.begin(), bare.end(), '=')),
          "base64 is as long as its groups and padding say");
  promise(decode_base64(encode_base64(*bytes)) == bytes, "bytes are read as they are written");
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

void check_attachment(const Attachment& attachment) {
  const auto& [name, media_type, data, url] = attachment;
  promise(!name.empty() && characters(name) <= 255 && name != "." && name != "..", "a file has a name");
  promise(name.find_first_of(std::string_view("/\\\r\n\0", 5)) == std::string::npos, "a name leads nowhere");
  promise(!media_type || is_printable(*media_type), "a media type fits into a header");
  promise(data.has_value() != url.has_value(), "an attachment is data or an address");
  promise(!data || (!data->empty() && media_type), "data has bytes and a type");
  promise(!url || (url->find("://") < 6 && url->find_first_of(" \r\n") == std::string::npos), "an address is one");
}

void check_json(const std::string& text, std::optional<std::string> bytes) {
  const auto attachment =
      accepted([&](Validation& validation) { return read_attachment(validation, "", text, std::move(bytes)); });
  if (attachment && *attachment) check_attachment(**attachment);
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_base64(text);
  if (!is_text(text)) return 0;
  check_json(text, std::nullopt);
  check_json(text, "bytes");
  return 0;
}

const Target target{"attachment", read_input};

}  // namespace
}  // namespace jb::fuzz::of_attachment
