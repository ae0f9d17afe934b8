// SPDX-License-Identifier: PostgreSQL
#include "router.hpp"

#include <algorithm>
#include <set>

#include "handlers/handlers.hpp"
#include "problem.hpp"

namespace jb::gateway {

namespace {

constexpr std::string_view event_list[] = {"calendar", "from", "to", "status", "attendee", "limit", "after"};
constexpr std::string_view only_limit[] = {"limit"};
constexpr std::string_view of_explanations[] = {"limit", "aside"};
constexpr std::string_view attachment_post[] = {"name"};
constexpr std::string_view slot_list[] = {"duration", "calendars", "from", "to", "limit"};
constexpr std::string_view lead_list[] = {"duration", "calendars"};
constexpr std::string_view time_range[] = {"from", "to"};
constexpr std::string_view icalendar_range[] = {"free_busy", "from", "to"};
constexpr std::string_view import_options[] = {"dry_run", "after", "limit"};
constexpr std::string_view only_free_busy[] = {"free_busy"};
constexpr std::string_view session_list[] = {"coach_hash_id", "client_hash_id", "from", "to", "limit", "after"};
constexpr std::string_view people_list[] = {"limit", "after"};
constexpr std::string_view poll_list[] = {"limit", "after"};
constexpr std::string_view availability_list[] = {"date", "from", "to", "limit", "after"};
constexpr std::string_view one_date[] = {"date"};
constexpr std::string_view slots_of_date[] = {"date", "duration", "limit", "after"};
constexpr std::string_view appointment_list[] = {"provider_id", "client", "status", "from", "to", "limit", "after"};
constexpr std::string_view calendar_list[] = {"calendar"};
constexpr std::string_view waiting[] = {"wait"};
constexpr std::string_view growing_list[] = {"after", "last", "limit", "wait"};

// Literals before placeholders: /events/status/:id would be /events/:id/history of the event "status".
const Route table[] = {
    {"GET", "/events", list_events, Access::read, Body::none, false, false, event_list},
    {"POST", "/events", create_event, Access::write, Body::json, false, false, {}, true},
    {"POST", "/events/batch", create_events, Access::write, Body::json, false, false, {}, true},
    {"POST", "/events/explain", explain_event, Access::read, Body::json, false, false, of_explanations},
    {"GET", "/events/status/:id", get_status, Access::read},
    {"GET", "/events/:id", get_event, Access::read, Body::none, true},
    {"PUT", "/events/:id", replace_event, Access::write, Body::json, true, false, {}, true},
    {"PATCH", "/events/:id", change_event, Access::write, Body::merge_patch, true, false, {}, true},
    {"DELETE", "/events/:id", delete_event, Access::write, Body::none, true, false, {}, true},
    {"POST", "/events/:id/cancel", cancel_event, Access::write, Body::optional, true, false, {}, true},
    {"POST", "/events/:id/confirm", confirm_event, Access::write, Body::optional, true, false, {}, true},
    {"POST", "/events/:id/deny", deny_event, Access::write, Body::optional, true, false, {}, true},
    {"GET", "/events/:id/history", get_history, Access::read},
    {"POST", "/events/:id/attachments", attach, Access::write, Body::file, true, false, attachment_post, true},
    {"GET", "/events/:id/attachments", list_attachments, Access::read},
    {"GET", "/events/:id/attachments/:n", get_attachment, Access::read},
    {"DELETE", "/events/:id/attachments/:n", detach, Access::write, Body::none, true, false, {}, true},
    {"GET", "/slots", list_slots, Access::read, Body::none, false, false, slot_list},
    {"GET", "/lead-time", list_lead_times, Access::read, Body::none, false, false, lead_list},
    {"GET", "/calendars", list_calendars, Access::read},
    {"GET", "/calendars/:name.ics", get_icalendar, Access::read, Body::none, true, false, icalendar_range},
    {"GET", "/calendars/:name", get_calendar, Access::read},
    {"PUT", "/calendars/:name", set_calendar, Access::write, Body::json},
    {"DELETE", "/calendars/:name", delete_calendar, Access::write},
    {"POST", "/calendars/:name/replan", replan_calendar, Access::write, Body::optional},
    {"POST", "/calendars/:name/import", import_calendar, Access::write, Body::calendar, false, false, import_options,
     true},
    {"POST", "/calendars/:name/feed", create_feed, Access::write, Body::optional},
    {"DELETE", "/calendars/:name/feed", revoke_feed, Access::write},
    {"GET", "/feeds/:token.ics", get_feed, Access::read, Body::none, true, false, only_free_busy, false, true},
    {"GET", "/calendars/:name/busy", list_busy, Access::read, Body::none, false, false, time_range},
    {"GET", "/calendars/:name/availability", list_availability, Access::read, Body::none, false, false, time_range},
    {"GET", "/calendars/:name/availability/:date", get_availability, Access::read},
    {"PUT", "/calendars/:name/availability/:date", set_availability, Access::write, Body::json},
    {"DELETE", "/calendars/:name/availability/:date", restore_availability, Access::write},
    {"GET", "/calendars/:name/changes", list_changes, Access::read, Body::none, false, false, growing_list},
    {"GET", "/rejections", list_rejections, Access::read, Body::none, false, false, growing_list},
    {"GET", "/api/v1/sessions", list_sessions, Access::read, Body::none, false, false, session_list},
    {"POST", "/api/v1/sessions", create_session, Access::write, Body::json, false, false, {}, true},
    {"GET", "/api/v1/sessions/:id", get_session, Access::read, Body::none, true},
    {"PATCH", "/api/v1/sessions/:id", change_session, Access::write, Body::merge_patch, true, false, {}, true},
    {"DELETE", "/api/v1/sessions/:id", delete_session, Access::write, Body::none, true, false, {}, true},
    {"GET", "/api/v1/coaches", list_coaches, Access::read, Body::none, false, false, people_list},
    {"POST", "/api/v1/coaches", create_coach, Access::write, Body::json},
    {"GET", "/api/v1/clients", list_clients, Access::read, Body::none, false, false, people_list},
    {"POST", "/api/v1/clients", create_client, Access::write, Body::json},
    {"GET", "/polls", list_polls, Access::read, Body::none, false, false, poll_list},
    {"POST", "/polls", create_poll, Access::write, Body::json},
    {"GET", "/polls/:id", get_poll, Access::read},
    {"DELETE", "/polls/:id", delete_poll, Access::write},
    {"POST", "/polls/:id/participants", invite_participant, Access::write, Body::json},
    {"PUT", "/polls/:id/schedules/:participant", answer_poll, Access::write, Body::json, false, false, {}, false, true},
    {"DELETE", "/polls/:id/schedules/:participant", withdraw, Access::write, Body::none, false, false, {}, false, true},
    {"GET", "/polls/:id/recommendations", list_recommendations, Access::read, Body::none, false, false, only_limit},
    {"POST", "/polls/:id/book", book_poll, Access::write, Body::optional, false, false, {}, true},
    {"GET", "/providers/:id/availability", list_provider_availability, Access::read, Body::none, false, false,
     availability_list},
    {"POST", "/providers/:id/availability", add_provider_availability, Access::write, Body::json},
    {"DELETE", "/providers/:id/availability", remove_provider_availability, Access::write, Body::none, false, false,
     one_date},
    {"GET", "/providers/:id/slots", list_provider_slots, Access::read, Body::none, false, false, slots_of_date},
    {"GET", "/appointments", list_appointments, Access::read, Body::none, false, false, appointment_list},
    {"POST", "/appointments", create_appointment, Access::write, Body::json, false, false, {}, true},
    {"GET", "/appointments/:id", get_appointment, Access::read, Body::none, true, false, waiting},
    {"PUT", "/appointments/:id/status", set_appointment_status, Access::write, Body::json, true, false, {}, true},
    {"GET", "/whoami", whoami, Access::read},
    {"GET", "/health", health, Access::read, Body::none, false, true},
    {"GET", "/health/live", live, Access::read, Body::none, false, true},
    {"GET", "/metrics", get_metrics, Access::read, Body::none, false, true, calendar_list},
    {"GET", "/openapi.json", get_description, Access::read},
};

/// What a face does not show is not there: neither found nor among the methods that it allows.
bool is_shown(const Route& route, Face face) {
  return face == Face::main || (face == Face::admin ? route.probe : route.guest);
}

/// What stands for the placeholder in the segment: all of it, or what comes before the ending that the pattern names
/// after a point (":name.ics"); nullopt where nothing does.
std::optional<std::string> value_of(std::string_view placeholder, const std::string& segment) {
  const std::string_view ending = placeholder.substr(std::min(placeholder.find('.'), placeholder.size()));
  if (segment.size() <= ending.size() || !segment.ends_with(ending)) return std::nullopt;
  return segment.substr(0, segment.size() - ending.size());
}

/// Whether the path has the pattern's shape; `values` are what stands for its placeholders, in order.
bool matches(std::string_view pattern, const std::vector<std::string>& path, std::vector<std::string>& values) {
  values.clear();
  for (const std::string& segment : path) {
    if (pattern.empty()) return false;
    pattern.remove_prefix(1);
    const std::string_view expected = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(expected.size());
    if (expected.starts_with(':')) {
      auto value = value_of(expected, segment);
      if (!value) return false;
      values.push_back(std::move(*value));
    } else if (expected != segment) {
      return false;
    }
  }
  return pattern.empty() && !path.empty();
}

Problem method_not_allowed(const Request& request, const std::string& allowed) {
  Problem problem(405, "method-not-allowed", "Method not allowed",
                  "The method " + request.method.substr(0, 50) + " is not allowed here; these are: " + allowed + ".");
  problem.with("Allow", allowed);
  return problem;
}

}  // namespace

std::span<const Route> routes() { return table; }

const Route& find_route(Request& request) {
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::vector<std::string> values;
  for (const Route& route : table) {
    if (route.method != method || !is_shown(route, request.face)) continue;
    if (!matches(route.pattern, request.path, values)) continue;
    values.resize(2);
    request.route = &route;
    request.parameter = std::move(values[0]);
    request.item = std::move(values[1]);
    return route;
  }
  const std::string allowed = allowed_methods(request.path, request.face);
  if (allowed.empty()) throw not_found("There is no such route on this address.");
  throw method_not_allowed(request, allowed);
}

const Route* route_of(const Request& request) noexcept {
  try {
    Request probe;
    probe.method = request.method;
    probe.target = request.target;
    probe.face = request.face;
    parse_target(probe);
    return &find_route(probe);
  } catch (const std::exception&) {
    return nullptr;  // what is wrong with it is told when it is answered
  }
}

bool takes_file(const Request& request) noexcept {
  const Route* route = route_of(request);
  return route && route->body == Body::file;
}

std::string allowed_methods(const std::vector<std::string>& path, Face face) {
  std::set<std::string_view> methods;
  std::vector<std::string> ignored;
  for (const Route& route : table) {
    if (!is_shown(route, face) || !matches(route.pattern, path, ignored)) continue;
    methods.insert({route.method, "OPTIONS"});
    if (route.method == "GET") methods.insert("HEAD");
  }
  std::string text;
  for (std::string_view method : methods) (text += text.empty() ? "" : ", ") += method;
  return text;
}

}  // namespace jb::gateway
