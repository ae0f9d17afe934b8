// SPDX-License-Identifier: PostgreSQL
//
// A time zone as a file describes it (RFC 5545, 3.6.5).
#pragma once

#include <memory>

#include "../values/time.hpp"
#include "calendar_text.hpp"

namespace jb {

/// The zone that a VTIMEZONE component describes, up to `latest`. Until its first change the zone has the offset before
/// that change. nullptr, with the reason in `problem`, if the description does not follow 3.6.5, or changes the clocks
/// more than 2,000 times or twice within an hour.
std::shared_ptr<const Zone> read_vtimezone(const Component& component, Instant latest, std::string& problem);

}  // namespace jb
