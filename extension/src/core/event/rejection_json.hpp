// SPDX-License-Identifier: PostgreSQL
//
// Writes a rejection as JSON: the request for the stored row, and the announcement for NOTIFY.
#pragma once

#include <string>

#include "rejection.hpp"

namespace jb {

/// The event as the fields that would request it again, without options that were not given. A hold that was confirmed
/// is no hold any more, so its hold_for is left out. With a date stands the zone that it is meant in (rule 5.22).
std::string request_json(const Event& event, const PlacingOptions& options, const Zone& zone,
                         std::string_view zone_name);

/// The payload of NOTIFY: rejection_id, event_id, calendars, reason, at. It has no names of events, since any role of
/// the database may listen. Always under 8,000 bytes: where the calendars' names are longer, the first of them stand
/// there, and calendars_left_out says how many do not.
std::string announcement_json(std::int64_t id, const Rejection& rejection);

/// The same where nobody may learn from the announcement whose calendar it is about: rejection_id and at, in UTC.
std::string brief_announcement_json(std::int64_t id, const Rejection& rejection);

}  // namespace jb
