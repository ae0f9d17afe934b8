// SPDX-License-Identifier: PostgreSQL
//
// Promise: an ended rule names, of the occurrences that it named before, exactly those up to its new end that did not
// leave the series (rule 2.14.9). The scheduler reads the ended rule as strictly as any other.
//
// Why it could break: COUNT and UNTIL exclude each other. An EXDATE may lie after the new end, which a strict reader
// refuses. An instant is another time of day after a clock change.
#include <gtest/gtest.h>

#include <algorithm>

#include "series.hpp"

namespace jb::test {
namespace {

const char* const kRulesToEnd[] = {
    "RRULE:FREQ=DAILY;COUNT=7",
    "RRULE:COUNT=7;FREQ=WEEKLY;BYDAY=MO,TH",
    "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261221T235959Z;INTERVAL=1",
    "RRULE:FREQ=MONTHLY;BYMONTHDAY=19,-1;COUNT=6",
    "rrule:freq=weekly;until=20261201",
    "RRULE:FREQ=DAILY;COUNT=9\nEXDATE:20261021T090000,20261026T090000\nEXDATE:20261027T080000Z",
    "RRULE:FREQ=DAILY;COUNT=9\r\nEXDATE;VALUE=DATE:20261020,20261026\r\nEXDATE;TZID=Europe/Berlin:20261023T090000",
};
constexpr std::string_view kFirstReading = "20261019T090000";  // a Monday; the clock goes back on the 25th

std::vector<WallTime> expanded(std::string_view text, const Zone& zone) {
  Validation validation;
  Occurrences found;
  if (const auto rule = parse_recurrence(text, validation))
    found = occurrences(*rule, reading(kFirstReading), zone, "Europe/Berlin", at("2027-12-01T00:00:00Z"), validation);
  EXPECT_TRUE(validation.ok()) << text << ": " << (validation.ok() ? "" : validation.failure().message);
  return found.starts;
}

TEST(EndedRules, NameWhatIsLeftOfTheirSeries) {
  const auto berlin = zone("Europe/Berlin");
  for (const auto* rule : kRulesToEnd) {
    const auto all = expanded(rule, *berlin);
    ASSERT_GE(all.size(), 6u) << rule;
    for (std::size_t last = 0; last < all.size(); ++last) {
      for (unsigned gone = 0; gone < 4; ++gone) {
        auto left = std::vector(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(last) + 1);
        std::vector<Instant> without;
        for (std::size_t i = 1; i < all.size(); ++i) {
          if (i != last && i % 4 < gone) without.push_back(berlin->to_instant(all[i]));
        }
        std::erase_if(left, [&](WallTime each) {
          return std::find(without.begin(), without.end(), berlin->to_instant(each)) != without.end();
        });
        const auto ended = ended_at(rule, berlin->to_instant(all[last]), without, *berlin);
        EXPECT_EQ(basic(expanded(ended, *berlin)), basic(left)) << ended;
      }
    }
  }
}

TEST(EndedRules, KeepTheirOtherParts) {
  EXPECT_EQ(ended_at("RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=MO", at("2026-10-26T08:00:00Z"), {}, *zone("Europe/Berlin")),
            "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261026T080000Z");
}

// UNTIL does not bind RDATE: every occurrence that leaves the series is named, wherever it was.
TEST(EndedRules, NameWhatLeftOfDates) {
  EXPECT_EQ(ended_at("RRULE:FREQ=WEEKLY;COUNT=2\nRDATE:20270101T090000Z", at("2026-10-26T08:00:00Z"),
                     {at("2027-01-01T09:00:00Z")}, *zone("Europe/Berlin")),
            "RRULE:FREQ=WEEKLY;UNTIL=20261026T080000Z\nRDATE:20270101T090000Z\nEXDATE:20270101T090000Z");
}

}  // namespace
}  // namespace jb::test
