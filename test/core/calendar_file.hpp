// SPDX-License-Identifier: PostgreSQL
//
// iCalendar files as tests write and read them, for a calendar in Europe/Berlin.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cctz_zone.hpp"
#include "core/adapters/import.hpp"
#include "core/values/time.hpp"
#include "table_zone.hpp"

namespace jb::test::files {

inline ImportContext berlin() {
  return {"ceo", "Europe/Berlin", zone("Europe/Berlin"), at("2027-11-20T00:00:00Z"),
          [](const std::string& name) -> std::shared_ptr<const Zone> {
            try {
              return zone(name);
            } catch (const std::invalid_argument&) {
              return nullptr;
            }
          }};
}

inline std::string file(const std::string& blocks) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + blocks + "END:VCALENDAR\r\n";
}

inline std::string event(const std::string& lines, const std::string& uid = "a") {
  return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nSUMMARY:Talk\r\n" + lines + "END:VEVENT\r\n";
}

inline std::vector<ImportItem> read(const std::string& blocks) { return read_icalendar(file(blocks), berlin()); }

inline ImportItem only(const std::string& blocks) {
  const auto items = read(blocks);
  EXPECT_EQ(items.size(), 1U);
  return items.at(0);
}

/// The item as "2026-11-23T08:00:00+00:00 for 3600 s", with its note after a bar, or its verdict and the reason.
inline std::string told(const ImportItem& item) {
  if (!item.left_out.empty()) return item.left_out + ": " + item.detail;
  return format_utc(item.time->start) + " for " + std::to_string(item.time->length().count()) + " s" +
         (item.detail.empty() ? "" : " | ") + item.detail;
}

}  // namespace jb::test::files
