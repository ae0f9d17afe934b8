// SPDX-License-Identifier: PostgreSQL
//
// Attachments from JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "attachment.hpp"

namespace jb {

/// An attachment from a JSON object of name, media_type, and data in base64 or url; line breaks in base64 pass, as
/// PostgreSQL's encode() writes them. nullopt: refused. It is checked, unless `bytes` are to take the place of its
/// data. Errors: 22P02 for a number that no double holds.
std::optional<Attachment> read_attachment(Validation& validation, std::string_view field, const std::string& text,
                                          std::optional<std::string> bytes = std::nullopt);

/// The same as a member of a larger value.
std::optional<Attachment> read_attachment(Validation& validation, std::string_view field, const nlohmann::json& value,
                                          std::optional<std::string> bytes);

/// A list of at most kAttachments of them, each refused under field[i]; an element that is no object is left out.
std::optional<std::vector<Attachment>> read_attachments(Validation& validation, std::string_view field,
                                                        const nlohmann::json& value);

}  // namespace jb
