// SPDX-License-Identifier: PostgreSQL
#include "poll_access.hpp"

#include "pg/secret.hpp"
#include "pg/transaction.hpp"

namespace jb::sql {

Token token(const Arguments& arguments, int i) {
  auto given = arguments.text(i);
  return given && given->empty() ? std::nullopt : std::move(given);
}

bool is_organiser(const StoredPoll& poll, const Token& token) {
  return token && pg::is_token(*token, poll.organiser_digest);
}

void require_organiser(const StoredPoll& poll, const Token& token) {
  if (!pg::caller_has_role("jb_secretary") && !is_organiser(poll, token)) throw organisers_token_wanted(poll.id);
}

void require_participant(const StoredPoll& poll, const std::string& name, const std::optional<Participant>& participant,
                         const Token& token) {
  if (is_organiser(poll, token)) return;
  const bool is_newcomer = !participant && poll.is_public && !token;
  const bool is_own = participant && token && pg::is_token(*token, participant->digest);
  if (!is_newcomer && !is_own) throw participants_token_wanted(poll.id, name);
}

}  // namespace jb::sql
