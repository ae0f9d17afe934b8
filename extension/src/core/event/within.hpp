// SPDX-License-Identifier: PostgreSQL
//
// The hours within which an event whose time is left open must lie, as its request names them (rule 2.3.9): on certain
// days of the week, between two times of the day, on the wall clock of the event's first calendar.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "../free/hours.hpp"
#include "../values/input.hpp"

namespace jb {

struct Within {
  static constexpr std::uint8_t kEveryDay = 0b111'1111;

  std::uint8_t days = kEveryDay;  ///< the days on which a stretch begins; the lowest bit is Monday
  Seconds from{0};                ///< since midnight, before 24:00
  Seconds to{kDay};               ///< since midnight, up to 24:00; of the next day if it is not after `from`

  friend bool operator==(const Within&, const Within&) = default;
};

/// Reads {"days": ["monday", …], "from": "10:00", "to": "16:00"} over `present`: a member that is left out stays, and
/// null does not narrow. Refuses, under `field` and its members, any other value, no day at all, and from and to that
/// are the same.
std::optional<Within> read_within(Validation& validation, std::string_view field, const nlohmann::json& value,
                                  const Within& present = {});

/// The same for JSON as text.
std::optional<Within> read_within(Validation& validation, std::string_view field, const std::string& text);

/// Reads what json_of() has written. Errors: 22023 for any other text.
Within parse_within(const std::string& text);

/// All three members, the days in the order of the week.
std::string json_of(const Within& within);

void append_json(std::string& to, const Within& within);

/// The same stretches as weekly hours.
Hours hours_of(const Within& within);

/// Refuses, under `within`, hours of which no stretch is as long as an event of this length.
void check_holds(Validation& validation, const Within& within, Seconds length);

}  // namespace jb
