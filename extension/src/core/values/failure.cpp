// SPDX-License-Identifier: PostgreSQL
#include "failure.hpp"

namespace jb {

std::string_view sqlstate(Error error) {
  switch (error) {
#define JB_ERROR(name, sqlstate, http, type, title, retry, when) \
  case Error::name:                                              \
    return sqlstate;
#include "../../../errors.def"
#undef JB_ERROR
  }
  return "XX000";
}

}  // namespace jb
