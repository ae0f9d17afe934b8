// SPDX-License-Identifier: PostgreSQL
#include "listing.hpp"

#include <algorithm>
#include <limits>

#include "core/values/budget.hpp"

namespace jb::sql {

namespace {

/// How many times the page is read at once. More makes a reading dearer, less makes more readings.
constexpr std::size_t kPagesAtOnce = 4;

/// The first window, in seconds or ids, and how many times as long each following window is.
constexpr std::int64_t kFirstWindow = 86'400;
constexpr std::int64_t kGrowth = 8;

/// The key of an event without a time among the events that JB_MATCHED_EVENTS finds.
constexpr std::int64_t kTimeless = std::numeric_limits<std::int64_t>::max();

/// An event and its place in the list: its start in seconds, or its id among events without a time.
struct Found {
  std::int64_t key;
  EventId id;
  auto operator<=>(const Found&) const = default;
};

using Page = std::optional<std::vector<Found>>;  ///< none where the search has ended before the page was full

/// Adds the rows of a statement. Result: false where the search ends with them.
bool add_found(std::vector<Found>& found, const pg::Rows& rows) {
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    if (pg::to_bool(*rows.at(i, 3))) return false;
    found.push_back({pg::to_id(*rows.at(i, 2)), pg::to_id(*rows.at(i, 1))});
  }
  return true;
}

/// The first `most` events. `read` finds the events up to a key, all or as many as it is told, in any order. The first
/// reading has no end: few lists are longer than one page. After that the windows grow from `least` on until one holds
/// a page; a window that holds more than is read at once is cut where the page must have ended by what was read.
template <class Read>
Page first_found(std::size_t most, std::int64_t least, const Read& read) {
  std::optional<std::int64_t> end;
  std::optional<std::int64_t> cut;  // the page ends here at the latest
  std::optional<std::size_t> limit = most * kPagesAtOnce;
  for (std::int64_t length = kFirstWindow;;) {
    auto found = read(end, limit);
    if (!found) return std::nullopt;
    const bool is_whole = !limit || found->size() < *limit;
    const auto page = std::min(most, found->size());
    std::partial_sort(found->begin(), found->begin() + static_cast<std::ptrdiff_t>(page), found->end());
    if (is_whole && (page == most || end == cut)) {
      found->resize(page);
      return found;
    }
    if (is_whole) {
      length *= kGrowth;
    } else {
      const auto end_of_page = std::max((*found)[most - 1].key, least);
      if (cut && end_of_page >= *cut) limit.reset();  // they all begin at once: nothing is left to cut
      cut = end_of_page;
    }
    end = std::min(*cut, least + length);
  }
}

bool asks_for(const Listing& listing, std::initializer_list<std::string_view> statuses) {
  return !listing.statuses || std::any_of(statuses.begin(), statuses.end(), [&](std::string_view status) {
    return std::find(listing.statuses->begin(), listing.statuses->end(), status) != listing.statuses->end();
  });
}

/// Whether held events are to be found apart from scheduled events: a list of statuses wants them, and would pass over
/// scheduled events. With scheduled events in the list as well, it finds both by their claims.
bool wants_held_alone(const Listing& listing) {
  return listing.statuses && asks_for(listing, {"held", "expired"}) &&
         !asks_for(listing, {"pending", "in_progress", "completed"});
}

/// Where the claims lie of the events that have one of the statuses now, unless wants_held_alone().
Span claimed_within(const Listing& listing) {
  const bool held = asks_for(listing, {"held", "expired"});
  const bool past = held || asks_for(listing, {"completed"}), future = held || asks_for(listing, {"pending"});
  if (wants_held_alone(listing) || (!past && !future && !asks_for(listing, {"in_progress"})))
    return {listing.now, listing.now};
  return {past ? kRepresentable.start : listing.now, future ? kRepresentable.end : listing.now + Seconds{1}};
}

/// What jb_event_ended and jb_event_timeless are asked for, as a tsquery: one of the calendars, and one of the
/// statuses. No character of a calendar's name needs to be escaped within quotes.
std::string words(const Listing& listing) {
  const auto any_of = [](const std::vector<std::string>& all) {
    std::string text;
    for (const auto& word : all) text += (text.empty() ? "('" : " | '") + word + "'";
    return text + ")";
  };
  std::vector<std::string> calendars, statuses;
  for (const auto& calendar : listing.calendars) calendars.push_back(calendar.name);
  if (!listing.statuses) return any_of(calendars);
  for (const auto& status : *listing.statuses) {
    if (is_shown_status(status)) statuses.push_back("=" + status);
  }
  if (statuses.empty()) statuses.emplace_back("=");
  return any_of(calendars) + " & " + any_of(statuses);
}

pg::Param limit_param(std::optional<std::size_t> limit) {
  return limit ? pg::Param(pg::from_int(static_cast<int>(*limit))) : pg::Param();
}

/// The calendars as parameters of a statement: their names, and their numbers, in one order.
Datum calendar_names_of(const Listing& listing) {
  std::vector<std::string> names;
  for (const auto& calendar : listing.calendars) names.push_back(calendar.name);
  return pg::from_texts(names);
}

Datum numbers_of(const Listing& listing) {
  std::vector<Datum> numbers;
  for (const auto& calendar : listing.calendars) numbers.push_back(pg::from_int(calendar.id));
  return pg::array_of(numbers, INT4OID);
}

Page timed_page(ListStatements& statements, const Listing& listing, std::int64_t searched) {
  const auto& after = listing.after;
  const auto& range = listing.range;
  if (after && (!after->start || (range.end && *after->start > *range.end))) return Page{std::in_place};
  const pg::Param cursor_start = after ? pg::Param(pg::from_instant(*after->start)) : pg::Param();
  const pg::Param cursor_id = after ? pg::Param(pg::from_id(after->id)) : pg::Param();
  const bool goes_on = after && (!range.begin || *after->start > *range.begin);
  const pg::Param from = goes_on ? cursor_start : range.from;
  const pg::Param statuses = pg::optional_param(listing.statuses, pg::from_texts);
  const Datum names = calendar_names_of(listing), numbers = numbers_of(listing), now = pg::from_instant(listing.now);
  const Datum query = pg::from_text(words(listing)), within = pg::from_span(claimed_within(listing));
  const auto first =
      goes_on ? *after->start : std::max(range.begin.value_or(kRepresentable.start), kRepresentable.start);
  return first_found(
      static_cast<std::size_t>(listing.most), first.time_since_epoch().count(), [&](auto last, auto limit) -> Page {
        const auto to = last ? pg::Param(pg::from_instant(Instant{Seconds{*last + 1}})) : range.to;
        std::vector<Found> found;
        const bool is_whole =
            add_found(found, statements.timed.run({numbers, names, from, to, listing.word, listing.metadata,
                                                   listing.patterns, cursor_start, cursor_id, statuses, now, within,
                                                   query, pg::from_id(searched), limit_param(limit)},
                                                  pg::Snapshot::callers));
        if (!is_whole) return std::nullopt;
        if (wants_held_alone(listing)) {
          add_found(found, statements.held.run({now, names, from, to, listing.word, listing.metadata, listing.patterns,
                                                cursor_start, cursor_id, statuses},
                                               pg::Snapshot::callers));
        }
        return found;
      });
}

Page timeless_page(ListStatements& statements, const Listing& listing, std::size_t most, std::int64_t searched) {
  const auto& after = listing.after;
  const EventId first = after && !after->start ? after->id + 1 : 0;
  const Datum names = calendar_names_of(listing), query = pg::from_text(words(listing));
  const pg::Param statuses = pg::optional_param(listing.statuses, pg::from_texts);
  return first_found(most, first, [&](auto last, auto limit) -> Page {
    const auto to = last ? pg::Param(pg::from_id(*last + 1)) : pg::Param();
    std::vector<Found> found;
    const bool is_whole = add_found(
        found, statements.timeless.run({query, names, pg::from_id(first), to, listing.word, listing.metadata,
                                        listing.patterns, statuses, pg::from_id(searched), limit_param(limit)},
                                       pg::Snapshot::callers));
    return is_whole ? Page(std::move(found)) : std::nullopt;
  });
}

std::vector<EventId> ids_of(const std::vector<Found>& page) {
  std::vector<EventId> ids;
  ids.reserve(page.size());
  for (const auto& found : page) ids.push_back(found.id);
  return ids;
}

void check_searched(bool is_exceeded) {
  if (is_exceeded) spend(Budget::searched, limit_of(Budget::searched) + 1);
}

}  // namespace

pg::Param most_searched() { return pg::from_id(static_cast<std::int64_t>(limit_of(Budget::searched))); }

std::vector<EventId> ids_found(const pg::Rows& rows) {
  std::vector<EventId> ids;
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    check_searched(pg::to_bool(*rows.at(i, 2)));
    ids.push_back(pg::to_id(*rows.at(i, 1)));
  }
  return ids;
}

std::optional<std::vector<EventId>> page_within(ListStatements& statements, const Listing& listing,
                                                std::int64_t searched) {
  auto page = timed_page(statements, listing, searched);
  if (!page) return std::nullopt;
  const auto missing = static_cast<std::size_t>(listing.most) - page->size();
  if (missing > 0) {
    const auto last = timeless_page(statements, listing, missing, searched);
    if (!last) return std::nullopt;
    page->insert(page->end(), last->begin(), last->end());
  }
  return ids_of(*page);
}

std::vector<EventId> page_of(ListStatements& statements, const Listing& listing) {
  auto page = page_within(statements, listing, static_cast<std::int64_t>(limit_of(Budget::searched)));
  check_searched(!page);
  return std::move(*page);
}

std::optional<std::vector<EventId>> page_matched(pg::Statement& matched, const Listing& listing,
                                                 std::int64_t searched) {
  std::vector<Found> found;
  const bool is_whole = add_found(
      found, matched.run({pg::from_instant(listing.now), calendar_names_of(listing), listing.range.from,
                          listing.range.to, listing.word, listing.metadata, listing.patterns, pg::Param(), pg::Param(),
                          pg::optional_param(listing.statuses, pg::from_texts), pg::from_id(searched)},
                         pg::Snapshot::callers));
  if (!is_whole) return std::nullopt;
  if (const auto& after = listing.after) {
    const Found seen{after->start ? after->start->time_since_epoch().count() : kTimeless, after->id};
    std::erase_if(found, [&](const Found& event) { return event <= seen; });
  }
  std::sort(found.begin(), found.end());
  found.resize(std::min(found.size(), static_cast<std::size_t>(listing.most)));
  return ids_of(found);
}

}  // namespace jb::sql
