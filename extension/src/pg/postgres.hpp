// SPDX-License-Identifier: PostgreSQL
//
// The one way in to the server's headers. They come after C++'s own headers: their macros break the C++ library's.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// Up to PostgreSQL 15 the server leaves this empty, and -fvisibility=hidden would hide the entry points.
#if !defined(PGDLLEXPORT)
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

extern "C" {
#include "postgres.h"
// Not sorted: fmgr.h needs postgres.h.
#include "fmgr.h"
}

// port.h makes macros of these, and nlohmann/json.hpp calls std::snprintf.
#undef fprintf
#undef printf
#undef snprintf
#undef sprintf
#undef vfprintf
#undef vprintf
#undef vsnprintf
#undef vsprintf
