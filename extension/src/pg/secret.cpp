// SPDX-License-Identifier: PostgreSQL
#include "secret.hpp"

#include "core/values/constant_time.hpp"
#include "datum.hpp"

extern "C" {
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
}

namespace jb::pg {

constexpr std::size_t kTokenBytes = 24;

std::string new_token(std::string_view prefix) {
  std::array<char, kTokenBytes> bytes{};
  guarded([&] {
    if (!pg_strong_random(bytes.data(), bytes.size())) elog(ERROR, "could not generate a random token");
  });
  return std::string(prefix) + hex({bytes.data(), bytes.size()});
}

std::string token_of(std::string_view prefix, std::string_view secret) {
  return std::string(prefix) + hex(digest(secret).substr(0, kTokenBytes));
}

std::string hex(std::string_view bytes) {
  std::string text(2 * bytes.size(), '\0');
  hex_encode(bytes.data(), bytes.size(), text.data());
  return text;
}

std::string digest(std::string_view bytes) {
  const Datum whole = from_bytes(bytes).value;
  return to_bytes(guarded([&] { return DirectFunctionCall1(sha256_bytea, whole); }));
}

bool is_token(std::string_view token, std::string_view digest) {
  return equal_in_constant_time(pg::digest(token), digest);
}

}  // namespace jb::pg
