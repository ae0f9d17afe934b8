// SPDX-License-Identifier: PostgreSQL
#include "listing.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "pg/icu.hpp"

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

}  // namespace jb::functions
