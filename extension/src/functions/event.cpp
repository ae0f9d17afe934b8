// SPDX-License-Identifier: PostgreSQL
#include <algorithm>
#include <cctype>
#include <limits>
#include <utility>

#include "event.hpp"
#include "pg/icu.hpp"
#include "writing.hpp"

namespace jb::functions {

namespace {

/// How many pages one reading takes at most. More makes a reading dearer, fewer make more readings.
constexpr std::size_t kPagesAtOnce = 4;

/// The first window, in seconds or ids, and the limits of the factor by which the next one is longer.
constexpr std::int64_t kFirstWindow = 86'400;
constexpr std::int64_t kLeastGrowth = 2, kMostGrowth = 64;

/// The key of an event without a time among the events that kMatchedEvents finds.
constexpr std::int64_t kTimeless = std::numeric_limits<std::int64_t>::max();

using Page = std::optional<std::vector<Found>>;  ///< none if the search ended before the page was full

bool is_earlier(const Found& one, const Found& other) {
  return std::tie(one.key, one.id) < std::tie(other.key, other.id);
}

std::int64_t key_of(Instant start) { return start.time_since_epoch().count(); }

/// Adds the rows of a statement. `timeless` is the key of an event without a time, if it is not the event's id. Result:
/// false if the search ends with these rows.
bool add_found(std::vector<Found>& found, const pg::Rows& rows, std::optional<std::int64_t> timeless = std::nullopt) {
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    if (pg::to_bool(*rows.at(i, 3))) return false;
    const auto id = pg::to_id(*rows.at(i, 1));
    const auto start = rows.at(i, 2);
    found.push_back({start ? key_of(pg::to_instant(*start)) : timeless.value_or(id), id});
  }
  return true;
}

/// Factor by which to widen the window so that it should hold 1.5 pages, given how many events it held.
std::int64_t growth(std::size_t most, std::size_t held) {
  if (held == 0) return kMostGrowth;
  return std::clamp(static_cast<std::int64_t>(most + most / 2) / static_cast<std::int64_t>(held), kLeastGrowth,
                    kMostGrowth);
}

/// The first `most` events. `read` finds the events up to a key, all or up to a limit, in any order. The first reading
/// ends at `guess`. Without a guess, or if that holds no page, a reading has no end, since few lists are longer than
/// one page. After that the windows grow from `least` on until one holds a page. A window with more events than the
/// limit is cut where, by what was read, the page must have ended.
template <class Read>
Page first_found(std::size_t most, std::int64_t least, const Read& read,
                 std::optional<std::int64_t> guess = std::nullopt) {
  auto end = guess;
  std::optional<std::int64_t> cut;  // the page ends here at the latest
  std::optional<std::size_t> limit = end ? most * kPagesAtOnce : most + 1;
  for (std::int64_t length = kFirstWindow;;) {
    auto found = read(end, limit);
    if (!found) return std::nullopt;
    const bool is_whole = !limit || found->size() < *limit;
    const auto page = std::min(most, found->size());
    std::partial_sort(found->begin(), found->begin() + static_cast<std::ptrdiff_t>(page), found->end(), is_earlier);
    if (is_whole && (page == most || end == cut)) {
      found->resize(page);
      return found;
    }
    if (end && !cut) {  // the guess held no page
      end.reset();
      limit = most + 1;
      continue;
    }
    if (is_whole) {
      length *= growth(most, found->size());
    } else {
      const auto end_of_page = std::max((*found)[most - 1].key, least);
      if (cut && end_of_page >= *cut) limit.reset();  // all begin at once, so nothing is left to cut
      cut = end_of_page;
    }
    if (limit) limit = most * kPagesAtOnce;
    end = std::min(*cut, least + length);
  }
}

bool asks_for(const Listing& listing, std::initializer_list<Status> statuses) {
  return !listing.statuses || std::any_of(statuses.begin(), statuses.end(), [&](Status status) {
    return std::find(listing.statuses->begin(), listing.statuses->end(), name_of(status)) != listing.statuses->end();
  });
}

/// Whether held events have to be found apart from scheduled ones: a list of statuses wants the held ones alone. A list
/// that wants both finds both by their claims.
bool wants_held_alone(const Listing& listing) {
  return listing.statuses && asks_for(listing, {Status::held, Status::expired}) &&
         !asks_for(listing, {Status::pending, Status::in_progress, Status::completed});
}

/// The span with the claims of the events that have one of the statuses now, unless wants_held_alone().
Span claimed_within(const Listing& listing) {
  const bool held = asks_for(listing, {Status::held, Status::expired});
  const bool past = held || asks_for(listing, {Status::completed}),
             future = held || asks_for(listing, {Status::pending});
  if (wants_held_alone(listing) || (!past && !future && !asks_for(listing, {Status::in_progress})))
    return {listing.now, listing.now};
  return {past ? kRepresentable.start : listing.now, future ? kRepresentable.end : listing.now + Seconds{1}};
}

/// The calendars as parameters of a statement: their names, and their numbers, in the same order.
std::vector<std::string> calendar_names_of(const Listing& listing) {
  std::vector<std::string> names;
  for (const auto& calendar : listing.calendars) names.push_back(calendar.name);
  return names;
}

pg::Param numbers_of(const Listing& listing) {
  std::vector<Datum> numbers;
  for (const auto& calendar : listing.calendars) numbers.push_back(pg::Param(calendar.id).value);
  return {pg::array_of(numbers, INT4OID), INT4ARRAYOID};
}

/// The tsquery for jb_event_ended and jb_event_timeless: one of the calendars, and one of the statuses. A calendar's
/// name has no character that needs escaping within quotes.
std::string words(const Listing& listing) {
  const auto any_of = [](const std::vector<std::string>& all) {
    std::string text;
    for (const auto& word : all) text += (text.empty() ? "('" : " | '") + word + "'";
    return text + ")";
  };
  const auto calendars = any_of(calendar_names_of(listing));
  if (!listing.statuses) return calendars;
  std::vector<std::string> statuses;
  for (const auto& status : *listing.statuses) {
    if (is_shown_status(status)) statuses.push_back("=" + status);
  }
  if (statuses.empty()) statuses.emplace_back("=");
  return calendars + " & " + any_of(statuses);
}

std::optional<int> limit_param(std::optional<std::size_t> limit) {
  return limit ? std::optional(static_cast<int>(*limit)) : std::nullopt;
}

/// The events with the first claims from `first` on, and where a page of them ends; without an end these are all.
struct Claiming {
  std::vector<EventId> ids;
  std::optional<std::int64_t> end;
};

/// Reading claims costs a tenth of reading events. `goes_on`: the page holds no event that begins before `first`.
Claiming first_claiming(const Listing& listing, Instant first, bool goes_on) {
  const auto most = static_cast<std::size_t>(listing.most);
  const Span range{first, listing.range.end.value_or(kRepresentable.end)}, claimed = claimed_within(listing);
  Claiming claiming;
  const auto page = first_found(most, key_of(first), [&](auto last, auto limit) -> Page {
    std::vector<Found> found;
    claiming.ids.clear();
    const Span window = last ? intersection(range, {first, Instant{Seconds{*last + 1}}}) : range;
    for (const auto& calendar : listing.calendars) {
      if (window.empty() || claimed.empty() || (limit && found.size() >= *limit)) break;
      // One more, since the claim that takes `first` may not count.
      const auto most_left = limit ? *limit - found.size() + 1 : pg::Table::kAll;
      for (const auto& claim : claims_within(calendar.id, window, pg::Snapshot::callers, most_left, claimed)) {
        claiming.ids.push_back(claim.event_id);
        // With the present buffer the event could begin before `first`, or behind the window.
        const auto begins = claim.during.start + calendar.grid().buffer_before;
        if (!goes_on || begins > first)
          found.push_back({key_of(std::clamp(begins, window.start, window.end - Seconds{1}))});
      }
    }
    return found;
  });
  if (page->size() == most) claiming.end = page->back().key;
  return claiming;
}

/// kListedOrBusy for a plain list, without the condition on the cursor.
bool fits(const Event& event, const Listing& listing) {
  const auto is_asked_for = [&](Status status) { return asks_for(listing, {status}); };
  const auto status = status_at(event, listing.now);
  if (may_read(event)) {
    if (!is_asked_for(status) || listing.word.is_null) return is_asked_for(status);
    const auto names = event.attendees.get();
    return std::ranges::find(*names, pg::to_text(listing.word.value), pg::folded_text) != names->end();
  }
  Event busy;
  busy.time = event.time;
  return listing.word.is_null && status != Status::expired && may_any(Right::busy, event.booked_on()) &&
         is_asked_for(status_at(busy, listing.now));
}

/// Adds the events that belong to the list and begin before `to`.
void add_claiming(std::vector<Found>& found, const std::vector<EventId>& ids, const Listing& listing, Instant to) {
  const auto& after = listing.after;
  for (auto& event : read_events(ids, pg::Snapshot::callers)) {
    if (!event.time || event.time->start >= to || (listing.range.begin && event.time->end <= *listing.range.begin))
      continue;
    const auto key = key_of(event.time->start);
    if (after && !is_earlier({key_of(*after->start), after->id}, {key, event.id})) continue;
    if (fits(event, listing)) found.push_back({key, event.id, std::make_shared<Event>(std::move(event))});
  }
}

pg::Rows run_listed(auto& statement, const Listing& listing, const auto&... more) {
  return statement.run(pg::Snapshot::callers, "word"_arg = listing.word, "metadata"_arg = listing.metadata,
                       "patterns"_arg = listing.patterns, "statuses"_arg = listing.statuses, more...);
}

Page timed_page(ListStatements& statements, const Listing& listing, std::int64_t searched) {
  const auto& after = listing.after;
  const auto& range = listing.range;
  if (after && (!after->start || (range.end && *after->start > *range.end))) return Page{std::in_place};
  const pg::Param cursor_start = after ? after->start : std::nullopt;
  const pg::Param cursor_id = after ? std::optional(after->id) : std::nullopt;
  const bool goes_on = after && (!range.begin || *after->start > *range.begin);
  const pg::Param from = goes_on ? cursor_start : range.from;
  const auto names = "names"_arg = calendar_names_of(listing);
  const auto numbers = "numbers"_arg = numbers_of(listing);
  const auto query = "query"_arg = words(listing);
  const auto now = "now"_arg = listing.now;
  const auto within = "within"_arg = claimed_within(listing);
  const auto first =
      goes_on ? *after->start : std::max(range.begin.value_or(kRepresentable.start), kRepresentable.start);
  const auto claiming = first_claiming(listing, first, goes_on);
  bool is_first = statements.is_plain && listing.metadata.is_null && listing.patterns.is_null;  // their claims are read
  const auto read = [&](std::optional<std::int64_t> last, std::optional<std::size_t> limit) -> Page {
    const auto end = last ? std::optional{Instant{Seconds{*last + 1}}} : std::nullopt;
    const auto to = "to"_arg = end ? pg::Param(*end) : range.to;
    const auto within_window = [&](auto& statement, const auto&... more) {
      return run_listed(statement, listing, names, to, "from"_arg = from, "cursor_start"_arg = cursor_start,
                        "cursor_id"_arg = cursor_id, more...);
    };
    const auto most = "most"_arg = limit_param(limit);
    const auto budget = "searched"_arg = searched;
    std::vector<Found> found;
    if (std::exchange(is_first, false))
      add_claiming(found, claiming.ids, listing, end.value_or(range.end.value_or(kRepresentable.end)));
    else if (!add_found(found, within_window(statements.claiming, numbers, within, now, budget, most)))
      return std::nullopt;
    if (!add_found(found, within_window(statements.ended, query, budget, most))) return std::nullopt;
    if (wants_held_alone(listing)) add_found(found, within_window(statements.held, now));
    return found;
  };
  return first_found(static_cast<std::size_t>(listing.most), key_of(first), read, claiming.end);
}

Page timeless_page(ListStatements& statements, const Listing& listing, std::size_t most, std::int64_t searched) {
  const auto& after = listing.after;
  const EventId first = after && !after->start ? after->id + 1 : 0;
  const auto names = "names"_arg = calendar_names_of(listing);
  const auto query = "query"_arg = words(listing);
  return first_found(most, first, [&](auto last, auto limit) -> Page {
    const pg::Param to = last ? std::optional(*last + 1) : std::nullopt;
    std::vector<Found> found;
    const bool is_whole =
        add_found(found, run_listed(statements.timeless, listing, names, query, "first"_arg = first, "to"_arg = to,
                                    "searched"_arg = searched, "most"_arg = limit_param(limit)));
    return is_whole ? Page(std::move(found)) : std::nullopt;
  });
}

void check_searched(bool is_exceeded) {
  if (is_exceeded) spend(Budget::searched, limit_of(Budget::searched) + 1);
}

}  // namespace

std::vector<EventId> ids_of(const std::vector<Found>& page) {
  std::vector<EventId> ids;
  ids.reserve(page.size());
  for (const auto& found : page) ids.push_back(found.id);
  return ids;
}

std::vector<Found> page_of_prefix(PrefixStatements& statements, const Listing& listing, const std::string& prefix) {
  std::vector<Found> page;
  const auto add = [&](auto& statement, pg::Param cursor_id, const auto&... more) {
    const auto missing = listing.most - static_cast<int>(page.size());
    if (missing == 0) return;
    const auto rows = run_listed(statement, listing, "prefix"_arg = prefix, "most"_arg = missing,
                                 "now"_arg = listing.now, "cursor_id"_arg = cursor_id, more...);
    for (std::uint64_t i = 0; i < rows.size(); ++i) {
      check_searched(pg::to_bool(*rows.at(i, 2)));
      page.push_back({.key = 0, .id = pg::to_id(*rows.at(i, 1))});
    }
  };
  const auto& after = listing.after;
  const bool is_timed = !after || after->start;
  const auto cursor_id = after ? std::optional(after->id) : std::nullopt;
  if (is_timed)
    add(statements.timed, cursor_id, "cursor_start"_arg = after ? after->start : std::nullopt,
        "from"_arg = listing.range.from, "to"_arg = listing.range.to,
        "searched"_arg = static_cast<std::int64_t>(limit_of(Budget::searched)));
  add(statements.timeless, is_timed ? std::nullopt : cursor_id);
  return page;
}

std::optional<std::vector<Found>> page_within(ListStatements& statements, const Listing& listing,
                                              std::int64_t searched) {
  auto page = timed_page(statements, listing, searched);
  if (!page) return std::nullopt;
  const auto missing = static_cast<std::size_t>(listing.most) - page->size();
  if (missing > 0) {
    const auto last = timeless_page(statements, listing, missing, searched);
    if (!last) return std::nullopt;
    page->insert(page->end(), last->begin(), last->end());
  }
  return page;
}

std::vector<Found> page_of(ListStatements& statements, const Listing& listing) {
  auto page = page_within(statements, listing, static_cast<std::int64_t>(limit_of(Budget::searched)));
  check_searched(!page);
  return std::move(*page);
}

std::optional<std::vector<Found>> page_matched(pg::StatementOf<sql::kNames<kMatchedEvents<":word">>>& matched,
                                               const Listing& listing, std::int64_t searched) {
  std::vector<Found> found;
  const bool is_whole = add_found(
      found,
      run_listed(matched, listing, "now"_arg = listing.now, "names"_arg = calendar_names_of(listing),
                 "from"_arg = listing.range.from, "to"_arg = listing.range.to, "searched"_arg = searched,
                 "cursor_start"_arg = pg::Param::null(TIMESTAMPTZOID), "cursor_id"_arg = pg::Param::null(INT8OID)),
      kTimeless);
  if (!is_whole) return std::nullopt;
  if (const auto& after = listing.after) {
    const Found seen{after->start ? key_of(*after->start) : kTimeless, after->id};
    std::erase_if(found, [&](const Found& event) { return !is_earlier(seen, event); });
  }
  std::sort(found.begin(), found.end(), is_earlier);
  found.resize(std::min(found.size(), static_cast<std::size_t>(listing.most)));
  return found;
}

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

// HTTPS answers as JSON: events, outcomes, and the moves, ranges and skipped occurrences within them. C++ writes them,
// since PostgreSQL would plan SQL functions with queries anew in every statement, and the planning took longer than the
// booking.

namespace {

std::string value_json(const pg::Param& value, Oid type, const Zone* zone);

/// A list of values of one type, laid out as by json_agg or, for numbers and texts, by array_to_json.
std::string list_json(Datum array, const Zone* zone) {
  const auto type = pg::item_type(array);
  const std::string_view comma = type == INT8OID || type == TEXTOID ? "," : ", ";
  std::string list = "[";
  for (const auto& item : pg::to_items(array)) {
    if (list.size() > 1) list += comma;
    list += value_json(item ? pg::Param(*item) : pg::Param(), type, zone);
  }
  return list + "]";
}

/// The JSON of a null in this column.
RawJson null_json(std::string_view column) {
  constexpr std::string_view lists[] = {"moves", "alternatives", "events", "skipped"};
  return {std::ranges::find(lists, column) == std::end(lists) ? "null" : "[]"};
}

/// A row as an object of its columns, except the zone in which its times are shown.
std::string row_json(const pg::NamedRow& row, const Zone* zone) {
  JsonObject json;
  for (const auto& [name, type, value] : row.columns()) {
    if (name == "time_zone") continue;
    json.add(name, value.is_null ? null_json(name) : RawJson{value_json(value, type, zone)});
  }
  return std::move(json).finished();
}

std::string range_json(Datum range, const Zone* zone) {
  const auto [lower, upper] = pg::to_ends(range);
  JsonObject json;
  add_shown(json, "start_timestamp", lower, timestamp_json, zone);
  add_shown(json, "end_timestamp", upper, timestamp_json, zone);
  return std::move(json).finished();
}

/// A value of a type that the columns of outcomes have, or those of rows within them.
std::string value_json(const pg::Param& value, Oid type, const Zone* zone) {
  std::string json;
  if (value.is_null) return "null";  // in a list
  switch (type) {
    case TEXTOID:
      append_json(json, pg::to_text(value.value));
      return json;
    case INT4OID:
      append_json(json, std::int64_t{pg::to_int(value.value)});
      return json;
    case INT8OID:
      append_json(json, pg::to_id(value.value));
      return json;
    case TIMESTAMPTZOID:
      append_json(json, timestamp_json(pg::to_instant(value.value), zone));
      return json;
    case JSONOID:
      return pg::to_text(value.value);
    case JSONBOID:
      return pg::jsonb_text(value.value);
    case TSTZRANGEOID:
      return range_json(value.value, zone);
    default:
      return pg::is_array(type) ? list_json(value.value, zone) : row_json(pg::NamedRow(value.value), zone);
  }
}

/// A list in the zone that the argument time_zone names; nullopt for none.
std::optional<std::string> list_argument(const Arguments& arguments, std::string_view name) {
  if (arguments.is_null(name) || pg::to_items(arguments.datum(name)).empty()) return std::nullopt;
  return list_json(arguments.datum(name), zone_of(arguments.text("time_zone")).get());
}

/// The row in an argument, and the zone that the row names.
struct ZonedRow {
  explicit ZonedRow(Datum row) : columns(row) {
    if (const auto named = columns.at("time_zone").value; !named.is_null) zone = require_zone(pg::to_text(named.value));
  }

  pg::NamedRow columns;
  std::shared_ptr<const Zone> zone;
};

std::string shown_row(const ZonedRow& row) { return row_json(row.columns, row.zone.get()); }

}  // namespace

std::string outcome_json(const Outcome& outcome) {
  return shown_row(ZonedRow(outcome_datum(pg::RowType("jb_outcome"), outcome)));
}

std::string move_json(const Move& move, const Zone& zone) {
  return row_json(pg::NamedRow(move_datum(pg::RowType("jb_move"), move)), &zone);
}

namespace {

std::optional<std::string> shown_argument(const Arguments& arguments, std::string_view name) {
  return arguments.is_null(name) ? std::nullopt : std::optional{shown_row(ZonedRow(arguments.datum(name)))};
}

/// The answer to a call that was not rejected: its event, and what the call did besides. Errors: 22023 for an outcome
/// without an event, which no call returns.
std::string answer_json(ZonedRow& outcome) {
  const bool is_refused = !outcome.columns.at("reason").value.is_null;  // it waits, as its status says
  const auto event = outcome.columns.at("event").value;
  if (event.is_null) throw invalid("outcome", "event NULL", "an answer is the event: it must not be null");
  std::string json = pg::to_text(event.value);
  json.pop_back();
  for (const std::string_view name : {"detail", "moves", "events", "skipped", "facts"}) {
    const auto [shown, type, value] = outcome.columns.at(name);
    if (value.is_null ? name != "moves" : is_refused && (name == "detail" || name == "facts")) continue;
    json.append(", \"").append(name).append("\" : ");
    json += value.is_null ? "[]" : value_json(value, type, outcome.zone.get());
  }
  return json += '}';
}

}  // namespace

JB_PLAIN(jb_event_json, std::optional<std::string>) {
  if (arguments.is_null("event")) return std::nullopt;
  auto shown = read_shown_event(arguments.datum("event"));
  shown.zone = zone_of(shown.time_zone);
  return event_json(shown);
}

JB_PLAIN(jb_range_json, std::optional<std::string>) {
  if (arguments.is_null("range")) return std::nullopt;
  return range_json(arguments.datum("range"), zone_of(arguments.text("time_zone")).get());
}

JB_PLAIN(jb_ranges_json, std::optional<std::string>) { return list_argument(arguments, "ranges"); }
JB_PLAIN(jb_moves_json, std::optional<std::string>) { return list_argument(arguments, "moves"); }

JB_PLAIN(jb_outcome_json, std::optional<std::string>) {
  if (arguments.is_null("outcome")) return std::nullopt;
  ZonedRow outcome(arguments.datum("outcome"));
  const auto word = outcome.columns.at("outcome").value;
  const bool is_made = !word.is_null && pg::to_text(word.value) != "rejected";
  return is_made && arguments.flag("is_answer") ? answer_json(outcome) : shown_row(outcome);
}

JB_PLAIN(jb_verdict_json, std::optional<std::string>) { return shown_argument(arguments, "verdict"); }
JB_PLAIN(jb_change_json, std::optional<std::string>) { return shown_argument(arguments, "change"); }
JB_PLAIN(jb_import_json, std::optional<std::string>) { return shown_argument(arguments, "import"); }

}  // namespace jb::functions
