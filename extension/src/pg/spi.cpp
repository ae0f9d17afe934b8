// SPDX-License-Identifier: PostgreSQL
#include "spi.hpp"

#include <utility>

#include "schema.hpp"

extern "C" {
#include "access/xact.h"
#include "commands/trigger.h"
#include "optimizer/cost.h"
#include "utils/snapmgr.h"
}

namespace jb::pg {

Session* Session::current_ = nullptr;

Session& Session::current() {
  if (current_ == nullptr) throw std::logic_error("a table is used outside a session");
  return *current_;
}

Session::Session() : outer_(current_), owner_(CurrentResourceOwner) {
  guarded([] {
    SPI_connect();
    AfterTriggerBeginQuery();
  });
  memory_ = CurrentMemoryContext;
  find_schema();
  current_ = this;
}

void Session::freeze() {
  guarded([&] {
    CommandCounterIncrement();
    frozen_ = RegisterSnapshotOnOwner(GetTransactionSnapshot(), owner_);
  });
}

void Session::freeze_all() {
  freeze();
  guarded([&] { PushActiveSnapshot(frozen_); });
  is_active_ = true;
}

void Session::thaw() {
  if (frozen_ == nullptr) return;
  guarded([&] {
    if (is_active_) PopActiveSnapshot();
    UnregisterSnapshotFromOwner(frozen_, owner_);
  });
  frozen_ = nullptr;
  is_active_ = false;
}

void Session::finish() {
  fire_triggers();
  close_tables();
  guarded([] { SPI_finish(); });
}

std::optional<Datum> Rows::at(std::uint64_t row, int column) const {
  const int number = numbers_ == nullptr ? column : numbers_[column - 1];
  bool is_null = false;
  const Datum value = guarded([&] { return heap_getattr(tuples_[row], number, descriptor_, &is_null); });
  if (is_null) return std::nullopt;
  return value;
}

namespace {

/// Plans that are made meanwhile read by index where there is one. A plan is kept, and may be older than what its
/// tables hold: of an empty table the planner would read every row, and go on so when there are millions.
class ByIndex {
 public:
  ByIndex() : before_(std::exchange(enable_seqscan, false)) {}
  ~ByIndex() { enable_seqscan = before_; }
  ByIndex(const ByIndex&) = delete;
  ByIndex& operator=(const ByIndex&) = delete;

 private:
  bool before_;
};

}  // namespace

// A generic plan from the start: these statements are looked up by key, planning anew would cost more than running.
void Statement::prepare() {
  const std::string sql = qualified(sql_);
  const auto count = static_cast<int>(count_);
  SPIPlanPtr outdated = plan_;
  plan_ = nullptr;
  plan_ = guarded([&] {
    if (outdated != nullptr) SPI_freeplan(outdated);
    SPIPlanPtr plan = SPI_prepare_cursor(sql.c_str(), count, types_.data(), CURSOR_OPT_GENERIC_PLAN);
    if (plan == nullptr) elog(ERROR, "could not prepare \"%s\": %s", sql_, SPI_result_code_string(SPI_result));
    SPI_keepplan(plan);
    return plan;
  });
  planned_for_ = schema_version();
}

Rows Statement::run(std::initializer_list<Param> params, Snapshot snapshot) {
  if (params.size() != count_) throw std::logic_error(std::string("wrong number of parameters for: ") + sql_);
  std::array<Datum, kMostParams> values{};
  std::array<char, kMostParams> nulls{};
  std::size_t i = 0;
  for (const auto& param : params) {
    values[i] = param.value;
    nulls[i] = param.is_null ? 'n' : ' ';
    ++i;
  }
  if (plan_ == nullptr || planned_for_ != schema_version()) prepare();
  const ::Snapshot frozen = snapshot == Snapshot::fresh ? Session::current().frozen_ : nullptr;
  const ByIndex planning;
  const int code = guarded([&] {
    if (frozen == nullptr)
      return SPI_execute_plan(plan_, values.data(), nulls.data(), snapshot == Snapshot::callers, 0);
    PushActiveSnapshot(frozen);
    const int done = SPI_execute_plan(plan_, values.data(), nulls.data(), /*read_only=*/true, 0);
    PopActiveSnapshot();
    return done;
  });
  if (code < 0) throw std::logic_error(std::string("could not run: ") + sql_);
  if (SPI_tuptable == nullptr) return {nullptr, nullptr, nullptr, SPI_processed};
  return {SPI_tuptable->vals, SPI_tuptable->tupdesc, nullptr, SPI_processed};
}

}  // namespace jb::pg
