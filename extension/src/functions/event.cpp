// SPDX-License-Identifier: PostgreSQL
#include <algorithm>
#include <cctype>

#include "listing.hpp"
#include "pg/icu.hpp"
#include "writing.hpp"

namespace jb::functions {

// Words in the form in which a search compares them.

JB_PLAIN(jb_folded, std::optional<std::string>) {
  const auto words = arguments.text("words");
  return words ? std::optional(pg::folded_text(*words)) : std::nullopt;
}

// Reading events: one, its status or version, and a calendar's list.

namespace {

// With the attendee :word, which is folded.
constexpr sql::Text kIsAttended =
    "(:word::text IS NULL OR EXISTS (SELECT FROM unnest(e.attendees) AS a (name) WHERE jb_folded(a.name) = :word))";
// Whether a list takes events of any content.
constexpr sql::Text kAnything = "(:word IS NULL AND :metadata IS NULL AND :patterns IS NULL)";
constinit auto list_of_events = list_statements<kIsAttended, kAnything>(/*is_plain=*/true);
constinit auto list_on_prefix = prefix_statements<kIsAttended>();
constinit auto matched_statement = pg::Statement<kMatchedEvents<kIsAttended>>();

// Metadata that many of the next events have fills a page soon; rare metadata is found by its index. In between, the
// calendar is searched.
constexpr std::int64_t kLookedAtFirst = 1000;
constexpr std::int64_t kMatchedAtMost = 1000;

// In the order of page_of().
constinit auto event_page_statement =
    pg::Statement<"SELECT v.* FROM jb_event_view v WHERE v.id = ANY (:ids) ORDER BY v.start_timestamp, v.id">();

// One event of a page, as one value.
constinit auto shown_event_statement = pg::Statement<"SELECT v FROM jb_event_view v WHERE v.id = :event">();

/// The calendars of a list: those that `calendars` names, or the one that `calendar` names.
std::vector<Calendar> read_calendars(const Arguments& arguments) {
  if (arguments.is_null("calendars")) return {require_calendar(arguments.word("calendar"), "calendar")};
  Validation validation;
  auto all = calendars_of(validation, calendar_names(arguments, validation));
  validation.raise();
  return all;
}

/// The words of `q`, folded, each as a regular expression that matches where a word of a text begins.
std::vector<std::string> patterns_of(Validation& validation, const std::string& given) {
  const auto q = pg::folded_text(given);
  constexpr std::size_t most_words = 20, most_characters = 200;
  std::vector<std::string> patterns;
  for (std::size_t at = 0; (at = q.find_first_not_of(' ', at)) != std::string::npos;) {
    const auto end = std::min(q.find(' ', at), q.size());
    std::string pattern = R"((?<!\w))";
    for (; at < end; ++at) {
      const bool is_plain = std::isalnum(static_cast<unsigned char>(q[at])) != 0 || (q[at] & 0x80) != 0 || q[at] == '_';
      pattern += (is_plain ? "" : "\\") + std::string(1, q[at]);
    }
    patterns.push_back(std::move(pattern));
  }
  if (patterns.empty() || patterns.size() > most_words || characters(given) > most_characters)
    validation.refuse("q", given, "it must be 1 to 20 words, 200 characters in all");
  return patterns;
}

/// Narrows a list by `metadata` and `q`.
void read_search(const Arguments& arguments, Listing& listing) {
  Validation validation;
  if (!arguments.is_null("metadata")) read_metadata(validation, "metadata", arguments.json("metadata"));
  listing.metadata = arguments.param("metadata");
  if (const auto words = arguments.text("q")) listing.patterns = patterns_of(validation, *words);
  validation.raise();
}

std::vector<Found> sought_page(const Listing& listing) {
  if (!listing.metadata.is_null) {
    if (auto page = page_within(list_of_events, listing, kLookedAtFirst)) return std::move(*page);
    // The index has the events of all calendars, so its cost would reveal those that the caller may not read.
    if (may_everything() && names_value(pg::jsonb_text(listing.metadata.value))) {
      if (auto page = page_matched(matched_statement, listing, kMatchedAtMost)) return std::move(*page);
    }
  }
  return page_of(list_of_events, listing);
}

/// The prefix of names that `calendars` gives in place of a name; nullopt for names.
std::optional<std::string> read_prefix(const Arguments& arguments) {
  Validation validation;
  const auto names = arguments.texts(validation, "calendars").value_or(std::vector<std::string>{});
  if (!validation.ok() || names.size() != 1 || !names.front().ends_with('*')) return std::nullopt;
  const auto prefix = folded(names.front().substr(0, names.front().size() - 1));
  return prefix.empty() || is_calendar_name(prefix) ? std::optional(prefix) : std::nullopt;
}

/// The events of a page, in its order, and the listing that found them.
struct ListedEvents {
  Listing listing;
  std::vector<Found> page;
};

ListedEvents listed_events(const Arguments& arguments) {
  const auto after = cursor(arguments);
  const auto max_rows = arguments.max_rows();
  check_range(arguments);
  const auto statuses =
      read_statuses(arguments, is_shown_status,
                    "Name any of pending, in_progress, completed, held, waiting, cancelled, denied and expired.");
  const auto prefix = read_prefix(arguments);
  Listing listing{.calendars = prefix ? std::vector<Calendar>{} : read_calendars(arguments),
                  .now = pg::now(),
                  .range = ListedRange(arguments),
                  .after = after,
                  .most = max_rows,
                  .statuses = statuses,
                  .word = pg::optional_param(arguments.text("attendee"), pg::folded_text)};
  read_search(arguments, listing);
  auto page = prefix ? page_of_prefix(list_on_prefix, listing, *prefix) : sought_page(listing);
  return {std::move(listing), std::move(page)};
}

/// The zone of the calendar, from `listed` if possible, since most events of a list are on its calendars.
std::optional<ZoneSetting> zone_setting(const std::string& name, const std::vector<Calendar>& listed) {
  const auto known = std::ranges::find(listed, name, &Calendar::name);
  if (known != listed.end()) return ZoneSetting{known->time_zone};
  return zone_setting_of(name, pg::Snapshot::callers);
}

// A caller who may read an event (may_read) sees its whole row. It is read without jb_event_view, whose plan costs more
// than the row.

/// The event, which the caller may read, as jb_event_view shows it. Its attachments are read unless they are given.
ShownEvent shown_to_reader(Event&& event, Instant now, const std::vector<Calendar>& listed,
                           std::optional<std::string> attachments = std::nullopt) {
  ShownEvent shown;
  shown.event = std::move(event);
  shown.status = status_at(shown.event, now);
  if (auto zone = zone_setting(shown.event.calendars.front(), listed)) {
    shown.time_zone = std::move(zone->time_zone);
    shown.zone_changes = zone->changes;
  }
  shown.attachments = std::move(attachments);
  complete(shown, pg::Snapshot::callers);
  return shown;
}

/// An event of a page as jb_event_view shows it to the caller. Its attachments are read only if it has some.
std::optional<ShownEvent> shown_event(const Found& found, const Listing& listing, bool has_attachments) {
  auto event = found.event ? std::move(*found.event) : find_event(found.id, pg::Snapshot::callers).value();
  ShownEvent shown;
  if (may_read(event)) {
    shown = shown_to_reader(std::move(event), listing.now, listing.calendars,
                            has_attachments ? std::nullopt : std::optional("[]"));
  } else {
    const auto rows = shown_event_statement.run(pg::Snapshot::callers, "event"_arg = found.id);
    if (rows.empty()) return std::nullopt;
    shown = read_shown_event(*rows.at(0, 1));
  }
  shown.zone = zone_of(shown.time_zone);
  return shown;
}

/// The event's ETag: its version, and how often the zone of its calendar has changed, if ever. Only these and the clock
/// change its JSON.
std::string tag_of(const ShownEvent& shown) {
  const auto version = std::to_string(shown.event.version);
  return shown.zone_changes == 0 ? version : version + "-" + std::to_string(shown.zone_changes);
}

}  // namespace

JB_CONNECTED(jb_event_one, Datum) {
  const auto id = arguments.event_id();
  const auto shown = shown_to_reader(readable_event(id), pg::now(), {});
  if (const auto row = view_row(pg::RowType("jb_event_view"), shown)) return pg::outliving(*row);
  const auto rows = shown_event_statement.run(pg::Snapshot::callers, "event"_arg = id);
  if (rows.empty()) throw no_such_event(id);
  return pg::outliving(*rows.at(0, 1));
}

JB_CONNECTED(jb_event_answer, Datum) {
  auto shown = shown_to_reader(readable_event(arguments.event_id()), pg::now(), {});
  shown.zone = zone_of(shown.time_zone);
  return pg::outliving(
      pg::RowType(arguments.info()).row(pg::Values({tag_of(shown), event_json(shown), name_of(*shown.status)})));
}

JB_CONNECTED(jb_status, std::string) {
  return std::string(name_of(status_at(readable_event(arguments.event_id()), pg::now())));
}

JB_CONNECTED(jb_version, std::optional<std::int64_t>) {
  const auto id = arguments.bigint("event_id");
  const auto event = id ? find_readable_event(*id) : std::nullopt;
  return event ? std::optional{event->version} : std::nullopt;
}

JB_CONNECTED_ROWS(jb_events) {
  rows.add(event_page_statement.run(pg::Snapshot::callers, "ids"_arg = ids_of(listed_events(arguments).page)));
}

JB_CONNECTED_ROWS(jb_events_json) {
  const auto [listing, page] = listed_events(arguments);
  const auto attached = with_attachments(ids_of(page), pg::Snapshot::callers);
  for (const auto& found : page) {
    const pg::Scratch scratch;
    const auto shown = shown_event(found, listing, std::ranges::binary_search(attached, found.id));
    if (!shown) continue;
    rows.add({event_json(*shown), cursor_text(shown->event)});
  }
}

// Attachments of an event: added, taken off, and read.

namespace {

constinit auto attachment_statement =
    pg::Statement<"SELECT a.* FROM jb_attachment a WHERE a.event_id = :event AND a.n = :n AND a.name IS NOT NULL">();

// The row stays, empty, so that its number is never reused.
constinit auto empty_attachment_statement = pg::Statement<R"(
    UPDATE jb_attachment SET name = NULL, media_type = NULL, data = NULL, url = NULL
     WHERE event_id = :event AND n = :n AND name IS NOT NULL RETURNING n)">();

Failure no_such_attachment(EventId id, std::optional<int> n) {
  return {Error::not_found,
          "event " + std::to_string(id) + " has no attachment " + (n ? std::to_string(*n) : std::string("NULL")), "",
          "The event's attachments list the numbers that there are."};
}

}  // namespace

JB_CALL(jb_attach, Datum) {
  const auto id = arguments.event_id();
  Validation validation;
  const auto attachment = read_attachment(validation, "", arguments.json("attachment", "{}"), arguments.bytes("data"));
  validation.raise();
  return keyed_outcome(arguments, false, [&](Scheduler& scheduler) {
    return scheduler.amend(id, "attachments", arguments.bigint("expected_version"), [&] {
      auto before = attachments_object(id);
      insert_attachment(id, *attachment, "attachment");
      return before;
    });
  });
}

JB_CALL(jb_detach, Datum) {
  const auto id = arguments.event_id();
  return keyed_outcome(arguments, false, [&](Scheduler& scheduler) {
    return scheduler.amend(id, "attachments", arguments.bigint("expected_version"), [&] {
      auto before = attachments_object(id);
      const auto n = arguments.integer("n");
      if (empty_attachment_statement.run("event"_arg = id, "n"_arg = n).empty()) throw no_such_attachment(id, n);
      return before;
    });
  });
}

JB_CONNECTED(jb_attachment_one, Datum) {
  const auto id = arguments.event_id();
  readable_event(id);
  const auto rows = attachment_statement.run(pg::Snapshot::callers, "event"_arg = id, "n"_arg = arguments.param("n"));
  if (rows.empty()) throw no_such_attachment(id, arguments.integer("n"));
  return pg::returned_row(rows);
}

}  // namespace jb::functions
