// SPDX-License-Identifier: PostgreSQL
//
// SQL from inside the server: in the extension's schema, and within the caller's transaction.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/values/sql.hpp"
#include "datum.hpp"
#include "guard.hpp"

extern "C" {
#include "executor/spi.h"
#include "utils/resowner.h"
#include "utils/snapshot.h"
}

namespace jb::pg {

// The extension's schema, and the only way to its tables and functions.
//
// Anybody who may create objects in that schema could plant an operator or a function there that matches a statement
// better than the server's own, and writing functions run with the rights of the extension's owner (rule 6.5). So the
// schema is in no search_path: names that begin with jb_ are looked up in it, and everything else in pg_catalog. The
// schema is identified by its Oid, since its owner may rename it and put another schema in its place.

/// The Oid of the extension's SQL-callable function that was entered last. The function is in the extension's schema.
/// Invalid before the first entry.
inline Oid entered_function = 0;

/// Finds the schema of the function that was entered last. Call it before the functions below, in each backend. Errors:
/// JB503 where the extension in this database has another version than the library (rule 4.2).
void find_schema();

/// Whether the extension in this database has the library's version. If not, only functions that report this answer.
bool is_served();

/// Errors: JB503 where it has another one. Cost: none, except one row of pg_extension after functions were redeclared.
void require_served_version();

/// Sets the extension's schema, in a process that enters no function. Errors: as find_schema().
void use_schema(Oid schema);

/// A number that changes when the extension's schema, or the schema's name, changes.
unsigned schema_version();

/// `sql` with the schema before each name that begins with jb_, except in string literals.
std::string qualified(std::string_view sql);

/// The Oid of a table or sequence of the extension. Errors: 42P01.
Oid relation(const char* name);

// SQL from inside the server: a connection to SPI, statements whose plans are kept, and their rows.

struct OpenTable;

/// A call's connection to the database: SPI for its statements, and the tables that it uses without statements
/// (table.hpp). After an error nothing needs to be closed: the backend closes everything.
class SpiConnection : Unmovable {
 public:
  /// Opens the connection. Memory allocated from here on is freed by finish().
  SpiConnection();
  ~SpiConnection() { current_ = outer_; }

  /// Runs triggers and ends the connection. Allocate a result after this, in the caller's memory context.
  void finish();

  static SpiConnection& current();

  /// Runs the after triggers of the rows written since the connection, or the innermost subtransaction, was opened.
  void fire_triggers();

  /// Until thaw(), every read sees the database as it is now: each fresh snapshot is the snapshot of this moment.
  /// Nothing may be written meanwhile.
  void freeze();

  /// As freeze(), but reads by the calling query's snapshot see this moment too: the whole call reads one snapshot.
  void freeze_all();
  void thaw();

 private:
  friend class Table;
  friend class KeptPlan;
  void close_tables();

  friend class Scratch;
  friend class Rows;
  inline static SpiConnection* current_ = nullptr;  ///< the innermost: a trigger's function has one of its own
  SpiConnection* outer_;
  ResourceOwner owner_;
  MemoryContext memory_ = nullptr;
  MemoryContext scratch_ = nullptr;
  int scratches_ = 0;    ///< how many are open
  unsigned serial_ = 0;  ///< distinguishes it from every other connection; 0 once it is finished
  EState* state_ = nullptr;
  ::Snapshot frozen_ = nullptr;
  bool is_active_ = false;  ///< whether frozen_ is also the active snapshot
  std::vector<OpenTable*> tables_;
  OpenTable* indexed_ = nullptr;  ///< the table whose indexes are open for new entries
};

/// While this object lives, the backend allocates rows and values in memory that is freed at the end of the outermost
/// such object. Otherwise a call that reads ten thousand events would hold all their rows until the connection is
/// finished. Nothing allocated meanwhile may be used afterwards, except the rows of statements (Rows), which are
/// allocated elsewhere. After an error nothing is freed here, since the error's text is in this memory; the end of the
/// transaction frees it. Cost: some 50 ns.
class Scratch : Unmovable {
 public:
  Scratch();
  ~Scratch();

 private:
  SpiConnection& connection_;
  MemoryContext outer_;
  int errors_;
};

/// The ctid of a row. Valid until the row is updated, which the caller's locks must prevent.
using Tid = ItemPointerData;
inline bool is_same(Tid a, Tid b) { return ItemPointerEquals(&a, &b); }
inline Tid to_tid(Datum value) { return *reinterpret_cast<Tid*>(DatumGetPointer(value)); }  ///< tid

/// A version of a row. While is_lasting(), two versions are equal only if one transaction made both and VACUUM FULL put
/// the second in the first one's place. Tids of dead versions are reused, but not by the transaction that made them.
struct Version {
  Oid table = InvalidOid;
  Tid tid{};
  TransactionId by = InvalidTransactionId;  ///< the transaction that wrote it

  /// Whether it names its writer. VACUUM freezes old rows, which then no longer name theirs.
  bool is_lasting() const { return TransactionIdIsNormal(by); }
  friend bool operator==(const Version& a, const Version& b) {
    return a.table == b.table && a.by == b.by && is_same(a.tid, b.tid);
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
  /// Errors, here and below: std::logic_error if there is no such row or column.
  Value at(std::uint64_t row, int column) const;

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

  /// All columns of a row in order, deformed once; at() deforms the row anew for each column.
  std::vector<Value> columns(std::uint64_t row, int count) const;

  /// The results of `make` for the number of each row, in order.
  template <class Make>
  auto map(Make make) const {
    std::vector<decltype(make(count_))> made;
    made.reserve(count_);
    for (std::uint64_t row = 0; row < count_; ++row) made.push_back(make(row));
    return made;
  }

  /// The ctid of a row of a scan.
  Tid tid(std::uint64_t row) const { return tuple(row)->t_self; }

  /// The version of a row of a scan.
  Version version(std::uint64_t row) const;

  /// The bytes of a row's variable-length columns, uncompressed; nothing is fetched.
  std::size_t stored_size(std::uint64_t row) const;

  HeapTuple tuple(std::uint64_t row) const;
  TupleDesc descriptor() const { return descriptor_; }

 private:
  /// Frees the rows of a statement. After an error, and once the connection is finished, the backend frees them itself.
  struct Freeing {
    unsigned connection;  ///< the serial of the table's connection
    void operator()(SPITupleTable* table) const;
  };

  HeapTuple* tuples_ = nullptr;
  TupleDesc descriptor_ = nullptr;
  const std::int16_t* numbers_ = nullptr;  ///< of the columns; nullptr: 1, 2 and so on
  std::uint64_t count_ = 0;
  std::unique_ptr<SPITupleTable, Freeing> table_{nullptr, Freeing{0}};
};

/// Whether a statement sees what its own transaction has just written, or only the caller's snapshot.
enum class Snapshot { fresh, callers };

/// Whether a statement needs every matching row, or stops at the first few. For one that stops, the planner may use
/// neither a bitmap nor a sort, which would gather every row before returning the first.
enum class Fetch { all, first_few };

/// A snapshot of this moment, whatever the connection has frozen or the calling query sees. Only for a statement that
/// reads. It may run in a parallel worker.
enum class Moment {
  now,     ///< at REPEATABLE READ the transaction's snapshot
  latest,  ///< at REPEATABLE READ, too
};

/// A statement with a generic plan, made once per backend and kept. Names that begin with jb_ are the extension's own
/// (above).
class KeptPlan {
 protected:
  static constexpr std::size_t kMostParams = 32;

  constexpr KeptPlan(const char* sql, Fetch fetch) : sql_(sql), fetch_(fetch) {}
  Rows run_with(Values params, Snapshot snapshot);
  Rows run_with(Values params, Moment moment);

 private:
  void prepare(Values params);
  CachedPlan* planned();

  const char* sql_;
  Fetch fetch_;
  SPIPlanPtr plan_ = nullptr;
  bool writes_ = false;
  unsigned planned_for_ = 0;  ///< schema_version() when it was made
};

/// A statement with the parameters of these names (sql::kNames).
template <sql::Text names>
class StatementOf : public KeptPlan {
 public:
  /// Each parameter needs one argument, in any order, and of the same type in each call. `snapshot`, if given, comes
  /// first: `fresh` takes a new one, later than all locks already held, unless the connection is frozen. `callers` is
  /// the calling query's. Errors: those of the statement, as BackendError.
  template <sql::Text... given>
  Rows run(const sql::Argument<given, Param>&... arguments) {
    return run(Snapshot::fresh, arguments...);
  }
  template <class As, sql::Text... given>
    requires std::is_enum_v<As>
  Rows run(As snapshot, const sql::Argument<given, Param>&... arguments) {
    static_assert(sizeof...(given) <= KeptPlan::kMostParams, "more parameters than kMostParams");
    return run_with(sql::in_order<names, Param>(arguments...), snapshot);
  }

 protected:
  using KeptPlan::KeptPlan;
};

/// Each statement's text is marked in the library's file, where a test finds it and prepares it.
template <sql::Text text>
inline constexpr auto kMarked = "jb_statement: " + sql::kBound<text>;

/// A statement with this text (core/values/sql.hpp). Constant-initialised: put it in a static.
template <sql::Text text>
class Statement : public StatementOf<sql::kNames<text>> {
 public:
  constexpr explicit Statement(Fetch fetch = Fetch::all)
      : StatementOf<sql::kNames<text>>(kMarked<text>.value + kMarked<"">.view().size(), fetch) {}
};

/// Runs a statement through SPI, and leaves its rows in SPI_tuptable. Result: SPI's.
int execute(const std::string& sql, Values params);

/// Runs a statement on tables that are not the extension's: no name in its text is looked up in the extension's schema.
/// Errors: those of the statement, as BackendError.
Rows run_text(const std::string& sql, Values params);

/// A name quoted for the text of a statement.
std::string quoted(const std::string& name);

/// The name of a table, or its number where there is no such table.
std::string relation_name(Oid relation);

/// A copy of the value, of a by-reference type, in memory that outlives the connection.
Datum outliving(Datum value);

// Scopes within the caller's transaction, locks, notifications, and the caller's identity.

/// A subtransaction: its writes and locks are undone unless keep() is called. It ends on every exit path, since a
/// caller that catches the extension's error rolls back its own subtransaction, which must then be the innermost.
/// Within a SpiConnection, the after triggers of its writes run in it, or not at all.
class Subtransaction : Unmovable {
 public:
  Subtransaction();
  ~Subtransaction();

  /// Ends the subtransaction and passes its writes and locks to the surrounding transaction. Call it at most once, with
  /// no other Subtransaction open inside. If it throws, the destructor still rolls back.
  void keep();

 private:
  MemoryContext context_;
  ResourceOwner owner_;
  bool open_ = true;
};

/// A lock that serialises transactions of this database. It is held until release(), or else until the transaction
/// ends. Each place that takes it says how it avoids deadlocks.
class AdvisoryLock {
 public:
  /// Waits for the lock. `key` names what is serialised; a separate kind of advisory lock keeps the lock apart from the
  /// locks that SQL can take. Errors: 57014, 55P03, 40P01 while waiting.
  explicit AdvisoryLock(std::uint32_t key);

  /// Releases the lock before the transaction ends, which may be much later. Call it once, in the subtransaction that
  /// took the lock. No destructor calls this, because after an error the backend itself releases the lock.
  void release();

 private:
  std::uint32_t key_;
};

/// Whether the transaction reads as of its first snapshot: REPEATABLE READ and SERIALIZABLE.
bool keeps_snapshot();

/// Whether the transaction has written or locked rows, for which others may wait.
bool has_written();

/// Refuses a call that another transaction has overtaken, so that its caller repeats it. Errors: 40001, as for an
/// UPDATE of a row that another transaction has changed.
void require_current(bool is_current);

/// When such a transaction began; 0 in any other.
std::int64_t kept_since();

/// Numbers for what the current query's snapshot sees: under equal ones the same rows are read.
using ReadAsOf = std::array<std::uint32_t, 7>;
ReadAsOf read_as_of();

/// Announces a rejection on the channel jb_rejected when the transaction commits.
void notify_of_rejection(const std::string& payload);

/// Refuses what needs an asker. Errors: 42501 in a security-restricted operation, where nobody asks.
void require_asker();

/// The principal of the call (rule 4.3): the session's user, or `named` where the session user is a member of
/// jb_gateway. Errors: 42501 when any other user names another principal, and in a security-restricted operation; 22023
/// when the name is empty or longer than 200 characters.
std::string principal(const std::optional<std::string>& named);

/// Checks that the caller may use the called function's schema, since a kept plan does not check this again. Errors:
/// 42501.
void require_schema_of(FunctionCallInfo info);

// Whether what a client once read is still part of the present, by the server's write-ahead log.

/// A position in the write-ahead log of this server.
struct WalPosition {
  std::uint32_t timeline;
  std::uint64_t lsn;
};

/// The end of the log; on a standby, of what it has replayed. Where COMMIT waits for standbys, this waits until they
/// have all that is on this server's disk. Otherwise a reader could see what is lost with this server, or get a
/// position past the end from which the next server continues.
WalPosition wal_position();

/// Whether the log up to `position` is part of this server's history. It is not if the server was promoted, or
/// restored, from an earlier one: what came after that is then lost, and its numbers are reused.
bool is_kept(const WalPosition& position);

/// A number for a table of the extension, different on every other server and in every other database.
std::uint64_t identity_of(const char* table);

/// The id that the next transaction gets.
std::uint64_t next_transaction();

}  // namespace jb::pg

namespace jb {

/// The name of an argument, to which = gives its value.
template <sql::Text name>
constexpr sql::ArgumentName<name, pg::Param> operator""_arg() {
  return {};
}

}  // namespace jb
