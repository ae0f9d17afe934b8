// SPDX-License-Identifier: PostgreSQL
//
// A time zone as a file describes it (RFC 5545, 3.6.5).
#pragma once

#include <memory>

#include "../values/time.hpp"
#include "calendar_text.hpp"

namespace jb {

/// The zone that a VTIMEZONE component describes, up to `latest`. Before the first change the zone has the offset from
/// which that change leads away. nullptr, with the reason in `problem`, where the zone is not described as 3.6.5 says,
/// or changes its clocks more than 2,000 times.
std::shared_ptr<const Zone> read_vtimezone(const Component& component, Instant latest, std::string& problem);

}  // namespace jb
