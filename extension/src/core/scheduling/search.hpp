// SPDX-License-Identifier: PostgreSQL
//
// Finds where automatic events fit on all calendars that they need. Placing and the reads that offer time share it, so
// that an offered slot can be booked (rule 2.16.1).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "../event/calendar.hpp"
#include "../event/event.hpp"
#include "../free/hours.hpp"

namespace jb {

/// The hours that an event asks for, on the clock of its first calendar, as a timeline.
std::shared_ptr<Timeline> timeline_of_hours(const Within& within, const Calendar& first);

/// The calendars that one event needs, searched together: through their timelines, and by the rules that no timeline
/// covers. Where the event has lists (OneOf), a start is open if all named calendars are open at it, and of each
/// list as many candidates as it needs.
class Search {
 public:
  using TimelineOf = std::function<std::shared_ptr<Timeline>(const Calendar&)>;

  /// A list: its candidates, and how many of them the event needs.
  struct Pool {
    std::vector<Calendar> candidates;
    std::size_t count;
  };

  /// `calendars`: each once; at least one if there is no pool. This object keeps their timelines alive. `asked`: the
  /// hours that the event asks for (timeline_of_hours); null if it asks for none.
  Search(std::vector<Calendar> calendars, const TimelineOf& timeline_of, Instant now,
         std::shared_ptr<Timeline> asked = {}, const std::vector<Pool>& pools = {});

  /// The calendars of which the event needs all.
  const std::vector<Calendar>& calendars() const { return calendars_; }

  /// Whether all calendars have this time free for an automatic event; rules that no timeline covers are not checked.
  bool is_free(Span time) const;

  /// The earliest and the latest start that `within` alone allows in `span`; nullopt when there is none. Without it:
  /// the start of `span`, and the duration before its end.
  std::optional<Instant> first_asked(Seconds duration, Span span) const;
  std::optional<Instant> last_asked(Seconds duration, Span span) const;

  /// The timeline of `within` alone; null if there is none.
  const std::shared_ptr<Timeline>& asked() const { return asked_; }

  /// Where automatic events may lie: after the longest notice (rule 2.3.5), before the nearest horizon (rule 2.3.6); of
  /// a list, where some candidate allows it.
  Span bounds() const { return bounds_; }

  /// The earliest start, and the latest, of an automatic event that every rule allows within `within` (rule 2.3.1);
  /// nullopt when there is none. Cost: first_common_fit; once more for each leap over starts that a rule outside the
  /// day tree forbids. With lists, one search of each candidate for each stretch that is passed.
  std::optional<Instant> first_fit(Seconds duration, Span within);
  std::optional<Instant> last_fit(Seconds duration, Span within);

  /// The first `most` starts, in order, at which an automatic event of `duration` could be placed within `within`.
  /// Cost: first_fit for each start.
  std::vector<Instant> open_starts(Seconds duration, Span within, std::size_t most);

 private:
  struct Candidates {
    std::vector<Search> candidates;  ///< each of one calendar
    std::size_t count;
  };
  enum class Direction { forwards, backwards };

  std::optional<Instant> fit(Seconds duration, Span within, Direction direction);
  std::optional<Instant> named_fit(Seconds duration, Span within, Direction direction);

  std::vector<Calendar> calendars_;
  Timelines timelines_;  ///< one for each calendar, then that of `within`
  std::shared_ptr<Timeline> asked_{};
  std::vector<Candidates> pools_{};
  bool is_closed_ = false;  ///< a rule closes one of them
  Span bounds_;
};

}  // namespace jb
