// SPDX-License-Identifier: PostgreSQL
//
// SQL from inside the server: a connection to SPI, statements whose plans are kept, and their rows.
#pragma once

#include "guard.hpp"
#include "param.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/snapshot.h"
}

namespace jb::pg {

struct OpenTable;

/// A call's way into the database: SPI for its statements, and the tables that it uses without statements (table.hpp).
/// After an error nothing needs to be closed: the backend closes everything.
class SpiConnection : Unmovable {
 public:
  /// Opens the connection. Memory that is allocated from here on is gone with finish().
  SpiConnection();
  ~SpiConnection() { current_ = outer_; }

  /// Ends the connection; triggers run. A result is allocated after this, in the caller's memory context.
  void finish();

  static SpiConnection& current();

  /// Runs the after triggers of the rows written since the connection, or the innermost subtransaction, was opened.
  void fire_triggers();

  /// Until thaw(), every reading sees the database as it is now: each fresh snapshot is the snapshot of this moment.
  /// Nothing is written meanwhile.
  void freeze();

  /// As freeze(), and readings by the calling query's snapshot see this moment too: the whole call reads one snapshot.
  void freeze_all();
  void thaw();

 private:
  friend class Table;
  friend class Statement;
  void close_tables();

  friend class Scratch;
  friend class Rows;
  static SpiConnection* current_;  ///< the innermost: a trigger's function has one of its own
  SpiConnection* outer_;
  ResourceOwner owner_;
  MemoryContext memory_ = nullptr;
  MemoryContext scratch_ = nullptr;
  int scratches_ = 0;    ///< those that are open
  unsigned serial_ = 0;  ///< tells it from every other connection; 0 once it is finished
  EState* state_ = nullptr;
  ::Snapshot frozen_ = nullptr;
  bool is_active_ = false;  ///< the frozen one is the active one as well
  std::vector<OpenTable*> tables_;
  OpenTable* indexed_ = nullptr;  ///< the one of them whose indexes are open for new entries
};

/// While this object lives, the backend allocates rows and values in memory that is given back at the end of the
/// outermost such object. A call that reads ten thousand events would otherwise hold the rows of all these events until
/// the connection is finished. Nothing that was allocated meanwhile may be used afterwards; the rows of statements
/// (Rows) are allocated elsewhere. After an error nothing is given back here, since the text of the error lies in this
/// memory: the end of the transaction gives it back. Cost: some 50 ns.
class Scratch : Unmovable {
 public:
  Scratch();
  ~Scratch();

 private:
  SpiConnection& connection_;
  MemoryContext outer_;
  int errors_;
};

/// Where a row stands. Valid until the row is updated, which the caller's locks have to prevent.
using Place = ItemPointerData;
inline bool is_same(Place a, Place b) { return ItemPointerEquals(&a, &b); }

/// A version of a row. As long as is_lasting(), another version is equal only where one transaction has made both, and
/// VACUUM FULL has put the second in the first one's place: places of versions that are gone are used again, but not by
/// the transaction that made them.
struct Version {
  Oid table = InvalidOid;
  Place place{};
  TransactionId by = InvalidTransactionId;  ///< what wrote it

  /// Whether it names its writer. VACUUM freezes old rows, which then no longer name theirs.
  bool is_lasting() const { return TransactionIdIsNormal(by); }
  friend bool operator==(const Version& a, const Version& b) {
    return a.table == b.table && a.by == b.by && is_same(a.place, b.place);
  }
};

/// The rows of a statement or of a scan; valid until the connection is finished. Rows of a statement are freed with
/// this object, rows of a scan with the memory context that was current.
class Rows {
 public:
  /// The rows of a scan.
  Rows(HeapTuple* tuples, TupleDesc descriptor, const std::int16_t* numbers, std::uint64_t count)
      : tuples_(tuples), descriptor_(descriptor), numbers_(numbers), count_(count) {}

  /// The rows of a statement that has just run. For a statement that returns no rows `table` is nullptr, and `count` is
  /// the number of rows that it wrote.
  Rows(SPITupleTable* table, std::uint64_t count);
  std::uint64_t size() const { return count_; }
  bool empty() const { return count_ == 0; }

  /// Column `column`, counted from 1, of row `row`, counted from 0; nullopt for null. Valid as long as the rows are.
  std::optional<Datum> at(std::uint64_t row, int column) const;

  /// The same as a parameter, null or not.
  Param param(std::uint64_t row, int column) const;

  /// The same as `read` reads it; nullopt for null.
  template <class Read>
  auto read(std::uint64_t row, int column, Read read) const -> std::optional<decltype(read(Datum{}))> {
    const auto value = at(row, column);
    return value ? std::optional{read(*value)} : std::nullopt;
  }

  /// The first column of the first row; nullopt for null, and without a row.
  template <class Read>
  auto first(Read read) const -> std::optional<decltype(read(Datum{}))> {
    return empty() ? std::nullopt : this->read(0, 1, read);
  }

  /// All columns of a row in their order: at() takes the row apart anew for each.
  std::vector<std::optional<Datum>> columns(std::uint64_t row, int count) const;

  /// What `make` makes of the number of each row, in order.
  template <class Make>
  auto map(Make make) const {
    std::vector<decltype(make(count_))> made;
    made.reserve(count_);
    for (std::uint64_t row = 0; row < count_; ++row) made.push_back(make(row));
    return made;
  }

  /// The place of a row of a scan.
  Place place(std::uint64_t row) const { return tuples_[row]->t_self; }

  /// The version of a row of a scan.
  Version version(std::uint64_t row) const;

  /// The bytes of the columns of a row, uncompressed; nothing is fetched.
  std::size_t stored_size(std::uint64_t row) const;

  HeapTuple tuple(std::uint64_t row) const { return tuples_[row]; }
  TupleDesc descriptor() const { return descriptor_; }

 private:
  /// Frees the rows of a statement. After an error, and once the connection is finished, the backend does so by itself.
  struct Freeing {
    unsigned connection;  ///< whose table it is, by its serial
    void operator()(SPITupleTable* table) const;
  };

  HeapTuple* tuples_ = nullptr;
  TupleDesc descriptor_ = nullptr;
  const std::int16_t* numbers_ = nullptr;  ///< of the columns; nullptr where they are as counted
  std::uint64_t count_ = 0;
  std::unique_ptr<SPITupleTable, Freeing> table_{nullptr, Freeing{0}};
};

/// Whether a statement sees what its own transaction has just written, or only the caller's snapshot.
enum class Snapshot { fresh, callers };

/// Whether a statement needs every row that its conditions leave, or stops at the first few. For a statement that stops
/// the planner makes no bitmap, which would gather every row before the first.
enum class Reading { all, first_few };

/// A statement whose plan is made once per backend, generic, and kept. Names that begin with jb_ are the extension's
/// own (schema.hpp). Constant-initialised: put it in a static.
class Statement {
 public:
  static constexpr std::size_t kMostParams = 32;

  constexpr Statement(const char* sql, Reading reading = Reading::all) : sql_(sql), reading_(reading) {}

  /// `fresh` takes a new snapshot, after all locks that are held by now, unless the connection is frozen. `callers`
  /// reads by the calling query's snapshot. The types of `params` are the statement's: each call gives the same.
  /// Errors: those of the statement, as BackendError.
  Rows run(std::initializer_list<Param> params, Snapshot snapshot = Snapshot::fresh);

  /// As run(), by a snapshot of this moment, whatever the connection has frozen and whatever the calling query sees; at
  /// REPEATABLE READ by the transaction's. Only for a statement that reads. It may run in a parallel worker.
  Rows run_now(std::initializer_list<Param> params);

 private:
  void prepare(std::initializer_list<Param> params);
  CachedPlan* planned();

  const char* sql_;
  Reading reading_;
  std::size_t count_ = 0;  ///< of the parameters
  SPIPlanPtr plan_ = nullptr;
  bool writes_ = false;
  unsigned planned_for_ = 0;  ///< schema_version() when it was made
};

/// Runs a statement as SPI does, and leaves its rows there. Result: SPI's.
int execute(const std::string& sql, Values params);

/// Runs a statement on tables that are not the extension's: no name in its text is looked up in the extension's schema.
/// Errors: those of the statement, as BackendError.
Rows run_text(const std::string& sql, Values params);

/// A name for the text of a statement, in quotes.
std::string quoted(const std::string& name);

/// The name of a table, or its number where there is no such table.
std::string relation_name(Oid relation);

/// The value, of a type that is passed by reference, in memory that outlives the connection.
Datum outliving(Datum value);

}  // namespace jb::pg
