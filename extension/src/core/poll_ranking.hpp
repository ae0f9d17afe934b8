// SPDX-License-Identifier: PostgreSQL
//
// What a poll recommends (SPEC 9): at which starts who is free for the whole event, best first, exact to the second.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "poll.hpp"

namespace jb {

/// A maximal run of starts at which at least these participants are free, and at least those of them who are not in
/// `if_need_be` with a yes.
struct Recommendation {
  Instant earliest_start;
  Instant latest_start;                     ///< the last one that will do
  std::vector<std::uint32_t> participants;  ///< who is free throughout, by their places, ascending
  std::vector<std::uint32_t> if_need_be;    ///< who of them is not with a yes
};

/// The best `most` recommendations. For a start s with [s, s + duration) in `open`, P(s) are those free for all of it,
/// and Y(s) those free with yes for all of it. For each pair (P, Y) that occurs, and where P is not empty: each maximal
/// run of starts at which at least P are free and at least Y with yes. Order: more participants, more with yes, the
/// earlier, and where all that is equal the participants' places; the caller gives them in the order of their names.
///
/// `open`: sorted, neither overlapping nor touching. `pause` is called again and again, and may end it by throwing.
/// Cost: sorting the ends of all intervals, and for each recommendation a look at each participant. Of many that differ
/// little, each is compared with those before it.
std::vector<Recommendation> rank(const std::vector<Schedule>& schedules, const std::vector<Span>& open,
                                 Seconds duration, std::size_t most, const std::function<void()>& pause = {});

/// Who is free for all of [start, start + duration), by their places.
std::vector<std::uint32_t> free_at(const std::vector<Schedule>& schedules, Instant start, Seconds duration);

}  // namespace jb
