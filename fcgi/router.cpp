// SPDX-License-Identifier: PostgreSQL
#include "router.hpp"

#include <algorithm>
#include <set>

#include "handlers/handlers.hpp"
#include "problem.hpp"

namespace jb::gateway {

namespace {

constexpr std::string_view event_list[] = {"calendar", "calendars", "from", "to",    "status",
                                           "attendee", "metadata",  "q",    "limit", "after"};
constexpr std::string_view all_or_none[] = {"all_or_none"};
constexpr std::string_view lists_of_events[] = {"calendars", "status"};
constexpr std::string_view only_limit[] = {"limit"};
constexpr std::string_view of_explanations[] = {"limit", "aside"};
constexpr std::string_view attachment_post[] = {"name"};
constexpr std::string_view only_calendars[] = {"calendars"};
constexpr std::string_view only_names[] = {"names"};
constexpr std::string_view only_status[] = {"status"};
constexpr std::string_view slot_list[] = {"duration", "calendars", "from", "to", "limit"};
constexpr std::string_view lead_list[] = {"duration", "calendars"};
constexpr std::string_view time_range[] = {"from", "to"};
constexpr std::string_view icalendar_range[] = {"free_busy", "from", "to"};
constexpr std::string_view import_options[] = {"dry_run", "after", "limit", "sync", "cancel_missing", "on_no_slot"};
constexpr std::string_view only_free_busy[] = {"free_busy"};
constexpr std::string_view session_list[] = {"coach_hash_id", "client_hash_id", "from", "to", "limit", "after"};
constexpr std::string_view people_list[] = {"limit", "after"};
constexpr std::string_view poll_list[] = {"limit", "after"};
constexpr std::string_view availability_list[] = {"date", "from", "to", "limit", "after"};
constexpr std::string_view one_date[] = {"date"};
constexpr std::string_view slots_of_date[] = {"date", "duration", "limit", "after"};
constexpr std::string_view slots_of_page[] = {"from", "limit"};
constexpr std::string_view appointment_list[] = {"provider_id", "client", "status", "from", "to", "limit", "after"};
constexpr std::string_view of_calendar[] = {"calendar"};
constexpr std::string_view calendar_list[] = {"names", "q", "limit", "after"};
constexpr std::string_view waiting[] = {"wait"};
constexpr std::string_view change_list[] = {"after", "last", "limit", "expand", "wait"};
constexpr std::string_view rejection_list[] = {"calendar", "after", "last", "limit", "wait"};

// Literals come before placeholders: otherwise /events/status/:id could match /events/:id/history with the event
// "status". Each row stands on a line of its own.
// clang-format off
const Route table[] = {
    {"GET", "/events", list_events, Access::read, {.parameters = event_list, .lists = lists_of_events}},
    {"POST", "/events", create_event, Access::write, {.body = Body::json, .keyed = true}},
    {"POST", "/events/batch", create_events, Access::write, {.body = Body::json, .parameters = all_or_none, .keyed = true}},
    {"PATCH", "/events/batch", change_events, Access::write, {.body = Body::json, .keyed = true}},
    {"POST", "/events/explain", explain_request, Access::read, {.body = Body::json, .parameters = of_explanations}},
    {"GET", "/events/status/:id", get_status, Access::read},
    {"GET", "/events/:id", get_event, Access::read, {.versioned = true}},
    {"PUT", "/events/:id", replace_event, Access::write, {.body = Body::json, .versioned = true, .keyed = true}},
    {"PATCH", "/events/:id", change_event, Access::write, {.body = Body::merge_patch, .versioned = true, .keyed = true}},
    {"DELETE", "/events/:id", delete_event, Access::write, {.versioned = true, .keyed = true}},
    {"POST", "/events/:id/cancel", cancel_event, Access::write, {.body = Body::optional, .versioned = true, .keyed = true}},
    {"POST", "/events/:id/confirm", confirm_event, Access::write, {.body = Body::optional, .versioned = true, .keyed = true}},
    {"POST", "/events/:id/deny", deny_event, Access::write, {.body = Body::optional, .versioned = true, .keyed = true}},
    {"GET", "/events/:id/history", get_history, Access::read},
    {"GET", "/events/:id/explain", explain_event, Access::read, {.parameters = only_limit}},
    {"POST", "/events/:id/attachments", attach, Access::write, {.body = Body::file, .versioned = true, .parameters = attachment_post, .keyed = true}},
    {"GET", "/events/:id/attachments", list_attachments, Access::read},
    {"GET", "/events/:id/attachments/:n", get_attachment, Access::read},
    {"DELETE", "/events/:id/attachments/:n", detach, Access::write, {.versioned = true, .keyed = true}},
    {"GET", "/slots", list_slots, Access::read, {.parameters = slot_list, .lists = only_calendars}},
    {"GET", "/lead-time", list_lead_times, Access::read, {.parameters = lead_list, .lists = lead_list}},
    {"GET", "/calendars", list_calendars, Access::read, {.parameters = calendar_list, .lists = only_names}},
    {"GET", "/calendars/:name.ics", get_icalendar, Access::read, {.versioned = true, .parameters = icalendar_range}},
    {"GET", "/calendars/:name", get_calendar, Access::read},
    {"PUT", "/calendars/:name", set_calendar, Access::write, {.body = Body::json}},
    {"DELETE", "/calendars/:name", delete_calendar, Access::write},
    {"GET", "/calendars/:name/grants", list_grants, Access::read},
    {"PUT", "/calendars/:name/grants", set_grants, Access::write, {.body = Body::json}},
    {"POST", "/calendars/:name/replan", replan_calendar, Access::write, {.body = Body::optional}},
    {"POST", "/calendars/:name/import", import_calendar, Access::write, {.body = Body::calendar, .parameters = import_options, .keyed = true}},
    {"POST", "/calendars/:name/feed", create_feed, Access::write, {.body = Body::optional}},
    {"DELETE", "/calendars/:name/feed", revoke_feed, Access::write},
    {"GET", "/feeds/:token.ics", get_feed, Access::read, {.versioned = true, .parameters = only_free_busy, .guest = true}},
    {"GET", "/calendars/:name/busy", list_busy, Access::read, {.parameters = time_range}},
    {"GET", "/calendars/:name/availability", list_availability, Access::read, {.parameters = time_range}},
    {"GET", "/calendars/:name/availability/:date", get_availability, Access::read},
    {"PUT", "/calendars/:name/availability/:date", set_availability, Access::write, {.body = Body::json}},
    {"DELETE", "/calendars/:name/availability/:date", restore_availability, Access::write},
    {"GET", "/calendars/:name/changes", list_changes, Access::read, {.parameters = change_list}},
    {"GET", "/changes", list_all_changes, Access::read, {.parameters = change_list}},
    {"GET", "/rejections", list_rejections, Access::read, {.parameters = rejection_list}},
    {"GET", "/api/v1/sessions", list_sessions, Access::read, {.parameters = session_list}},
    {"POST", "/api/v1/sessions", create_session, Access::write, {.body = Body::json, .keyed = true}},
    {"GET", "/api/v1/sessions/:id", get_session, Access::read, {.versioned = true}},
    {"PATCH", "/api/v1/sessions/:id", change_session, Access::write, {.body = Body::merge_patch, .versioned = true, .keyed = true}},
    {"DELETE", "/api/v1/sessions/:id", delete_session, Access::write, {.versioned = true, .keyed = true}},
    {"GET", "/api/v1/coaches", list_coaches, Access::read, {.parameters = people_list}},
    {"POST", "/api/v1/coaches", create_coach, Access::write, {.body = Body::json}},
    {"GET", "/api/v1/clients", list_clients, Access::read, {.parameters = people_list}},
    {"POST", "/api/v1/clients", create_client, Access::write, {.body = Body::json}},
    {"GET", "/polls", list_polls, Access::read, {.parameters = poll_list}},
    {"POST", "/polls", create_poll, Access::write, {.body = Body::json}},
    {"GET", "/polls/:id", get_poll, Access::read, {.versioned = true, .parameters = waiting, .guest = true}},
    {"GET", "/polls/:id/invitation", get_invitation, Access::read, {.guest = true}},
    {"DELETE", "/polls/:id", delete_poll, Access::write, {.guest = true}},
    {"POST", "/polls/:id/participants", invite_participant, Access::write, {.body = Body::json, .guest = true}},
    {"DELETE", "/polls/:id/participants/:participant", revoke_invitation, Access::write, {.guest = true}},
    {"PUT", "/polls/:id/schedules/:participant", answer_poll, Access::write, {.body = Body::json, .guest = true}},
    {"DELETE", "/polls/:id/schedules/:participant", withdraw, Access::write, {.guest = true}},
    {"GET", "/polls/:id/recommendations", list_recommendations, Access::read, {.parameters = only_limit, .guest = true}},
    {"POST", "/polls/:id/book", book_poll, Access::write, {.body = Body::optional, .keyed = true, .guest = true}},
    {"GET", "/providers/:id/availability", list_provider_availability, Access::read, {.parameters = availability_list}},
    {"POST", "/providers/:id/availability", add_provider_availability, Access::write, {.body = Body::json}},
    {"DELETE", "/providers/:id/availability", remove_provider_availability, Access::write, {.parameters = one_date}},
    {"GET", "/providers/:id/slots", list_provider_slots, Access::read, {.parameters = slots_of_date}},
    {"GET", "/appointments", list_appointments, Access::read, {.parameters = appointment_list, .lists = only_status}},
    {"POST", "/appointments", create_appointment, Access::write, {.body = Body::json, .keyed = true}},
    {"GET", "/appointments/:id", get_appointment, Access::read, {.versioned = true, .parameters = waiting}},
    {"PUT", "/appointments/:id/status", set_appointment_status, Access::write, {.body = Body::json, .versioned = true, .keyed = true}},
    {"GET", "/book/:id", get_booking_page, Access::read, {.guest = true}},
    {"POST", "/book/:id", make_booking, Access::write, {.body = Body::json, .guest = true}},
    {"GET", "/book/:id/slots", list_booking_slots, Access::read, {.parameters = slots_of_page, .guest = true}},
    {"GET", "/book/:id/booking", get_booking, Access::read, {.versioned = true, .parameters = waiting, .guest = true}},
    {"PUT", "/book/:id/booking", move_booking, Access::write, {.body = Body::json, .guest = true}},
    {"DELETE", "/book/:id/booking", cancel_booking, Access::write, {.guest = true}},
    {"GET", "/whoami", whoami, Access::read},
    {"GET", "/health", health, Access::read, {.probe = true}},
    {"GET", "/health/live", live, Access::read, {.probe = true}},
    {"GET", "/metrics", get_metrics, Access::read, {.probe = true, .parameters = of_calendar, .lists = of_calendar}},
    {"GET", "/openapi.json", get_description, Access::read},
};
// clang-format on

/// Whether a face has the route. A route that a face does not have is not found there, and is not listed in `Allow`.
bool is_shown(const Route& route, Face face) {
  return face == Face::main || (face == Face::admin ? route.probe : route.guest);
}

/// The value of the placeholder in the segment: the whole segment, or the part before the ending that the pattern names
/// after a dot (":name.ics"). nullopt when the segment does not have this ending, or when the value would be empty.
std::optional<std::string> value_of(std::string_view placeholder, const std::string& segment) {
  const std::string_view ending = placeholder.substr(std::min(placeholder.find('.'), placeholder.size()));
  if (segment.size() <= ending.size() || !segment.ends_with(ending)) return std::nullopt;
  return segment.substr(0, segment.size() - ending.size());
}

/// Whether the path matches the pattern; `values` gets the values of the pattern's placeholders, in order.
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
    return nullptr;  // the answer to the request will say what is wrong with the request
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
