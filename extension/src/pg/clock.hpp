// SPDX-License-Identifier: PostgreSQL
//
// The clock and the zones, as the server knows them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/values/zone.hpp"

namespace jb::pg {

/// The clock, floored to seconds; jb_scheduler.now (a superuser's, for tests) where it is set.
/// Errors: 22007 when that setting is no timestamp.
Instant now();

/// The time that the machine's clock shows when the scheduler's clock shows `instant`. Both are the same, unless a test
/// has set the scheduler's clock.
Instant machine_time(Instant instant);

/// The zone of this name; nullptr when the server knows no such zone. Names are matched as PostgreSQL does, without
/// regard to case. POSIX rules such as "UTC+3", which PostgreSQL takes for zones, are no IANA names and are refused
/// (rule 2.1.4).
std::shared_ptr<const Zone> find_zone(const std::string& name);

/// The zone's name as the server's list spells it, for clients that match case: "europe/BERLIN" is Europe/Berlin.
/// nullopt where find_zone finds none, and for localtime, posixrules, posix/… and right/…, which no browser knows.
std::optional<std::string> zone_name(const std::string& name);

}  // namespace jb::pg
