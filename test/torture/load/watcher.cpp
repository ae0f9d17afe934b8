// SPDX-License-Identifier: PostgreSQL
#include "watcher.hpp"

#include <poll.h>

#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

namespace torture {

namespace {

constexpr int between_looks = 100;  // milliseconds

void rest() { std::this_thread::sleep_for(std::chrono::milliseconds(between_looks)); }

}  // namespace

// ---- rejections ----

Listener::Listener(const std::string& directory, const Curtain& curtain)
    : curtain_(curtain), journal_(directory + "/listener") {}

void Listener::lose() {
  if (is_listening_) journal_.note('E');
  is_listening_ = false;
  unheard_.clear();
  early_.clear();
  before_.clear();
  session_.close();
}

/// LISTENs, then reads all existing rejections. From then on each rejection that is read must also be heard.
bool Listener::listen() {
  PGconn* connection = session_.connection();
  if (!connection) return false;
  const Result result(PQexec(connection, "LISTEN jb_rejected"), &PQclear);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    session_.close();
    return false;
  }
  journal_.note('S');
  if (!note_earlier()) return false;
  int rows;
  while ((rows = catch_up()) > 0) {
  }
  if (rows < 0) return false;
  journal_.note('L');
  is_listening_ = true;
  return true;
}

/// Notes the rejections that are already committed. jb_rejections() shows some of them later, if they come after one
/// whose transaction is still open.
bool Listener::note_earlier() {
  const std::string after = std::to_string(last_);
  const char* values[] = {after.c_str()};
  const Result result(PQexecParams(session_.connection(), "SELECT id FROM jb_rejection WHERE id > $1::bigint", 1,
                                   nullptr, values, nullptr, nullptr, 0),
                      &PQclear);
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return false;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    before_.insert(number_in(result.get(), row, 0));
    journal_.note('B', number_in(result.get(), row, 0));
  }
  return true;
}

bool Listener::take_notices() {
  PGconn* connection = session_.connection();
  if (!connection || !PQconsumeInput(connection)) return false;
  while (PGnotify* notice = PQnotifies(connection)) {
    const auto json = nlohmann::json::parse(notice->extra, nullptr, false);
    PQfreemem(notice);
    const long id = json.is_object() ? json.value("rejection_id", 0L) : 0;
    journal_.note('H', id);
    if (unheard_.erase(id) == 0) early_.insert(id);
  }
  return true;
}

int Listener::catch_up() {
  PGconn* connection = session_.connection();
  const std::string after = std::to_string(last_);
  const char* values[] = {after.c_str()};
  const Result result(PQexecParams(connection, "SELECT id, event_id, reason FROM jb_rejections($1::bigint, 1000)", 1,
                                   nullptr, values, nullptr, nullptr, 0),
                      &PQclear);
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return -1;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    last_ = number_in(result.get(), row, 0);
    journal_.note('J', last_, number_in(result.get(), row, 1), column(result.get(), row, 2));
    if (is_listening_ && !before_.contains(last_) && early_.erase(last_) == 0) unheard_.insert(last_);
  }
  return PQntuples(result.get());
}

void Listener::run() {
  while (!curtain_.is_too_late) {
    if (!session_.is_open() || !is_listening_) {
      lose();
      if (!listen()) {
        lose();
        rest();
        continue;
      }
    }
    pollfd ready{PQsocket(session_.connection()), POLLIN, 0};
    poll(&ready, 1, between_looks);
    const bool is_last = curtain_.is_down;
    const int rows = take_notices() ? catch_up() : -1;
    if (rows < 0 || !take_notices()) {
      lose();
      continue;
    }
    if (is_last && rows == 0 && unheard_.empty()) break;
    journal_.flush();
  }
  journal_.note('Z');
  journal_.flush();
}

// ---- changes ----

Follower::Follower(const std::string& directory, std::vector<std::string> calendars, const Curtain& curtain, bool polls)
    : calendars_(std::move(calendars)),
      curtain_(curtain),
      polls_(polls),
      journal_(directory + "/follower." + (polls ? "https." : "sql.") + calendars_.front()) {}

void Follower::note(const std::string& calendar, long seq, long event, long version, const std::string& kind) {
  journal_.note('F', calendar, seq, event, version, kind);
  seen_[calendar] = seq;
}

int Follower::read_by_sql(const std::string& calendar) {
  PGconn* connection = session_.connection();
  if (!connection) return -1;
  const std::string after = std::to_string(seen_[calendar]);
  const char* values[] = {calendar.c_str(), after.c_str()};
  const Result result(
      PQexecParams(connection, "SELECT seq, event_id, version, kind FROM jb_changes($1, $2::bigint, 1000)", 2, nullptr,
                   values, nullptr, nullptr, 0),
      &PQclear);
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
    session_.close();
    return -1;
  }
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    note(calendar, number_in(result.get(), row, 0), number_in(result.get(), row, 1), number_in(result.get(), row, 2),
         column(result.get(), row, 3));
  }
  return PQntuples(result.get());
}

int Follower::read_by_poll(const std::string& calendar) {
  const Reply reply = client_.send(
      "GET", "/calendars/" + calendar + "/changes?limit=1000&wait=1&after=" + std::to_string(seen_[calendar]));
  if (reply.status != 200) return -1;
  const auto list = nlohmann::json::parse(reply.body, nullptr, false);
  for (const auto& change : list)
    note(calendar, change.at("seq"), change.at("event_id"), change.at("version"), change.at("kind"));
  return static_cast<int>(list.size());
}

void Follower::run() {
  for (bool goes_on = true; goes_on && !curtain_.is_too_late;) {
    const bool is_last = curtain_.is_down;
    int rows = 0;
    for (const auto& calendar : calendars_) {
      const int more = polls_ ? read_by_poll(calendar) : read_by_sql(calendar);
      rows = more < 0 ? -1 : rows < 0 ? rows : rows + more;
    }
    goes_on = !is_last || rows != 0;
    journal_.flush();
    if (rows < 0 || !polls_) rest();
  }
  journal_.note('Z');
  journal_.flush();
}

}  // namespace torture
