// SPDX-License-Identifier: PostgreSQL
//
// SQL-callable functions: how the server enters them, and what it calls them with.
#pragma once

#include "core/values/budget.hpp"
#include "guard.hpp"
#include "param.hpp"
#include "schema.hpp"

namespace jb::pg {

/// What one call may cost, and what is given back to the system when the call ends.
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

/// A SQL-callable function: runs `body` and reports what it throws.
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

/// The arguments of one call as they came, by their place in the SQL declaration, from 0. Looks into the call: lives no
/// longer than the call.
class Call {
 public:
  explicit Call(FunctionCallInfo info) : info_(info) {}

  int count() const { return info_->nargs; }
  bool is_null(int i) const { return info_->args[i].isnull; }
  /// Of a null argument there is none.
  Datum datum(int i) const { return info_->args[i].value; }
  /// Null included, for a statement.
  Param param(int i) const { return is_null(i) ? Param() : Param(datum(i)); }

  /// Which function is called with which values, as bytes: the same for the same call, however the server stores the
  /// values. Of the arguments the first `count`, without argument `skipped` (-1: with all of them).
  std::string as_bytes(int count, int skipped) const;

 private:
  FunctionCallInfo info_;
};

/// What a function returns for NULL.
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
