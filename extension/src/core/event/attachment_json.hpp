// SPDX-License-Identifier: PostgreSQL
//
// Attachments from JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "attachment.hpp"

namespace jb {

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
