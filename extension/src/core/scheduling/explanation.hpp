// SPDX-License-Identifier: PostgreSQL
//
// Explains a request: why the event would go where it goes, which starts were passed over, and for what reason. The
// explanation plans the request as a booking does, and stores nothing.
#pragma once

#include <functional>
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

/// Sets the events aside that the automatic `event` may pre-empt until `end` (rule 2.12.2), since pre-emption searches
/// the calendars without them.
void set_aside_lower(Plan& plan, const Event& event, Instant end);

// A refusal with a proof (rule 2.19): facts that a reader of the calendars can look up, and that together forbid
// every start that the request leaves. A checker needs no code of ours.

/// Why a range of starts is forbidden: by one claim, one stretch of closed time, one full day, notice, horizon, an
/// increment, or a stale source of one calendar; or by the request itself, which then names no calendar.
struct Fact {
  Refusal refusal;                    ///< `span`: the claim with its buffers, the closed stretch, or the full day
  Span starts;                        ///< the starts that it forbids; to an end of kRepresentable: all on that side
  std::optional<EventId> event_id{};  ///< of the claim; none: the caller may not read the event
  std::optional<std::int64_t> version{};
};

/// Calendars of which an event needs so many.
struct Need {
  std::vector<std::string> calendars;
  std::size_t count;
};

/// What the request would be answered now, and, if it has no place, why none of its starts is open.
struct Proof {
  Instant at{};                    ///< the plan's now
  Verb outcome{};                  ///< placed, held, waiting or rejected
  std::optional<Reason> reason{};  ///< of the refusal
  std::optional<Span> time{};      ///< the place, if it has one
  Seconds duration{0};
  std::vector<Instant> allowed{};  ///< the starts that the request leaves, in order
  std::vector<Need> needs{};
  std::vector<Fact> facts{};  ///< by the first start that each forbids
  bool is_proved = false;     ///< the facts forbid all of `allowed`
  std::string time_zone{};
  std::shared_ptr<const Zone> zone{};
};

/// Proves the refusal of the request. On one calendar the facts are the fewest; on several, none can be left out. The
/// plan must not be used afterwards. Errors: as explain(); 22023 by Budget::starts and Budget::facts. Cost: a booking,
/// the starts listed, and a look at the nearby hours and claims for each fact.
Proof prove(Plan& plan, Requested requested);

/// The proof as JSON. `change_seq`: the number of a calendar's last change, as the proof has read it.
std::string proof_json(const Proof& proof, const std::function<std::int64_t(const std::string&)>& change_seq);

}  // namespace jb
