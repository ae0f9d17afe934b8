// SPDX-License-Identifier: PostgreSQL
//
// Who may do what with a poll (rule 9). Its functions run with their owner's rights, since a token may open what the
// caller's role does not; so each asks here first, before anything of the poll is told or judged.
#pragma once

#include "arguments.hpp"
#include "store/poll_rows.hpp"

namespace jb::sql {

/// A token that was given with a call.
using Token = std::optional<std::string>;

/// The token in argument `i`; an empty one is none.
Token token(const Arguments& arguments, int i);

/// A secretary's role, or the organiser's token. Errors: 42501.
void require_organiser(const StoredPoll& poll, const Token& token);

/// Whether the token is the organiser's.
bool is_organiser(const StoredPoll& poll, const Token& token);

/// Judges the poll as the calling query sees it: for a dry run, which takes no lock. Errors: as find_poll.
template <class Judge>
StoredPoll judged_once(std::optional<std::int64_t> id, Judge&& judge) {
  auto poll = find_poll(id, PollUse::read);
  judge(poll);
  return poll;
}

/// Judges the poll as it stands, and again once its row is locked, since it may have changed meanwhile: whoever has no
/// right, or asks for what cannot be, takes no lock and waits for nobody. Result: the poll, locked. Errors: as
/// find_poll.
template <class Judge>
StoredPoll judged_twice(std::optional<std::int64_t> id, Judge&& judge) {
  judge(find_poll(id, PollUse::judge));
  auto poll = find_poll(id, PollUse::write);
  judge(poll);
  return poll;
}

/// The participant's own token or the organiser's, whatever the caller's role. Where nobody has this name that is the
/// organiser's, and in a public poll none at all. Errors: 42501.
void require_participant(const StoredPoll& poll, const std::string& name, const std::optional<Participant>& participant,
                         const Token& token);

}  // namespace jb::sql
