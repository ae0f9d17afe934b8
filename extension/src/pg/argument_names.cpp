// SPDX-License-Identifier: PostgreSQL
#include "argument_names.hpp"

#include "guard.hpp"

extern "C" {
#include "funcapi.h"
#include "utils/syscache.h"
}

namespace jb::pg {

std::vector<std::string> argument_names(FunctionCallInfo info) {
  char** names = nullptr;
  const int count = guarded([&] {
    HeapTuple function = SearchSysCache1(PROCOID, ObjectIdGetDatum(info->flinfo->fn_oid));
    if (!HeapTupleIsValid(function)) elog(ERROR, "function %u is gone", info->flinfo->fn_oid);
    Oid* types = nullptr;
    char* modes = nullptr;
    const int arguments = get_func_arg_info(function, &types, &names, &modes);
    ReleaseSysCache(function);
    return arguments;
  });
  std::vector<std::string> all;
  for (int i = 0; names != nullptr && i < count && i < info->nargs; ++i) all.emplace_back(names[i]);
  return all;
}

}  // namespace jb::pg
