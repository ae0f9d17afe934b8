// SPDX-License-Identifier: PostgreSQL
//
// SQL-callable functions: how the server enters them, and their arguments.
#pragma once

#include <memory>

#include "core/values/budget.hpp"
#include "guard.hpp"
#include "param.hpp"
#include "schema.hpp"

namespace jb::pg {

/// The frame of one call: holds the account of the call's budgets (rule 14.2), and returns freed memory to the system
/// when the call ends.
class CallFrame : Unmovable {
 public:
  CallFrame();
  ~CallFrame();

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

/// The arguments of one call as Datums, by their names in the SQL declaration. The object refers to the call and must
/// not outlive the call.
class Call {
 public:
  explicit Call(FunctionCallInfo info) : info_(info) {}

  /// The names of the arguments in their order, as this database declares them; an empty name for an argument without a
  /// name.
  const std::vector<std::string>& names() const { return declared().names; }

  /// Whether the function has an argument of this name.
  bool has(std::string_view name) const { return find(name) >= 0; }

  bool is_null(std::string_view name) const { return is_null(place(name)); }
  /// The argument's value. Do not call it for a null argument.
  Datum datum(std::string_view name) const { return datum(place(name)); }
  /// The argument, null or not, as a parameter of a statement.
  Param param(std::string_view name) const;

  /// The function and its arguments as bytes, without those of these names. Equal calls give equal bytes, however the
  /// server stores the values.
  std::string as_bytes(std::initializer_list<std::string_view> without) const;

  FunctionCallInfo info() const { return info_; }

 protected:
  /// The place of the argument, counted from 0. Errors: std::logic_error where the function has none of this name.
  int place(std::string_view name) const;
  bool is_null(int i) const { return info_->args[i].isnull; }
  Datum datum(int i) const { return info_->args[i].value; }

 private:
  struct Declared {
    std::vector<std::string> names;
    std::vector<Oid> types;
  };
  static Declared declared_by(Oid function, int count);
  const Declared& declared() const;
  int find(std::string_view name) const;  ///< -1: the function has none of this name

  FunctionCallInfo info_;
  mutable std::shared_ptr<const Declared> declared_;
  mutable std::size_t next_ = 0;  ///< where find() looks first: arguments are asked for in about their order
};

/// The value as the function's result, null or not. Return this function's value.
inline Datum returned(FunctionCallInfo info, const Param& value) {
  info->isnull = value.is_null;
  return value.value;
}

}  // namespace jb::pg
