// SPDX-License-Identifier: PostgreSQL
//
// Explains a request: why the event would go where it goes, which starts were passed over, and for what reason. The
// explanation plans the request as a booking does, and stores nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../event/shown.hpp"
#include "place.hpp"

namespace jb {

/// What became of a span of starts, of an event in the way, of an occurrence, of a candidate, or of the request.
struct Verdict {
  std::optional<Span> candidate;     ///< the starts of passed_over and later; else the time of the event or fixed wish
  std::string_view verdict;          ///< passed_over, later, in_the_way, skipped, not_chosen, placed, held, waiting or
                                     ///< rejected; a literal
  std::optional<Refusal> refusal{};  ///< the reason; in the last row, the reason of the rejection
  std::vector<Move> moves{};         ///< of the displaced events; only in the last row
  std::string remark{};              ///< a sentence for what no refusal says
  std::string time_zone{};           ///< the name of the first calendar's zone
  std::shared_ptr<const Zone> zone{};  ///< the first calendar's zone, for the times of the refusal
};

/// For an automatic wish, the rows are the starts from now on that were passed over, in order, one row for each stretch
/// with the same reason; then the starts after the event's own. For a fixed wish, the rows are the events in its way
/// that may not be moved, or the occurrences that a series leaves out. Then come the candidates that were not chosen;
/// of a series, for its first occurrence. The last row is the answer to the request.
///
/// There are at most `most` rows, `most` being at least 1. If the starts passed over need more rows, their last row
/// covers all the rest. Candidates have at most half of the rows. The plan must not be used afterwards. An event that
/// the caller has set aside in the plan counts as absent. Errors: as request(). Cost: a booking, and for each row a
/// look at the nearby hours and claims.
std::vector<Verdict> explain(Plan& plan, const Requested& requested, std::size_t most);

}  // namespace jb
