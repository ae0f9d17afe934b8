// SPDX-License-Identifier: PostgreSQL
#include "rights.hpp"

#include <algorithm>
#include <map>

#include "core/event/calendar.hpp"
#include "core/values/folding.hpp"
#include "named.hpp"
#include "pg/caller.hpp"
#include "pg/datum.hpp"
#include "pg/rights_version.hpp"
#include "pg/schema.hpp"
#include "pg/spi.hpp"
#include "pg/transaction.hpp"

namespace jb {

namespace {

constinit pg::Statement rights_state_statement{
    "SELECT EXISTS (SELECT FROM jb_default_rights), EXISTS (SELECT FROM jb_grant)"};
constinit pg::Statement granted_statement{
    "SELECT g.grantee, g.rights, c.id FROM jb_calendar c LEFT JOIN jb_grant g ON g.calendar = c.id WHERE " JB_NAMED(
        "c.name", "$1")};

// Two calls that grant at the same time wait for each other at the row, and neither takes the other's right back.
constinit pg::Statement add_right_statement{
    "INSERT INTO jb_grant AS g (calendar, grantee, rights) VALUES ($1, $2, ARRAY[$3]) ON CONFLICT (calendar, grantee)"
    " DO UPDATE SET rights = ARRAY(SELECT w FROM unnest('{busy,read,book,manage}'::text[]) AS w"
    "  WHERE w = ANY (g.rights || excluded.rights)) RETURNING rights"};
constinit pg::Statement id_read_statement{"SELECT c.id FROM jb_calendar c WHERE " JB_NAMED("c.name", "$1")};

constexpr std::size_t kMostCalendars = 10'000, kMostGranted = 100'000;

/// What a calendar grants to one grantee.
struct Granted {
  Grantee grantee;
  Rights rights = Rights::none();
};

/// What is known of one calendar.
struct KnownGrants {
  int id = 0;  ///< 0: there is no calendar of this name
  std::vector<Granted> granted;
};

struct Memory {
  unsigned rights = 0;  ///< rights_version() as of which it holds; 0: never
  unsigned schema = 0;
  bool gives_nothing = false;
  bool names_anybody = false;
  Oid table = 0;  ///< jb_grant
  std::map<std::string, KnownGrants, FoldedLess> calendars;
  std::size_t granted = 0;  ///< to how many grantees, all calendars together
};
Memory memory;

/// The calendars as the query under way reads them: their ids, 0 where there is none of a name.
struct Reading {
  pg::ReadAsOf as_of;
  unsigned schema = 0;
  std::map<std::string, int, FoldedLess> ids;
};
Reading reading;

/// Reads with a connection of its own, as the tables' owner.
template <class Read>
void read_as_owner(const Read& read) {
  const pg::AsOwner as_owner(memory.table);
  pg::SpiConnection spi;
  read();
  spi.finish();
}

KnownGrants known_of(const pg::Rows& rows) {
  KnownGrants known;
  if (!rows.empty()) known.id = pg::to_int(*rows.at(0, 3));
  Validation validation;
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    if (!rows.at(i, 1)) continue;
    const auto grantee = read_grantee(validation, "grantee", pg::to_text(*rows.at(i, 1)));
    Rights rights = Rights::none();
    for (const auto& word : pg::to_texts(*rows.at(i, 2))) {
      if (const auto right = right_from(word)) rights = rights.with(*right);
    }
    if (grantee) known.granted.push_back({*grantee, rights});
  }
  return known;
}

/// At REPEATABLE READ the transaction reads what was, perhaps from before an announcement that this backend has heard:
/// such a reading is not remembered.
void forget_what_was() {
  if (pg::keeps_snapshot()) memory.rights = 0;
}

const Memory& present() {
  pg::hear_of_changes();
  if (memory.rights == pg::rights_version() && memory.schema == pg::schema_version()) return memory;
  pg::find_schema();
  memory = {};
  memory.table = pg::relation("jb_grant");
  pg::watch_rights(memory.table, pg::relation("jb_default_rights"));
  const auto rights = pg::rights_version();
  const auto schema = pg::schema_version();
  read_as_owner([] {
    const auto row = rights_state_statement.run_now({});
    memory.gives_nothing = pg::to_bool(*row.at(0, 1));
    memory.names_anybody = pg::to_bool(*row.at(0, 2));
  });
  memory.rights = rights;
  memory.schema = schema;
  forget_what_was();
  return memory;
}

/// The result holds until the next call.
const KnownGrants& grants_of(const std::string& calendar) {
  if (const auto found = memory.calendars.find(calendar); found != memory.calendars.end()) return found->second;
  static KnownGrants last;
  const auto rights = pg::rights_version();
  KnownGrants known;
  read_as_owner([&] { known = known_of(granted_statement.run_now({calendar})); });
  if (memory.calendars.size() >= kMostCalendars || memory.granted >= kMostGranted) {
    memory.calendars.clear();
    memory.granted = 0;
  }
  // A calendar that is not there is remembered like one that grants nothing, lest a caller tell them apart by the time;
  // but the first calendar gives more as long as it is not there, and is made without a grant.
  if ((known.id == 0 && is_same_name(calendar, kCeo)) || rights != memory.rights) return last = std::move(known);
  memory.granted += known.granted.size();
  return memory.calendars.emplace(calendar, std::move(known)).first->second;
}

/// The id of the calendar as the query under way reads it; 0: it reads none of this name.
int id_read(const std::string& calendar) {
  const auto as_of = pg::read_as_of();
  const auto schema = pg::schema_version();
  if (reading.as_of != as_of || reading.schema != schema || reading.ids.size() >= kMostCalendars)
    reading = {as_of, schema, {}};
  if (const auto found = reading.ids.find(calendar); found != reading.ids.end()) return found->second;
  int id = 0;
  read_as_owner([&] {
    const auto rows = id_read_statement.run({calendar}, pg::Snapshot::callers);
    if (!rows.empty()) id = pg::to_int(*rows.at(0, 1));
  });
  return reading.ids[calendar] = id;
}

bool is_caller(const Grantee& grantee, const std::string& principal) {
  return grantee.is_role ? pg::caller_has_privileges_of(grantee.name) : grantee.name == principal;
}

}  // namespace

bool rights_are_open() {
  if (pg::Unasked::is_so()) return true;
  const auto& now = present();
  return !now.gives_nothing && !now.names_anybody;
}

bool unnamed_get_nothing() { return present().gives_nothing; }

bool may_everything() { return rights_are_open() || pg::caller_owns(memory.table); }

Rights rights_on(const std::string& calendar) {
  if (may_everything()) return Rights::all();
  const auto& known = grants_of(calendar);
  if (known.id == 0 && is_same_name(calendar, kCeo)) return Rights::all();
  const auto principal = pg::asking_principal();
  auto rights = Rights::none();
  bool is_named = false;
  for (const auto& granted : known.granted) {
    if (!is_caller(granted.grantee, principal)) continue;
    is_named = true;
    rights = rights.with(granted.rights);
  }
  return is_named ? rights : memory.gives_nothing ? Rights::none() : Rights::all();
}

Rights rights_to_read(const std::string& calendar) {
  if (may_everything()) return Rights::all();
  const auto rights = rights_on(calendar);
  if (!rights.any()) return rights;
  const int id = grants_of(calendar).id;
  return id == id_read(calendar) ? rights : Rights::none();
}

bool may_any(Right right, const std::vector<std::string>& calendars) {
  if (rights_are_open()) return true;
  return std::any_of(calendars.begin(), calendars.end(),
                     [&](const std::string& calendar) { return rights_to_read(calendar).has(right); });
}

void require_right(const std::string& calendar, Right right) {
  if (rights_are_open()) return;
  const auto rights = rights_on(calendar);
  if (rights.has(right)) return;
  if (!rights.any()) throw no_such_calendar(calendar);
  throw right_wanted(calendar, right);
}

void require_managing(const std::string& calendar) {
  if (!rights_on(calendar).has(Right::manage)) throw right_wanted(calendar, Right::manage);
}

bool may_name_principals() { return !unnamed_get_nothing() || pg::caller_owns(memory.table); }

bool operates() { return may_name_principals() || pg::caller_has_privileges_of("jb_operator"); }

void require_operator() {
  if (!operates())
    throw Failure(Error::not_allowed, "only a member of jb_operator may look after the whole database", "",
                  "Ask the extension's owner for the role jb_operator: here calendars give nothing to those that they "
                  "do not name.");
}

std::vector<std::string> add_right(int calendar, const std::string& grantee, Right right) {
  return pg::to_texts(*add_right_statement.run({calendar, grantee, name_of(right)}).at(0, 1));
}

void grant_to_maker(int calendar) {
  if (!unnamed_get_nothing() || pg::caller_owns(memory.table)) return;
  add_right(calendar, "principal:" + pg::asking_principal(), Right::manage);
}

}  // namespace jb
