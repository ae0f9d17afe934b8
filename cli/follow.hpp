// SPDX-License-Identifier: PostgreSQL
//
// Following the database: jb listen prints rejections, and jb relay forwards them and the changes. Here is what others
// use of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jb::cli {

// The payload of a NOTIFY. Any role may send one, so it only hints where to look.

/// The rejection_id in a NOTIFY's payload; 0 if it has none. The payload is a hint, so a broken one is no error.
long long announced_id(std::string_view payload);

// Messages to a webhook, signed according to Standard Webhooks (https://www.standardwebhooks.com, specification 1.0.0):
// headers webhook-id, webhook-timestamp and webhook-signature, the last with "v1," and the base64 of HMAC-SHA256 over
// "id.timestamp.body" for each secret.

/// The bytes of a secret "whsec_" + base64. Throws std::runtime_error, which does not show the secret, for another form
/// or for other than 24 to 64 bytes.
std::string secret_bytes(std::string_view text);

/// The header webhook-signature: a signature for each secret, separated by blanks. While a secret is being changed, a
/// receiver that knows either one accepts the message.
std::string signatures(const std::vector<std::string>& secrets, const std::string& id, const std::string& timestamp,
                       std::string_view body);

/// SIGINT and SIGTERM as a file descriptor, so that they end a wait and never cut a line in two.
int signal_descriptor();

}  // namespace jb::cli
