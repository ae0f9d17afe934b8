// SPDX-License-Identifier: PostgreSQL
//
// A poll as its participants see it (rule 9.11): the question, their own schedule, and the others' schedules only where
// the poll shows its answers. Nothing here tells who else was invited.
#include "call.hpp"
#include "poll_access.hpp"
#include "reading.hpp"

namespace jb::functions {

namespace {

// The event is looked up by its id: a join would read the whole view.
constinit pg::Statement invitation_statement{
    "SELECT v.id, v.title, v.from_time, v.to_time, v.duration, v.daily_from, v.daily_to, v.time_zone, v.public,"
    " v.show_answers, v.status, n.name COLLATE \"default\", n.yes, n.if_need_be, n.answered_at, e.start_timestamp,"
    " e.end_timestamp, e.status, n.invited"
    "  FROM jb_poll_view v LEFT JOIN jb_poll_participant n ON n.poll_id = v.id AND n.token = $2"
    "  LEFT JOIN LATERAL (SELECT b.start_timestamp, b.end_timestamp, b.status FROM jb_event_view b"
    "   WHERE b.id = v.event_id OFFSET 0) e ON true WHERE v.id = $1"};
constinit pg::Statement is_participant_statement{"SELECT FROM jb_poll_participant WHERE poll_id = $1 AND token = $2"};
// At most 100: the list goes to guests, and each name costs as much as its schedule is long.
constinit pg::Statement others_statement{
    "SELECT n.poll_id, n.name COLLATE \"default\", n.yes, n.if_need_be, n.answered_at, p.time_zone, NULL::text,"
    " NULL::bool FROM jb_poll_participant n JOIN jb_poll p ON p.id = n.poll_id"
    " WHERE p.id = $1 AND p.show_answers AND n.yes IS NOT NULL AND n.token <> $2"
    " ORDER BY n.name, n.invited DESC LIMIT 100"};

bool is_participant(const StoredPoll& poll, const std::string& digest) {
  return !is_participant_statement.run({poll.id, pg::from_bytes(digest)}, pg::Snapshot::callers).empty();
}

/// The poll, if the token is one of its participants' or its organiser's. Without a token: if the poll is public.
StoredPoll find_for_participant(const Arguments& arguments, const Token& token) {
  auto poll = find_poll(arguments.bigint("poll_id"), PollUse::read);
  const bool may_see = token ? is_organiser(poll, token) || is_participant(poll, digest_of(token)) : poll.is_public;
  if (may_see) return poll;
  require_knowing(poll);
  throw link_wanted(poll.id);
}

}  // namespace

JB_CONNECTED(jb_poll_invitation, Datum) {
  const auto given = poll_token(arguments);
  const auto poll = find_for_participant(arguments, given);
  return pg::returned_row(invitation_statement.run({poll.id, pg::from_bytes(digest_of(given))}, pg::Snapshot::callers));
}

JB_CONNECTED_ROWS(jb_poll_others) {
  const auto given = poll_token(arguments);
  const auto poll = find_for_participant(arguments, given);
  if (given) rows.add(others_statement.run({poll.id, pg::from_bytes(digest_of(given))}, pg::Snapshot::callers));
}

}  // namespace jb::functions
