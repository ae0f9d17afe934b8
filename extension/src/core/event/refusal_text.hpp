// SPDX-License-Identifier: PostgreSQL
//
// A refusal for whoever reads it: as a sentence, and as the JSON of its facts. The only place that writes either.
#pragma once

#include <functional>
#include <string>

#include "../values/zone.hpp"
#include "refusal.hpp"

namespace jb {

/// What a request of a batch is called in a sentence, by its place.
using RequestName = std::function<std::string(std::size_t)>;

/// "request 3"
std::string request_name(std::size_t place);

/// The refusal in a full sentence, its times in `zone`; without names of events, since anybody may read it.
std::string sentence(const Refusal& refusal, const Zone& zone, const RequestName& name = request_name);

/// The facts as a JSON object: calendar, start_timestamp, end_timestamp, limit (RFC 3339, in `zone`), duration,
/// slot_increment (seconds), max_events_per_day, requests, stays (held, begun, fixed, settled), cause, occurrence,
/// occurrences; each only where it is set.
std::string facts_json(const Refusal& refusal, const Zone& zone);

}  // namespace jb
