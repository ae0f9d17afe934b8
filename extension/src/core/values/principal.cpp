// SPDX-License-Identifier: PostgreSQL
#include "principal.hpp"

namespace jb {

namespace {

constexpr std::string_view kOrganiser = "organiser of poll ";  // fcgi/routes/polls.cpp says so of a guest

}  // namespace

bool is_reserved_principal(std::string_view name) { return name == kBookingPage || name.starts_with(kOrganiser); }

void check_principal(Validation& validation, const std::string& name) {
  if (name.empty() || characters(name) > kLongestPrincipal)
    validation.refuse("principal", name, "it must be 1 to 200 characters long");
  else if (is_reserved_principal(name))
    validation.refuse("principal", name, kIsReserved);
}

}  // namespace jb
