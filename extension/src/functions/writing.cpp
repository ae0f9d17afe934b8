// SPDX-License-Identifier: PostgreSQL
#include "writing.hpp"

#include "core/values/json.hpp"
#include "pg/secret.hpp"
#include "pg/server.hpp"
#include "pg/table.hpp"

namespace jb::functions {

namespace {

constexpr std::string_view kPrefix = "b1";     // a later form of digest gets another prefix
constexpr std::size_t kDigestDigits = 32;      // 128 bits each: nobody meets the same digest by chance
constexpr std::size_t kLongestFacts = 65'536;  // an error is logged, so its size has a limit

std::string short_digest(const std::string& bytes) { return pg::hex(pg::digest(bytes)).substr(0, kDigestDigits); }

/// Requests as bytes, without their member dry_run: the dry run has it, and the call that applies it does not. It stays
/// where only some items of a list have it, since then those are never booked. An expected_version is a condition, not
/// a part of the request.
std::string requests_bytes(const std::string& json) {
  const auto items = json.starts_with('[') ? json_parts(json) : std::vector<std::string_view>{json};
  std::string bytes;
  std::size_t tried = 0;
  for (const auto item : items) {
    step();
    const auto parts = json_parts(item);
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
      if (parts[i] == R"("dry_run")")
        tried += parts[i + 1] == "true" ? 1 : 0;
      else if (parts[i] != R"("expected_version")")
        bytes.append(parts[i]).append(":").append(parts[i + 1]).append(",");
    }
    bytes += '\n';
  }
  return tried == 0 || tried == items.size() ? bytes : json;
}

/// A digest of the request: the database, the principal, the function and its arguments. Arguments in which a call may
/// differ from its dry run are left out.
std::string request_digest(const Arguments& arguments) {
  const auto database = connected([] { return pg::identity_of("jb_event"); });
  auto bytes = std::to_string(database) + ' ' + pg::principal(arguments.principal()) + '\n' +
               arguments.as_bytes(
                   {"basis", "dry_run", "expected_version", "idempotency_key", "principal", "requests", "changes"});
  for (const auto* name : {"requests", "changes"}) {
    if (arguments.has(name) && !arguments.is_null(name)) bytes += '\n' + requests_bytes(arguments.json(name));
  }
  return short_digest(bytes);
}

bool is_basis(std::string_view text) {
  return text.size() == kPrefix.size() + 2 * kDigestDigits && text.starts_with(kPrefix) &&
         text.find_first_not_of("0123456789abcdef", kPrefix.size()) == std::string_view::npos;
}

}  // namespace

Basis::Basis(const Arguments& arguments, bool dry_run) : arguments_(arguments), dry_run_(dry_run) {
  if (!arguments.has("basis")) return;
  given_ = arguments.text("basis");
  if (!dry_run && !given_) return;
  if (given_ && !is_basis(*given_)) throw invalid("basis", *given_, "it must be a basis as a dry run returned it");
  request_ = request_digest(arguments);
  if (given_ && given_->substr(kPrefix.size(), kDigestDigits) != request_)
    throw invalid("basis", *given_, "it is of another request, principal or database");
}

bool Basis::is_shown(const std::string& plan) {
  of_plan_ = std::string(kPrefix) + request_ + short_digest(plan);
  if (dry_run_) made_ = of_plan_;
  return !given_ || *given_ == of_plan_;
}

std::string Basis::facts(std::vector<Outcome> outcomes, const std::vector<Move>& moves) const {
  std::string shown;
  for (auto& outcome : outcomes) {
    step();
    outcome.event.reset();  // of which a dry run shows no more than what is stored
    outcome.basis = of_plan_;
    shown.append(shown.empty() ? "[" : ", ").append(outcome_json(outcome));
    if (shown.size() > kLongestFacts) break;
  }
  for (const auto& move : moves) shown.append(shown.empty() ? "[" : ", ").append(move_json(move, *require_zone("UTC")));
  JsonObject facts;
  facts.add("outcome", "stale");
  if (shown.size() > kLongestFacts) return std::move(facts).finished();
  facts.add("basis", of_plan_);
  facts.add(outcomes.empty() ? "moves" : "outcomes", RawJson{shown.empty() ? "[]" : shown += ']'});
  return std::move(facts).finished();
}

namespace {

constexpr std::size_t kKeyLength = 255;

// Takes a key that is new, or older than :before. For a younger key it locks the key's row and returns no row, after
// waiting for a call under the same key.
constinit auto take_statement = pg::Statement<R"(
    INSERT INTO jb_idempotency AS k (principal, key, fingerprint, at)
    VALUES (:principal, :key, :fingerprint, :now)
        ON CONFLICT (principal, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = NULL,
               import_rows = NULL, at = excluded.at
     WHERE k.at < :before RETURNING k.ctid)">();
constinit auto find_statement = pg::Statement<R"(
    SELECT k.fingerprint, k.answer, k.import_rows FROM jb_idempotency k
     WHERE k.principal = :principal AND k.key = :key)">();
constexpr int kAnswerColumn = 2;
constexpr int kImportColumn = 3;
// One new key in sixteen deletes up to 32 old keys, so the table keeps about 30 days of keys, even if nobody ever calls
// jb_purge.
constexpr std::size_t kTidiesOneIn = 16;
constinit auto tidy_statement = pg::Statement<R"(
    DELETE FROM jb_idempotency
     WHERE ctid = ANY (ARRAY(SELECT k.ctid FROM jb_idempotency k WHERE k.at < :before ORDER BY k.at
                              LIMIT 32 FOR UPDATE SKIP LOCKED)))">();

constexpr auto* kKeys = "jb_idempotency_pkey";
constinit pg::Table key_table{"jb_idempotency", "principal, key, fingerprint, at, answer, import_rows"};
constexpr int kAnswerInTable = 5;

}  // namespace

std::optional<CallKey> call_key(const Arguments& arguments, bool dry_run) {
  *pg::server().was_replayed = false;
  const auto key = dry_run ? std::nullopt : arguments.text("idempotency_key");
  if (!key) return std::nullopt;
  const bool is_blank = key->find_first_not_of(' ') == std::string::npos;
  const bool is_printable = std::ranges::all_of(*key, [](char c) { return c >= 0x20 && c < 0x7F; });
  if (is_blank || key->size() > kKeyLength || !is_printable)
    throw invalid("idempotency_key", *key, "it must be 1 to 255 printable characters of ASCII, not all blank");
  return CallKey{pg::principal(arguments.principal()), *key,
                 pg::digest(arguments.as_bytes({"idempotency_key", "principal", "expected_version", "basis"}))};
}

namespace {

/// take_key(), with the answer in this column of find_statement.
std::optional<pg::Param> take(CallKey& key, int column) {
  pg::SpiConnection spi;
  const auto now = pg::now();
  const pg::Param principal = key.principal;
  const pg::Param name = key.key;
  const pg::Param fingerprint = pg::from_bytes(key.fingerprint);
  // Nearly every key is new, and the statement costs as much as a fifth of a booking.
  if (key_table.find(kKeys, {pg::equals_text(key.principal), pg::equals_text(key.key)}).empty())
    key.row = key_table.try_insert({principal, name, fingerprint, now}, kKeys);
  if (!key.row) {
    const auto taken =
        take_statement.run("principal"_arg = principal, "key"_arg = name, "fingerprint"_arg = fingerprint,
                           "now"_arg = now, "before"_arg = now - kKeyKept);
    if (!taken.empty()) key.row = pg::to_tid(*taken.at(0, 1));
  }
  std::optional<pg::Param> kept;
  if (key.row) {
    if (std::hash<std::string>{}(key.key) % kTidiesOneIn == 0) tidy_statement.run("before"_arg = now - kKeyKept);
  } else {
    const auto rows = find_statement.run("principal"_arg = principal, "key"_arg = name);
    if (pg::to_bytes(*rows.at(0, 1)) != key.fingerprint)
      throw Failure(Error::key_reused, "idempotency_key \"" + key.key + "\" was used with another request",
                    "A key stands for one function with one set of arguments for 30 days.",
                    "Take a new key for a new request; repeat a request as it was.");
    const auto answer = rows.at(0, column);
    kept = answer ? pg::Param(pg::outliving(*answer)) : pg::Param();
  }
  spi.finish();
  *pg::server().was_replayed = kept.has_value();
  return kept;
}

/// The items of such an answer. Errors: as take_outcomes().
std::optional<std::vector<pg::Value>> take_items(CallKey& key, int column) {
  const auto kept = take(key, column);
  if (!kept) return std::nullopt;
  if (kept->is_null)
    throw Failure(Error::invalid_transition, "the call under idempotency_key \"" + key.key + "\" is still under way",
                  "It has no answer yet: a trigger made it once more, or its answer was never kept.",
                  "Give each call a key of its own.");
  return pg::to_items(kept->value);
}

void store(const CallKey& key, pg::Values answer) {
  pg::SpiConnection spi;
  if (!key.row || !key_table.try_update(*key.row, kAnswerInTable, answer)) {
    const auto kept = key_table.find(kKeys, {pg::equals_text(key.principal), pg::equals_text(key.key)});
    if (kept.empty())
      throw Failure(Error::invalid_transition, "idempotency_key \"" + key.key + "\" has not been taken", "",
                    "Take the key before the call whose answer it keeps.");
    if (kept.at(0, kAnswerInTable))
      throw Failure(Error::invalid_transition, "idempotency_key \"" + key.key + "\" has an answer already", "",
                    "Keep the outcomes of a call once.");
    key_table.update(kept.tid(0), kAnswerInTable, answer);
  }
  spi.finish();
}

}  // namespace

std::optional<pg::Param> take_key(CallKey& key) { return take(key, kAnswerColumn); }

std::optional<std::vector<pg::Value>> take_outcomes(CallKey& key) { return take_items(key, kAnswerColumn); }

std::optional<std::vector<pg::Value>> take_import(CallKey& key) { return take_items(key, kImportColumn); }

void store_answer(const CallKey& key, Datum outcomes) { store(key, {pg::Param(outcomes)}); }

std::vector<Datum> keep_answer(const CallKey& key, const std::vector<Outcome>& outcomes) {
  const pg::RowType type("jb_outcome");
  std::vector<Datum> answers;
  for (const auto& outcome : outcomes) answers.push_back(outcome_datum(type, outcome));
  store_answer(key, type.array(answers));
  return answers;
}

void keep_import(const CallKey& key, const std::vector<Datum>& rows) {
  store(key, {pg::Param(pg::RowType("jb_outcome").array({})), pg::Param(pg::RowType("jb_import_row").array(rows))});
}

}  // namespace jb::functions
