// SPDX-License-Identifier: PostgreSQL
//
// Attachments as members of a larger JSON value. Apart from attachment.hpp, since the JSON library's header and the
// server's do not go together.
#pragma once

#include "attachment.hpp"
#include "json_values.hpp"

namespace jb {

/// As read_attachment of attachment.hpp.
std::optional<Attachment> read_attachment(Validation& validation, std::string_view field, const nlohmann::json& value,
                                          std::optional<std::string> bytes);

/// A list of at most kAttachments of them, each refused under field[i]; one that is no object is left out.
std::optional<std::vector<Attachment>> read_attachments(Validation& validation, std::string_view field,
                                                        const nlohmann::json& value);

}  // namespace jb
