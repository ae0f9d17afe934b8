// SPDX-License-Identifier: PostgreSQL
#include "grant_rows.hpp"

#include "pg/datum.hpp"
#include "pg/schema.hpp"
#include "pg/spi.hpp"

namespace jb {

namespace {

constinit pg::Statement grants_statement{
    "SELECT g.grantee, g.rights FROM jb_grant g WHERE g.calendar = $1 ORDER BY g.grantee COLLATE \"C\""};
// Two calls that grant at the same time wait for each other at the row, and neither takes the other's right back.
constinit pg::Statement add_right_statement{
    "INSERT INTO jb_grant AS g (calendar, grantee, rights) VALUES ($1, $2, ARRAY[$3]) ON CONFLICT (calendar, grantee)"
    " DO UPDATE SET rights = ARRAY(SELECT w FROM unnest('{busy,read,book,manage}'::text[]) AS w"
    "  WHERE w = ANY (g.rights || excluded.rights)) RETURNING rights"};
constinit pg::Statement insert_grant_statement{"INSERT INTO jb_grant (calendar, grantee, rights) VALUES ($1, $2, $3)"};
constinit pg::Statement remove_grantee_statement{
    "DELETE FROM jb_grant WHERE calendar = $1 AND grantee = $2 RETURNING 1"};
constinit pg::Statement forget_grants_statement{"DELETE FROM jb_grant WHERE calendar = $1"};
constinit pg::Statement give_nothing_statement{
    "INSERT INTO jb_default_rights (gives) VALUES ('nothing') ON CONFLICT (gives) DO NOTHING"};
constinit pg::Statement give_all_statement{"DELETE FROM jb_default_rights"};

}  // namespace

std::vector<Grant> grants_on(int calendar) {
  const auto rows = grants_statement.run({calendar});
  return rows.map([&](auto row) { return Grant{pg::to_text(*rows.at(row, 1)), pg::to_texts(*rows.at(row, 2))}; });
}

Grant add_right(int calendar, const std::string& grantee, Right right) {
  const auto row = add_right_statement.run({calendar, grantee, name_of(right)});
  return {grantee, pg::to_texts(*row.at(0, 1))};
}

bool remove_grantee(int calendar, const std::string& grantee) {
  return !remove_grantee_statement.run({calendar, grantee}).empty();
}

void set_grants(int calendar, const std::vector<Grant>& grants) {
  forget_grants_statement.run({calendar});
  for (const auto& grant : grants) insert_grant_statement.run({calendar, grant.grantee, grant.rights});
}

void set_gives_nothing(bool nothing) { nothing ? give_nothing_statement.run({}) : give_all_statement.run({}); }

}  // namespace jb
