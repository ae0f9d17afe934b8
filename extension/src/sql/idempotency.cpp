// SPDX-License-Identifier: PostgreSQL
#include "idempotency.hpp"

#include "arguments.hpp"
#include "pg/clock.hpp"

extern "C" {
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace jb::sql {

namespace {

constexpr std::size_t kKeyLength = 255;

// A key whose time is over is taken like a new one. Where it is not, the row is locked and nothing returned.
constinit pg::Statement take_statement{
    "INSERT INTO jb_idempotency AS k (principal, key, fingerprint, at) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (principal, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = NULL, at = excluded.at "
    "WHERE k.at < $5 RETURNING true",
    {TEXTOID, TEXTOID, BYTEAOID, TIMESTAMPTZOID, TIMESTAMPTZOID}};
constinit pg::Statement find_statement{
    "SELECT k.fingerprint, k.answer FROM jb_idempotency k WHERE k.principal = $1 AND k.key = $2", {TEXTOID, TEXTOID}};
// Two for each new one: the table does not grow beyond 30 days, whether or not somebody ever calls jb_purge.
constinit pg::Statement tidy_statement{
    "DELETE FROM jb_idempotency WHERE ctid = ANY (ARRAY("
    "SELECT k.ctid FROM jb_idempotency k WHERE k.at < $1 ORDER BY k.at LIMIT 2 FOR UPDATE SKIP LOCKED))",
    {TIMESTAMPTZOID}};
constinit pg::Statement events_statement{
    "SELECT v.id, jb_event_json(v)::text FROM jb_event_view v WHERE v.id = ANY ($1)", {INT8ARRAYOID}};

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

/// The value's bytes, whatever its type: those of a short text do not depend on how it is stored.
void append_value(std::string& bytes, Datum value, Oid type) {
  std::int16_t length = 0;
  bool by_value = false;
  pg::guarded([&] { get_typlenbyval(type, &length, &by_value); });
  if (by_value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  } else if (length > 0) {
    bytes.append(DatumGetPointer(value), static_cast<std::size_t>(length));
  } else {
    const auto text = pg::to_bytes(value);
    bytes += std::to_string(text.size()) + ':' + text;
  }
}

std::string fingerprint(FunctionCallInfo info, int version_argument) {
  Oid* types = nullptr;
  int count = 0;
  pg::guarded([&] { get_func_signature(info->flinfo->fn_oid, &types, &count); });
  std::string bytes = pg::guarded([&] { return get_func_name(info->flinfo->fn_oid); });
  for (int i = 0; i < count - 2; ++i) {
    if (i == version_argument) continue;
    bytes += info->args[i].isnull ? 'n' : 'v';
    if (!info->args[i].isnull) append_value(bytes, info->args[i].value, types[i]);
  }
  const Datum whole = pg::from_bytes(bytes);
  return pg::to_bytes(pg::guarded([&] { return DirectFunctionCall1(sha256_bytea, whole); }));
}

Failure used_otherwise(const CallKey& key) {
  return {Error::key_reused, "idempotency_key \"" + key.key + "\" was used with another request",
          "A key stands for one function with one set of arguments for 30 days.",
          "Take a new key for a new request; repeat a request as it was."};
}

Failure still_under_way(const CallKey& key) {
  return {Error::invalid_transition, "the call under idempotency_key \"" + key.key + "\" is still under way",
          "It was made once more before it had an answer: by a trigger, it seems.", "Give each call a key of its own."};
}

/// The events of the outcomes as JSON, by id.
std::map<EventId, std::string> read_events(const std::vector<Outcome>& outcomes) {
  std::vector<EventId> ids;
  for (const auto& outcome : outcomes) {
    if (outcome.event_id) ids.push_back(*outcome.event_id);
  }
  pg::Session session;
  const auto rows = events_statement.run({pg::from_ids(ids)});
  std::map<EventId, std::string> events;
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    events[DatumGetInt64(*rows.at(i, 1))] = pg::to_text(*rows.at(i, 2));
  }
  session.finish();
  return events;
}

/// Not one of the kept statements: the type of the answer is the extension's own, whose number differs by database.
void store_answer(const CallKey& key, Datum answer, Oid type) {
  pg::Session session;
  std::array<Oid, 3> types{TEXTOID, TEXTOID, type};
  std::array<Datum, 3> values{pg::from_text(key.principal), pg::from_text(key.key), answer};
  const std::string sql = pg::qualified("UPDATE jb_idempotency SET answer = $3 WHERE principal = $1 AND key = $2");
  pg::guarded([&] {
    const int code = SPI_execute_with_args(sql.c_str(), 3, types.data(), values.data(), nullptr, false, 0);
    if (code != SPI_OK_UPDATE || SPI_processed != 1) elog(ERROR, "could not keep the answer of an idempotency key");
  });
  session.finish();
}

}  // namespace

std::optional<std::string> named_principal(FunctionCallInfo info) { return Arguments(info).text(info->nargs - 1); }

std::optional<CallKey> call_key(FunctionCallInfo info, int version_argument) {
  const auto key = Arguments(info).text(info->nargs - 2);
  if (!key) return std::nullopt;
  if (key->empty() || key->size() > kKeyLength || !is_printable(*key)) {
    Validation validation;
    validation.refuse("idempotency_key", *key, "it must be 1 to 255 printable characters of ASCII");
    validation.raise();
  }
  return CallKey{pg::principal(named_principal(info)), *key, fingerprint(info, version_argument)};
}

std::optional<pg::Param> take_key(const CallKey& key) {
  pg::Session session;
  const auto now = pg::now();
  const Datum principal = pg::from_text(key.principal);
  const Datum name = pg::from_text(key.key);
  const bool is_new = !take_statement
                           .run({principal, name, pg::from_bytes(key.fingerprint), pg::from_instant(now),
                                 pg::from_instant(now - kKeyKept)})
                           .empty();
  std::optional<pg::Param> kept;
  if (is_new) {
    tidy_statement.run({pg::from_instant(now - kKeyKept)});
  } else {
    const auto rows = find_statement.run({principal, name});
    if (pg::to_bytes(*rows.at(0, 1)) != key.fingerprint) throw used_otherwise(key);
    kept.emplace();
    if (const auto answer = rows.at(0, 2)) {
      kept = pg::Param(pg::guarded([&] { return SPI_datumTransfer(*answer, false, -1); }));
    }
  }
  session.finish();
  return kept;
}

std::optional<std::vector<std::optional<Datum>>> take_outcomes(const CallKey& key) {
  const auto kept = take_key(key);
  if (!kept) return std::nullopt;
  if (kept->is_null) throw still_under_way(key);
  return pg::to_items(kept->value);
}

std::vector<Datum> keep_answer(const CallKey& key, const std::vector<Outcome>& outcomes, Oid type) {
  const auto events = read_events(outcomes);
  std::vector<Datum> answers;
  for (const auto& outcome : outcomes) {
    const auto event = outcome.event_id ? events.find(*outcome.event_id) : events.end();
    answers.push_back(outcome_datum(type, outcome, event == events.end() ? nullptr : &event->second));
  }
  const Oid array_type = pg::guarded([&] { return get_array_type(type); });
  store_answer(key, array_of(answers, type), array_type);
  return answers;
}

}  // namespace jb::sql
