// SPDX-License-Identifier: PostgreSQL
//
// Reading events: one, its status or version, and a calendar's list.
#include <cctype>

#include "arguments.hpp"
#include "listing.hpp"
#include "pg/clock.hpp"
#include "reading.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement event_statement{"SELECT v.* FROM jb_event_view v WHERE v.id = $1 AND v.event_name IS NOT NULL",
                                        {INT8OID}};
constinit pg::Statement version_statement{"SELECT v.version FROM jb_event_view v WHERE v.id = $1", {INT8OID}};
constinit pg::Statement status_statement{
    "SELECT v.status FROM jb_event_view v WHERE v.id = $1 AND v.event_name IS NOT NULL", {INT8OID}};

constinit ListStatements found_statements JB_LIST_STATEMENTS("($5 IS NULL OR e.attendees @> ARRAY[$5])", JB_ANYTHING);

// The same where the caller also searches by metadata or by words.
#define JB_IS_SOUGHT                                                              \
  "($5 IS NULL OR e.attendees @> ARRAY[$5]) AND ($6 IS NULL OR e.metadata @> $6)" \
  " AND ($7 IS NULL OR concat_ws(E'\\n', e.event_name, e.event_location, e.description) ~* ALL ($7))"
constinit ListStatements sought_statements JB_LIST_STATEMENTS(JB_IS_SOUGHT, JB_ANYTHING);
constinit pg::Statement matched_statement{JB_MATCHED_EVENTS(JB_IS_SOUGHT), JB_MATCHED_TYPES};
#undef JB_IS_SOUGHT

// Metadata that many of the next events have fills a page soon; few events are found by their index. In between, the
// calendar is looked through.
constexpr std::int64_t kLookedAtFirst = 1000;
constexpr std::int64_t kMatchedAtMost = 1000;

// In the order of page_of().
constinit pg::Statement event_page_statement{
    "SELECT v.* FROM jb_event_view v WHERE v.id = ANY ($1) ORDER BY v.start_timestamp, v.id", {INT8ARRAYOID}};

std::optional<std::vector<std::string>> read_statuses(const Arguments& arguments) {
  Validation validation;
  auto statuses = arguments.texts(validation, 3, "status");
  if (statuses && validation.ok()) {
    for (const auto& status : *statuses) {
      if (!is_shown_status(status)) validation.refuse("status", status, "there is no such status");
    }
  }
  validation.raise();
  return statuses;
}

/// The calendars of a list: those that `calendars` names, or the one that `calendar` names.
std::vector<Calendar> read_calendars(const Arguments& arguments, int calendar, int calendars) {
  if (arguments.is_null(calendars)) return {require_calendar(arguments.text(calendar).value_or(""), "calendar")};
  Validation validation;
  auto all = calendars_of(validation, calendar_names(arguments, validation, calendars));
  validation.raise();
  return all;
}

/// The words of `q`, each as a regular expression that finds it where a word of a text begins.
std::vector<std::string> patterns_of(Validation& validation, const std::string& q) {
  constexpr std::size_t most_words = 20, most_characters = 200;
  constexpr std::string_view blanks = " \t\r\n\f\v";
  std::vector<std::string> patterns;
  for (std::size_t at = 0; (at = q.find_first_not_of(blanks, at)) != std::string::npos;) {
    const auto end = std::min(q.find_first_of(blanks, at), q.size());
    std::string pattern = R"((?<!\w))";
    for (; at < end; ++at) {
      const bool is_plain = std::isalnum(static_cast<unsigned char>(q[at])) != 0 || (q[at] & 0x80) != 0 || q[at] == '_';
      pattern += (is_plain ? "" : "\\") + std::string(1, q[at]);
    }
    patterns.push_back(std::move(pattern));
  }
  if (patterns.empty() || patterns.size() > most_words || characters(q) > most_characters)
    validation.refuse("q", q, "it must be 1 to 20 words, 200 characters in all");
  return patterns;
}

/// What a list is narrowed to by `metadata` and `q`.
void read_search(const Arguments& arguments, int metadata, int q, Listing& listing) {
  Validation validation;
  if (!arguments.is_null(metadata)) read_metadata(validation, "metadata", arguments.json(metadata));
  listing.metadata = arguments.param(metadata);
  if (const auto words = arguments.text(q)) listing.patterns = pg::from_texts(patterns_of(validation, *words));
  validation.raise();
}

std::vector<EventId> sought_page(const Listing& listing) {
  if (!listing.metadata.is_null) {
    if (auto page = page_within(sought_statements, listing, kLookedAtFirst)) return std::move(*page);
    if (names_value(pg::jsonb_text(listing.metadata.value))) {
      if (auto page = page_matched(matched_statement, listing, kMatchedAtMost)) return std::move(*page);
    }
  }
  return page_of(sought_statements, listing);
}

Datum event_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  const auto id = arguments.event_id(0);
  pg::Session session;
  const auto rows = event_statement.run({pg::from_id(id)}, pg::Snapshot::callers);
  if (rows.empty()) throw no_such_event(id);
  const Datum event = pg::returned_row(rows);
  session.finish();
  return event;
}

Datum status_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  const auto id = arguments.event_id(0);
  pg::Session session;
  const auto rows = status_statement.run({pg::from_id(id)}, pg::Snapshot::callers);
  if (rows.empty()) throw no_such_event(id);
  const auto status = pg::to_text(*rows.at(0, 1));
  session.finish();
  return pg::from_text(status);
}

Datum version_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  std::optional<std::int64_t> version;
  pg::Session session;
  const auto rows = version_statement.run({arguments.param(0)}, pg::Snapshot::callers);
  if (!rows.empty() && rows.at(0, 1)) version = pg::to_id(*rows.at(0, 1));
  session.finish();
  return version ? pg::from_id(*version) : pg::null_result(info);
}

Datum events_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(10));
  const auto after = cursor(arguments.text(5));
  const auto max_rows = arguments.max_rows(6);
  check_range(arguments, 1);
  const auto statuses = read_statuses(arguments);
  RowSet rows(info);
  pg::Session session;
  Listing listing{.calendars = read_calendars(arguments, 0, 7),
                  .now = pg::now(),
                  .range = {arguments, 1},
                  .after = after,
                  .most = max_rows,
                  .statuses = statuses,
                  .word = arguments.param(4)};
  read_search(arguments, 8, 9, listing);
  const bool is_search = !listing.metadata.is_null || !listing.patterns.is_null;
  const auto ids = is_search ? sought_page(listing) : page_of(found_statements, listing);
  rows.add(event_page_statement.run({pg::from_ids(ids)}, pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_event_one, jb::sql::event_body)
JB_FUNCTION(jb_status, jb::sql::status_body)
JB_FUNCTION(jb_version, jb::sql::version_body)
JB_FUNCTION(jb_events, jb::sql::events_body)
