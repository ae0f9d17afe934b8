// SPDX-License-Identifier: PostgreSQL
#include "grant_rows.hpp"

#include "pg/datum.hpp"
#include "pg/schema.hpp"
#include "pg/spi.hpp"

namespace jb {

namespace {

constinit pg::Statement grants_statement{
    "SELECT g.grantee, g.rights FROM jb_grant g WHERE g.calendar = $1 ORDER BY g.grantee COLLATE \"C\"", {INT4OID}};
// Two calls that grant at the same time wait for each other at the row, and neither takes the other's right back.
constinit pg::Statement add_right_statement{
    "INSERT INTO jb_grant AS g (calendar, grantee, rights) VALUES ($1, $2, ARRAY[$3]) ON CONFLICT (calendar, grantee)"
    " DO UPDATE SET rights = ARRAY(SELECT w FROM unnest('{busy,read,book,manage}'::text[]) AS w"
    "  WHERE w = ANY (g.rights || excluded.rights)) RETURNING rights",
    {INT4OID, TEXTOID, TEXTOID}};
constinit pg::Statement insert_grant_statement{"INSERT INTO jb_grant (calendar, grantee, rights) VALUES ($1, $2, $3)",
                                               {INT4OID, TEXTOID, TEXTARRAYOID}};
constinit pg::Statement remove_grantee_statement{
    "DELETE FROM jb_grant WHERE calendar = $1 AND grantee = $2 RETURNING 1", {INT4OID, TEXTOID}};
constinit pg::Statement forget_grants_statement{"DELETE FROM jb_grant WHERE calendar = $1", {INT4OID}};
constinit pg::Statement give_nothing_statement{
    "INSERT INTO jb_default_rights (gives) VALUES ('nothing') ON CONFLICT (gives) DO NOTHING", {}};
constinit pg::Statement give_all_statement{"DELETE FROM jb_default_rights", {}};

}  // namespace

std::vector<Grant> grants_on(int calendar) {
  const auto rows = grants_statement.run({pg::from_int(calendar)});
  std::vector<Grant> grants;
  for (std::uint64_t i = 0; i < rows.size(); ++i)
    grants.push_back({pg::to_text(*rows.at(i, 1)), pg::to_texts(*rows.at(i, 2))});
  return grants;
}

Grant add_right(int calendar, const std::string& grantee, Right right) {
  const auto row =
      add_right_statement.run({pg::from_int(calendar), pg::from_text(grantee), pg::from_text(name_of(right))});
  return {grantee, pg::to_texts(*row.at(0, 1))};
}

bool remove_grantee(int calendar, const std::string& grantee) {
  return !remove_grantee_statement.run({pg::from_int(calendar), pg::from_text(grantee)}).empty();
}

void set_grants(int calendar, const std::vector<Grant>& grants) {
  forget_grants_statement.run({pg::from_int(calendar)});
  for (const auto& grant : grants)
    insert_grant_statement.run({pg::from_int(calendar), pg::from_text(grant.grantee), pg::from_texts(grant.rights)});
}

void forget_grants(int calendar) { forget_grants_statement.run({pg::from_int(calendar)}); }

void set_gives_nothing(bool nothing) { nothing ? give_nothing_statement.run({}) : give_all_statement.run({}); }

}  // namespace jb
