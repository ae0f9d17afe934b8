// SPDX-License-Identifier: PostgreSQL
//
// The outcome: what a writing call did.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event_json.hpp"
#include "rejection.hpp"

namespace jb {

/// The move of a displaced event. Without `to` the event waits.
struct Move {
  EventId event_id = 0;  ///< 0: an event of a request that is only tried
  Span from;
  std::optional<Span> to;
};

/// An occurrence that its series leaves out, since the occurrence found no place (rule 2.14.4).
struct Skipped {
  Span time;
  Refusal refusal;
};

/// The outcome of a writing call, which SQL gives as jb_outcome; of a dry run, the outcome that the call would have
/// had.
struct Outcome {
  std::string_view outcome;                    ///< placed, held, waiting, rejected, or what was done; a literal
  std::optional<EventId> event_id;             ///< none for a new event that was rejected or only tried
  std::optional<Span> time;                    ///< the event's time; none if it was rejected, or has no time
  std::optional<Refusal> refusal;              ///< why the event was rejected, or waits
  std::string remark;                          ///< a sentence for what no refusal says
  std::vector<Span> alternatives;              ///< of a fixed wish that was rejected: Rejection::alternatives
  std::vector<Move> moves;                     ///< in the order in which the displaced events were placed again
  std::shared_ptr<const Rejection> rejection;  ///< the record, which gets its id when written; none on a dry run
  std::optional<std::int64_t> version;         ///< the event's version after the call; none without event_id
  std::string time_zone;                       ///< the name of the first calendar's zone
  std::shared_ptr<const Zone> zone;            ///< the first calendar's zone, for the times of the refusal
  std::vector<EventId> events;                 ///< of a series: the events placed or changed, by start; none on a trial
  std::vector<Skipped> skipped;                ///< of a new series, by start
  std::optional<ShownEvent> event;             ///< as the call leaves it, on a dry run as it is; none without event_id
  std::optional<Span> failed;                  ///< of a new series that was rejected, the occurrence without a place
};

}  // namespace jb
