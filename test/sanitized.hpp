// SPDX-License-Identifier: PostgreSQL
#pragma once

namespace jb {

/// Whether the code under test is built with sanitizers. The tests themselves are not: they are compiled once.
bool is_sanitized();

}  // namespace jb
