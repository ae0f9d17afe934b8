// SPDX-License-Identifier: PostgreSQL
#include "guard.hpp"

#include <cstdlib>
#include <cstring>

extern "C" {
#include "miscadmin.h"
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

}  // namespace jb::pg
