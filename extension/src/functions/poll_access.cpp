// SPDX-License-Identifier: PostgreSQL
#include "poll_access.hpp"

#include <algorithm>

#include "core/adapters/guest_booking.hpp"
#include "pg/call.hpp"
#include "pg/secret.hpp"
#include "store/rights.hpp"

namespace jb::functions {

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

/// Whether the caller may know of the poll without a token: its maker may, and everybody who may read one of its
/// calendars.
bool may_know(const StoredPoll& poll) { return may_any(Right::read, poll.calendars) || is_maker(poll); }

}  // namespace

void require_knowing(const StoredPoll& poll) {
  if (!may_know(poll)) throw no_such_poll(poll.id);
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
