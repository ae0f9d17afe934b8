// SPDX-License-Identifier: PostgreSQL
//
// Polls as rows. Every call that changes a poll, its participants or its schedules locks the poll's row and increments
// its version, which wakes those who wait for news.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "calendar.hpp"
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
  Maker maker;
  std::optional<EventId> last_event;  ///< as which the poll was booked last
};

/// What a call needs the poll for. `read` sees the snapshot of the calling query. `judge` sees what is committed now.
/// `write` locks the poll's row until the transaction ends, so what the call reads of the poll afterwards stays true.
enum class PollUse { read, judge, write };

/// Errors: P0002 when there is no poll of this id; 22023 when the server does not know the poll's zone.
StoredPoll find_poll(std::optional<std::int64_t> id, PollUse use);

}  // namespace jb
