// SPDX-License-Identifier: PostgreSQL
//
// Appointments under the routes of their seed: reserved, waited for, decided.
#include "../body.hpp"
#include "../idempotency.hpp"
#include "../outcome.hpp"
#include "../parameters.hpp"
#include "../precondition.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {

constexpr Statement list_appointments_statement{
    "appointments",
    "SELECT jb_appointment_json(jb_event_json(jb_event(a.appointment_id, principal => $8))),"
    "       concat(extract(epoch FROM a.start_timestamp)::bigint, ',', a.appointment_id)"
    "  FROM jb_appointments(provider_id => $1, client => $2, status => $3::text[],"
    "                       from_time => coalesce($4::timestamptz, jb_now()), to_time => $5::timestamptz, after => $6,"
    "                       max_rows => $7::int, principal => $8) AS a"};

// One statement reads the calendar's change_seq with the status, so no change between this statement and the waiter's
// first look is missed. The time until the deadline is by the machine's clock, with its fraction of a second; the
// scheduler's clock differs from the machine's clock only in tests.
constexpr Statement get_appointment_statement{
    "appointment",
    "SELECT e.version, jb_appointment_json(jb_event_json(e)), a.status, c.name, c.change_seq,"
    "       greatest(0, ceil(extract(epoch FROM a.expires_at - clock_timestamp()) * 1000))::bigint"
    "  FROM jb_appointment($1::bigint, principal => $2) AS a,"
    "       jb_event(a.appointment_id, principal => $2) AS e,"
    "       jb_calendar('provider:' || a.provider_id, principal => $2) AS c"
    " WHERE a.appointment_id = $1::bigint"};

constexpr Statement create_appointment_statement{
    "appointment_create",
    "SELECT " JB_ANSWER_AS(
        "jb_appointment_json") "  FROM jb_appointment_post($1::jsonb, principal => $2, idempotency_key => $3) AS o"};

constexpr Statement appointment_status_statement{
    "appointment_status", "SELECT " JB_ANSWER_AS("jb_appointment_json")
                          "  FROM jb_appointment_status_set($1::bigint, $3, if_still_free => $4::bool,"
                          " reply => $7, expected_version => " JB_EXPECTED_VERSION("$5") ", principal => $5, idempotency_key => $6) AS o"};

enum Column { version_column, json_column, status_column, calendar_column, seq_column, due_column };

/// The members of {"status": "CONFIRMED", "if_still_free": true, "reply": "Gladly."}. The database checks the values.
Json read_decision(const std::string& text) {
  Json body = read_json(text);
  if (!body.is_object()) throw invalid("request", body.dump(), "it must be a JSON object");
  for (const auto& [name, value] : body.items()) {
    if (name != "status" && name != "if_still_free" && name != "reply")
      throw invalid(name, value.dump(), "there is no such field");
    if (name == "status" && !is_text(value)) throw invalid(name, value.dump(), "it must be a text");
    if (name == "reply" && !value.is_null() && !is_text(value))
      throw invalid(name, value.dump(), "it must be a text or null");
    if (name == "if_still_free" && !value.is_boolean()) throw invalid(name, value.dump(), "it must be true or false");
  }
  if (!body.contains("status")) throw invalid("status", "NULL", "it is required");
  return body;
}

}  // namespace

Response list_appointments(const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "100");
  const auto provider = calendar_parameter(request, "provider_id");
  const auto calendar = provider ? std::optional("provider:" + *provider) : std::nullopt;
  return page_response(request,
                       database.run(list_appointments_statement,
                                    {provider, text_parameter(request, "client"), list_parameter(request, "status"),
                                     time_parameter(request, database, "from", calendar),
                                     time_parameter(request, database, "to", calendar),
                                     text_parameter(request, "after"), limit, request.principal}),
                       limit);
}

Response create_appointment(const Request& request, Database& database) {
  return created_as(
      database.run(create_appointment_statement, {request.body, request.principal, idempotency_key(request)}),
      "/appointments/");
}

/// The seed's waiting workflow (rule 11.7): while the appointment is PENDING, the request may wait until the
/// appointment has another status.
Response get_appointment(const Request& request, Database& database) {
  const std::chrono::seconds wait{std::stoi(number_parameter(request, "wait", 0, 50, "0"))};
  const pg::Result result = database.run(get_appointment_statement, {event_id(request), request.principal});
  if (result.empty()) throw not_found("There is no appointment " + request.parameter + ".");
  const std::string_view version = result.view(0, version_column), status = result.view(0, status_column);
  const bool waits = status == "PENDING" && wait.count() > 0 && request.may_wait;
  // An appointment becomes EXPIRED by the clock, without a new version: the client may know the version as PENDING.
  if (!waits && status != "EXPIRED" && is_not_modified(request, version))
    return Response{304, {}, {}}.with("ETag", etag(version));
  Response response = json_response(200, result.text(0, json_column)).with("ETag", etag(version));
  if (waits) {
    response.watch = Watch{result.text(0, calendar_column), std::stoll(result.text(0, seq_column)), wait,
                           due_in(result.text(0, due_column))};
  }
  return response;
}

Response set_appointment_status(const Request& request, Database& database) {
  const Json decision = read_decision(request.body);
  pg::Parameter reply;
  if (decision.contains("reply") && decision["reply"].is_string()) reply = decision["reply"].get<std::string>();
  return changed_as(database.run(
      appointment_status_statement,
      {event_id(request), expected_versions(request), decision["status"].get<std::string>(),
       decision.value("if_still_free", false) ? "true" : "false", request.principal, idempotency_key(request), reply}));
}

}  // namespace jb::gateway
