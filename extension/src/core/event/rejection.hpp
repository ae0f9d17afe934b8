// SPDX-License-Identifier: PostgreSQL
//
// The durable record of a refusal.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../values/zone.hpp"
#include "refusal.hpp"

namespace jb {

/// What is recorded where there is no place: for a request, or for an event that lost its own.
struct Rejection {
  std::optional<std::int64_t> id{};    ///< by which it is found; none before it is stored
  std::optional<EventId> event_id;     ///< none for a new event: it was not made
  std::vector<std::string> calendars;  ///< names, at least one
  std::shared_ptr<const Zone> zone;    ///< of the first; writes the times
  Refusal refusal;
  std::vector<Span> alternatives{};  ///< at most three starts with their ends that were open, the nearest first
  Instant at{};                      ///< when: the call's now
  Event request;                     ///< the wish that found no place
  PlacingOptions options{};          ///< as it was meant
};

}  // namespace jb
