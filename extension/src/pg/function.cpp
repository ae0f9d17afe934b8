// SPDX-License-Identifier: PostgreSQL
#include "function.hpp"

#include <malloc.h>
#include <unistd.h>

#include <map>

#include "datum.hpp"

extern "C" {
#include "funcapi.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace jb::pg {

namespace {

/// From a session's first call on, a block of 1 MiB or more is mapped by itself, and unmapped when it is freed. By
/// itself, malloc raises this size with each such block that is freed: then the megabytes that PostgreSQL takes to
/// parse a large argument lie in the heap, and stay there as soon as a cache has taken a block above them.
void map_large_blocks() { [[maybe_unused]] static const int done = mallopt(M_MMAP_THRESHOLD, 1 << 20); }

}  // namespace

CallFrame::CallFrame() : account_(check_for_interrupts), heap_end_(static_cast<char*>(sbrk(0))) { map_large_blocks(); }

// malloc returns freed memory to the system only from the end of the heap: memory that was freed below a block still in
// use stays with the session. After a call that let the heap grow, malloc_trim() returns such memory, too.
CallFrame::~CallFrame() {
  constexpr std::ptrdiff_t much = std::ptrdiff_t{8} << 20;
  if (static_cast<char*>(sbrk(0)) - heap_end_ > much) malloc_trim(0);
}

namespace {

/// Appends a value's bytes. Equal values give equal bytes, however the server stores a text: compressed, with a short
/// header or with a long header.
void append_value(std::string& bytes, Datum value, Oid type) {
  std::int16_t length = 0;
  bool by_value = false;
  guarded([&] { get_typlenbyval(type, &length, &by_value); });
  if (by_value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  } else if (length > 0) {
    bytes.append(DatumGetPointer(value), static_cast<std::size_t>(length));
  } else {
    const auto text = to_bytes(value);
    bytes += std::to_string(text.size()) + ':' + text;
  }
}

}  // namespace

namespace {

bool names_hold = false;  // whether no function has been declared anew since they were read

std::vector<std::string> names_of(Oid function) {
  char** names = nullptr;
  const int declared = guarded([&] {
    HeapTuple row = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(row)) elog(ERROR, "function %u is gone", function);
    Oid* types = nullptr;
    char* modes = nullptr;
    const int arguments = get_func_arg_info(row, &types, &names, &modes);
    ReleaseSysCache(row);
    return arguments;
  });
  return names == nullptr ? std::vector<std::string>{} : std::vector<std::string>(names, names + declared);
}

}  // namespace

const std::vector<std::string>& Call::names() const {
  static std::map<Oid, std::vector<std::string>> known;
  static bool is_watched = false;
  if (!is_watched)
    guarded([] { CacheRegisterSyscacheCallback(PROCOID, [](Datum, int, uint32) { names_hold = false; }, 0); });
  is_watched = true;
  if (!names_hold) known.clear();
  names_hold = true;
  const Oid function = info_->flinfo->fn_oid;
  const auto found = known.find(function);
  if (found != known.end()) return found->second;
  auto names = names_of(function);
  names.resize(std::min(names.size(), static_cast<std::size_t>(count())));
  return known[function] = std::move(names);
}

std::string Call::as_bytes(int count, int skipped) const {
  const Oid function = info_->flinfo->fn_oid;
  Oid* types = nullptr;
  int declared = 0;
  guarded([&] { get_func_signature(function, &types, &declared); });
  std::string bytes = guarded([&] { return get_func_name(function); });
  for (int i = 0; i < count; ++i) {
    if (i == skipped) continue;
    bytes += is_null(i) ? 'n' : 'v';
    if (!is_null(i)) append_value(bytes, datum(i), types[i]);
  }
  return bytes;
}

}  // namespace jb::pg
