// SPDX-License-Identifier: PostgreSQL
#include "spi.hpp"

#include <exception>
#include <utility>

#include "columns.hpp"
#include "schema.hpp"

extern "C" {
#include "access/detoast.h"
#include "access/xact.h"
#include "commands/trigger.h"
#include "jit/jit.h"
#include "nodes/parsenodes.h"
#include "optimizer/cost.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
#include "utils/snapmgr.h"
}

namespace jb::pg {

SpiConnection* SpiConnection::current_ = nullptr;

SpiConnection& SpiConnection::current() {
  if (current_ == nullptr) throw std::logic_error("a table is used outside a connection");
  return *current_;
}

SpiConnection::SpiConnection() : outer_(current_), owner_(CurrentResourceOwner) {
  guarded([] {
    SPI_connect();
    AfterTriggerBeginQuery();
  });
  memory_ = CurrentMemoryContext;
  find_schema();
  current_ = this;
  static unsigned last = 0;
  if (++last == 0) ++last;
  serial_ = last;
}

void SpiConnection::freeze() {
  guarded([&] {
    CommandCounterIncrement();
    frozen_ = RegisterSnapshotOnOwner(GetTransactionSnapshot(), owner_);
  });
}

void SpiConnection::freeze_all() {
  freeze();
  guarded([&] { PushActiveSnapshot(frozen_); });
  is_active_ = true;
}

void SpiConnection::thaw() {
  if (frozen_ == nullptr) return;
  guarded([&] {
    if (is_active_) PopActiveSnapshot();
    UnregisterSnapshotFromOwner(frozen_, owner_);
  });
  frozen_ = nullptr;
  is_active_ = false;
}

void SpiConnection::finish() {
  fire_triggers();
  close_tables();
  guarded([] { SPI_finish(); });
  serial_ = 0;
}

Scratch::Scratch()
    : connection_(SpiConnection::current()), outer_(CurrentMemoryContext), errors_(std::uncaught_exceptions()) {
  if (connection_.scratch_ == nullptr)
    connection_.scratch_ = guarded(
        [&] { return AllocSetContextCreate(connection_.memory_, "jb_scheduler scratch", ALLOCSET_DEFAULT_SIZES); });
  ++connection_.scratches_;
  MemoryContextSwitchTo(connection_.scratch_);
}

Scratch::~Scratch() {
  MemoryContextSwitchTo(outer_);
  if (--connection_.scratches_ == 0 && std::uncaught_exceptions() == errors_) MemoryContextReset(connection_.scratch_);
}

Rows::Rows(SPITupleTable* table, std::uint64_t count) : count_(count) {
  if (table == nullptr) return;
  tuples_ = table->vals;
  descriptor_ = table->tupdesc;
  table_ = {table, {SpiConnection::current().serial_}};
}

void Rows::Freeing::operator()(SPITupleTable* table) const {
  const SpiConnection* open = SpiConnection::current_;
  if (std::uncaught_exceptions() == 0 && open != nullptr && open->serial_ == connection) SPI_freetuptable(table);
}

std::optional<Datum> Rows::at(std::uint64_t row, int column) const {
  const int number = numbers_ == nullptr ? column : numbers_[column - 1];
  bool is_null = false;
  const Datum value = guarded([&] { return heap_getattr(tuples_[row], number, descriptor_, &is_null); });
  if (is_null) return std::nullopt;
  return value;
}

Param Rows::param(std::uint64_t row, int column) const {
  const auto value = at(row, column);
  const int number = numbers_ == nullptr ? column : numbers_[column - 1];
  const Oid type = TupleDescAttr(descriptor_, number - 1)->atttypid;
  return value ? Param(*value, type) : Param::null(type);
}

Version Rows::version(std::uint64_t row) const {
  const HeapTuple tuple = tuples_[row];
  return {tuple->t_tableOid, tuple->t_self, HeapTupleHeaderGetXmin(tuple->t_data)};
}

std::vector<std::optional<Datum>> Rows::columns(std::uint64_t row, int count) const {
  Columns all;
  guarded([&] { all.read(tuples_[row], descriptor_); });
  std::vector<std::optional<Datum>> columns(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto at = numbers_ == nullptr ? i : static_cast<std::size_t>(numbers_[i] - 1);
    if (!all.nulls[at]) columns[i] = all.values[at];
  }
  return columns;
}

std::size_t Rows::stored_size(std::uint64_t row) const {
  Columns all;
  return guarded([&] {
    all.read(tuples_[row], descriptor_);
    std::size_t size = 0;
    for (int i = 0; i < descriptor_->natts; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const bool varies = TupleDescAttr(descriptor_, i)->attlen == -1;
      if (varies && !all.nulls[at]) size += toast_raw_datum_size(all.values[at]);
    }
    return size;
  });
}

// A generic plan from the start: these statements look rows up by key, and planning costs more than running.
void Statement::prepare(std::initializer_list<Param> params) {
  const auto sql = qualified(sql_);
  std::array<Oid, kMostParams> types{};
  std::transform(params.begin(), params.end(), types.begin(), [](const Param& param) { return param.type; });
  if (std::find(types.begin(), types.begin() + params.size(), InvalidOid) != types.begin() + params.size())
    throw std::logic_error(std::string("a parameter without a type for: ") + sql_);
  SPIPlanPtr outdated = plan_;
  plan_ = nullptr;
  plan_ = guarded([&] {
    if (outdated != nullptr) SPI_freeplan(outdated);
    SPIPlanPtr plan =
        SPI_prepare_cursor(sql.c_str(), static_cast<int>(params.size()), types.data(), CURSOR_OPT_GENERIC_PLAN);
    if (plan == nullptr) elog(ERROR, "could not prepare \"%s\": %s", sql_, SPI_result_code_string(SPI_result));
    SPI_keepplan(plan);
    return plan;
  });
  count_ = params.size();
  planned_for_ = schema_version();
  const auto* source = static_cast<const CachedPlanSource*>(linitial(SPI_plan_get_plan_sources(plan_)));
  const auto* query = static_cast<const Query*>(linitial(source->query_list));
  writes_ = query->commandType != CMD_SELECT || query->hasModifyingCTE;
}

// The planner prefers an index where one fits. A plan is kept, and may have been made when its tables were empty: for
// an empty table the planner would choose to read every row, and the plan would still do so when the table has millions
// of rows. A statement that stops early takes its rows from an index in their order. The prices of what is forbidden
// are no reason to compile a statement, which takes a second and saves milliseconds at most.
namespace {

class PlannerSettings : Unmovable {
 public:
  explicit PlannerSettings(bool reads_all)
      : bitmaps_(enable_bitmapscan, enable_bitmapscan && reads_all), sorts_(enable_sort, enable_sort && reads_all) {}

 private:
  const Holding<bool> scans_{enable_seqscan, false};
  const Holding<bool> bitmaps_;
  const Holding<bool> sorts_;
  const Holding<bool> compiles_{jit_enabled, false};
};

}  // namespace

/// The plan of a statement that writes, made and held before the statement runs: by then the planner's settings are the
/// session's own again, by which users' triggers are planned. Until its release the plan is not made anew: its tables
/// are locked. Statements that read run no trigger, and need not pay for it.
CachedPlan* Statement::planned() {
  const PlannerSettings settings(reading_ == Reading::all);
  return guarded([&] { return SPI_plan_get_cached_plan(plan_); });
}

Rows Statement::run(std::initializer_list<Param> params, Snapshot snapshot) {
  std::array<Datum, kMostParams> values{};
  std::array<char, kMostParams> nulls{};
  std::size_t i = 0;
  for (const auto& param : params) {
    values[i] = param.value;
    nulls[i] = param.is_null ? 'n' : ' ';
    ++i;
  }
  if (plan_ == nullptr || planned_for_ != schema_version()) prepare(params);
  if (params.size() != count_) throw std::logic_error(std::string("wrong number of parameters for: ") + sql_);
  const ::Snapshot frozen = snapshot == Snapshot::fresh ? SpiConnection::current().frozen_ : nullptr;
  CachedPlan* const planned = writes_ ? this->planned() : nullptr;
  std::optional<PlannerSettings> settings;
  if (!writes_) settings.emplace(reading_ == Reading::all);
  const int code = guarded([&] {
    if (planned != nullptr) {
      const int done = SPI_execute_plan(plan_, values.data(), nulls.data(), snapshot == Snapshot::callers, 0);
      ReleaseCachedPlan(planned, CurrentResourceOwner);
      return done;
    }
    if (frozen == nullptr)
      return SPI_execute_plan(plan_, values.data(), nulls.data(), snapshot == Snapshot::callers, 0);
    PushActiveSnapshot(frozen);
    const int done = SPI_execute_plan(plan_, values.data(), nulls.data(), /*read_only=*/true, 0);
    PopActiveSnapshot();
    return done;
  });
  if (code < 0) throw std::logic_error(std::string("could not run: ") + sql_);
  return {SPI_tuptable, SPI_processed};
}

Rows Statement::run_now(std::initializer_list<Param> params) {
  guarded([] { PushActiveSnapshot(GetTransactionSnapshot()); });
  auto rows = run(params, Snapshot::callers);
  guarded([] { PopActiveSnapshot(); });
  return rows;
}

int execute(const std::string& sql, Values params) {
  std::vector<Oid> types;
  std::vector<Datum> values;
  std::string nulls;
  for (std::size_t i = 0; i < params.count; ++i) {
    types.push_back(params.first[i].type);
    values.push_back(params.first[i].value);
    nulls += params.first[i].is_null ? 'n' : ' ';
  }
  return guarded([&] {
    return SPI_execute_with_args(sql.c_str(), static_cast<int>(types.size()), types.data(), values.data(),
                                 nulls.c_str(), false, 0);
  });
}

Rows run_text(const std::string& sql, Values params) {
  if (execute(sql, params) < 0) throw std::logic_error("could not run: " + sql);
  return {SPI_tuptable, SPI_processed};
}

std::string quoted(const std::string& name) {
  std::string all = "\"";
  for (const char c : name) all.append(c == '"' ? 2 : 1, c);
  return all + '"';
}

std::string relation_name(Oid relation) {
  const char* name = guarded([&] { return get_rel_name(relation); });
  return name == nullptr ? std::to_string(relation) : name;
}

Datum outliving(Datum value) {
  return guarded([&] { return SPI_datumTransfer(value, false, -1); });
}

}  // namespace jb::pg
