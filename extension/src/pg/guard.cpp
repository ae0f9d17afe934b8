// SPDX-License-Identifier: PostgreSQL
#include "guard.hpp"

#include <cstdlib>
#include <cstring>

extern "C" {
#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
}

namespace jb::pg {

namespace {

// malloc, not palloc: this runs inside a catch block, which an error of palloc would jump out of.
char* copy(std::string_view text) noexcept {
  auto* memory = static_cast<char*>(std::malloc(text.size() + 1));
  if (memory == nullptr) return nullptr;
  std::memcpy(memory, text.data(), text.size());
  memory[text.size()] = '\0';
  return memory;
}

char* into_context(char* text) {
  if (text == nullptr) return nullptr;
  char* copied = *text == '\0' ? nullptr : pstrdup(text);
  std::free(text);
  return copied;
}

}  // namespace

void check_for_interrupts() {
  if (INTERRUPTS_PENDING_CONDITION()) guarded([] { CHECK_FOR_INTERRUPTS(); });
}

void throw_backend_error(MemoryContext context) {
  MemoryContextSwitchTo(context);
  ErrorData* data = CopyErrorData();
  FlushErrorState();
  throw BackendError{data};
}

Report plain(const Failure& failure) noexcept {
  Report report;
  const auto state = sqlstate(failure.error);
  std::memcpy(report.sqlstate, state.data(), 5);
  report.message = copy(failure.message);
  report.detail = copy(failure.detail);
  report.hint = copy(failure.hint);
  return report;
}

Report plain_unexpected(const char* what) noexcept {
  Report report;
  report.message = copy("unexpected failure inside jb_scheduler");
  report.detail = copy(what);
  return report;
}

void raise(Report report) {
  if (report.backend != nullptr) ReThrowError(report.backend);
  const char* message = into_context(report.message);
  const char* detail = into_context(report.detail);
  const char* hint = into_context(report.hint);
  const char* s = report.sqlstate;
  ereport(ERROR, (errcode(MAKE_SQLSTATE(s[0], s[1], s[2], s[3], s[4])),
                  errmsg_internal("%s", message != nullptr ? message : "out of memory"),
                  detail != nullptr ? errdetail_internal("%s", detail) : 0, hint != nullptr ? errhint("%s", hint) : 0));
}

void warn(const std::string& message, const std::string& detail, const std::string& hint) {
  guarded([&] {
    ereport(WARNING, (errmsg_internal("%s %s", MyBgworkerEntry->bgw_name, message.c_str()),
                      detail.empty() ? 0 : errdetail_internal("%s", detail.c_str()),
                      hint.empty() ? 0 : errhint("%s", hint.c_str())));
  });
}

void set_option(const char* name, const char* value) {
  guarded([&] { SetConfigOption(name, value, PGC_SUSET, PGC_S_SESSION); });
}

MachineTime machine_clock() { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()); }

std::optional<Trouble> in_transaction(const std::function<void()>& work) {
  guarded([] {
    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    PushActiveSnapshot(GetTransactionSnapshot());
  });
  std::optional<Trouble> trouble;
  try {
    work();
    guarded([] {
      PopActiveSnapshot();
      CommitTransactionCommand();
    });
  } catch (const BackendError& error) {
    const ErrorData& data = *error.data;
    trouble = {std::string(error.sqlstate()), data.message, data.detail == nullptr ? "" : data.detail};
  } catch (const Failure& failure) {
    trouble = {std::string(sqlstate(failure.error)), failure.message, failure.detail};
  }
  if (trouble) guarded([] { AbortCurrentTransaction(); });
  return trouble;
}

}  // namespace jb::pg
