// SPDX-License-Identifier: PostgreSQL
#include "event_row.hpp"

#include "core/values/input.hpp"
#include "pg/datum.hpp"
#include "pg/spi.hpp"

namespace jb {

namespace {

constinit pg::Table attachment_table{"jb_attachment", "event_id"};
constinit auto numbers_statement = pg::Statement<
    "SELECT count(a.name)::int, coalesce(max(a.n), 0) + 1 FROM jb_attachment a WHERE a.event_id = :event">();
constinit auto insert_attachment_statement = pg::Statement<R"(
    INSERT INTO jb_attachment (event_id, n, name, media_type, data, url)
    VALUES (:event, :n, :name, :media_type, :data, :url))">();
constinit auto list_statement = pg::Statement<"SELECT v.attachments FROM jb_event_view v WHERE v.id = :event">();

}  // namespace

int insert_attachment(EventId id, const Attachment& attachment, std::string_view field) {
  const auto numbers = numbers_statement.run("event"_arg = id);
  if (pg::to_int(*numbers.at(0, 1)) >= static_cast<int>(kAttachments))
    throw invalid(field, attachment.name, "the event has 100 already");
  const int n = pg::to_int(*numbers.at(0, 2));
  insert_attachment_statement.run(
      "event"_arg = id, "n"_arg = n, "name"_arg = attachment.name, "media_type"_arg = attachment.media_type,
      "data"_arg = attachment.data ? pg::from_bytes(*attachment.data) : pg::Param::null(BYTEAOID),
      "url"_arg = attachment.url);
  return n;
}

// Few events have attachments, and an index lookup costs less than the statement.
std::string attachments_json(EventId id, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  if (attachment_table.find("jb_attachment_pkey", {pg::equals_id(id)}, snapshot).empty()) return "[]";
  const pg::Unasked unasked;
  const auto rows = list_statement.run(snapshot, "event"_arg = id);
  return rows.empty() ? "[]" : pg::jsonb_text(*rows.at(0, 1));
}

std::string attachments_object(EventId id) { return R"({"attachments" : )" + attachments_json(id) + "}"; }

std::vector<EventId> with_attachments(std::vector<EventId> ids, pg::Snapshot snapshot) {
  std::sort(ids.begin(), ids.end());
  std::vector<EventId> found;
  for (auto at = ids.begin(); at != ids.end();) {
    const pg::Scratch scratch;
    const auto next = attachment_table.find("jb_attachment_pkey", {pg::at_least_id(*at)}, snapshot, 1);
    if (next.empty()) break;
    const auto id = pg::to_id(*next.at(0, 1));
    at = std::lower_bound(at, ids.end(), id);
    if (at != ids.end() && *at == id) found.push_back(*at++);
  }
  return found;
}

constinit pg::Table watched_table{"jb_watched", "calendar, event_id, due_at, room, needs, rank, since"};

void erase_rows(pg::Table& table, const char* index, EventId id) {
  const pg::Scratch scratch;
  const auto rows = table.find(index, {pg::equals_id(id)});
  for (std::uint64_t i = 0; i < rows.size(); ++i) table.erase(rows.tid(i));
}

namespace {

/// The event's columns, followed by first_change.
constexpr auto kStoredColumns = kEventColumns + ", e.first_change";
constinit pg::Table event_table{"jb_event", kStoredColumns.value};
constinit auto held_statement = pg::Statement<R"(
    SELECT count(*) FROM jb_event e
     WHERE e.calendars || e.attendee_calendars || (' ' || e.held_by) @> ARRAY[:calendar, ' ' || :principal]::text[]
       AND (e.status = 'waiting' AND e.expires_at IS NULL OR e.status = 'held' AND e.expires_at > :now))">();
constinit auto recurrence_statement = pg::Statement<"SELECT s.recurrence FROM jb_series s WHERE s.id = :series">();

// Each reads a long value that was left in its row.
#define JB_FIELD(name, kind, member, column, argument, left_out)
#define JB_LONG_FIELD(name, kind, member, column, argument, left_out) \
  constinit auto name##_statement = pg::Statement<"SELECT e." #column " FROM jb_event e WHERE e.id = :event">();
#include "../../fields.def"
constinit auto guests_statement = pg::Statement<"SELECT e.guests FROM jb_event e WHERE e.id = :event">();

pg::Rows rows_of(EventId id, pg::Snapshot snapshot = pg::Snapshot::fresh) {
  return event_table.find("jb_event_pkey", {pg::equals_id(id)}, snapshot);
}

// For each kind of extension/fields.def: to_KIND reads a column's value, from_KIND makes a column's value.

constexpr auto from_text = [](const auto& value) -> pg::Param { return value; };
constexpr auto from_texts = from_text, from_long_text = from_text, from_bool = from_text, from_date = from_text,
               from_timestamp = from_text;
using pg::from_duration;
using pg::from_time_of_day;
using pg::to_bool;
using pg::to_date;
using pg::to_duration;
using pg::to_text;
using pg::to_texts;
using pg::to_time_of_day;

Instant to_timestamp(Datum value) { return pg::to_instant(value); }

int to_int(Datum value) { return pg::to_small(value); }
pg::Param from_int(int value) { return pg::from_small(static_cast<std::int16_t>(value)); }
constexpr auto to_days = to_int, to_count = to_int;
constexpr auto from_days = from_int, from_count = from_int;

std::int64_t to_number(Datum value) { return pg::to_id(value); }
constexpr auto from_number = from_text;

std::vector<std::string> to_names(Datum value) { return to_texts(value); }
pg::Param from_names(const std::vector<std::string>& names) { return names.empty() ? pg::Param() : names; }

std::string to_long_text(Datum value) { return to_text(value); }

Metadata to_json(Datum value) { return {pg::jsonb_text(value)}; }
pg::Param from_json(const Metadata& value) { return pg::from_jsonb_text(value.text); }

Within to_within(Datum value) { return parse_within(pg::jsonb_text(value)); }
pg::Param from_within(const Within& within) { return pg::from_jsonb_text(json_of(within)); }

Lists to_lists(Datum value) { return parse_lists(pg::jsonb_text(value)); }
pg::Param from_lists(const Lists& lists) { return pg::from_jsonb_text(json_of(lists)); }

/// One row, column by column in the order of kEventColumns.
class Columns {
 public:
  Columns(const pg::Rows& rows, std::uint64_t row) : columns_(rows.columns(row, kEventColumnCount)) {}

  pg::Value next() { return columns_[next_++]; }

  /// Reads the next column into `member`, a member of a new Event, which a null leaves as it is.
  template <class T, class Read>
  void into(T& member, Read read) {
    if (const auto value = next()) member = T(read(*value));
  }

 private:
  std::vector<pg::Value> columns_;
  std::size_t next_ = 0;
};

/// Reads a long value into a member of a new Event, which a null leaves as it is. A value of many bytes stays in its
/// row until it is needed, when `statement` reads it. A search for free time among many events needs none of these
/// values.
template <class T, class Read>
void read_long(Shared<T>& member, pg::Value column, Read read, auto& statement, EventId id, pg::Snapshot snapshot) {
  constexpr std::size_t much = 4'096;
  if (!column) return;
  if (pg::stored_size(*column) <= much) {
    member = read(*column);
  } else {
    member = Shared<T>::left_there([read, &statement, id, snapshot] {
      const pg::Scratch scratch;
      return statement.run(snapshot, "event"_arg = id).first(read).value_or(T());
    });
  }
}

template <class T, class Read>
void read_long(std::optional<Shared<T>>& member, pg::Value column, Read read, auto& statement, EventId id,
               pg::Snapshot snapshot) {
  if (column) read_long(member.emplace(), column, read, statement, id, snapshot);
}

/// Reads what was left in the row.
template <class T>
void fetch(Shared<T>& value) {
  if (value.is_left_there()) value = *value.get();
}

template <class T>
void fetch(std::optional<Shared<T>>& value) {
  if (value) fetch(*value);
}

/// Errors: 22023 for another word, in a row that nobody stored.
Status to_status(Datum value) {
  const auto word = to_text(value);
  const auto status = status_from(word);
  if (!status) throw invalid("status", word, "there is no such status");
  return *status;
}

enum class Write { insert, update };

template <class T, class Make>
pg::Param column_of(const T& value, Make make, Write) {
  return make(value);
}

/// An update leaves a long value where it is. An insert has to read it, since it was left in the row of another
/// occurrence of the series.
template <class T, class Make>
pg::Param column_of(const Shared<T>& value, Make make, Write write) {
  const bool is_there = write == Write::update && value.is_left_there();
  return is_there ? pg::Param::kept() : pg::Param(make(*value.get()));
}

template <class T, class Make>
pg::Param column_of(const std::optional<T>& value, Make make, Write write) {
  return value ? column_of(*value, make, write) : pg::Param();
}

/// The event's columns in the order of kEventColumns.
std::array<pg::Param, kEventColumnCount> columns_of(const Event& event, Write write) {
  const auto start = event.time ? std::optional{event.time->start} : std::nullopt;
  const auto end = event.time ? std::optional{event.time->end} : std::nullopt;
  return {event.id,
#define JB_FIELD(name, kind, member, column, argument, left_out) column_of(event.member, from_##kind, write),
#include "../../fields.def"
#define JB_RESULT(name, kind, kept) column_of(event.name, from_##kind, write),
#include "../../results.def"
          start,
          end,
          name_of(event.status),
          event.wished_wall,
          column_of(event.guests, from_texts, write),
          event.held_by.empty() ? pg::Param() : pg::Param(event.held_by),
          from_names(event.proposed_on),
          event.stands_aside ? pg::Param(true) : pg::Param(),
          event.offer.empty() ? pg::Param() : pg::Param(event.offer)};
}

}  // namespace

Event read_event(const pg::Rows& rows, std::uint64_t row, pg::Snapshot snapshot) {
  Event event;
  Columns columns(rows, row);
  columns.into(event.id, pg::to_id);
#define JB_LONG_FIELD(name, kind, member, column, argument, left_out) \
  read_long(event.member, columns.next(), to_##kind, name##_statement, event.id, snapshot);
#define JB_FIELD(name, kind, member, column, argument, left_out) columns.into(event.member, to_##kind);
#include "../../fields.def"
#define JB_RESULT(name, kind, kept) columns.into(event.name, to_##kind);
#include "../../results.def"
  const auto start = columns.next();
  const auto end = columns.next();
  if (start && end) event.time = Span{to_timestamp(*start), to_timestamp(*end)};
  event.status = to_status(*columns.next());
  columns.into(event.wished_wall, pg::to_wall);
  read_long(event.guests, columns.next(), to_texts, guests_statement, event.id, snapshot);
  columns.into(event.held_by, to_text);
  columns.into(event.proposed_on, to_texts);
  columns.into(event.stands_aside, to_bool);
  columns.into(event.offer, pg::to_ids);
  return event;
}

ShownEvent read_shown_event(Datum row) {
  pg::NamedRow columns(row);
  const auto into = [&]<class T>(std::string_view name, T& member, auto read) {
    const auto value = columns.at(name).value;
    if (!value.is_null) member = T(read(value.value));
  };
  ShownEvent shown;
  auto& event = shown.event;
  shown.is_busy_time = columns.at("event_name").value.is_null;
  into("id", event.id, pg::to_id);
#define JB_FIELD(name, kind, member, column, argument, left_out) into(#column, event.member, to_##kind);
#include "../../fields.def"
#define JB_RESULT(name, kind, kept) into(#name, event.name, to_##kind);
#include "../../results.def"
  std::optional<Instant> start, end;
  into("start_timestamp", start, to_timestamp);
  into("end_timestamp", end, to_timestamp);
  if (start && end) event.time = Span{*start, *end};
  into("status", shown.status, to_status);
  into("attachments", shown.attachments, pg::jsonb_text);
  into("recurrence", shown.recurrence, to_text);
  into("time_zone", shown.time_zone, to_text);
  into("held_by", event.held_by, to_text);
  into("proposed_on", event.proposed_on, to_texts);
  std::optional<EventId> offer;
  into("offer_id", offer, pg::to_id);
  if (offer) event.offer = {*offer};
  return shown;
}

pg::Value view_row(const pg::RowType& view, const ShownEvent& shown) {
  const auto& event = shown.event;
  const std::pair<std::string_view, pg::Param> columns[] = {
      {"id", event.id},
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  {#column, column_of(event.member, from_##kind, Write::insert)},
#include "../../fields.def"
#define JB_RESULT(name, kind, kept) {#name, event.name},
#include "../../results.def"
      {"start_timestamp", event.time ? std::optional{event.time->start} : std::nullopt},
      {"end_timestamp", event.time ? std::optional{event.time->end} : std::nullopt},
      {"status", pg::optional_param(shown.status, [](Status status) { return name_of(status); })},
      {"placement", event.wish.is_fixed() ? "fixed" : "automatic"},
      {"attachments", pg::from_jsonb_text(*shown.attachments)},
      {"recurrence", shown.recurrence},
      {"time_zone", shown.time_zone},
      {"held_by", event.held_by.empty() ? pg::Param() : pg::Param(event.held_by)},
      {"proposed_on", from_names(event.proposed_on)},
      {"offer_id", event.offer.empty() ? std::nullopt : std::optional(event.offer.front())}};
  return view.row(columns);
}

std::size_t held_by(const std::string& principal, const std::string& calendar, Instant now, pg::Snapshot snapshot) {
  const auto rows =
      held_statement.run(snapshot, "calendar"_arg = calendar, "principal"_arg = principal, "now"_arg = now);
  return static_cast<std::size_t>(pg::to_id(*rows.at(0, 1)));
}

std::optional<Event> find_event(EventId id, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto rows = rows_of(id, snapshot);
  return rows.empty() ? std::nullopt : std::optional{read_event(rows, 0, snapshot)};
}

std::optional<Event> find_event_before(EventId id, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto rows = event_table.find_last("jb_event_pkey", {pg::at_most_id(id)}, snapshot);
  return rows.empty() ? std::nullopt : std::optional{read_event(rows, 0, snapshot)};
}

std::vector<Event> find_events(const std::vector<EventId>& ids, pg::Snapshot snapshot) {
  std::vector<Event> events;
  for (const auto id : ids) {
    if (auto event = find_event(id, snapshot)) events.push_back(std::move(*event));
  }
  return events;
}

std::vector<Event> read_events(const std::vector<EventId>& ids, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto rows = event_table.find("jb_event_pkey", {pg::any_id(ids)}, snapshot);
  return rows.map([&](auto row) { return read_event(rows, row, snapshot); });
}

std::optional<std::string> rule_of(EventId series, pg::Snapshot snapshot) {
  return recurrence_statement.run(snapshot, "series"_arg = series).first(pg::to_text);
}

std::optional<std::string> recurrence_of(const Event& event, pg::Snapshot snapshot) {
  return event.series ? rule_of(*event.series, snapshot) : std::nullopt;
}

void complete(ShownEvent& shown, pg::Snapshot snapshot) {
  auto& event = shown.event;
  if (!shown.attachments) shown.attachments = attachments_json(event.id, snapshot);
  shown.recurrence = event.recurrence.empty() ? recurrence_of(event, snapshot) : event.recurrence;
#define JB_FIELD(name, kind, member, column, argument, left_out)
#define JB_LONG_FIELD(name, kind, member, column, argument, left_out) fetch(event.member);
#include "../../fields.def"
}

void insert_event(const Event& event, std::int64_t first_change) {
  const pg::Scratch scratch;
  std::array<pg::Param, kEventColumnCount + 1> columns;
  const auto own = columns_of(event, Write::insert);
  std::copy(own.begin(), own.end(), columns.begin());
  columns.back() = first_change;
  event_table.insert(columns);
}

void update_event(const Event& event) {
  const pg::Scratch scratch;
  const auto rows = rows_of(event.id);
  if (rows.empty()) return;
  event_table.update(rows.tid(0), 1, columns_of(event, Write::update));
}

void delete_event(EventId id) { erase_rows(event_table, "jb_event_pkey", id); }

}  // namespace jb
