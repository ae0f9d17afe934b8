// SPDX-License-Identifier: PostgreSQL
//
// The rejection: the durable record of a refusal.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../values/zone.hpp"
#include "refusal.hpp"

namespace jb {

/// The record of a request without a place, or of an event that lost its place.
struct Rejection {
  std::optional<std::int64_t> id{};    ///< none until the rejection is stored
  std::optional<EventId> event_id;     ///< none for a new event, which was not made
  std::vector<std::string> calendars;  ///< names, at least one
  std::shared_ptr<const Zone> zone;    ///< the first calendar's zone, in which the times are written
  std::string time_zone{};             ///< its name
  Refusal refusal;
  std::vector<Span> alternatives{};  ///< at most three starts with their ends that were open, the nearest first
  Instant at{};                      ///< the call's now
  Event request;                     ///< the event, with the wish that found no place
  PlacingOptions options{};          ///< the options of the wish
  bool is_answer = false;            ///< to a request, whose principal may leave so many; else an event lost its place
};

}  // namespace jb
