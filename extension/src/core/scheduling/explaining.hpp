// SPDX-License-Identifier: PostgreSQL
//
// Why an event would go where it goes: which starts were passed over on the way, and for what reason. It asks the same
// plan as a booking, and its answer is a trial of one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../event/outcome.hpp"
#include "resolving.hpp"

namespace jb {

/// What became of a span of starts, or of the request.
struct Verdict {
  std::optional<Span> candidate;  ///< where passed over, the starts; else the event's time; none where it has none
  std::string_view verdict;  ///< passed_over, later, in_the_way, skipped, placed, held, waiting or rejected; a literal
  std::optional<Refusal> refusal{};    ///< why; in the answer, as in a rejection
  std::vector<Move> moves{};           ///< of those that give way; only in the answer
  std::string remark{};                ///< in a sentence, what no refusal says
  std::string time_zone{};             ///< of the first calendar, by name
  std::shared_ptr<const Zone> zone{};  ///< the same; in it the times of a refusal are told
};

/// For an automatic wish, the starts that were passed over from now on, in order, each row as far as its reason
/// reaches, and the later ones; for a fixed wish, the events in its way that stay. Then the answer, in the last row. At
/// most `most` rows, from 1: where there would be more, the last one of those passed over tells what it leaves out. The
/// plan is spent; an event that was set aside in it before is as if it were not there. Errors: as request(). Cost: that
/// of a booking, and for each row a look at the hours and at the claims around it.
std::vector<Verdict> explain(Plan& plan, const Requested& requested, std::size_t most);

}  // namespace jb
