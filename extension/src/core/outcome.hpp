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
  EventId event_id = 0;
  Span from;
  std::optional<Span> to;
};

struct Outcome {
  std::string_view outcome;  ///< placed, waiting, rejected, updated, cancelled, unchanged
  std::optional<EventId> event_id;
  std::optional<Span> time;
  std::string_view reason;  ///< empty unless rejected
  std::string detail;
  std::vector<EventId> conflicts;
  std::vector<Move> moves;
  std::vector<Span> alternatives;
  std::optional<std::int64_t> rejection_id;
  std::optional<std::int64_t> version;
  std::string time_zone;  ///< of the first calendar
};

}  // namespace jb
