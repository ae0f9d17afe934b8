// SPDX-License-Identifier: PostgreSQL
//
// What a writing call did.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rejection.hpp"

namespace jb {

/// An automatic event that gave way; without `to` it waits.
struct Move {
  EventId event_id = 0;  ///< 0: of a request that is only tried
  Span from;
  std::optional<Span> to;
};

/// An occurrence of a series that was left out, since it found no place.
struct Skipped {
  Span time;
  Refusal refusal;
};

/// The answer of a writing call, which SQL gives as jb_outcome; of a dry run what it would have been.
struct Outcome {
  std::string_view outcome;                    ///< placed, held, waiting, rejected, or what was done; a literal
  std::optional<EventId> event_id;             ///< none for a new event that was rejected or only tried
  std::optional<Span> time;                    ///< the event's; none when rejected, and where it has none
  std::optional<Refusal> refusal;              ///< why it was rejected, or waits
  std::string remark;                          ///< in a sentence, what no refusal says
  std::vector<Span> alternatives;              ///< of a fixed wish that was rejected: Rejection::alternatives
  std::vector<Move> moves;                     ///< in the order of their re-placing
  std::shared_ptr<const Rejection> rejection;  ///< its record, which has an id once it is written; none on a dry run
  std::optional<std::int64_t> version;         ///< the event's after the call; none where event_id is
  std::string time_zone;                       ///< of the first calendar, by name
  std::shared_ptr<const Zone> zone;            ///< the same; in it the times of a refusal are told
  std::vector<EventId> events;                 ///< of a series: those placed or changed, by start; empty on a trial
  std::vector<Skipped> skipped;                ///< of a new series, by start
  std::optional<Span> failed;                  ///< of a new series that was rejected, the occurrence without a place
};

}  // namespace jb
