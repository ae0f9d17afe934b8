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
              {"alternatives", Json::array()},
              {"rejection_id", outcome == "rejected" ? Json(3) : Json()}}
      .dump();
}

/// The answers of the statements that do not list objects with a cursor, by the statement's name.
std::map<std::string, Row> rows_of(const Script& script) {
  const std::string json = outcome_json(script.outcome);
  const Row outcome{script.outcome, script.dry_run, json, "7", "4", "{}", std::nullopt, std::nullopt};
  std::map<std::string, Row> rows{{"principal", {"the-manager", script.role}},
                                  {"batch", {json, "t", script.outcome, "conflict"}},
                                  {"attachment", {"a.pdf", "application/pdf", "00ff", "{}"}},
                                  {"event", {"4", "{}"}},
                                  {"session", {"4", "{}"}},
                                  {"appointment", {"4", "{}", "PENDING", "provider:p1", "9", "1500"}},
                                  {"poll", {R"({"id": 7})", "[]", "1", "1-open"}},
                                  {"poll_create", {R"({"id": 7})", "7", "jbo_token"}},
                                  {"poll_invite", {R"({"poll_id": 7})", "jbp_token"}},
                                  {"poll_invitation", {R"({"id": 7})", "[]"}},
                                  {"poll_answer", {R"({"poll_id": 7})", std::nullopt}},
                                  {"booking_page", {R"({"provider_id": "p1"})"}},
                                  {"calendar_set", {"t", "{}"}},
                                  {"attach", {R"({"n": 1, "name": "a.pdf"})", "1", "4"}},
                                  {"delete", {"t"}},
                                  {"calendar_delete", {"t"}},
                                  {"metrics", {"jb_events_held", "ceo", "3"}},
                                  {"metrics of caller", {"jb_events_held", "ceo", "3"}}};
  for (const char* write : {"create", "update", "cancel", "confirm", "deny", "poll_book", "appointment_create",
                            "appointment_status", "session_create", "session_change"})
    rows[write] = outcome;
  const Row booking{script.outcome, "conflict", "[]", std::nullopt, "4", "{}", "provider:p1", "9", "t", "1500"};
  for (const char* call : {"booking", "booking_make", "booking_move", "booking_cancel"}) rows[call] = booking;
  return rows;
}

bool may_be_missing(const std::string& name) {
  static const std::set<std::string> optional{
      "event",    "session",   "appointment", "calendar",      "session_delete", "delete",    "events",
      "polls",    "calendars", "rejections",  "changes",       "appointments",   "principal", "history",
      "sessions", "slots",     "busy",        "booking_slots", "coaches",        "clients",   "poll_ranking"};
  return optional.contains(name);
}

}  // namespace

pg::Result CannedDatabase::run(const gateway::Statement& statement, const pg::Parameters& values,
                               gateway::Access access, std::optional<gateway::Role> role) {
  const std::string name = statement.name;
  for (const pg::Parameter& value : values)
    promise(!value || is_text(*value) || name == "principal", "what reaches the database is UTF-8 without NUL");
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
