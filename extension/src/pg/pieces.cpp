// SPDX-License-Identifier: PostgreSQL
#include "pieces.hpp"

#include "spi.hpp"

extern "C" {
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
}

namespace jb::pg {

std::vector<std::int64_t> run_in_pieces(FunctionCallInfo info, const char* sql, const std::vector<Param>& params) {
  find_schema();
  const std::string own = qualified(sql);
  const bool is_atomic = info->context == nullptr || !IsA(info->context, CallContext) ||
                         reinterpret_cast<CallContext*>(info->context)->atomic;
  std::vector<std::int64_t> sums;
  guarded([&] { SPI_connect_ext(is_atomic ? 0 : SPI_OPT_NONATOMIC); });
  for (bool more = true; more;) {
    check_for_interrupts();
    if (execute(own, params) != SPI_OK_SELECT || SPI_processed != 1) throw std::logic_error("could not run: " + own);
    const auto value = [&](int column) {
      bool is_null = false;
      return guarded([&] { return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &is_null); });
    };
    more = DatumGetBool(value(1));
    sums.resize(static_cast<std::size_t>(SPI_tuptable->tupdesc->natts) - 1);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += DatumGetInt64(value(static_cast<int>(i) + 2));
    guarded([] {
      SPI_freetuptable(SPI_tuptable);
      SPI_commit();
    });
  }
  guarded([] { SPI_finish(); });
  return sums;
}

}  // namespace jb::pg
