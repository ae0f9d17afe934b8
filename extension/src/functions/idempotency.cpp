// SPDX-License-Identifier: PostgreSQL
#include "idempotency.hpp"

#include "arguments.hpp"
#include "pg/clock.hpp"
#include "pg/secret.hpp"
#include "pg/settings.hpp"
#include "pg/table.hpp"

namespace jb::functions {

namespace {

constexpr std::size_t kKeyLength = 255;

// Takes a new key, or a key that is older than $5. For a younger key the statement locks the key's row and returns no
// row.
constinit pg::Statement take_statement{
    "INSERT INTO jb_idempotency AS k (principal, key, fingerprint, at) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (principal, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = NULL, at = excluded.at "
    "WHERE k.at < $5 RETURNING true"};
constinit pg::Statement find_statement{
    "SELECT k.fingerprint, k.answer FROM jb_idempotency k WHERE k.principal = $1 AND k.key = $2"};
// Each new key deletes two old keys: so the table keeps about 30 days of keys, even if nobody ever calls jb_purge.
constinit pg::Statement tidy_statement{
    "DELETE FROM jb_idempotency WHERE ctid = ANY (ARRAY("
    "SELECT k.ctid FROM jb_idempotency k WHERE k.at < $1 ORDER BY k.at LIMIT 2 FOR UPDATE SKIP LOCKED))"};

constinit pg::Table key_table{"jb_idempotency", "principal, key, answer"};

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

void store_answer(const CallKey& key, Datum answer) {
  pg::SpiConnection spi;
  const auto kept = key_table.find("jb_idempotency_pkey", {pg::equals_text(key.principal), pg::equals_text(key.key)});
  if (kept.empty()) throw std::logic_error("could not keep the answer of an idempotency key");
  key_table.update(kept.place(0), 3, {pg::Param(answer)});
  spi.finish();
}

}  // namespace

std::optional<CallKey> call_key(const Arguments& arguments, bool dry_run) {
  pg::note_replayed(false);
  const auto key = dry_run ? std::nullopt : arguments.text("idempotency_key");
  if (!key) return std::nullopt;
  const bool is_blank = key->find_first_not_of(' ') == std::string::npos;
  if (is_blank || key->size() > kKeyLength || !is_printable(*key))
    throw invalid("idempotency_key", *key, "it must be 1 to 255 printable characters of ASCII, not all blank");
  return CallKey{pg::principal(arguments.principal()), *key,
                 pg::digest(arguments.as_bytes({"idempotency_key", "principal", "expected_version"}))};
}

std::optional<pg::Param> take_key(const CallKey& key) {
  pg::SpiConnection spi;
  const auto now = pg::now();
  const pg::Param principal = key.principal;
  const pg::Param name = key.key;
  const bool is_new =
      !take_statement.run({principal, name, pg::from_bytes(key.fingerprint), now, now - kKeyKept}).empty();
  std::optional<pg::Param> kept;
  if (is_new) {
    tidy_statement.run({now - kKeyKept});
  } else {
    const auto rows = find_statement.run({principal, name});
    if (pg::to_bytes(*rows.at(0, 1)) != key.fingerprint)
      throw Failure(Error::key_reused, "idempotency_key \"" + key.key + "\" was used with another request",
                    "A key stands for one function with one set of arguments for 30 days.",
                    "Take a new key for a new request; repeat a request as it was.");
    kept.emplace();
    if (const auto answer = rows.at(0, 2)) {
      kept = pg::Param(pg::outliving(*answer));
    }
  }
  spi.finish();
  pg::note_replayed(kept.has_value());
  return kept;
}

std::optional<std::vector<std::optional<Datum>>> take_outcomes(const CallKey& key) {
  const auto kept = take_key(key);
  if (!kept) return std::nullopt;
  if (kept->is_null)
    throw Failure(Error::invalid_transition, "the call under idempotency_key \"" + key.key + "\" is still under way",
                  "It was made once more before it had an answer: by a trigger, it seems.",
                  "Give each call a key of its own.");
  return pg::to_items(kept->value);
}

std::vector<Datum> keep_answer(const CallKey& key, const std::vector<Outcome>& outcomes) {
  const pg::RowType type("jb_outcome");
  std::vector<Datum> answers;
  for (const auto& outcome : outcomes) answers.push_back(outcome_datum(type, outcome));
  store_answer(key, type.array(answers));
  return answers;
}

}  // namespace jb::functions
