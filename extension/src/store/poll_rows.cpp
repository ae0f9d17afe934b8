// SPDX-License-Identifier: PostgreSQL
#include "poll_rows.hpp"

#include "pg/call.hpp"
#include "pg/datum.hpp"
#include "pg/spi.hpp"

namespace jb {

namespace {

constexpr sql::Text kPollColumns = R"(
    id, title, from_time, to_time, duration, daily_from, daily_to, time_zone, calendars, public,
    status = 'open', organiser_token, created_by, made_as, event_id)";
constinit auto read_poll_statement = pg::Statement<"SELECT " + kPollColumns + " FROM jb_poll WHERE id = :poll">();
constinit auto lock_poll_statement =
    pg::Statement<"SELECT " + kPollColumns + " FROM jb_poll WHERE id = :poll FOR NO KEY UPDATE">();

// A separate statement, run after the poll's row is locked, so that its snapshot shows the event of a booking for which
// the lock waited.
constinit auto open_statement = pg::Statement<"SELECT v.status = 'open' FROM jb_poll_view v WHERE v.id = :poll">();

std::shared_ptr<const Zone> stored_zone(const std::string& name) {
  if (auto zone = pg::find_zone(name)) return zone;
  throw invalid("time_zone", name, "the poll's time zone is not known to this server");
}

pg::Snapshot snapshot_for(PollUse use) { return use == PollUse::read ? pg::Snapshot::callers : pg::Snapshot::fresh; }

/// Whether a booked poll is open again because its event no longer stands (rule 9.7).
bool counts_as_open(std::int64_t id, PollUse use) {
  const auto rows = open_statement.run(snapshot_for(use), "poll"_arg = id);
  return !rows.empty() && pg::to_bool(*rows.at(0, 1));
}

}  // namespace

StoredPoll find_poll(std::optional<std::int64_t> id, PollUse use) {
  if (!id) throw no_such_poll(id);
  const auto rows = use == PollUse::write ? lock_poll_statement.run("poll"_arg = *id)
                                          : read_poll_statement.run(snapshot_for(use), "poll"_arg = *id);
  if (rows.empty()) throw no_such_poll(id);
  const auto value = [&](int column) { return *rows.at(0, column); };
  StoredPoll stored{};
  stored.id = *id;
  stored.time_zone = pg::to_text(value(8));
  stored.poll = {pg::to_text(value(2)),
                 {pg::to_instant(value(3)), pg::to_instant(value(4))},
                 pg::to_duration(value(5)),
                 {pg::to_time_of_day(value(6)), pg::to_time_of_day(value(7))},
                 stored_zone(stored.time_zone)};
  stored.calendars = pg::to_texts(value(9));
  stored.is_public = pg::to_bool(value(10));
  stored.is_open = pg::to_bool(value(11)) || counts_as_open(*id, use);
  stored.organiser_digest = pg::to_bytes(value(12));
  stored.maker.principal = pg::to_text(value(13));
  stored.maker.role = rows.read(0, 14, pg::to_text);
  stored.last_event = rows.read(0, 15, pg::to_id);
  return stored;
}

}  // namespace jb
