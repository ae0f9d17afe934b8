// SPDX-License-Identifier: PostgreSQL
#include "sql.hpp"

#include <cstdlib>
#include <cstring>

namespace torture {

namespace {

#define OUTCOME                                                                             \
  "SELECT o.outcome, o.event_id, o.version, extract(epoch FROM o.start_timestamp)::bigint," \
  "       extract(epoch FROM o.end_timestamp)::bigint, o.rejection_id, o.reason, cardinality(o.events) FROM "
#define EPOCH(column) "extract(epoch FROM " column ")::bigint"

struct Prepared {
  const char* name;
  const char* sql;
};

constexpr Prepared statements[] = {
    {"book", OUTCOME
     "jb_schedule($1, duration => make_interval(secs => $2), event_date => $3::date, start_time => $4::time,"
     " start_timestamp => to_timestamp($5::bigint), calendars => $6::text[], not_before => to_timestamp($7::bigint),"
     " not_after => to_timestamp($8::bigint), priority => $9, preempt => $10, on_no_slot => $11,"
     " hold_for => make_interval(secs => $12), recurrence => $13, dry_run => $14, idempotency_key => $15,"
     " one_of => $16::jsonb) AS o"},
    {"batch", OUTCOME "jb_schedule_all($1::jsonb, idempotency_key => $2) AS o"},
    {"move", OUTCOME
     "jb_reschedule($1, start_timestamp => to_timestamp($2::bigint), calendars => $3::text[], expected_version => $4,"
     " idempotency_key => $5) AS o"},
    {"loosen", OUTCOME "jb_reschedule($1, make_automatic => true, expected_version => $2, idempotency_key => $3) AS o"},
    {"update", OUTCOME "jb_update($1, $2::jsonb, expected_version => $3, idempotency_key => $4) AS o"},
    {"cancel", OUTCOME "jb_cancel($1, expected_version => $2, idempotency_key => $3) AS o"},
    {"erase", "SELECT jb_delete($1, expected_version => $2, idempotency_key => $3)"},
    {"confirm", OUTCOME "jb_confirm($1, expected_version => $2, idempotency_key => $3) AS o"},
    {"deny", OUTCOME "jb_deny($1, expected_version => $2, idempotency_key => $3) AS o"},
    {"read", "SELECT e.status, e.id, e.version, " EPOCH("e.start_timestamp") ", " EPOCH(
                 "e.end_timestamp") " FROM jb_event($1) AS e"},
    {"list", "SELECT e.status, e.id, e.version, " EPOCH("e.start_timestamp") ", " EPOCH(
                 "e.end_timestamp") " FROM jb_events($1, max_rows => 20) AS e"},
    {"slots", "SELECT '', 0, 0, " EPOCH("lower(s)") ", " EPOCH(
                  "upper(s)") " FROM jb_slots('15 minutes', $1::text[], max_rows => 5) AS s"},
    {"changes", "SELECT '', c.event_id, c.seq, 0, 0 FROM jb_changes($1, max_rows => 20) AS c"},
    {"rejections", "SELECT r.reason, 0, r.id, 0, 0 FROM jb_rejections($1, 20) AS r"},
    {"busy", "SELECT '', 0, 0, " EPOCH("lower(b)") ", " EPOCH(
                 "upper(b)") " FROM unnest(jb_busy($1, now(), now() + interval '7 days')) AS b"},
    {"explain",
     "SELECT verdict, 0, 0, 0, 0 FROM jb_explain($1, duration => make_interval(secs => $2),"
     " calendars => $3::text[], max_rows => 5)"},
};

Text number(long value) { return value ? Text(std::to_string(value)) : std::nullopt; }
Text text(const std::string& value) { return value.empty() ? std::nullopt : Text(value); }
Text flag(bool value) { return value ? "t" : "f"; }

std::vector<Text> parameters_of(const Call& call) {
  const Text id = std::to_string(call.event);
  switch (call.op) {
    case Op::book:
      return {call.name,
              number(call.duration),
              text(call.date),
              text(call.start_time),
              number(call.start),
              array_of(call.calendars),
              number(call.not_before),
              number(call.not_after),
              std::to_string(call.priority),
              flag(call.preempts),
              call.waits ? "wait" : "reject",
              number(call.hold_for),
              call.repeats ? Text(rule_of(call)) : std::nullopt,
              flag(call.is_trial),
              text(call.key),
              text(lists_of(call))};
    case Op::batch: {
      std::string bodies;
      for (const auto& item : call.items) bodies += (bodies.empty() ? "" : ",") + body_of(item);
      return {'[' + bodies + ']', text(call.key)};
    }
    case Op::move:
      return {id, number(call.start), call.calendars.empty() ? std::nullopt : Text(array_of(call.calendars)),
              number(call.version), text(call.key)};
    case Op::update:
      return {id, call.changes, number(call.version), text(call.key)};
    case Op::loosen:
    case Op::cancel:
    case Op::erase:
    case Op::confirm:
    case Op::deny:
      return {id, number(call.version), text(call.key)};
    case Op::read:
      return {id};
    case Op::list:
    case Op::changes:
    case Op::busy:
      return {call.calendars.front()};
    case Op::slots:
      return {array_of(call.calendars)};
    case Op::rejections:
      return {number(call.version)};
    case Op::explain:
      return {call.name, number(call.duration), array_of(call.calendars)};
  }
  return {};
}

bool starts_with(const std::string& text, const char* prefix) {
  return text.compare(0, std::strlen(prefix), prefix) == 0;
}

/// What a SQLSTATE shows about the call that it answers.
Verdict verdict_of(const std::string& state) {
  // A state or version changed by another call; a full disk, no resources, a standby, a timeout, an update meanwhile.
  for (const char* refusal : {"55000", "JB412", "53", "25006", "57014", "55P03", "JB503"}) {
    if (starts_with(state, refusal)) return Verdict::refused;
  }
  return state.empty() || starts_with(state, "57P") || starts_with(state, "08") ? Verdict::doubt : Verdict::wrong;
}

}  // namespace

std::string column(const PGresult* result, int row, int number) { return PQgetvalue(result, row, number); }

long number_in(const PGresult* result, int row, int number) { return std::atol(PQgetvalue(result, row, number)); }

std::string array_of(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "\"" : ",\"") + name + '"';
  return '{' + list + '}';
}

PGconn* Session::connection(bool* fresh) {
  if (fresh) *fresh = false;
  if (is_open()) return connection_.get();
  const char* keywords[] = {"options", "application_name", "connect_timeout", nullptr};
  const char* values[] = {options_.c_str(), "torture", "10", nullptr};
  connection_.reset(PQconnectdbParams(keywords, values, 0));
  if (!is_open()) return nullptr;
  PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
  if (fresh) *fresh = true;
  return connection_.get();
}

PGconn* Sql::ready() {
  bool fresh = false;
  PGconn* connection = session_.connection(&fresh);
  if (!connection || !fresh) return connection;
  for (const auto& [name, sql] : statements) {
    const Result result(PQprepare(connection, name, sql, 0, nullptr), &PQclear);
    if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) continue;
    if (PQstatus(connection) == CONNECTION_OK) std::fprintf(stderr, "torture: %s", PQerrorMessage(connection));
    session_.close();
    return nullptr;
  }
  return connection;
}

bool Sql::is_there() {
  PGconn* connection = ready();
  if (!connection) return false;
  const Result result(PQexec(connection, "SELECT 1 WHERE NOT pg_is_in_recovery()"), &PQclear);
  return PQntuples(result.get()) == 1;
}

Answer Sql::failure(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  Answer answer;
  answer.outcome = state ? state : "";
  answer.verdict = session_.is_open() ? verdict_of(answer.outcome) : Verdict::doubt;
  if (answer.verdict == Verdict::wrong) answer.text = PQresultErrorMessage(result);
  return answer;
}

Answer Sql::command(const std::string& sql) {
  if (sql == "COMMIT" || sql == "ROLLBACK") is_within_ = false;
  if (!session_.is_open()) return {};
  const Result result(PQexec(session_.connection(), sql.c_str()), &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return failure(result.get());
  Answer answer;
  answer.verdict = Verdict::answered;
  if (sql == "BEGIN") is_within_ = true;
  answer.outcome = PQcmdStatus(result.get());  // COMMIT in a failed transaction returns ROLLBACK
  return answer;
}

void Sql::hang_up(const std::string& sql) {
  is_within_ = false;
  if (session_.is_open() && !sql.empty()) PQsendQuery(session_.connection(), sql.c_str());
  session_.close();
}

Answer Sql::read_answer(const Call& call, const PGresult* result) {
  Answer answer;
  answer.verdict = Verdict::answered;
  for (int row = 0; row < PQntuples(result); ++row) {
    Answer item;
    item.verdict = Verdict::answered;
    item.outcome = column(result, row, 0);
    if (call.op == Op::erase) {
      item.outcome = item.outcome == "t" ? "deleted" : "nothing";
    } else {
      item.event = number_in(result, row, 1);
      item.version = number_in(result, row, 2);
      item.start = number_in(result, row, 3);
      item.end = number_in(result, row, 4);
      if (PQnfields(result) > 5) item.rejection = number_in(result, row, 5);
      if (PQnfields(result) > 7) item.count = number_in(result, row, 7);
      if (!is_write(call.op)) item.status = item.outcome;
    }
    answer.items.push_back(std::move(item));
  }
  const bool is_list = call.op == Op::batch || (!is_write(call.op) && call.op != Op::read);
  if (is_list) {
    answer.outcome = "list";
    answer.count = PQntuples(result);
    return answer;
  }
  if (answer.items.size() != 1) {
    answer.verdict = Verdict::wrong;
    answer.text = "no single row";
    return answer;
  }
  Answer only = std::move(answer.items.front());
  return only;
}

Answer Sql::ask(const Call& call) {
  PGconn* connection = is_within_ && !session_.is_open() ? nullptr : ready();
  if (!connection) return {};
  const auto parameters = parameters_of(call);
  std::vector<const char*> values;
  for (const auto& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
  const int count = static_cast<int>(values.size());
  if (call.hangs_up) {
    PQsendQueryPrepared(connection, name_of(call.op), count, values.data(), nullptr, nullptr, 0);
    session_.close();
    return {};
  }
  const Result result(PQexecPrepared(connection, name_of(call.op), count, values.data(), nullptr, nullptr, 0),
                      &PQclear);
  return PQresultStatus(result.get()) == PGRES_TUPLES_OK ? read_answer(call, result.get()) : failure(result.get());
}

}  // namespace torture
