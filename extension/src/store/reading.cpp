// SPDX-License-Identifier: PostgreSQL
#include "reading.hpp"

#include <algorithm>
#include <map>

#include "calendar.hpp"
#include "core/scheduling/plan.hpp"
#include "pg/call.hpp"
#include "pg/datum.hpp"
#include "tree_rows.hpp"

namespace jb {

constinit pg::Table claim_table{"jb_claim", "calendar, event_id, during"};

namespace {

// A denied or cancelled event never stands again.
constinit auto rivals_statement = pg::Statement<R"(
    SELECT o.event_id
      FROM jb_poll_event b JOIN jb_poll_event o ON o.poll_id = b.poll_id AND o.event_id <> b.event_id
      JOIN jb_event e ON e.id = o.event_id
     WHERE b.event_id = :event AND e.status NOT IN ('denied', 'cancelled') ORDER BY o.event_id DESC)">();

constinit auto series_events_statement =
    pg::Statement<"SELECT " + kEventColumns + " FROM jb_event e WHERE e.series = :series">();

/// The times of events. At most kMostTimes rows are read at once, so that a busy month needs little memory.
constinit pg::Table time_table{"jb_event", "start_timestamp, end_timestamp"};
constexpr std::size_t kMostTimes = 1000;

// Two statements, each with its own index: few fixed events wait for the same time, but any number of automatic events
// may.
constinit auto fixed_statement = pg::Statement<R"(
    SELECT event_id FROM jb_watched
     WHERE calendar = :calendar AND room && :open AND needs = 0
       AND (rank, since, event_id) > (:rank, :since, :after) ORDER BY rank, since, event_id LIMIT :most)">();
constinit auto automatic_statement = pg::Statement<R"(
    SELECT event_id FROM jb_watched
     WHERE calendar = :calendar AND room && :open AND needs > 0 AND needs < :shorter
       AND (rank, since, event_id) > (:rank, :since, :after) ORDER BY rank, since, event_id LIMIT :most)">();

/// The events that are due on the calendar.
std::vector<EventId> due_ids(const Calendar& calendar, Instant now, pg::Snapshot snapshot,
                             std::uint64_t most = pg::Table::kAll) {
  constexpr int id_column = 2;
  const auto rows =
      watched_table.find("jb_watched_due", {pg::equals_int(calendar.id), pg::at_most(now)}, snapshot, most);
  return rows.map([&](auto row) { return pg::to_id(*rows.at(row, id_column)); });
}

std::vector<Claim> read_claims(const pg::Rows& rows) {
  return rows.map([&](auto row) {
    return Claim{pg::to_int(*rows.at(row, 1)), pg::to_id(*rows.at(row, 2)), pg::to_span(*rows.at(row, 3))};
  });
}

}  // namespace

std::vector<Claim> claims_within(int calendar, Span within, pg::Snapshot snapshot, std::uint64_t most, Span also) {
  const pg::Scratch scratch;
  const auto of_calendar = pg::equals_int_in_gist(calendar);
  auto second = pg::overlaps(also);
  second.column = 2;
  const auto* index = "jb_claim_calendar_during_excl";
  return read_claims(also == kRepresentable
                         ? claim_table.find(index, {of_calendar, pg::overlaps(within)}, snapshot, most)
                         : claim_table.find(index, {of_calendar, pg::overlaps(within), second}, snapshot, most));
}

std::vector<Event> ReadingStore::occupants(const Calendar& calendar, Span within) {
  std::vector<EventId> ids;
  for (const auto& claim : claims_within(calendar.id, within, snapshot_)) ids.push_back(claim.event_id);
  return find_events(ids, snapshot_);
}

std::vector<Event> ReadingStore::series(EventId series) {
  const pg::Scratch scratch;
  const auto rows = series_events_statement.run(snapshot_, "series"_arg = series);
  return rows.map([&](auto row) { return read_event(rows, row, snapshot_); });
}

std::vector<EventId> ReadingStore::rivals(EventId id) {
  const auto rows = rivals_statement.run(snapshot_, "event"_arg = id);
  return rows.map([&](auto row) { return pg::to_id(*rows.at(row, 1)); });
}

std::vector<Claim> ReadingStore::claims(EventId id) {
  const pg::Scratch scratch;
  return read_claims(claim_table.find("jb_claim_pkey", {pg::equals_id(id)}, snapshot_));
}

std::vector<Event> ReadingStore::due(const Calendar& calendar, Instant now) {
  const pg::Scratch scratch;
  return find_events(due_ids(calendar, now, snapshot_), snapshot_);
}

std::vector<Event> ReadingStore::waiting(const Calendar& calendar, const Room& room) {
  const pg::Scratch scratch;
  const pg::Param open = room.open;
  std::vector<EventId> ids;
  const auto add = [&](auto& statement, const auto&... more) {
    const auto rows =
        statement.run(snapshot_, "calendar"_arg = calendar.id, "open"_arg = open, "rank"_arg = room.after.rank,
                      "since"_arg = room.after.since, "after"_arg = room.after.event_id,
                      "most"_arg = static_cast<std::int64_t>(room.most), more...);
    for (std::uint64_t i = 0; i < rows.size(); ++i) ids.push_back(pg::to_id(*rows.at(i, 1)));
  };
  add(fixed_statement);
  if (room.shorter > Seconds{0}) add(automatic_statement, "shorter"_arg = std::int64_t{room.shorter.count()});
  auto events = find_events(ids, snapshot_);
  std::sort(events.begin(), events.end(), has_earlier_turn);
  events.resize(std::min(events.size(), room.most));
  return events;
}

int ReadingStore::starts_within(const Calendar& calendar, Span day) {
  return ClaimReader(calendar, snapshot_).starts_within(day);
}

// An event's claim contains its start, so the claims' index finds it.
Seconds ReadingStore::booked(const Calendar& calendar, Span period, const std::function<bool(EventId)>& is_counted) {
  std::vector<EventId> ids;
  for (const auto& claim : claims_within(calendar.id, period, snapshot_))
    if (is_counted(claim.event_id)) ids.push_back(claim.event_id);
  Seconds booked{0};
  for (std::size_t i = 0; i < ids.size(); i += kMostTimes) {
    const pg::Scratch scratch;
    const auto end = ids.begin() + static_cast<std::ptrdiff_t>(std::min(i + kMostTimes, ids.size()));
    const std::vector<EventId> some(ids.begin() + static_cast<std::ptrdiff_t>(i), end);
    const auto rows = time_table.find("jb_event_pkey", {pg::any_id(some)}, snapshot_);
    for (std::uint64_t row = 0; row < rows.size(); ++row) {
      const Span time{pg::to_instant(*rows.at(row, 1)), pg::to_instant(*rows.at(row, 2))};
      if (period.contains(time.start)) booked += time.length();
    }
  }
  return booked;
}

namespace {

/// A hold past its deadline that nobody has ended, on one of its calendars.
struct DueHold {
  Span claimed;   ///< on the calendar, buffers included
  Instant start;  ///< of the event
};

// jb_watched may list an event too early, so the event's own row decides whether it is a hold that is due. OFFSET 0
// keeps the planner from reading all held events for a join.
constexpr sql::Text kDueHolds = R"(
    SELECT lower(l.during), upper(l.during), e.start_timestamp
      FROM jb_claim l
     CROSS JOIN LATERAL (SELECT start_timestamp FROM jb_event
                          WHERE id = l.event_id AND status = 'held' AND expires_at <= :now OFFSET 0) e
     WHERE l.calendar = :calendar AND )";
constinit auto few_holds_statement = pg::Statement<kDueHolds + "l.event_id = ANY (:ids) ORDER BY l.during">();
constinit auto holds_within_statement = pg::Statement<kDueHolds + "l.during && :within ORDER BY l.during">();

std::vector<DueHold> holds_in(const pg::Rows& rows) {
  return rows.map([&](auto row) {
    const auto instant = [&](int column) { return pg::to_instant(*rows.at(row, column)); };
    return DueHold{{instant(1), instant(2)}, instant(3)};
  });
}

constexpr std::size_t kFewDue = 100;

/// All due holds of the calendar, in the order of their claims, if at most kFewDue events are due there; otherwise
/// nullopt. Cost: constant.
std::optional<std::vector<DueHold>> few_due_holds(const Calendar& calendar, Instant now, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto ids = due_ids(calendar, now, snapshot, kFewDue + 1);
  if (ids.size() > kFewDue) return std::nullopt;
  if (ids.empty()) return std::vector<DueHold>{};
  return holds_in(few_holds_statement.run(snapshot, "calendar"_arg = calendar.id, "now"_arg = now, "ids"_arg = ids));
}

/// The due holds whose claims on the calendar overlap `within`, in the order of their claims. Cost: linear in the
/// claims there.
std::vector<DueHold> due_holds(const Calendar& calendar, Span within, Instant now, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  return holds_in(
      holds_within_statement.run(snapshot, "calendar"_arg = calendar.id, "now"_arg = now, "within"_arg = within));
}

/// A day tree over the stored rows of jb_tree.
using StoredTree = OwningTree<TreeRows>;

/// The stored tree without the due holds. A few due holds are given back at once. Many are given back only as far as a
/// search has come, so that no search pays for the holds beyond its answer.
class TreeWithoutDueHolds final : public Timeline {
 public:
  TreeWithoutDueHolds(const Calendar& calendar, Instant now, pg::Snapshot snapshot)
      : calendar_(calendar), now_(now), snapshot_(snapshot), tree_(calendar, {calendar.id, snapshot}, snapshot) {
    const auto few = few_due_holds(calendar, now, snapshot);
    if (!few) return;
    give_back(*few);
    freed_ = kRepresentable;
  }

  // Each part starts where the whole search starts, since a fit may span the end of the previous part.
  std::optional<Instant> first_fit(Seconds duration, Span within) override {
    within = intersection(within, kRepresentable);
    Span part{within.start, freed_.contains({within.start, within.start}) ? freed_.end : within.start};
    while (!within.empty()) {
      part.end = std::min(part.end, within.end);
      free(part);
      const auto start = tree_.first_fit(duration, part);
      if (start || part.end == within.end) return start;
      part.end = part.start + std::max({duration, kDay, 2 * part.length()});
    }
    return std::nullopt;
  }

  std::optional<Instant> last_fit(Seconds duration, Span within) override {
    within = intersection(within, kRepresentable);
    free(within);
    return tree_.last_fit(duration, within);
  }

  void take(Span claim) override { tree_.take(claim); }
  void give(Span claim) override { tree_.give(claim); }
  void close(Span day) override { tree_.close(day); }
  void reopen(Span day) override { tree_.reopen(day); }

 private:
  void free(Span span) {
    if (span.empty()) return;
    if (freed_.empty()) freed_ = {span.start, span.start};
    free_more({span.start, freed_.start});
    free_more({freed_.end, span.end});
    freed_ = {std::min(freed_.start, span.start), std::max(freed_.end, span.end)};
  }

  // What fits in a span depends on the claims in it and, because of buffers, beside it. It also depends on which days
  // are full, so all events of the first and the last day count.
  void free_more(Span span) {
    if (span.empty()) return;
    const auto& grid = calendar_.grid();
    const Span days{grid.zone->day_at(span.start).start, grid.zone->day_at(span.end).end};
    give_back(due_holds(calendar_, grid.claim_of(days), now_, snapshot_));
  }

  void give_back(const std::vector<DueHold>& holds) {
    std::vector<Span> claims;
    std::map<Instant, int> ended;
    for (const auto& hold : holds) {
      if (!given_.insert(hold.claimed.start).second) continue;
      claims.push_back(hold.claimed);
      ++ended[calendar_.zone().day_at(hold.start).start];
    }
    tree_.give_all(claims);
    if (calendar_.max_events_per_day) reopen_days(ended);
  }

  void reopen_days(const std::map<Instant, int>& ended) {
    for (const auto& [midnight, count] : ended) {
      const Span day = calendar_.zone().day_at(midnight);
      const int before = tree_.claims.starts_within(day) - ended_[midnight];
      const int most = *calendar_.max_events_per_day;
      if (before >= most && before - count < most) tree_.reopen(day);
      ended_[midnight] += count;
    }
  }

  Calendar calendar_;
  Instant now_;
  pg::Snapshot snapshot_;
  StoredTree tree_;
  Span freed_{};                  ///< no due hold affects what fits in this span
  std::set<Instant> given_;       ///< starts of the claims that were given back
  std::map<Instant, int> ended_;  ///< how many of these holds start on each day, by its midnight
};

}  // namespace

std::shared_ptr<Timeline> free_time_of(const Calendar& calendar, Instant now, pg::Snapshot snapshot) {
  if (calendar.watched == 0) return tree_with_holds(calendar, snapshot);
  return std::make_shared<TreeWithoutDueHolds>(calendar, now, snapshot);
}

std::unique_ptr<DayTree> tree_with_holds(const Calendar& calendar, pg::Snapshot snapshot) {
  return std::make_unique<StoredTree>(calendar, TreeRows(calendar.id, snapshot), snapshot);
}

std::vector<Calendar> SnapshotStore::load(const std::vector<std::string>& names) {
  std::vector<Calendar> calendars;
  for (const auto& name : names) {
    if (auto calendar = find_calendar(name)) calendars.push_back(std::move(*calendar));
  }
  return calendars;
}

std::shared_ptr<Timeline> SnapshotStore::timeline(const Calendar& calendar) {
  if (!rebuilt_.contains(calendar.name)) return tree_with_holds(calendar, pg::Snapshot::callers);
  auto tree = std::make_shared<OwningTree<RowMap>>(calendar, RowMap(), pg::Snapshot::callers);
  tree->rebuild(tree->claims.claims(kRepresentable), tree->claims.full_days(kRepresentable));
  return tree;
}

}  // namespace jb
