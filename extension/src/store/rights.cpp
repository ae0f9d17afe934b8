// SPDX-License-Identifier: PostgreSQL
#include "rights.hpp"

#include <algorithm>
#include <map>

#include "core/values/input.hpp"
#include "pg/call.hpp"
#include "pg/datum.hpp"

namespace jb {

namespace {

constinit auto rights_state_statement =
    pg::Statement<"SELECT EXISTS (SELECT FROM jb_default_rights), EXISTS (SELECT FROM jb_grant)">();

// If unnamed callers get nothing, only the asker's own grants are searched, by an index that begins with the grantee.
// So a hidden calendar costs the same as one that does not exist (rule 13.5). Otherwise none is hidden.
constexpr sql::Text kBoundColumns = "g.max_priority, g.may_preempt, g.may_move, g.max_held, g.until";
constinit auto all_own_statement =
    pg::Statement<"SELECT g.calendar, g.rights, g.name, " + kBoundColumns +
                  " FROM jb_grant g WHERE g.grantee = ANY (:grantees) LIMIT :most">(pg::Fetch::first_few);
constinit auto own_grants_statement = pg::Statement<"SELECT g.calendar, g.rights, true, " + kBoundColumns + R"(
      FROM jb_grant g
     WHERE g.grantee = ANY (:grantees) AND )" + kHasName<"g.name", ":calendar">>();
constinit auto named_statement =
    pg::Statement<"SELECT c.id, g.rights, g.grantee IS NULL OR g.grantee = ANY (:grantees), " + kBoundColumns + R"(
      FROM jb_calendar c
      LEFT JOIN jb_grant g ON g.calendar = c.id AND g.grantee = ANY (:grantees || :login_grantees::text[])
     WHERE )" + kHasName<"c.name", ":calendar">>();

// For code that nobody asked for: nothing where the calendar names anybody, and otherwise as for the unnamed.
constinit auto nobodys_statement = pg::Statement<R"(
    SELECT c.id, CASE WHEN EXISTS (SELECT FROM jb_grant g WHERE g.calendar = c.id) THEN '{}'::text[] END, true,
           NULL::int, NULL::bool, NULL::bool, NULL::int, NULL::timestamptz
      FROM jb_calendar c WHERE )" + kHasName<"c.name", ":calendar">>();

// The sum of a number for each grant, since the order of the rows may change.
constinit auto tag_statement = pg::Statement<R"(
    SELECT sum(hashtextextended(concat_ws(' ', g.calendar, g.rights, g.grantee = ANY (:grantees)), 0))::text,
           min(g.until) FILTER (WHERE g.until > :now)
      FROM jb_grant g WHERE (g.until > :now) IS NOT FALSE AND g.grantee = ANY (:grantees || :login_grantees::text[]))">();

constinit auto grant_to_maker_statement = pg::Statement<R"(
    INSERT INTO jb_grant (calendar, grantee, rights, name)
    SELECT :calendar, :grantee, '{manage}', c.name FROM jb_calendar c WHERE c.id = :calendar)">();
constinit auto id_read_statement =
    pg::Statement<"SELECT c.id FROM jb_calendar c WHERE " + kHasName<"c.name", ":calendar">>();

constexpr std::size_t kMostCalendars = 10'000, kMostAskers = 1'000;
constexpr int kMostAtOnce = 1'000;  // own grants that are read together, in about a millisecond

/// One grant of a calendar to an asker.
struct OwnGrant {
  Rights rights = Rights::none();
  Bounds bounds{};

  bool has_ended() const { return bounds.until && *bounds.until <= pg::now(); }
  friend bool operator==(const OwnGrant&, const OwnGrant&) = default;
};

/// What a calendar grants to an asker.
struct Own {
  int id = 0;  ///< the calendar's; 0: none has this name or, if unnamed callers get nothing, it grants nothing
  bool is_named = false;
  std::vector<OwnGrant> grants{};
  bool is_stale = false;  ///< the transaction's snapshot shows other rights than there are now

  bool grants_as(const Own& other) const {
    return is_named == other.is_named && std::ranges::is_permutation(grants, other.grants);
  }
};
using Owns = std::map<std::string, Own, FoldedLess>;

/// What is known of an asker.
struct KnownAsker {
  bool owns = false;
  bool is_nobody = false;
  std::vector<std::string> grantees;
  std::vector<std::string> login_grantees;  ///< the roles of who logged in, if unnamed callers get everything
  Owns calendars;
  bool is_whole = false;              ///< no other calendar grants anything
  std::string tag;                    ///< of all that is granted; empty: not read
  std::optional<Instant> tag_ends{};  ///< when the first of these grants ends
};

struct Memory {
  unsigned rights = 0;  ///< rights_version() as of which it holds; 0: never
  unsigned schema = 0;
  unsigned roles = 0;
  std::int64_t kept_since = 0;  ///< a REPEATABLE READ transaction reads an old state, for itself alone
  bool gives_nothing = false;
  bool names_anybody = false;
  Oid owner = 0;  ///< of the tables
  std::map<pg::Asker, KnownAsker> askers;
  std::size_t calendars = 0;  ///< of all askers together
};
Memory memory;

/// The ids of calendars as the running query reads them; 0 for a name without a calendar.
struct QueryIds {
  pg::ReadAsOf as_of;
  unsigned schema = 0;
  std::map<std::string, int, FoldedLess> ids;
};
QueryIds query_ids;

/// Reads with a connection of its own, as the tables' owner.
template <class Read>
void read_as_owner(const Read& read) {
  const pg::AsOwner as_owner(memory.owner);
  pg::SpiConnection spi;
  read();
  spi.finish();
}

const Memory& present() {
  pg::hear_of_changes();
  if (memory.rights == pg::rights_version() && memory.schema == pg::schema_version() &&
      memory.roles == pg::roles_version() && memory.kept_since == pg::kept_since())
    return memory;
  pg::find_schema();
  memory = {};
  const Oid grants = pg::relation("jb_grant");
  pg::watch_rights(grants, pg::relation("jb_default_rights"));
  memory.owner = pg::owner_of(grants);
  const auto rights = pg::rights_version();
  const auto schema = pg::schema_version();
  memory.roles = pg::roles_version();
  memory.kept_since = pg::kept_since();
  read_as_owner([] {
    const auto row = rights_state_statement.run(pg::Moment::now);
    memory.gives_nothing = pg::to_bool(*row.at(0, 1));
    memory.names_anybody = pg::to_bool(*row.at(0, 2));
    if (!pg::keeps_snapshot()) return;
    const auto latest = rights_state_statement.run(pg::Moment::latest);
    pg::require_current(pg::to_bool(*latest.at(0, 1)) == memory.gives_nothing);
    memory.names_anybody = memory.names_anybody || pg::to_bool(*latest.at(0, 2));
  });
  memory.rights = rights;
  memory.schema = schema;
  return memory;
}

}  // namespace

Bounds bounds_in(const pg::Rows& rows, std::uint64_t row, int column) {
  return {.max_priority = rows.read(row, column, pg::to_int),
          .may_preempt = rows.read(row, column + 1, pg::to_bool),
          .may_move = rows.read(row, column + 2, pg::to_bool),
          .max_held = rows.read(row, column + 3, pg::to_int),
          .until = rows.read(row, column + 4, pg::to_instant)};
}

RightsSeen rights_seen() { return {pg::rights_version(), pg::roles_version()}; }

namespace {

void add(Own& own, const pg::Rows& rows, std::uint64_t row) {
  own.id = pg::to_int(*rows.at(row, 1));
  if (!rows.at(row, 2)) return;
  own.is_named = true;
  auto& grant = own.grants.emplace_back();
  for (const auto& word : pg::to_texts(*rows.at(row, 2))) {
    if (const auto right = right_from(word)) grant.rights = grant.rights.with(*right);
  }
  grant.bounds = bounds_in(rows, row, 4);
}

void add_roles(std::vector<std::string>& grantees, Oid user) {
  for (const auto& role : pg::roles_of(user)) grantees.push_back("role:" + role);
}

/// What the grants give that have not ended.
Rights rights_in(const Own& own) {
  auto rights = Rights::none();
  std::optional<Instant> ended;
  for (const auto& grant : own.grants) {
    if (grant.has_ended())
      ended = std::max(ended.value_or(*grant.bounds.until), *grant.bounds.until);
    else
      rights = rights.with(grant.rights);
  }
  if (ended && !rights.any()) rights.end_at(*ended);
  return rights;
}

/// All that is granted to the asker; nullopt if it is too much.
std::optional<Owns> all_own(const pg::Rows& rows) {
  if (rows.size() > kMostAtOnce) return std::nullopt;
  Owns all;
  for (std::uint64_t i = 0; i < rows.size(); ++i) add(all[pg::to_text(*rows.at(i, 3))], rows, i);
  return all;
}

void read_all_own(KnownAsker& asker) {
  read_as_owner([&] {
    auto own =
        all_own(all_own_statement.run(pg::Moment::now, "grantees"_arg = asker.grantees, "most"_arg = kMostAtOnce + 1));
    if (own && pg::keeps_snapshot()) {
      auto latest = all_own(
          all_own_statement.run(pg::Moment::latest, "grantees"_arg = asker.grantees, "most"_arg = kMostAtOnce + 1));
      if (!latest) return;
      for (const auto& [name, each] : *latest) own->try_emplace(name);
      for (auto& [name, each] : *own) each.is_stale = !each.grants_as((*latest)[name]);
    }
    asker.is_whole = own.has_value();
    if (own) asker.calendars = std::move(*own);
  });
}

/// The result holds until the next call.
KnownAsker& known(const pg::Asker& asker) {
  const auto found = memory.askers.find(asker);
  if (found != memory.askers.end()) return found->second;
  KnownAsker made;
  made.owns = pg::has_privileges_of(asker.role, memory.owner);
  made.is_nobody = asker == pg::Asker{};
  if (!made.owns) {
    made.grantees.push_back("principal:" + asker.principal);
    add_roles(made.grantees, asker.role);
    if (memory.gives_nothing)
      read_all_own(made);
    else
      add_roles(made.login_grantees, asker.login);
  }
  if (memory.askers.size() >= kMostAskers || memory.calendars + made.calendars.size() > kMostCalendars) {
    memory.askers.clear();
    memory.calendars = 0;
  }
  memory.calendars += made.calendars.size();
  return memory.askers[asker] = std::move(made);
}

/// A role that the asker has left by SET ROLE still restricts the asker, unless the calendar names the asker otherwise.
Own own_of(const pg::Rows& rows) {
  Own own, left;
  for (std::uint64_t i = 0; i < rows.size(); ++i) add(pg::to_bool(*rows.at(i, 3)) ? own : left, rows, i);
  return own.is_named || !left.is_named ? own : left;
}

Own read_own(const KnownAsker& asker, const std::string& calendar) {
  Own own;
  const auto read = [&](pg::Moment moment) {
    const auto name = "calendar"_arg = calendar;
    const auto grantees = "grantees"_arg = asker.grantees;
    if (memory.gives_nothing) return own_of(own_grants_statement.run(moment, name, grantees));
    if (asker.is_nobody) return own_of(nobodys_statement.run(moment, name));
    return own_of(named_statement.run(moment, name, grantees, "login_grantees"_arg = asker.login_grantees));
  };
  read_as_owner([&] {
    own = read(pg::Moment::now);
    own.is_stale = pg::keeps_snapshot() && !own.grants_as(read(pg::Moment::latest));
  });
  return own;
}

/// What the calendar grants to the asker. The lack of a grant is not cached for a calendar that may be hidden.
/// Otherwise a caller who sees its rows counted, but not their content, could tell from the cost that it exists.
Own own_on(KnownAsker& asker, const std::string& calendar) {
  const auto found = asker.calendars.find(calendar);
  if (found != asker.calendars.end()) return found->second;
  if (asker.is_whole) return {};
  const auto rights = pg::rights_version();
  const auto own = read_own(asker, calendar);
  const bool may_be_hidden = memory.gives_nothing && !own.is_named;
  if (may_be_hidden || rights != pg::rights_version() || memory.rights != rights) return own;
  if (++memory.calendars > kMostCalendars) {
    for (auto& [each, known] : memory.askers) {
      if (known.is_whole) continue;
      memory.calendars -= known.calendars.size();
      known.calendars.clear();
    }
  }
  return asker.calendars[calendar] = own;
}

/// The id of the calendar as the running query reads it; 0 if the query reads none of this name.
int id_read(const std::string& calendar) {
  const auto as_of = pg::read_as_of();
  const auto schema = pg::schema_version();
  if (query_ids.as_of != as_of || query_ids.schema != schema || query_ids.ids.size() >= kMostCalendars)
    query_ids = {as_of, schema, {}};
  if (const auto found = query_ids.ids.find(calendar); found != query_ids.ids.end()) return found->second;
  int id = 0;
  read_as_owner([&] {
    const auto rows = id_read_statement.run(pg::Snapshot::callers, "calendar"_arg = calendar);
    if (!rows.empty()) id = pg::to_int(*rows.at(0, 1));
  });
  return query_ids.ids[calendar] = id;
}

bool exists(const std::string& calendar) {
  bool is_there = false;
  read_as_owner([&] {
    is_there = !id_read_statement.run(pg::Moment::now, "calendar"_arg = calendar).empty();
    if (pg::keeps_snapshot())
      pg::require_current(is_there != id_read_statement.run(pg::Moment::latest, "calendar"_arg = calendar).empty());
  });
  return is_there;
}

/// The asker's rights, given the calendar's grants. `ceo` gives all rights until it exists. Errors: 40001 if the
/// transaction's snapshot shows other rights than there are now.
Rights given(const Own& own, const std::string& calendar) {
  pg::require_current(!own.is_stale);
  if (own.is_named) return rights_in(own);
  if (!memory.gives_nothing) return Rights::all();
  return is_same_name(calendar, kCeo) && !exists(calendar) ? Rights::all() : Rights::none();
}

/// Cached grants may be older than the calendar, which is announced only through its grants, or come from a transaction
/// that was rolled back. So they are read again before concluding that the query reads another calendar.
Rights given_to_read(KnownAsker& asker, const std::string& calendar) {
  auto own = own_on(asker, calendar);
  const auto rights = given(own, calendar);
  if (!rights.any() || own.id == id_read(calendar)) return rights;
  if (asker.is_whole) return Rights::none();  // grants and their ends are announced
  memory.calendars -= asker.calendars.erase(calendar);
  own = own_on(asker, calendar);
  return own.id == id_read(calendar) ? given(own, calendar) : Rights::none();
}

/// The rights that all askers have in common.
template <class Give>
Rights in_common(const Give& give) {
  if (rights_are_open()) return Rights::all();
  auto rights = Rights::all();
  for (const auto& asker : pg::askers(memory.owner)) {
    auto& each = known(asker);
    if (each.owns) continue;
    const auto given = give(each);
    rights = rights.in_common(given);
    if (const auto ended = given.ended_at()) rights.end_at(*ended);
    if (!rights.any()) break;
  }
  return rights;
}

}  // namespace

bool rights_are_open() {
  if (pg::Unasked::is_so()) return true;
  const auto& now = present();
  return !now.gives_nothing && !now.names_anybody;
}

bool unnamed_get_nothing() { return present().gives_nothing; }

bool owns_all() {
  present();
  const auto all = pg::askers(memory.owner);
  return std::all_of(all.begin(), all.end(), [](const pg::Asker& asker) { return known(asker).owns; });
}

bool may_everything() { return rights_are_open() || owns_all(); }

Oid owner_of_tables() { return present().owner; }

Rights rights_on(const std::string& calendar) {
  return in_common([&](KnownAsker& asker) { return given(own_on(asker, calendar), calendar); });
}

std::vector<std::vector<Power>> powers_on(const std::string& calendar) {
  std::vector<std::vector<Power>> all;
  if (rights_are_open()) return all;
  for (const auto& asker : pg::askers(memory.owner)) {
    auto& each = known(asker);
    const auto own = each.owns ? Own() : own_on(each, calendar);
    if (each.owns || !own.is_named) continue;
    std::vector<Power> powers;
    for (const auto& grant : own.grants) {
      if (grant.has_ended() || !grant.rights.may_place()) continue;
      powers.push_back({!grant.rights.has(Right::book), grant.bounds});
    }
    all.push_back(std::move(powers));
  }
  return all;
}

Rights rights_to_read(const std::string& calendar) {
  return in_common([&](KnownAsker& asker) { return given_to_read(asker, calendar); });
}

std::string rights_tag() {
  if (rights_are_open()) return "";
  std::string tag = memory.gives_nothing ? "nothing" : "all";
  for (const auto& asker : pg::askers(memory.owner)) {
    auto& each = known(asker);
    const auto now = pg::now();
    if (each.tag_ends && *each.tag_ends <= now) each.tag.clear();
    if (!each.owns && each.tag.empty()) {
      read_as_owner([&] {
        const auto rows = tag_statement.run(pg::Moment::now, "grantees"_arg = each.grantees,
                                            "login_grantees"_arg = each.login_grantees, "now"_arg = now);
        each.tag = " " + rows.first(pg::to_text).value_or("0");
        each.tag_ends = rows.read(0, 2, pg::to_instant);
      });
    }
    tag += each.tag;
  }
  return tag;
}

bool may_any(Right right, const std::vector<std::string>& calendars) {
  if (rights_are_open()) return true;
  return std::any_of(calendars.begin(), calendars.end(), [&](const std::string& calendar) {
    return rights_on(calendar).has(right) && rights_to_read(calendar).has(right);
  });
}

void require_right(const std::string& calendar, Right right) {
  if (rights_are_open()) return;
  const auto rights = rights_on(calendar);
  if (rights.has(right)) return;
  if (const auto at = rights.ended_at()) throw grant_has_ended(calendar, *at);
  if (!rights.any()) throw no_such_calendar(calendar);
  throw right_wanted(calendar, right);
}

void require_managing(const std::string& calendar) {
  if (!rights_on(calendar).has(Right::manage)) throw right_wanted(calendar, Right::manage);
}

bool may_name_principals() { return !unnamed_get_nothing() || owns_all(); }

bool operates() { return may_name_principals() || pg::caller_has_privileges_of("jb_operator"); }

void require_operator() {
  if (!operates())
    throw Failure(Error::not_allowed, "only a member of jb_operator may look after the whole database", "",
                  "Ask the extension's owner for the role jb_operator: here calendars give nothing to those that they "
                  "do not name.");
}

void grant_to_maker(int calendar) {
  if (!unnamed_get_nothing() || owns_all()) return;
  grant_to_maker_statement.run("calendar"_arg = calendar, "grantee"_arg = "principal:" + pg::asking_principal());
}

}  // namespace jb
