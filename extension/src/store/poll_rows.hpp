// SPDX-License-Identifier: PostgreSQL
//
// Polls, their participants and schedules as rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/event/event.hpp"
#include "core/polls/poll.hpp"
#include "maker.hpp"
#include "pg/spi.hpp"

namespace jb {

struct StoredPoll {
  std::int64_t id;
  Poll poll;
  std::string time_zone;
  std::vector<std::string> calendars;
  bool is_public;
  bool is_open;                  ///< never booked, or its event has expired, was denied, cancelled or deleted
  std::string organiser_digest;  ///< of the organiser's token
  Maker maker;
};

struct Participant {
  std::string name;
  bool invited;
  std::string digest;  ///< of the participant's token
  bool has_answered;
};

/// All participants of a poll by name, participants without a schedule too.
struct Answers {
  std::vector<std::string> names;
  std::vector<PollSchedule> schedules;
  std::vector<bool> invited;
};

/// What a call needs the poll for. `read` sees the snapshot of the calling query. `judge` sees what is committed now.
/// `write` locks the poll's row until the transaction ends, so what the call reads of the poll afterwards stays true.
enum class PollUse { read, judge, write };

/// Errors: P0002 when there is no poll of this id; 22023 when the server does not know the poll's zone.
StoredPoll find_poll(std::optional<std::int64_t> id, PollUse use);

struct NewPoll {
  const Poll& poll;
  std::string time_zone;
  std::vector<std::string> calendars;
  bool is_public;
  bool shows_answers;
  std::string organiser_digest;
  Maker maker;
};
std::int64_t insert_poll(const NewPoll& poll, Instant now);
/// Errors: 55000 when the event of an earlier booking stands again, since it was confirmed after its hold had ended.
/// The caller has locked the poll, and the calendars of `event`.
void close_poll(std::int64_t id, EventId event, Instant now);
void delete_poll(std::int64_t id);

/// The event that a poll stands booked as, where the poll was once booked as the event `former`; nullopt where `former`
/// was never the event of a poll, or still is the last one.
std::optional<EventId> event_of_poll_now(EventId former, pg::Snapshot snapshot);

std::optional<Participant> find_participant(std::int64_t poll, const std::string& name);
void insert_participant(std::int64_t poll, const std::string& name, bool invited, const std::string& digest);
void delete_participant(std::int64_t poll, const std::string& name);
/// The counts of the poll as it is now.
PollCounts find_counts(std::int64_t poll);
/// The participant's share of the poll's counts. Cost: linear in the participant's schedule.
PollCounts find_counts(std::int64_t poll, const Participant& participant);
/// Stores the poll's counts. Every call that changes participants calls this function, under the poll's lock. The
/// function always makes a new version of the poll's row, so that a writer whose snapshot is older, and shows other
/// participants, gets 40001.
void store_counts(std::int64_t poll, const PollCounts& counts);
void store_schedule(std::int64_t poll, const std::string& name, const PollSchedule& schedule, Instant now);
/// Clears the participant's schedule. A participant who was not invited is removed.
void clear_schedule(std::int64_t poll, const std::string& name);
Answers read_answers(std::int64_t poll, pg::Snapshot snapshot);

}  // namespace jb
