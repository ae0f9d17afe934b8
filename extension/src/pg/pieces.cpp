// SPDX-License-Identifier: PostgreSQL
#include "pieces.hpp"

#include <algorithm>

extern "C" {
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
}

namespace jb::pg {

std::vector<std::int64_t> run_in_pieces(FunctionCallInfo info, const char* sql, std::vector<Oid> types,
                                        std::vector<Param> params) {
  std::vector<Datum> values;
  std::string nulls;
  for (const auto& param : params) {
    values.push_back(param.value);
    nulls += param.is_null ? 'n' : ' ';
  }
  find_schema();
  const std::string own = qualified(sql);
  const bool is_atomic = info->context == nullptr || !IsA(info->context, CallContext) ||
                         reinterpret_cast<CallContext*>(info->context)->atomic;
  std::array<std::int64_t, 8> sums{};
  std::size_t columns = 0;
  guarded([&] {
    SPI_connect_ext(is_atomic ? 0 : SPI_OPT_NONATOMIC);
    for (bool more = true; more;) {
      CHECK_FOR_INTERRUPTS();
      const int code = SPI_execute_with_args(own.c_str(), static_cast<int>(types.size()), types.data(), values.data(),
                                             nulls.c_str(), false, 0);
      if (code != SPI_OK_SELECT || SPI_processed != 1) elog(ERROR, "could not run \"%s\"", sql);
      const TupleDesc descriptor = SPI_tuptable->tupdesc;
      bool is_null = false;
      more = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], descriptor, 1, &is_null)) && !is_null;
      columns = std::min(sums.size(), static_cast<std::size_t>(descriptor->natts - 1));
      for (std::size_t i = 0; i < columns; ++i)
        sums[i] += DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], descriptor, static_cast<int>(i) + 2, &is_null));
      SPI_freetuptable(SPI_tuptable);
      SPI_commit();
    }
    SPI_finish();
  });
  return {sums.begin(), sums.begin() + static_cast<std::ptrdiff_t>(columns)};
}

}  // namespace jb::pg
