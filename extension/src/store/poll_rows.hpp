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
};

struct Participant {
  std::string name;
  bool invited;
  std::string digest;  ///< of the participant's token
  bool has_answered;
};

/// All participants by name, those without a schedule too.
struct Answers {
  std::vector<std::string> names;
  std::vector<Schedule> schedules;
  std::vector<bool> invited;
};

/// To read is to see what the calling query sees, to judge is to see what has been committed by now. To write, the row
/// is locked until the transaction ends; so what is read of the poll afterwards stays as it is.
enum class PollUse { read, judge, write };

/// Errors: P0002 when there is none of this id; 22023 when the server does not know its zone.
StoredPoll find_poll(std::optional<std::int64_t> id, PollUse use);

struct NewPoll {
  const Poll& poll;
  std::string time_zone;
  std::vector<std::string> calendars;
  bool is_public;
  std::string organiser_digest;
  std::string principal;
};
std::int64_t insert_poll(const NewPoll& poll, Instant now);
void close_poll(std::int64_t id, EventId event, Instant now);
void delete_poll(std::int64_t id);

std::optional<Participant> find_participant(std::int64_t poll, const std::string& name);
void insert_participant(std::int64_t poll, const std::string& name, bool invited, const std::string& digest);
/// Of the poll as it stands. Cost: a look at its row; where nobody has counted, linear in all intervals.
PollCounts find_counts(std::int64_t poll);
/// This participant's part of them. Cost: linear in the schedule.
PollCounts find_counts(std::int64_t poll, const Participant& participant);
/// To be called by each who changes participants, under the lock. It makes a new version of the poll's row in any case:
/// a writer with an older snapshot, in which the participants are others, is then told 40001.
void store_counts(std::int64_t poll, const PollCounts& counts);
void store_schedule(std::int64_t poll, const std::string& name, const Schedule& schedule, Instant now);
/// Clears the schedule; who was not invited goes with it.
void clear_schedule(std::int64_t poll, const std::string& name);
Answers read_answers(std::int64_t poll, pg::Snapshot snapshot);

}  // namespace jb
