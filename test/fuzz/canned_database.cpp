// SPDX-License-Identifier: PostgreSQL
#include "canned_database.hpp"

#include <algorithm>
#include <set>

#include "promise.hpp"
#include "rows.hpp"

namespace jb::fuzz {

namespace {

using test::Row;
using Json = nlohmann::json;

std::string outcome_json(const std::string& outcome) {
  Json event{{"id", 7}, {"version", 4}};
  return Json{{"outcome", outcome},
              {"event_id", 7},
              {"version", 4},
              {"moves", Json::array()},
              {"event", event},
              {"events", Json::array()},
              {"skipped", Json::array()},
              {"reason", outcome == "rejected" ? Json("conflict") : Json()},
              {"detail", "It is taken."},
              {"conflicts", {5}},
              {"facts", nullptr},
              {"alternatives", Json::array()},
              {"rejection_id", outcome == "rejected" ? Json(3) : Json()}}
      .dump();
}

/// The answers to the statements that do not list objects with a cursor, by the statement's name.
std::map<std::string, Row> rows_of(const Script& script) {
  const std::string json = outcome_json(script.outcome);
  const Row outcome{script.outcome, script.dry_run, json, "7", "4"};
  const Row batch{json, script.outcome, "conflict", script.outcome == "rejected" ? "t" : "f"};
  std::map<std::string, Row> rows{{"principal", {"the-manager", script.role}},
                                  {"POST /events/batch", batch},
                                  {"PATCH /events/batch", batch},
                                  {"GET /events/:id/attachments/:n", {"a.pdf", "application/pdf", "00ff", "{}"}},
                                  {"GET /events/:id", {"4", "{}"}},
                                  {"GET /api/v1/sessions/:id", {"4", "{}"}},
                                  {"GET /appointments/:id", {"4", "{}", "f", "provider:p1", "9", "1500", "t"}},
                                  {"GET /polls/:id", {"1-open", R"({"id": 7})", "f", "poll 7", "1"}},
                                  {"POST /polls", {R"({"id": 7})", "/polls/7"}},
                                  {"POST /polls/:id/participants", {R"({"poll_id": 7})"}},
                                  {"GET /polls/:id/invitation", {R"({"id": 7})"}},
                                  {"PUT /polls/:id/schedules/:participant", {R"({"poll_id": 7})", std::nullopt}},
                                  {"GET /book/:id", {R"({"provider_id": "p1"})"}},
                                  {"PUT /calendars/:name", {"{}", ""}},
                                  {"POST /events/:id/attachments", {R"({"n": 1, "name": "a.pdf"})", "/x", "4"}},
                                  {"DELETE /events/:id", {"t"}},
                                  {"DELETE /api/v1/sessions/:id", {"t"}},
                                  {"DELETE /calendars/:name", {"t"}},
                                  {"GET /metrics", {"jb_events_held", "ceo", "3"}}};
  for (const char* write :
       {"POST /events", "PUT /events/:id", "PATCH /events/:id", "POST /events/:id/cancel", "POST /events/:id/confirm",
        "POST /events/:id/deny", "POST /polls/:id/book", "POST /appointments", "PUT /appointments/:id/status",
        "POST /api/v1/sessions", "PATCH /api/v1/sessions/:id"})
    rows[write] = outcome;
  const Row booking{script.outcome, "conflict", "[]", "4", "{}"};
  for (const char* call : {"POST /book/:id", "PUT /book/:id/booking", "DELETE /book/:id/booking"}) rows[call] = booking;
  rows["GET /book/:id/booking"] = {"4", "{}", "f", "provider:p1", "9", "1500"};
  return rows;
}

bool may_be_missing(const std::string& name) {
  static const std::set<std::string> optional{"principal",
                                              "GET /rejections",
                                              "GET /events",
                                              "GET /events/:id",
                                              "GET /events/:id/history",
                                              "GET /api/v1/sessions",
                                              "GET /api/v1/sessions/:id",
                                              "DELETE /api/v1/sessions/:id",
                                              "GET /appointments",
                                              "GET /appointments/:id",
                                              "DELETE /events/:id",
                                              "GET /polls",
                                              "GET /polls/:id/recommendations",
                                              "GET /calendars",
                                              "GET /calendars/:name",
                                              "GET /calendars/:name/busy",
                                              "GET /calendars/:name/changes",
                                              "GET /slots",
                                              "GET /book/:id/slots",
                                              "GET /api/v1/coaches",
                                              "GET /api/v1/clients"};
  return optional.contains(name);
}

}  // namespace

pg::Result CannedDatabase::run(const gateway::Statement& statement, const pg::Parameters& values,
                               gateway::Access access, std::optional<gateway::Role> role) {
  const std::string name = statement.name;
  for (const pg::Parameter& value : values) {
    promise(!value || value->find('\0') == std::string::npos || name == "principal",
            "what reaches the database has no NUL");
    if (value && !is_text(*value)) throw pg::Error("22021", "invalid byte sequence for encoding \"UTF8\": 0xff");
  }
  promise(role.has_value() || access == gateway::Access::read, "who writes has a role");
  if (name == "principal" && script_.rows > 0) return test::rows({{"the-manager", script_.role}});
  if (script_.error) throw *script_.error;
  written_ = written_ || access == gateway::Access::write;
  const auto known = rows_of(script_);
  const auto row = known.find(name);
  const Row answer = row == known.end() ? Row{"{}", "5"} : row->second;
  const int rows = may_be_missing(name) ? script_.rows : 1;
  return test::rows(std::vector<Row>(static_cast<std::size_t>(std::clamp(rows, 0, 3)), answer));
}

}  // namespace jb::fuzz
