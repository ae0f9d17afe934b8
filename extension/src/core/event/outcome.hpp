// SPDX-License-Identifier: PostgreSQL
//
// What a writing call did.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event.hpp"

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
  std::string_view reason;         ///< as in a rejection, a literal
  std::vector<EventId> conflicts;  ///< likewise
};

/// The answer of a writing call, which SQL gives as jb_outcome; of a dry run what it would have been.
struct Outcome {
  std::string_view outcome;                  ///< placed, held, waiting, rejected, or what was done; a literal
  std::optional<EventId> event_id;           ///< none for a new event that was rejected or only tried
  std::optional<Span> time;                  ///< the event's; none when rejected, and where it has none
  std::string_view reason;                   ///< one of docs/errors.md, as a literal; empty unless rejected or waiting
  std::string detail;                        ///< the reason in a sentence, without names of events
  std::vector<EventId> conflicts;            ///< by start; those that may not be moved, where the reason is conflict
  std::vector<Move> moves;                   ///< in the order of their re-placing
  std::vector<Span> alternatives;            ///< at most three, nearest first; only for a fixed wish
  std::optional<std::int64_t> rejection_id;  ///< none unless rejected, nor on a dry run; until written, its place in
                                             ///< the plan
  std::optional<std::int64_t> version;       ///< the event's after the call; none where event_id is
  std::string time_zone;                     ///< of the first calendar
  std::vector<EventId> events;               ///< of a series: those placed or changed, by start; empty on a trial
  std::vector<Skipped> skipped;              ///< of a new series, by start
  std::optional<Span> failed;                ///< of a new series that was rejected, the occurrence without a place
};

}  // namespace jb
