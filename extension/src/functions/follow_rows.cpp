// SPDX-License-Identifier: PostgreSQL
//
// jb_follow_rows, which writes into the rows of a user's own table what has become of their events since (rule 4.23).
//
// The function compares rows and events as they stand, so that it needs no record of what it has written, and a call
// that failed is made up for by the next one. It reads and writes with the rights of its caller: nobody's table is
// written by the extension's owner, and a trigger of the table runs as in any UPDATE of the caller's.
#include "call.hpp"
#include "core/adapters/row_request.hpp"
#include "core/event/event.hpp"
#include "core/values/validation.hpp"
#include "pg/datum.hpp"
#include "pg/spi.hpp"
#include "pg/trigger_row.hpp"
#include "store/rights.hpp"

namespace jb::functions {

namespace {

// Triggers of the caller's table run as in the caller's own UPDATE, by the caller's search_path. So this path is not
// changed, and the statements here name what they use with its schema, operators too.
#define JB_IS " OPERATOR(pg_catalog.=) "
#define JB_IS_NOT " OPERATOR(pg_catalog.<>) "

// The trigger may have been made more than once, for INSERT and for UPDATE; the first one by name says the columns.
constinit pg::Statement placed_table_statement{
    "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), t.tgargs,"
    " ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a WHERE a.attrelid" JB_IS
    "c.oid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped AND a.attgenerated" JB_IS
    "''),"
    " ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a WHERE a.attrelid" JB_IS
    "c.oid AND a.attgenerated" JB_IS_NOT
    "'') "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid" JB_IS
    "c.relnamespace JOIN pg_catalog.pg_trigger t ON t.tgrelid" JB_IS "c.oid JOIN pg_catalog.pg_proc p ON p.oid" JB_IS
    "t.tgfoid WHERE c.oid" JB_IS "$1 AND p.proname" JB_IS "'jb_place_row' AND p.pronamespace" JB_IS
    "(SELECT f.pronamespace FROM pg_catalog.pg_proc f WHERE f.oid" JB_IS "$2) ORDER BY t.tgname LIMIT 1"};

/// The statuses of events that stand no longer, or not yet, where their times say.
constexpr const char* kOver = "ALL ('{cancelled,denied,expired}'::pg_catalog.text[])";

/// A table whose rows are booked by jb_place_row.
struct PlacedTable {
  std::string name;  ///< as SQL has it, with its schema
  RowMapping mapping;
};

/// The arguments of a trigger, as pg_trigger has them: each ends with a zero byte.
std::vector<std::string> arguments_of(std::string_view bytes) {
  std::vector<std::string> all;
  while (!bytes.empty()) {
    const auto end = bytes.find('\0');
    all.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
  }
  return all;
}

PlacedTable placed_table(Oid table, Oid function) {
  const auto rows = placed_table_statement.run({pg::from_oid(table), pg::from_oid(function)});
  if (rows.empty()) throw invalid("own_table", pg::relation_name(table), "it has no trigger with jb_place_row");
  RowMapping mapping(arguments_of(pg::to_bytes(*rows.at(0, 2))), pg::to_texts(*rows.at(0, 3)),
                     pg::to_texts(*rows.at(0, 4)));
  if (mapping.column("event_id") == nullptr)
    throw invalid("own_table", pg::relation_name(table), "it has no column for the event's id");
  return {pg::to_text(*rows.at(0, 1)), std::move(mapping)};
}

/// What the statements below say of a table. `r` is a row, `v` the row's event or nothing, `e` what the row has to
/// show; $2 are the outcomes and $3 the reasons that jb_place_row writes.
class FollowingText {
 public:
  explicit FollowingText(const PlacedTable& table) : mapping_(table.mapping) {
    add("start_timestamp", "e.began", "true");
    add("end_timestamp", "e.ended", "true");
    const auto outcome = column("outcome"), reason = column("reason");
    // A row whose change was rejected says so for as long as its event stays where it is.
    add("outcome", "e.word",
        "((" + outcome +
            JB_IS "'rejected') IS NOT TRUE OR e.word" JB_IS_NOT "ALL ('{placed,held,waiting}'::pg_catalog.text[]))",
        "(" + outcome + " IS NULL OR " + outcome + JB_IS "ANY ($2))");
    if (differs_.empty()) return;
    add("reason", "NULL", "false", reason + JB_IS "ANY ($3)");
    add("detail", "NULL", "false",
        !reason.empty()    ? reason + JB_IS "ANY ($3)"
        : !outcome.empty() ? outcome + JB_IS "ANY ('{rejected,waiting}'::pg_catalog.text[])"
                           : "false");
  }

  /// Whether the table has a column that could tell of anything.
  bool has_columns() const { return !differs_.empty(); }

  std::string id() const { return column("event_id"); }
  const std::string& sets() const { return sets_; }
  /// Which rows are written. An event that the caller may not read looks like a deleted one, so its row stays as it is.
  /// A caller who may read all events has no such event.
  std::string differs() const {
    return std::string(may_everything() ? "" : "v.event_name IS NOT NULL AND ") + "(" + differs_ + ")";
  }

  /// The events whose ids are `ids`, each looked up, and `e`: a join would read the whole view.
  static std::string events(const std::string& ids) {
    return " LEFT JOIN LATERAL (SELECT b.id, b.event_name, b.status, b.start_timestamp, b.end_timestamp FROM " +
           pg::qualified("jb_event_view") + " b WHERE b.id" JB_IS + ids +
           " OFFSET 0) v ON true"
           " CROSS JOIN LATERAL (SELECT"
           " CASE WHEN v.status" JB_IS_NOT +
           kOver + " THEN v.start_timestamp END AS began," + " CASE WHEN v.status" JB_IS_NOT + kOver +
           " THEN v.end_timestamp END AS ended,"
           " CASE WHEN v.id IS NULL THEN 'deleted' WHEN v.status" JB_IS
           "ANY ($2) THEN v.status ELSE 'placed' END AS word) e ";
  }

 private:
  /// The column of a field, of the row; empty where there is none.
  std::string column(std::string_view field) const {
    const auto* name = mapping_.column(field);
    return name == nullptr ? "" : "r." + pg::quoted(*name);
  }

  /// Adds the column of a field, which becomes `value` where `is_ours` says that its word may be written over; it
  /// differs only where `counts`.
  void add(std::string_view field, const std::string& value, const std::string& counts, std::string is_ours = "true") {
    const auto own = column(field);
    if (own.empty()) return;
    if (mapping_.is_named(field)) is_ours = "true";
    sets_ += (sets_.empty() ? "" : ", ") + own.substr(2) + " = CASE WHEN " + is_ours + " THEN " + value + " ELSE " +
             own + " END";
    if (counts == "false") return;
    differs_ += (differs_.empty() ? "" : " OR ") +
                ("((" + own + JB_IS + value + ") IS NOT TRUE AND (" + own + " IS NOT NULL OR " + value +
                 " IS NOT NULL) AND " + is_ours + " AND " + counts + ")");
  }

  const RowMapping& mapping_;
  std::string sets_;
  std::string differs_;
};

/// Locks the rows that differ from their events, so that nobody changes row and event between the two statements.
/// Result: the ids of these events.
std::vector<EventId> lock_rows(const PlacedTable& table, const FollowingText& text, pg::Param events,
                               const std::array<pg::Param, 2>& words) {
  const auto rows = pg::run_text("SELECT " + text.id() + " FROM " + table.name + " AS r" + text.events(text.id()) +
                                     "WHERE " + text.id() + " IS NOT NULL AND ($1 IS NULL OR " + text.id() +
                                     JB_IS "ANY ($1)) AND " + text.differs() + " FOR NO KEY UPDATE OF r",
                                 {events, words[0], words[1]});
  return rows.map([&](auto row) { return pg::to_id(*rows.at(row, 1)); });
}

std::uint64_t follow(const PlacedTable& table, pg::Param events) {
  const FollowingText text(table);
  if (!text.has_columns()) return 0;
  const std::array<pg::Param, 2> words{row_outcomes(), row_reasons()};
  const auto found = lock_rows(table, text, events, words);
  if (found.empty()) return 0;
  const pg::Telling telling;
  return pg::run_text("UPDATE " + table.name + " AS r SET " + text.sets() +
                          " FROM (SELECT DISTINCT k.id FROM pg_catalog.unnest($1) AS k (id)) AS k" +
                          text.events("k.id") + "WHERE " + text.id() + JB_IS "k.id AND " + text.differs(),
                      {found, words[0], words[1]})
      .size();
}

}  // namespace

JB_PLAIN(jb_follow_rows, std::int64_t) {
  const Oid function = pg::entered_function;
  if (arguments.is_null("own_table")) return 0;
  return connected([&] {
    const auto table = placed_table(pg::to_oid(arguments.datum("own_table")), function);
    return static_cast<std::int64_t>(follow(table, arguments.param("events")));
  });
}

}  // namespace jb::functions
