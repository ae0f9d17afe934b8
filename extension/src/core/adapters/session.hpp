// SPDX-License-Identifier: PostgreSQL
//
// Coaching sessions (rule 10): another view of events, in the words of seed 4. A session is an event on the calendars
// of one coach and one client, and follows the rules of every event.
#pragma once

#include "../event/fields.hpp"

namespace jb {

/// What a call says about a session. A field that is not named stays as it is; in a new session it is missing. No field
/// can be cleared.
struct SessionFields {
  Field<std::string> coach;   ///< coach_hash_id: the coach's calendar without "coach:"
  Field<std::string> client;  ///< likewise
  Field<Instant> start;
  Field<Seconds> duration;  ///< given in whole minutes
};

/// Reads {"session": {"coach_hash_id", "client_hash_id", "start", "duration"}}. Values that cannot be read, and other
/// members, are refused. Errors: 22P02 for a number that no double holds.
SessionFields read_session(Validation& validation, const std::string& text);

/// Whole minutes, 1 to 527,040 (366 days), as a duration.
std::optional<Seconds> check_minutes(Validation& validation, std::int64_t minutes);

/// Refuses the fields that a new session lacks, and a session that leaves the years 0001 to 9999.
void check_new_session(Validation& validation, const SessionFields& session);

/// The event that a new session asks for. Its start may lie in the past: sessions are recorded too.
Fields new_session(const SessionFields& session);

/// Whether the event is a session that stands. An event that was cancelled, denied or never placed takes nobody's time,
/// and is not a session.
bool is_session(const Event& event);

/// What `session` changes on an event that is a session. A value that equals the present value is no change.
Fields session_changes(const SessionFields& session, const Event& event);

}  // namespace jb
