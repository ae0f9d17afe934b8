// SPDX-License-Identifier: PostgreSQL
#include "time.hpp"

#include <algorithm>

namespace jb {

constinit const Span kRepresentable{std::chrono::sys_days{std::chrono::year{1} / 1 / 1},
                                    std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1}};

Span intersection(const Span& a, const Span& b) { return {std::max(a.start, b.start), std::min(a.end, b.end)}; }

}  // namespace jb
