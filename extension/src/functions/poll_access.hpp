// SPDX-License-Identifier: PostgreSQL
//
// Polls as rows, and access to them: rule 9.2 for an answer, rule 9.3 for everything else. The SQL functions of polls
// run with their owner's rights, since a token may open what the caller's role does not. So each of these functions
// first checks the caller here, before it reveals or judges anything of the poll.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "call.hpp"
#include "core/event/event.hpp"
#include "core/polls/poll.hpp"
#include "pg/spi.hpp"
#include "store/calendar.hpp"

namespace jb::functions {

// Polls as rows. Every call that changes a poll, its participants or its schedules locks the poll's row and increments
// its version, which wakes those who wait for news.

struct StoredPoll {
  std::int64_t id;
  Poll poll;
  std::string time_zone;
  std::vector<std::string> calendars;
  bool is_public;
  bool is_open;                  ///< no event stands that the poll was booked as (rule 9.7)
  std::string organiser_digest;  ///< of the organiser's token
  Maker maker;
};

/// What a call needs the poll for. `read` sees the snapshot of the calling query. `judge` sees what is committed now.
/// `write` locks the poll's row until the transaction ends, so what the call reads of the poll afterwards stays true.
enum class PollUse { read, judge, write };

/// Errors: P0002 when there is no poll of this id; 22023 when the server does not know the poll's zone.
StoredPoll find_poll(std::optional<std::int64_t> id, PollUse use);

struct Participant {
  std::string name;
  std::string folded;  ///< the name as it is compared
  bool invited;
  std::string digest;  ///< of the participant's token
  bool has_answered;
};

/// The participants of one name. Names of invited participants and of guests are separate, so a guest who takes a name
/// learns nothing of who was invited (rule 9.15).
struct Namesakes {
  std::optional<Participant> invited, guest;
  const std::optional<Participant>& first() const { return invited ? invited : guest; }
};

/// A token that was given with a call.
using Token = std::optional<std::string>;

/// The argument `token`; nullopt for null and for an empty text.
Token token(const Arguments& arguments);

/// The same for a call about a poll. A newcomer's own token, "jbb_…", yields the participant's token derived from it
/// (rule 9.18).
Token poll_token(const Arguments& arguments);

/// The digest of the token; without a token the empty text, which is no token's digest.
std::string digest_of(const Token& token);

/// Required to read a poll: the organiser's token, or a secretary's role for a caller who may know of the poll (rule
/// 9.3). Errors: P0002; 42501.
void require_organiser(const StoredPoll& poll, const Token& token);

/// Required to change a poll: as require_organiser and, without the token, that the caller has made the poll or may
/// book on each of its calendars. Errors: as require_organiser.
void require_organising(const StoredPoll& poll, const Token& token);

/// Required to book a poll by the organiser's token: that its maker could make it now (rule 13.3). Errors: 42501.
void require_maker(const StoredPoll& poll, const MakersRights& maker);

/// Requires that the caller may know of the poll without a token: its maker may, and everybody who may read one of its
/// calendars. Errors: P0002.
void require_knowing(const StoredPoll& poll);

/// Whether the token is the organiser's.
bool is_organiser(const StoredPoll& poll, const Token& token);

/// Judges the poll as it is now, then locks the poll's row, then judges again, since the poll may have changed before
/// the lock was taken. So a caller without a right, or with a request that the poll refuses, takes no lock and waits
/// for nobody (rule 9.9). The first judgement reads one snapshot, in which the poll is there or not, and nothing
/// changes while it reads. Result: the poll, locked. A dry run, which takes no lock, judges it once, as the calling
/// query sees it. Errors: as find_poll.
template <class Judge>
StoredPoll judged(std::optional<std::int64_t> id, Judge&& judge, bool dry_run = false) {
  if (!dry_run) {
    auto& connection = pg::SpiConnection::current();
    connection.freeze();
    judge(find_poll(id, PollUse::judge));
    connection.thaw();
  }
  auto poll = find_poll(id, dry_run ? PollUse::read : PollUse::write);
  judge(poll);
  return poll;
}

/// Requires the participant's own token or the organiser's token, whatever the caller's role (rule 9.2). When the poll
/// has no participant of this name, only the organiser's token will do. A public poll also accepts a newcomer without a
/// token or, with `newcomers`, with the newcomer's own, unless a guest has the name. Result: the token's participant;
/// for the organiser's token the invited one, if any, before the guest; nullopt when there is none. Errors: 42501.
std::optional<Participant> require_participant(const StoredPoll& poll, const std::string& name,
                                               const Namesakes& namesakes, const Token& token, bool newcomers = false);

}  // namespace jb::functions
