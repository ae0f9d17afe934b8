// SPDX-License-Identifier: PostgreSQL
//
// Which principal a client certificate stands for.
#include "core/values/principal.hpp"
#include "call.hpp"
#include "pg/spi.hpp"
#include "store/rights.hpp"

namespace jb::functions {

namespace {

constinit pg::Statement set_statement{
    "INSERT INTO jb_principal (issuer, subject, principal, role) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (issuer, subject) DO UPDATE SET principal = excluded.principal, role = excluded.role"};
constinit pg::Statement remove_statement{"DELETE FROM jb_principal WHERE issuer = $1 AND subject = $2"};

void check(const Arguments& arguments) {
  Validation validation;
  for (const auto* name : {"issuer", "subject"}) {
    if (arguments.word(name).empty()) validation.refuse(name, "", "it must not be empty");
  }
  if (const auto role = arguments.text("role")) {
    check_principal(validation, arguments.word("principal"));
    if (*role != "manager" && *role != "secretary" && *role != "viewer") {
      validation.refuse("role", *role, "it must be manager, secretary or viewer");
    }
  }
  validation.raise();
}

}  // namespace

// Its argument `principal` is who is let in, and not who asks.
JB_PLAIN(jb_principal_set, void) {
  check(arguments);
  const pg::AsOwner as_owner(owner_of_tables());
  connected([&] {
    if (!may_name_principals())
      throw Failure(Error::not_allowed, "only the extension's owner may let certificates in here", "",
                    "Under jb_default_rights() of nothing, who names a principal gives all its rights away.");
    const auto issuer = arguments.param("issuer"), subject = arguments.param("subject");
    if (arguments.is_null("role"))
      remove_statement.run({issuer, subject});
    else
      set_statement.run({issuer, subject, arguments.param("principal"), arguments.param("role")});
  });
}

}  // namespace jb::functions
