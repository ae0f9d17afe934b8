// SPDX-License-Identifier: PostgreSQL
//
// Owner of one PGresult: rows of text, as the server wrote them.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>

namespace jb::pg {

/// Move only; a moved-from one holds no row. What the accessors return lives as long as the Result.
class Result {
 public:
  Result() = default;
  explicit Result(PGresult* result) noexcept : result_(result) {}

  const PGresult* get() const noexcept { return result_.get(); }
  ExecStatusType status() const noexcept { return PQresultStatus(result_.get()); }
  int rows() const noexcept { return PQntuples(result_.get()); }
  bool empty() const noexcept { return rows() == 0; }
  int columns() const noexcept { return PQnfields(result_.get()); }
  bool is_null(int row, int column) const noexcept { return PQgetisnull(result_.get(), row, column) != 0; }
  /// The value as text; empty for null. Row and column count from 0 and must exist.
  std::string_view view(int row, int column) const noexcept {
    return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
  }
  std::string text(int row, int column) const { return std::string(view(row, column)); }
  /// A boolean column: true for 't', false for 'f' and null.
  bool is_true(int row, int column) const noexcept { return view(row, column) == "t"; }
  /// Whether the last column has this name, and is true in the first row.
  bool ends_with_true(std::string_view name) const noexcept {
    const int last = columns() - 1;
    return last >= 0 && !empty() && name == PQfname(result_.get(), last) && is_true(0, last);
  }

 private:
  struct Clear {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

}  // namespace jb::pg
