// SPDX-License-Identifier: PostgreSQL
#include "process.hpp"

#include "postgres.hpp"

extern "C" {
#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
}

namespace jb::pg {

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
