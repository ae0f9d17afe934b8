// SPDX-License-Identifier: PostgreSQL
#include <map>

#include "call.hpp"

namespace jb::functions {

// Rights on calendars. The functions run with the rights of the extension's owner, and check the caller's right to
// manage the calendar.

namespace {

constinit auto grants_statement = pg::Statement<R"(
    SELECT g.grantee, g.rights, g.max_priority, g.may_preempt, g.may_move, g.max_held, g.until
      FROM jb_grant g WHERE g.calendar = :calendar ORDER BY g.grantee COLLATE "C")">();
constinit auto insert_grant_statement = pg::Statement<R"(
    INSERT INTO jb_grant (calendar, grantee, rights, name, max_priority, may_preempt, may_move, max_held, until)
    SELECT :calendar, :grantee, :rights, c.name, :max_priority, :may_preempt, :may_move, :max_held, :until FROM jb_calendar c WHERE c.id = :calendar)">();
constinit auto remove_grantee_statement =
    pg::Statement<"DELETE FROM jb_grant WHERE calendar = :calendar AND grantee = :grantee RETURNING 1">();
constinit auto forget_grants_statement = pg::Statement<"DELETE FROM jb_grant WHERE calendar = :calendar">();
constinit auto give_nothing_statement =
    pg::Statement<"INSERT INTO jb_default_rights (gives) VALUES ('nothing') ON CONFLICT (gives) DO NOTHING">();
constinit auto give_all_statement = pg::Statement<"DELETE FROM jb_default_rights">();

/// The grants on the calendar of this id, by grantee.
pg::Rows grants_on(int calendar) { return grants_statement.run("calendar"_arg = calendar); }

/// The grants on the calendar of this id, by grantee.
std::map<std::string, Grant> present_grants(int calendar) {
  std::map<std::string, Grant> grants;
  const auto rows = grants_on(calendar);
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    auto grantee = pg::to_text(*rows.at(i, 1));
    grants[grantee] = {grantee, pg::to_texts(*rows.at(i, 2)), bounds_in(rows, i, 3)};
  }
  return grants;
}

/// Stores the grant in place of the grantee's present one.
void store(int calendar, const Grant& grant) {
  const auto& bounds = grant.bounds;
  remove_grantee_statement.run("calendar"_arg = calendar, "grantee"_arg = grant.grantee);
  if (grant.rights.empty()) return;
  insert_grant_statement.run("calendar"_arg = calendar, "grantee"_arg = grant.grantee, "rights"_arg = grant.rights,
                             "max_priority"_arg = bounds.max_priority, "may_preempt"_arg = bounds.may_preempt,
                             "may_move"_arg = bounds.may_move, "max_held"_arg = bounds.max_held,
                             "until"_arg = bounds.until);
}

/// The bounds among the arguments of jb_grant.
void read_bounds(Validation& validation, const Arguments& arguments, Grant& grant) {
  grant.bounds = {.max_priority = arguments.integer(kBounds[0]),
                  .may_preempt = arguments.boolean(kBounds[1]),
                  .may_move = arguments.boolean(kBounds[2]),
                  .max_held = arguments.integer(kBounds[3]),
                  .until = arguments.instant(validation, kBounds[4])};
  for (const auto name : kBounds)
    if (!arguments.is_null(name)) grant.named.push_back(name);
}

/// Locks a calendar that the caller manages, since two lists of grants set at once would otherwise be merged. Makes
/// `ceo` if it is absent. Result: the calendar's id.
int locked(const std::string& name) {
  if (is_same_name(name, kCeo)) make_calendar(name);
  return lock_permitted(name, Right::manage);
}

constexpr const char* kNothing = "nothing";
constexpr const char* kAllByRole = "all by role";

}  // namespace

JB_CONNECTED(jb_rights, std::vector<std::string>) {
  const auto name = require_named_calendar(arguments.word("calendar")).name;
  return words_of(rights_on(name));
}

JB_CONNECTED_ROWS(jb_grants) {
  rows.add(grants_on(require_named_calendar(arguments.word("calendar"), Right::manage).id));
}

JB_LENT(jb_grant, std::tuple<std::string, std::vector<std::string>, std::optional<int>, std::optional<bool>,
                             std::optional<bool>, std::optional<int>, std::optional<Instant>>) {
  Grant grant{.grantee = arguments.word("grantee")};
  Validation validation;
  read_grantee(validation, "grantee", grant.grantee);
  const auto right = read_right(validation, "right", arguments.text("right").value_or("NULL"));
  read_bounds(validation, arguments, grant);
  validation.raise();
  const auto calendar = locked(arguments.word("calendar"));
  auto present = present_grants(calendar);
  if (present.size() >= kMostGrantees && !present.contains(grant.grantee))
    validation.refuse("grantee", grant.grantee, "the calendar names 1000 grantees already, and may name no more");
  const auto& before = present[grant.grantee];
  grant.rights = before.rights;
  grant.rights.emplace_back(name_of(*right));
  grant.rights = rights_in_order(grant.rights);
  // Whoever may do everything is bounded by an end alone.
  grant.bounds = with_unnamed(grant, right == Right::manage ? Bounds{.until = before.bounds.until} : before.bounds);
  check_bounds(validation, "", grant.rights, grant.bounds);
  validation.raise();
  store(calendar, grant);
  const auto& [max_priority, may_preempt, may_move, max_held, until] = grant.bounds;
  return {grant.grantee, grant.rights, max_priority, may_preempt, may_move, max_held, until};
}

JB_LENT(jb_revoke, bool) {
  const auto grantee = arguments.word("grantee");
  Validation validation;
  read_grantee(validation, "grantee", grantee);
  validation.raise();
  return !remove_grantee_statement.run("calendar"_arg = locked(arguments.word("calendar")), "grantee"_arg = grantee)
              .empty();
}

JB_LENT_ROWS(jb_grants_set) {
  Validation validation;
  const bool keeps_others = arguments.flag("keep_others");
  auto grants = read_grants(validation, arguments.json("grants"), keeps_others ? 0 : 1);
  validation.raise();
  const auto calendar = locked(arguments.word("calendar"));
  const auto present = keeps_others ? present_grants(calendar) : std::map<std::string, Grant>();
  for (std::size_t i = 0; i < grants.size(); ++i) {
    auto& grant = grants[i];
    const auto before = present.find(grant.grantee);
    if (before != present.end()) grant.bounds = with_unnamed(grant, before->second.bounds);
    if (!grant.rights.empty())
      check_bounds(validation, "grants[" + std::to_string(i) + "].", grant.rights, grant.bounds);
  }
  validation.raise();
  if (!keeps_others) forget_grants_statement.run("calendar"_arg = calendar);
  for (const auto& grant : grants) store(calendar, grant);
  const auto now = grants_on(calendar);
  if (now.size() > kMostGrantees)
    throw invalid("grants", std::to_string(grants.size()), "the calendar would name more than 1000 grantees");
  rows.add(now);
}

JB_PLAIN(jb_require_operator, bool) {
  require_operator();
  return true;
}

JB_PLAIN(jb_default_rights, std::string) { return unnamed_get_nothing() ? kNothing : kAllByRole; }

JB_CONNECTED(jb_default_rights_set, std::string) {
  const auto gives = arguments.text("gives").value_or("NULL");
  if (gives != kNothing && gives != kAllByRole) throw invalid("gives", gives, "it must be nothing or all by role");
  gives == kNothing ? give_nothing_statement.run() : give_all_statement.run();
  return gives;
}

JB_PLAIN(jb_rights_changed, void) { pg::table_changed(pg::triggering_table(arguments.info())); }

// The principals of client certificates.

namespace {

constinit auto set_statement = pg::Statement<R"(
    INSERT INTO jb_principal (issuer, subject, principal, role) VALUES (:issuer, :subject, :principal, :role)
     ON CONFLICT (issuer, subject) DO UPDATE SET principal = excluded.principal, role = excluded.role)">();
constinit auto remove_statement =
    pg::Statement<"DELETE FROM jb_principal WHERE issuer = :issuer AND subject = :subject">();

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

// Its argument `principal` names who is let in, not who asks.
JB_PLAIN(jb_principal_set, void) {
  pg::require_asker();
  check(arguments);
  const pg::AsOwner as_owner(owner_of_tables());
  connected([&] {
    if (!may_name_principals())
      throw Failure(Error::not_allowed, "only the extension's owner may let certificates in here", "",
                    "Under jb_default_rights() of nothing, who names a principal gives all its rights away.");
    const auto issuer = arguments.param("issuer"), subject = arguments.param("subject");
    if (arguments.is_null("role"))
      remove_statement.run("issuer"_arg = issuer, "subject"_arg = subject);
    else
      set_statement.run("issuer"_arg = issuer, "subject"_arg = subject, "principal"_arg = arguments.param("principal"),
                        "role"_arg = arguments.param("role"));
  });
}

// What the caller may see of a row, as the views ask for each row (rule 13.4). While nobody is granted anything, an
// answer costs one comparison.

namespace {

void add_names(std::vector<std::string>& names, const Arguments& arguments, std::string_view name) {
  if (arguments.is_null(name)) return;
  for (auto& text : pg::to_texts(arguments.datum(name))) {
    if (!text.empty()) names.push_back(std::move(text));
  }
}

}  // namespace

JB_PLAIN(jb_sight, std::optional<std::string>) {
  if (may_everything()) return "read";
  std::vector<std::string> names;
  add_names(names, arguments, "calendars");
  if (may_any(Right::read, names)) return "read";
  add_names(names, arguments, "attendee_calendars");
  return may_any(Right::busy, names) ? std::optional<std::string>("busy") : std::nullopt;
}

JB_PLAIN(jb_may, bool) {
  if (rights_are_open()) return true;
  const auto right = right_from(arguments.word("right"));
  return right && rights_to_read(arguments.word("calendar")).has(*right);
}

JB_PLAIN(jb_seen, std::vector<std::string>) {
  std::vector<std::string> names;
  add_names(names, arguments, "calendars");
  std::erase_if(names, [](const std::string& name) { return !rights_to_read(name).any(); });
  return names;
}

}  // namespace jb::functions
