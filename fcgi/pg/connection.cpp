// SPDX-License-Identifier: PostgreSQL
#include "connection.hpp"

#include <poll.h>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <future>
#include <thread>

namespace jb::pg {

namespace {

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text ? text : "";
}

/// libpq's own messages end with a line feed, and may hold several lines.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text)
    if (c == '\n' || c == '\t') c = ' ';
  return text;
}

int send(PGconn* connection, const Command& command) {
  static const Parameters none;
  const Parameters& given = command.values ? *command.values : none;
  std::vector<const char*> values;  // libpq's view of parameters: pointers to text, null for null
  values.reserve(given.size());
  for (const Parameter& value : given) values.push_back(value ? value->c_str() : nullptr);
  const int count = static_cast<int>(values.size());
  if (command.prepared) return PQsendQueryPrepared(connection, command.text, count, values.data(), nullptr, nullptr, 0);
  return PQsendQueryParams(connection, command.text, count, nullptr, values.data(), nullptr, nullptr, 0);
}

bool is_failure(const Result& result) {
  if (!result.get()) return false;
  return result.status() == PGRES_FATAL_ERROR || result.status() == PGRES_BAD_RESPONSE;
}

}  // namespace

Error Error::from(const PGresult* result, bool is_of_last) {
  const std::string sqlstate = field(result, PG_DIAG_SQLSTATE);
  if (sqlstate.empty()) return Error("08006", one_line(PQresultErrorMessage(result)), {}, {}, is_of_last);
  return Error(sqlstate, field(result, PG_DIAG_MESSAGE_PRIMARY), field(result, PG_DIAG_MESSAGE_DETAIL),
               field(result, PG_DIAG_MESSAGE_HINT), is_of_last);
}

Error Error::from(const PGconn* connection, const char* sqlstate) {
  return Error(sqlstate, one_line(PQerrorMessage(connection)));
}

Connection Connection::open(const std::string& application, const char* seconds, const char* keyword,
                            const std::string& value) {
  const char* const timeout = std::getenv("PGCONNECT_TIMEOUT") ? "" : seconds;
  const char* const keywords[] = {"fallback_application_name", "client_encoding", "connect_timeout", keyword, nullptr};
  const char* const values[] = {application.c_str(), "UTF8", timeout, value.c_str(), nullptr};
  Connection connection(PQconnectdbParams(keywords, values, /*expand_dbname=*/1));
  if (PQstatus(connection.connection_.get()) != CONNECTION_OK) throw Error::from(connection.connection_.get(), "08001");
  return connection;
}

void Connection::sent(int ok) {
  if (!ok) throw Error::from(connection_.get(), "08006");
}

void Connection::wait_readable() {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
  pollfd descriptors[] = {{socket(), POLLIN, 0}, {client_, POLLRDHUP, 0}};  // poll(2) ignores a -1
  const int ready = left.count() > 0 ? poll(descriptors, 2, static_cast<int>(left.count())) : 0;
  if (ready == 0) {
    cancel();
    throw Unanswered();
  }
  if (ready < 0 && errno != EINTR) throw Error("08006", "could not wait for the server");
  if (ready > 0 && descriptors[0].revents == 0) {
    cancel();
    throw Abandoned();
  }
}

/// PQcancel waits for the server without a limit, for ever if the server has stopped. So it runs in a thread of its
/// own, which is left behind in that case: at most one per session, since a stopped server begins no new ones.
void Connection::cancel() {
  constexpr std::chrono::seconds patience{1};
  std::unique_ptr<PGcancel, Ends<PQfreeCancel>> request(PQgetCancel(connection_.get()));
  if (!request) return;
  std::packaged_task<void()> send([request = std::move(request)] {
    char ignored[256];
    PQcancel(request.get(), ignored, sizeof ignored);
  });
  const std::future<void> sent = send.get_future();
  std::thread(std::move(send)).detach();
  sent.wait_for(patience);
}

/// The next result, or one without PGresult at the end of libpq's results for a command.
Result Connection::next() {
  while (PQisBusy(connection_.get())) {
    wait_readable();
    sent(PQconsumeInput(connection_.get()));
  }
  return Result(PQgetResult(connection_.get()));
}

/// Reads all results of one command, if it could be `sent_off`; returns the last one, or throws its Error.
Result Connection::answer_to(int sent_off) {
  start_waiting();
  sent(sent_off);
  Result kept;
  for (Result result = next(); result.get(); result = next())
    if (!is_failure(kept)) kept = std::move(result);
  if (is_failure(kept)) throw Error::from(kept.get());
  return kept;
}

Result Connection::execute(const char* sql, const Parameters& values) {
  const std::string qualified = with_schemas(sql);
  return answer_to(send(connection_.get(), Command{qualified.c_str(), false, &values}));
}

Result Connection::script(const char* sql) {
  return answer_to(PQsendQuery(connection_.get(), with_schemas(sql).c_str()));
}

bool Connection::find_scheduler() {
  script("SET search_path = pg_catalog, pg_temp");
  const Result objects = script(sql::kBound<R"(
      SELECT DISTINCT ON (o.name) o.name, format('%I.%I', n.nspname, o.name)
        FROM pg_extension AS e
        JOIN pg_namespace AS n ON n.oid = e.extnamespace
        JOIN pg_depend AS d
          ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
       CROSS JOIN LATERAL
             (SELECT proname, pronamespace FROM pg_proc WHERE d.classid = 'pg_proc'::regclass AND oid = d.objid
              UNION ALL
              SELECT relname, relnamespace FROM pg_class WHERE d.classid = 'pg_class'::regclass AND oid = d.objid
              UNION ALL
              SELECT typname, typnamespace FROM pg_type WHERE d.classid = 'pg_type'::regclass AND oid = d.objid)
             AS o (name, schema)
       WHERE o.schema = n.oid AND e.extname IN ('jb_scheduler', 'jb_scheduler_proxy')
         AND EXISTS (SELECT FROM pg_extension WHERE extname = 'jb_scheduler')
       ORDER BY o.name, e.extname DESC)">.value);
  for (int row = 0; row < objects.rows(); ++row) schemas_.emplace(objects.text(row, 0), objects.text(row, 1));
  return !objects.empty();
}

std::string Connection::with_schemas(std::string_view sql) const {
  const auto is_of_a_word = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  std::string whole;
  bool is_quoted = false;
  while (!sql.empty()) {
    const auto end = std::find_if_not(sql.begin(), sql.end(), is_of_a_word);
    const std::string_view word(sql.begin(), end);
    const auto named = is_quoted || whole.ends_with('.') ? schemas_.end() : schemas_.find(word);
    whole += named == schemas_.end() ? word : std::string_view(named->second);
    sql.remove_prefix(word.size());
    if (sql.empty()) break;
    if (sql.front() == '\'') is_quoted = !is_quoted;
    whole += sql.front();
    sql.remove_prefix(1);
  }
  return whole;
}

void Connection::prepare(const char* name, const char* sql) {
  answer_to(PQsendPrepare(connection_.get(), name, with_schemas(sql).c_str(), 0, nullptr));
}

std::vector<Result> Connection::pipeline(std::span<const Command> commands) {
  start_waiting();
  sent(PQenterPipelineMode(connection_.get()));
  for (const Command& command : commands) sent(send(connection_.get(), command));
  sent(PQpipelineSync(connection_.get()));
  std::vector<Result> results;
  std::optional<Error> failure;
  const auto look_at = [&](const Result& result) {
    if (!failure && is_failure(result)) failure = Error::from(result.get(), results.size() + 1 >= commands.size());
    if (failure && failure->is_connection_lost()) throw *failure;
  };
  for (std::size_t i = 0; i < commands.size(); ++i) {
    Result result = next();
    if (!failure && !result.get()) failure = Error::from(connection_.get(), "08006");
    look_at(result);
    if (next().get()) throw Error("08006", "two results for one statement");
    results.push_back(std::move(result));
  }
  Result end = next();
  while (is_failure(end)) {  // the server could not commit
    look_at(end);
    if (next().get()) throw Error("08006", "two errors of one transaction");
    end = next();
  }
  if (end.status() != PGRES_PIPELINE_SYNC) throw Error::from(connection_.get(), "08006");
  sent(PQexitPipelineMode(connection_.get()));
  if (failure) throw *failure;
  return results;
}

/// Reads until nothing more has arrived: a server that ends a session sends its reason first, and only the next read
/// meets the end of the stream.
bool Connection::is_lost() noexcept {
  pollfd descriptor{socket(), POLLIN, 0};
  while (PQstatus(connection_.get()) == CONNECTION_OK && poll(&descriptor, 1, 0) > 0)
    if (PQconsumeInput(connection_.get()) == 0) return true;
  return PQstatus(connection_.get()) != CONNECTION_OK || PQpipelineStatus(connection_.get()) != PQ_PIPELINE_OFF;
}

bool Connection::is_on_standby() const noexcept {
  const char* told = PQparameterStatus(connection_.get(), "in_hot_standby");
  return told && std::string_view(told) == "on";
}

std::optional<std::string> Connection::notification() {
  const std::unique_ptr<PGnotify, Ends<PQfreemem>> notify(PQnotifies(connection_.get()));
  if (!notify) return std::nullopt;
  return notify->extra;
}

}  // namespace jb::pg
