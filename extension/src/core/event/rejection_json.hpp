// SPDX-License-Identifier: PostgreSQL
//
// A rejection as it is kept and as it is announced.
#pragma once

#include <string>

#include "rejection.hpp"

namespace jb {

/// The wish of an event as the fields that would book it again, options that were not given left out. A hold that was
/// confirmed is none any more.
std::string request_json(const Event& event, const PlacingOptions& options, const Zone& zone);

/// What NOTIFY carries: rejection_id, event_id, calendars (at most ten), reason, at. Any role of the database may
/// listen, so no names of events. Always under 8,000 bytes.
std::string announcement_json(std::int64_t id, const Rejection& rejection);

}  // namespace jb
