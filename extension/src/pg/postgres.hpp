// SPDX-License-Identifier: PostgreSQL
//
// The only way to include the server's headers. They come after C++'s own headers, which their macros would break.
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

// port.h defines these as macros, and nlohmann/json.hpp calls std::snprintf.
#undef fprintf
#undef printf
#undef snprintf
#undef sprintf
#undef vfprintf
#undef vprintf
#undef vsnprintf
#undef vsprintf
