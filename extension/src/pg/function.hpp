// SPDX-License-Identifier: PostgreSQL
//
// SQL-callable functions: how the server enters them, and their arguments.
#pragma once

#include "core/values/budget.hpp"
#include "guard.hpp"
#include "param.hpp"
#include "schema.hpp"

namespace jb::pg {

/// The frame of one call: holds the account of the call's budgets (rule 14.2), and returns freed memory to the system
/// when the call ends.
class CallFrame {
 public:
  CallFrame();
  ~CallFrame();
  CallFrame(const CallFrame&) = delete;
  CallFrame& operator=(const CallFrame&) = delete;

 private:
  Account account_;
  char* heap_end_;
};

/// The entry point of a SQL-callable function: runs `body`, and reports an exception of `body` as an error of the
/// server.
template <Datum (*body)(FunctionCallInfo)>
Datum entry(FunctionCallInfo info) {
  Datum result = 0;
  entered_function = info->flinfo->fn_oid;
  const auto report = reported([&] {
    const CallFrame frame;
    result = body(info);
  });
  if (report) raise(*report);
  return result;
}

/// The arguments of one call as Datums, by their place in the SQL declaration, counted from 0. The object refers to the
/// call and must not outlive the call.
class Call {
 public:
  explicit Call(FunctionCallInfo info) : info_(info) {}

  int count() const { return info_->nargs; }

  /// The names of the arguments in their order, as this database declares them; an empty name for an argument without a
  /// name. The session keeps them: they stay valid until names() is called again.
  const std::vector<std::string>& names() const;

  /// Whether the argument is null. An argument behind the last is null too.
  bool is_null(int i) const { return i >= info_->nargs || info_->args[i].isnull; }
  /// The argument's value. Do not call it for a null argument.
  Datum datum(int i) const { return info_->args[i].value; }
  /// The argument, null or not, as a parameter of a statement.
  Param param(int i) const { return is_null(i) ? Param() : Param(datum(i)); }

  /// The function and its first `count` arguments as bytes, without argument `skipped` (-1 skips no argument). Equal
  /// calls give equal bytes, however the server stores the values.
  std::string as_bytes(int count, int skipped) const;

 private:
  FunctionCallInfo info_;
};

/// Makes NULL the function's result. Return this function's value.
inline Datum null_result(FunctionCallInfo info) {
  info->isnull = true;
  return 0;
}

}  // namespace jb::pg

/// Defines the SQL-callable function `name`, whose body is jb::sql::name_body.
#define JB_FUNCTION(name, body)                                                    \
  extern "C" {                                                                     \
  PG_FUNCTION_INFO_V1(name);                                                       \
  PGDLLEXPORT Datum name(PG_FUNCTION_ARGS) { return jb::pg::entry<body>(fcinfo); } \
  }
