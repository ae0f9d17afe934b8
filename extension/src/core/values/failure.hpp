// SPDX-License-Identifier: PostgreSQL
//
// The one exception that core throws. It carries what PostgreSQL's ereport wants, so that the wall in pg/guard can hand
// the exception on without loss; core itself knows no PostgreSQL.
#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace jb {

/// The errors that the functions raise themselves, one per row of errors.def.
enum class Error {
#define JB_ERROR(name, sqlstate, http, type, title, retry, when) name,
#include "../../../errors.def"
#undef JB_ERROR
};

/// The five characters of the SQLSTATE of `error`.
inline std::string_view sqlstate(Error error) {
  constexpr std::string_view all[] = {
#define JB_ERROR(name, sqlstate, http, type, title, retry, when) sqlstate,
#include "../../../errors.def"
#undef JB_ERROR
  };
  return all[static_cast<std::size_t>(error)];
}

/// Bad input or a refused change: an error to the caller, which changes nothing.
///
/// message: lower case, one line, names the argument and the value. detail: facts; for invalid values the JSON list of
/// all of them. hint: what to do next, a full sentence.
class Failure : public std::exception {
 public:
  Failure(Error error, std::string message, std::string detail, std::string hint)
      : error(error), message(std::move(message)), detail(std::move(detail)), hint(std::move(hint)) {}
  const char* what() const noexcept override { return message.c_str(); }

  Error error;
  std::string message;
  std::string detail;
  std::string hint;
};

}  // namespace jb
