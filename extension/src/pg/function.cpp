// SPDX-License-Identifier: PostgreSQL
#include "function.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
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

/// From a backend's first call on, a block of 1 MiB or more is mapped by itself, and unmapped when it is freed. By
/// itself, malloc raises this size with each such block that is freed: then the megabytes that PostgreSQL takes to
/// parse a large argument lie in the heap, and stay there as soon as a cache has taken a block above them. Without this
/// line a second batch of 340,000 empty requests left 95 MiB with its backend (test/hostile/expensive).
void map_large_blocks() { [[maybe_unused]] static const int done = mallopt(M_MMAP_THRESHOLD, 1 << 20); }

}  // namespace

CallFrame::CallFrame() : account_(check_for_interrupts), heap_end_(static_cast<char*>(sbrk(0))) { map_large_blocks(); }

// malloc returns freed memory to the system only from the end of the heap: memory that was freed below a block still in
// use stays with the backend. After a call that let the heap grow, malloc_trim() returns such memory, too.
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

bool names_hold = false;  // whether no function has been declared anew since they were read

}  // namespace

/// The first `count` arguments of the function.
Call::Declared Call::declared_by(Oid function, int count) {
  char** names = nullptr;
  Oid* types = nullptr;
  guarded([&] {
    HeapTuple row = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(row)) elog(ERROR, "function %u is gone", function);
    char* modes = nullptr;
    get_func_arg_info(row, &types, &names, &modes);
    ReleaseSysCache(row);
  });
  if (names == nullptr) return {};
  return {{names, names + count}, {types, types + count}};
}

const Call::Declared& Call::declared() const {
  static std::map<Oid, std::shared_ptr<const Declared>> known;
  static bool is_watched = false;
  if (declared_) return *declared_;
  if (!is_watched)
    guarded([] { CacheRegisterSyscacheCallback(PROCOID, [](Datum, int, uint32) { names_hold = false; }, 0); });
  is_watched = true;
  if (!names_hold) known.clear();
  names_hold = true;
  auto& declared = known[info_->flinfo->fn_oid];
  if (!declared) declared = std::make_shared<const Declared>(declared_by(info_->flinfo->fn_oid, info_->nargs));
  return *(declared_ = declared);
}

int Call::find(std::string_view name) const {
  const auto& all = names();
  for (std::size_t tried = 0; tried < all.size(); ++tried, ++next_) {
    if (next_ >= all.size()) next_ = 0;
    if (all[next_] == name) return static_cast<int>(next_);
  }
  return -1;
}

int Call::place(std::string_view name) const {
  const int found = find(name);
  if (found < 0) throw std::logic_error("the function has no argument " + std::string(name));
  return found;
}

Param Call::param(std::string_view name) const {
  const int i = place(name);
  const Oid type = declared().types[static_cast<std::size_t>(i)];
  return is_null(i) ? Param::null(type) : Param(datum(i), type);
}

std::string Call::as_bytes(std::initializer_list<std::string_view> without) const {
  std::string bytes = guarded([&] { return get_func_name(info_->flinfo->fn_oid); });
  for (int i = 0; const auto& name : names()) {
    if (std::find(without.begin(), without.end(), name) == without.end()) {
      bytes += is_null(i) ? 'n' : 'v';
      if (!is_null(i)) append_value(bytes, datum(i), declared().types[static_cast<std::size_t>(i)]);
    }
    ++i;
  }
  return bytes;
}

}  // namespace jb::pg
