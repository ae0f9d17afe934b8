// SPDX-License-Identifier: PostgreSQL
#include "sanitized.hpp"

bool jb::is_sanitized() {
#ifdef JB_SANITIZE
  return true;
#else
  return false;
#endif
}
