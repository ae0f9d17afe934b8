// SPDX-License-Identifier: PostgreSQL
//
// SQL from inside the server: a connection to SPI, statements whose plans are kept, and their rows.
#pragma once

#include "guard.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/spi.h"
}

namespace jb::pg {

/// SPI for one call. After an error nothing needs to be closed: the backend does it; hence no destructor.
class Session {
 public:
  /// Opens it. What is allocated from here on is gone with finish().
  Session() {
    guarded([] { SPI_connect(); });
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Ends it. What is to be returned is allocated after this, in the caller's memory context.
  void finish() {
    guarded([] { SPI_finish(); });
  }
};

/// One value for a statement; null by default.
struct Param {
  Param() = default;
  Param(Datum value) : value(value), is_null(false) {}  // NOLINT: a parameter list reads as its values
  Datum value = 0;
  bool is_null = true;
};

/// `make(*value)`, or null.
template <class T, class Make>
Param optional_param(const std::optional<T>& value, Make make) {
  return value ? Param(make(*value)) : Param();
}

/// The rows of the last statement; valid until the next one runs.
class Rows {
 public:
  Rows(SPITupleTable* table, std::uint64_t count) : table_(table), count_(count) {}
  std::uint64_t size() const { return count_; }
  bool empty() const { return count_ == 0; }

  /// Column `column`, counted from 1, of row `row`, counted from 0; nullopt for null. Valid as long as the rows are.
  std::optional<Datum> at(std::uint64_t row, int column) const;

  HeapTuple tuple(std::uint64_t row) const { return table_->vals[row]; }
  TupleDesc descriptor() const { return table_->tupdesc; }

 private:
  SPITupleTable* table_;
  std::uint64_t count_;
};

/// Whether a statement sees what its own transaction has just written, or only the caller's snapshot.
enum class Snapshot { fresh, callers };

/// A statement whose plan is made once per backend, generic, and kept. Constant-initialised: put it in a static.
class Statement {
 public:
  static constexpr std::size_t kMostParams = 32;

  constexpr Statement(const char* sql, std::initializer_list<Oid> types) : sql_(sql), count_(types.size()) {
    std::copy(types.begin(), types.end(), types_.begin());
  }

  /// fresh takes a new snapshot after all locks that are held by now; callers reads as the calling query does.
  /// `params` are as many as the types. Errors: those of the statement, as BackendError.
  Rows run(std::initializer_list<Param> params, Snapshot snapshot = Snapshot::fresh);

 private:
  const char* sql_;
  std::size_t count_;
  std::array<Oid, kMostParams> types_{};
  SPIPlanPtr plan_ = nullptr;
};

}  // namespace jb::pg
