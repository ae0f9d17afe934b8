// SPDX-License-Identifier: PostgreSQL
//
// Which principal a client certificate stands for.
#include "core/values/principal.hpp"
#include "arguments.hpp"
#include "pg/spi.hpp"
#include "store/rights.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement set_statement{
    "INSERT INTO jb_principal (issuer, subject, principal, role) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (issuer, subject) DO UPDATE SET principal = excluded.principal, role = excluded.role",
    {TEXTOID, TEXTOID, TEXTOID, TEXTOID}};
constinit pg::Statement remove_statement{"DELETE FROM jb_principal WHERE issuer = $1 AND subject = $2",
                                         {TEXTOID, TEXTOID}};

void check(const Arguments& arguments) {
  Validation validation;
  for (const auto& [i, name] : {std::pair{0, "issuer"}, std::pair{1, "subject"}}) {
    if (arguments.text(i).value_or("").empty()) validation.refuse(name, "", "it must not be empty");
  }
  if (const auto role = arguments.text(3)) {
    check_principal(validation, arguments.text(2).value_or(""));
    if (*role != "manager" && *role != "secretary" && *role != "viewer") {
      validation.refuse("role", *role, "it must be manager, secretary or viewer");
    }
  }
  validation.raise();
}

Datum principal_set_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  check(arguments);
  pg::Session session;
  if (!may_name_principals())
    throw Failure(Error::not_allowed, "only the extension's owner may let certificates in here", "",
                  "Under jb_default_rights() of nothing, who names a principal gives all its rights away.");
  if (arguments.is_null(3)) {
    remove_statement.run({arguments.datum(0), arguments.datum(1)});
  } else {
    set_statement.run({arguments.datum(0), arguments.datum(1), arguments.datum(2), arguments.datum(3)});
  }
  session.finish();
  return 0;
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_principal_set, jb::sql::principal_set_body)
