// SPDX-License-Identifier: PostgreSQL
//
// What a poll recommends (rules 9.5 and 9.6): at which starts who is free for the whole event, best first, exact to the
// second.
#pragma once

#include <cstdint>
#include <vector>

#include "poll.hpp"

namespace jb {

/// A maximal run of starts at which at least these participants are free, and at least the participants who are not in
/// `if_need_be` are free with yes.
struct Recommendation {
  Instant earliest_start;
  Instant latest_start;                     ///< the last start of the run
  std::vector<std::uint32_t> participants;  ///< the participants who are free throughout, by their places, ascending
  std::vector<std::uint32_t> if_need_be;    ///< of `participants`, those without a yes throughout
};

/// The best `most` recommendations. For a start s with [s, s + duration) in `open`, P(s) are the participants who are
/// free for all of that time, and Y(s) the participants who are free with yes for all of it. Each pair (P, Y) that
/// occurs, and whose P is not empty, is recommended with each maximal run of starts at which at least P are free and at
/// least Y are free with yes. Order: more participants; more with yes; the earlier start; then the participants'
/// places, which the caller gives in the order of names.
///
/// `open`: sorted, neither overlapping nor touching. Cost: sorting the ends of all intervals, for each recommendation a
/// look at each participant, and at worst, whatever the schedules are, a walk over the ends of all intervals for every
/// sixteen recommendations. Errors: std::length_error for more participants than a poll has.
std::vector<Recommendation> rank(const std::vector<PollSchedule>& schedules, const std::vector<Span>& open,
                                 Seconds duration, std::size_t most);

/// The participants who are free for all of [start, start + duration), by their places.
std::vector<std::uint32_t> free_at(const std::vector<PollSchedule>& schedules, Instant start, Seconds duration);

/// Throws 22023 under "max_rows" where the recommendations would list more than kMostListed bytes of names. Each
/// recommendation lists all participants, and once more the participants who are free only if need be. Ten
/// recommendations of a full poll are always listed, as long as only guests have names of full length.
void check_listing(const std::vector<Recommendation>& recommendations, const std::vector<std::string>& names);
inline constexpr std::size_t kMostListed = std::size_t{128} << 20;

}  // namespace jb
