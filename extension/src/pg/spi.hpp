// SPDX-License-Identifier: PostgreSQL
//
// SQL from inside the server: in the extension's schema, and within the caller's transaction.
#pragma once

#include <cstdint>
#include <string>

#include "datum.hpp"
#include "guard.hpp"
#include "postgres.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/resowner.h"
#include "utils/snapshot.h"
}

namespace jb::pg {

// The schema that the extension stands in, and the one way to its tables and functions.
//
// Somebody who may create in that schema could plant an operator or a function there that fits a statement better than
// the server's own, and writing functions run with the rights of the extension's owner (rule 6.5). So the schema is in
// no search_path: names that begin with jb_ are looked up in it, and everything else in pg_catalog. The schema is known
// by its Oid, since its owner may rename it and put another schema in its place.

/// The Oid of the extension's SQL-callable function that was entered last. The function stands in the extension's
/// schema. Invalid before the first entry.
inline Oid entered_function = 0;

/// Finds the schema of the function that was entered last. To be called before the functions below, in each backend.
/// Errors: JB503 where the extension in this database is of another version than the library (rule 4.2).
void find_schema();

/// Whether the extension in this database is of the library's version. Without that, only what tells so answers.
bool is_served();

/// Sets the extension's schema, in a process that enters no function. Errors: as find_schema().
void use_schema(Oid schema);

/// A number that changes when the extension's schema, or the schema's name, changes.
unsigned schema_version();

/// `sql` with the schema before each name that begins with jb_; what stands in quotes stays as it is.
std::string qualified(std::string_view sql);

/// The Oid of a table or sequence of the extension. Errors: 42P01.
Oid relation(const char* name);

// SQL from inside the server: a connection to SPI, statements whose plans are kept, and their rows.

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
/// own (spi.hpp). Constant-initialised: put it in a static.
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

// Scopes within the caller's transaction, locks, notifications, and who the caller is.

/// A subtransaction: its writes and locks vanish unless keep() is called. It is ended on every way out, since a caller
/// that catches our error rolls back its own subtransaction and must find that subtransaction on top. Within a
/// SpiConnection, the after triggers of its writes run in it, or not at all.
class Subtransaction : Unmovable {
 public:
  Subtransaction();
  ~Subtransaction();

  /// Ends the subtransaction so that its writes and locks become those of the surrounding transaction. At most once,
  /// with no other Subtransaction open inside. If it throws, the destructor still rolls back.
  void keep();

 private:
  MemoryContext context_;
  ResourceOwner owner_;
  bool open_ = true;
};

/// A lock by which transactions of this database do one thing after the other. The transaction has the lock until
/// release(), or, without release(), until the transaction ends. How the lock stays out of deadlocks is said where it
/// is taken.
class AdvisoryLock {
 public:
  /// Waits for the lock. `key` names what is serialised; a kind of advisory lock of its own keeps the lock apart from
  /// the locks that SQL can take. Errors: 57014, 55P03, 40P01 while waiting.
  explicit AdvisoryLock(std::uint32_t key);

  /// Gives the lock back before the transaction ends, which may be much later. Call it once, and in the subtransaction
  /// that took the lock. No destructor calls this: after an error the backend gives the lock back by itself.
  void release();

 private:
  std::uint32_t key_;
};

/// Whether the transaction reads as of its first snapshot: REPEATABLE READ and SERIALIZABLE.
bool keeps_snapshot();

/// When such a transaction began; 0 in any other.
std::int64_t kept_since();

/// As of when the query under way reads: equal values read the same rows.
struct ReadAsOf {
  std::uint32_t oldest = 0, next = 0, open = 0, open_inner = 0, command = 0;
  auto operator<=>(const ReadAsOf&) const = default;
};
ReadAsOf read_as_of();

/// Sends `payload` on `channel` when the transaction commits.
void notify(const std::string& channel, const std::string& payload);

/// The principal of the call (rule 4.3): the session's user, or `named` where the session user is a member of
/// jb_gateway. Errors: 42501 when any other user names another principal, and in a security-restricted operation
/// (below); 22023 when the name is empty or longer than 200 characters.
std::string principal(const std::optional<std::string>& named);

/// Checks that the caller may use the schema of the function that is called, which a kept plan does not check again.
/// Errors: 42501.
void require_schema_of(FunctionCallInfo info);

// Whether what a client has read once is part of the present: the server's write-ahead log tells.

/// A place in the server's write-ahead log.
struct LogPlace {
  std::uint32_t timeline;
  std::uint64_t position;
};

/// The end of the log, on a standby of what it has replayed. Where COMMIT waits for standbys, this waits until they
/// have all that is on this server's disk: else who reads could be told what is undone with this server, or have a
/// place behind the end of what the next one goes on from.
LogPlace log_place();

/// Whether all that stood in the log up to `place` belongs to the history of this server. It does not where the server
/// was promoted, or restored, from an earlier place: then what came after that place is gone, and its numbers are given
/// anew.
bool is_kept(const LogPlace& place);

/// A number for a table of the extension that no other server and no other database has.
std::uint64_t identity_of(const char* table);

/// The id that the next transaction gets.
std::uint64_t next_transaction();

}  // namespace jb::pg
