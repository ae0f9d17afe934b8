// SPDX-License-Identifier: PostgreSQL
//
// Attachments: files, and addresses of files, that go with an event. Nothing here ever fetches an address.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../values/validation.hpp"

namespace jb {

/// Either `data` or `url`, as check_attachment demands.
struct Attachment {
  std::string name;                       ///< the name under which to save the file
  std::optional<std::string> media_type;  ///< application/octet-stream for data that came without; often none for a url
  std::optional<std::string> data;        ///< the bytes of the file
  std::optional<std::string> url;
};

/// How many attachments an event may have at one time. A list of an event's attachments has no pages.
constexpr std::size_t kAttachments = 100;

/// The bytes of the attachments' data. An address counts nothing.
std::size_t bytes_of(const std::vector<Attachment>& attachments);

/// "attachments[2].name", or the bare name when `field` is empty.
std::string member(std::string_view field, std::string_view name);

/// Refuses under `field`.name, .media_type, .data and .url (bare names when `field` is empty): a name that is not 1 to
/// 255 characters, or that could lead out of a folder or break a header; a media type that is none (RFC 9110, 8.3.1);
/// data of no or of more than 10 MiB; an address that is no http or https; both of data and url, or neither.
void check_attachment(Validation& validation, std::string_view field, const Attachment& attachment);

/// Decodes base64 (RFC 4648, 4) with blanks and line breaks anywhere; nullopt where the text is no base64. The padding
/// may not be left out.
std::optional<std::string> decode_base64(std::string_view text);

/// Reads and checks an attachment: a JSON object of name, media_type, and data in base64 or url. The base64 may have
/// line breaks, as PostgreSQL's encode() writes them. `bytes`, if given, are the data, and the object must name none.
/// Result: nullopt, refused, when `text` is no object. Errors: 22P02 for a number that no double holds.
std::optional<Attachment> read_attachment(Validation& validation, std::string_view field, const std::string& text,
                                          std::optional<std::string> bytes = std::nullopt);

/// Reads and checks an attachment that is a member of a larger JSON value.
std::optional<Attachment> read_attachment(Validation& validation, std::string_view field, const nlohmann::json& value,
                                          std::optional<std::string> bytes);

/// Reads a list of at most kAttachments attachments. Faults are refused under field[i]; an element that is no object
/// is refused and left out of the result.
std::optional<std::vector<Attachment>> read_attachments(Validation& validation, std::string_view field,
                                                        const nlohmann::json& value);

}  // namespace jb
