// SPDX-License-Identifier: PostgreSQL
#include "poll_access.hpp"

#include <algorithm>

#include "core/adapters/appointment.hpp"
#include "pg/secret.hpp"

namespace jb::functions {

namespace {

constexpr sql::Text kPollColumns = R"(
    p.id, p.title, p.from_time, p.to_time, p.duration, p.daily_from, p.daily_to, p.time_zone, p.calendars, p.public,
    p.organiser_token, p.created_by, p.made_as)";
constexpr sql::Text kIsOpen = "(SELECT v.status = 'open' FROM jb_poll_view v WHERE v.id = :poll)";
constinit auto read_poll_statement =
    pg::Statement<"SELECT " + kPollColumns + ", " + kIsOpen + " FROM jb_poll p WHERE p.id = :poll">();
constinit auto lock_poll_statement =
    pg::Statement<"SELECT " + kPollColumns + " FROM jb_poll p WHERE p.id = :poll FOR NO KEY UPDATE">();

// A separate statement, run after the poll's row is locked, so that its snapshot shows the event of a booking for which
// the lock waited.
constinit auto poll_open_statement = pg::Statement<"SELECT " + kIsOpen>();

std::shared_ptr<const Zone> stored_zone(const std::string& name) {
  if (auto zone = pg::find_zone(name)) return zone;
  throw invalid("time_zone", name, "the poll's time zone is not known to this server");
}

}  // namespace

StoredPoll find_poll(std::optional<std::int64_t> id, PollUse use) {
  if (!id) throw no_such_poll(id);
  const auto snapshot = use == PollUse::read ? pg::Snapshot::callers : pg::Snapshot::fresh;
  const auto rows = use == PollUse::write ? lock_poll_statement.run("poll"_arg = *id)
                                          : read_poll_statement.run(snapshot, "poll"_arg = *id);
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
  stored.organiser_digest = pg::to_bytes(value(11));
  stored.maker.principal = pg::to_text(value(12));
  stored.maker.role = rows.read(0, 13, pg::to_text);
  stored.is_open = pg::to_bool(use == PollUse::write ? *poll_open_statement.run("poll"_arg = *id).at(0, 1) : value(14));
  return stored;
}

Token token(const Arguments& arguments) {
  auto given = arguments.text("token");
  return given && given->empty() ? std::nullopt : std::move(given);
}

Token poll_token(const Arguments& arguments) {
  auto given = token(arguments);
  if (!given || !is_visitors_token(*given)) return given;
  return pg::token_of("jbp_", *given);
}

std::string digest_of(const Token& token) { return token ? pg::digest(*token) : std::string(); }

bool is_organiser(const StoredPoll& poll, const Token& token) {
  return token && pg::is_token(*token, poll.organiser_digest);
}

namespace {

/// Whether the poll's maker asks, and no code of somebody else for the maker.
bool is_maker(const StoredPoll& poll) {
  const auto all = pg::askers(owner_of_tables());
  return std::all_of(all.begin(), all.end(), [&](const auto& one) { return one.principal == poll.maker.principal; });
}

}  // namespace

void require_knowing(const StoredPoll& poll) {
  if (!may_any(Right::read, poll.calendars) && !is_maker(poll)) throw no_such_poll(poll.id);
}

void require_organiser(const StoredPoll& poll, const Token& token) {
  if (is_organiser(poll, token)) return;
  require_knowing(poll);
  if (!pg::caller_has_privileges_of("jb_secretary")) throw organisers_token_wanted(poll.id);
}

void require_organising(const StoredPoll& poll, const Token& token) {
  require_organiser(poll, token);
  if (is_organiser(poll, token) || is_maker(poll)) return;
  for (const auto& name : poll.calendars) {
    if (!rights_on(name).has(Right::book)) throw right_wanted(name, Right::book);
  }
}

void require_maker(const StoredPoll& poll, const MakersRights& maker) {
  if (!maker.may_call("jb_secretary")) throw maker_is_gone(poll.id);
  for (const auto& name : poll.calendars) {
    if (!maker.has(Right::book, {name})) throw maker_has_lost(poll.id, name);
  }
}

std::optional<Participant> require_participant(const StoredPoll& poll, const std::string& name,
                                               const Namesakes& namesakes, const Token& token, bool newcomers) {
  if (is_organiser(poll, token)) return namesakes.first();
  for (const auto& one : {namesakes.invited, namesakes.guest})
    if (one && token && pg::is_token(*token, one->digest)) return one;
  if (poll.is_public && (!token || newcomers) && !namesakes.guest) return std::nullopt;
  require_knowing(poll);
  throw participants_token_wanted(poll.id, name);
}

}  // namespace jb::functions
