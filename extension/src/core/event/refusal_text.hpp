// SPDX-License-Identifier: PostgreSQL
//
// Writes a refusal as a sentence for people, and as JSON of its facts for programs. Nothing else writes either.
#pragma once

#include <functional>
#include <string>

#include "../values/zone.hpp"
#include "refusal.hpp"

namespace jb {

/// The name of a request in a sentence, by the request's index in its batch.
using RequestName = std::function<std::string(std::size_t)>;

/// "request 3" for the index 3.
std::string request_name(std::size_t place);

/// The refusal as a full sentence, with times in `zone`. The sentence has no names of events, since anybody may read
/// it.
std::string sentence(const Refusal& refusal, const Zone& zone, const RequestName& name = request_name);

/// The facts as a JSON object: calendar, start_timestamp, end_timestamp, limit (RFC 3339, in `zone`), duration,
/// slot_increment (seconds), max_events_per_day, requests, stays (held, begun, fixed, settled), cause, occurrence,
/// occurrences. A fact that is not set is left out.
std::string facts_json(const Refusal& refusal, const Zone& zone);

}  // namespace jb
