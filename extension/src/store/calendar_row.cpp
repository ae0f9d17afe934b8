// SPDX-License-Identifier: PostgreSQL
#include "calendar_row.hpp"

#include <map>

#include "core/settings.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"

namespace jb {

namespace {

constinit pg::Statement find_statement{
    "SELECT " JB_CALENDAR_COLUMNS
    " FROM jb_calendar WHERE name = $1 "
    "UNION ALL SELECT 0, 'ceo', time_zone, hours, slot_increment, min_notice, horizon, settled_within, "
    "default_duration, strict FROM jb_calendar_default "
    "WHERE $1 = 'ceo' AND NOT EXISTS (SELECT FROM jb_calendar WHERE name = 'ceo')",
    {TEXTOID}};

constinit pg::Statement claims_statement{
    "SELECT lower(during), upper(during) FROM jb_claim WHERE calendar = $1 AND during && $2 ORDER BY 1",
    {INT4OID, TSTZRANGEOID}};

/// Hours are stored as JSON; reading them once per backend is enough.
const Hours& hours_from(const std::string& text) {
  static std::map<std::string, Hours> known;
  const auto found = known.find(text);
  if (found != known.end()) return found->second;
  constexpr std::size_t most = 10'000;
  if (known.size() >= most) known.clear();
  return known[text] = parse_hours(text);
}

Seconds length_of(Datum interval) {
  const auto [months, days, microseconds] = pg::to_interval(interval);
  if (months != 0) throw std::logic_error("a setting holds months, which jb_calendar_set refuses");
  return days * kDay + Seconds{microseconds / 1'000'000};
}

class ClaimReader final : public ClaimSource {
 public:
  ClaimReader(int calendar, pg::Snapshot snapshot) : calendar_(calendar), snapshot_(snapshot) {}

  std::vector<Span> claims(Span within) override {
    const auto rows = claims_statement.run({Int32GetDatum(calendar_), pg::from_span(within)}, snapshot_);
    std::vector<Span> claims;
    claims.reserve(rows.size());
    for (std::uint64_t i = 0; i < rows.size(); ++i) {
      claims.push_back({pg::to_instant(*rows.at(i, 1)), pg::to_instant(*rows.at(i, 2))});
    }
    return claims;
  }

 private:
  int calendar_;
  pg::Snapshot snapshot_;
};

class StoredTimeline final : public Timeline {
 public:
  StoredTimeline(const Calendar& calendar, pg::Snapshot snapshot)
      : reader_(calendar.id, snapshot), scan_(calendar.grid, &reader_) {}
  std::optional<Instant> first_fit(Seconds duration, Span within) override { return scan_.first_fit(duration, within); }
  std::optional<Instant> last_fit(Seconds duration, Span within) override { return scan_.last_fit(duration, within); }
  void take(Span claim) override { scan_.take(claim); }
  void give(Span claim) override { scan_.give(claim); }
  void close(Span day) override { scan_.close(day); }
  void reopen(Span day) override { scan_.reopen(day); }

 private:
  ClaimReader reader_;
  ScannedTimeline scan_;
};

}  // namespace

Calendar read_calendar(const pg::Rows& rows, std::uint64_t row) {
  Calendar calendar;
  calendar.id = DatumGetInt32(*rows.at(row, 1));
  calendar.name = pg::to_text(*rows.at(row, 2));
  calendar.time_zone = pg::to_text(*rows.at(row, 3));
  calendar.grid.zone = pg::find_zone(calendar.time_zone);
  if (!calendar.grid.zone) {
    throw Failure(
        Error::invalid_value,
        "time zone \"" + calendar.time_zone + "\" of calendar \"" + calendar.name + "\" is not known to the server", "",
        "Install the zone data of the system, or give the calendar another zone with jb_calendar_set().");
  }
  calendar.grid.hours = hours_from(pg::jsonb_text(*rows.at(row, 4)));
  calendar.grid.slot_increment = length_of(*rows.at(row, 5));
  calendar.min_notice = length_of(*rows.at(row, 6));
  calendar.horizon = length_of(*rows.at(row, 7));
  calendar.settled_within = length_of(*rows.at(row, 8));
  calendar.default_duration = length_of(*rows.at(row, 9));
  calendar.strict = DatumGetBool(*rows.at(row, 10));
  return calendar;
}

std::optional<Calendar> find_calendar(const std::string& name) {
  const auto rows = find_statement.run({pg::from_text(name)}, pg::Snapshot::callers);
  if (rows.empty()) return std::nullopt;
  return read_calendar(rows, 0);
}

std::unique_ptr<Timeline> timeline_of(const Calendar& calendar, pg::Snapshot snapshot) {
  return std::make_unique<StoredTimeline>(calendar, snapshot);
}

}  // namespace jb
