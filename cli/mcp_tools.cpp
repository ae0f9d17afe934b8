// SPDX-License-Identifier: PostgreSQL
//
// The tools of jb mcp: each has a function here, which turns a call into requests of the HTTPS API, and its texts and
// schemas in mcp.json. A refusal is an answer with what to do next, from mcp.json: no text of a server or an event
// stands where an agent reads what to do.
#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include "mcp.hpp"
#include "mcp_json.hpp"
#include "openapi.hpp"

namespace jb::cli::of_mcp {

namespace {

constexpr long long kDayOfSeconds = 86'400;

/// An answer that is no success.
struct Refused {
  Json answer;
};

const Json& texts() {
  static const Json parsed = Json::parse(mcp_json);
  return parsed;
}

/// The advice for what to do next: the one for this reason or, without one, for this type of problem.
Json next_of(const std::string& reason, const std::string& type) {
  const Json& all = texts()["next"];
  return all.value(reason, all.value(type.substr(type.rfind('/') + 1), all["otherwise"]));
}

/// The members of an object that say something.
Json without_nulls(const Json& object) {
  Json result = Json::object();
  for (const auto& [name, member] : object.items())
    if (!member.is_null() && !(member.is_array() && member.empty()) && name != "image") result[name] = member;
  return result;
}

/// A plan's outcome.
Json outcome_of(const Json& outcome) {
  Json result = without_nulls(outcome);
  if (result.contains("event")) result["event"] = without_nulls(result["event"]);
  return result;
}

/// The answer for a problem. Of what the server says only the members of a problem are passed on.
Json refusal(long status, const Json& problem) {
  const std::string type = problem.value("type", ""), reason = problem.value("reason", "");
  const bool is_bound = status == 403 && problem.value("facts", Json::object()).contains("bound");
  Json answer = {{"status", status}, {"type", type}, {"next", next_of(is_bound ? "bound" : reason, type)}};
  for (const char* name : {"reason", "detail", "facts", "conflicts", "alternatives", "errors", "moves", "basis",
                           "rejection_id", "retry_after", "request_id"})
    if (problem.contains(name) && !problem[name].is_null()) answer[name] = problem[name];
  for (const auto& outcome : problem.value("outcomes", Json::array()))
    answer["outcomes"].push_back(outcome_of(outcome));
  return answer;
}

/// The answer for a problem of our own.
Json own_refusal(const Problem& problem, const Json& more = Json::object()) {
  Json all = {{"type", std::string("/problems/") + problem.type}, {"detail", problem.what()}};
  all.update(more);
  return refusal(problem.status, all);
}

/// One call of a tool.
struct Call {
  Https& server;
  const Mode mode;
  const std::string tool;
  const Json arguments;
  std::string key;  ///< of a write

  /// Throws Refused, Problem, and Json::exception for an answer of another form.
  HttpAnswer send(const HttpRequest& request) const {
    HttpAnswer answer = server.send(request);
    answer.body = cleaned(answer.body);
    if (answer.status < 400) return answer;
    if (answer.retry_after > 0) answer.body["retry_after"] = answer.retry_after;
    throw Refused{refusal(answer.status, answer.body)};
  }
  Json get(const std::string& path) const { return send({"GET", path, {}, {}, {}}).body; }

  /// The path of the event, or of a part of it.
  std::string path_of(const std::string& part = "") const {
    return "/events/" + std::to_string(arguments["event_id"].get<long long>()) + part;
  }

  /// The arguments without the cursor and the length of a page: what a list shows.
  Json filter() const {
    Json all = arguments;
    all.erase("cursor");
    all.erase("limit");
    return all;
  }
  /// Where the list goes on; nullopt at its beginning. Throws Problem.
  std::optional<std::string> position() const {
    if (!arguments.contains("cursor")) return std::nullopt;
    return read_cursor(arguments["cursor"], tool, filter());
  }
  std::string cursor(const std::string& after) const { return make_cursor(tool, filter(), after); }
  std::size_t limit() const { return arguments.value("limit", std::size_t{20}); }
};

// ---- schemas ----

const Json& openapi_json() {
  static const Json parsed = Json::parse(openapi);
  return parsed;
}

/// A schema of docs/openapi.json with what it refers to.
Json resolved(Json schema) {
  if (schema.contains("$ref")) {
    Json whole = openapi_json().at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1)));
    schema.erase("$ref");
    whole.update(schema);
    return resolved(std::move(whole));
  }
  if (schema.is_structured())
    for (auto& part : schema) part = resolved(std::move(part));
  return schema;
}

/// The schema of the named members. `otherwise`: schemas of those that `own` lacks; null if they are texts.
Json schema_of(std::string names, const Json& own, const Json& otherwise) {
  Json schema = {{"type", "object"}, {"properties", Json::object()}, {"required", Json::array()}};
  if (const auto at = names.find("*fields"); at != std::string::npos) names.replace(at, 7, texts()["fields"]);
  std::istringstream words(names);
  for (std::string name; words >> name;) {
    if (name.back() == '!') name.pop_back(), schema["required"].push_back(name);
    const bool is_own = own.contains(name), is_text = !is_own && otherwise.is_null();
    schema["properties"][name] = is_own ? own[name] : is_text ? Json{{"type", "string"}} : resolved(otherwise.at(name));
  }
  return schema;
}

Json input_of(const std::string& tool, Mode mode) {
  Json schema = schema_of(texts()["tools"][tool]["inputSchema"], texts()["inputs"],
                          openapi_json()["components"]["schemas"]["EventRequest"]["properties"]);
  schema["additionalProperties"] = false;
  if (mode == Mode::propose && tool == "cancel") schema["properties"].erase("scope");  // the others may be no holds
  return schema;
}

/// A success has the required members, and a refusal its own.
Json output_of(const std::string& tool) {
  const std::string names = texts()["tools"][tool].value("outputSchema", texts()["written"]);
  const std::string of_refusals = texts()["refusals"];
  Json schema = schema_of(names + " " + of_refusals, texts()["outputs"], {});
  schema["anyOf"] = {{{"required", schema["required"]}}, {{"required", {"status", "type", "next"}}}};
  schema.erase("required");
  return schema;
}

/// Throws Refused.
void require_fit(const Json& arguments, const std::string& tool, Mode mode) {
  const Json errors = faults_of(arguments, input_of(tool, mode));
  if (!errors.empty())
    throw Refused{own_refusal({422, "invalid-arguments", "the arguments do not fit the tool's input schema"},
                              {{"errors", errors}})};
}

// ---- writes ----

/// The request of a write: the arguments are its body, but for those that HTTP has elsewhere.
HttpRequest write_request(const Call& call, const std::string& action) {
  HttpRequest request{"POST", "/events", {}, call.arguments, {}};
  if (call.arguments.contains("event_id")) request.path = call.path_of(action == "change" ? "" : "/" + action);
  if (action == "change") request.method = "PATCH";
  if (action == "hold" && !call.arguments.contains("hold_for")) request.body["hold_for"] = kDayOfSeconds;
  if (call.arguments.contains("expected_version"))
    request.headers.push_back("If-Match: \"" + call.arguments["expected_version"].dump() + "\"");
  for (const char* name : {"action", "event_id", "basis", "idempotency_key", "expected_version"})
    request.body.erase(name);
  return request;
}

/// What the write would do.
Json tried(const Call& call, HttpRequest request) {
  request.body["dry_run"] = true;
  return call.send(request).body;
}

/// Throws Refused if the plan moves an event that has a place.
void refuse_moves(const Json& plan) {
  for (const auto& move : plan.value("moves", Json::array()))
    if (!move.at("old_start_timestamp").is_null())
      throw Refused{own_refusal({409, "would-move", "the hold would move other events"},
                                {{"reason", "would_move"}, {"moves", plan["moves"]}})};
}

/// Shows what a write would do. A refusal is shown as a plan, too, not as an error.
Json plan(const Call& call) {
  const std::string action = call.arguments["action"];
  Json arguments = call.arguments;
  arguments.erase("action");
  require_fit(arguments, action, Mode::all);
  try {
    Json outcome = outcome_of(tried(call, write_request(call, action)));
    if (action == "hold") refuse_moves(outcome);
    return outcome;
  } catch (const Refused& refusal) {
    if (!refusal.answer.contains("reason")) throw;
    Json answer = {{"outcome", "rejected"}};
    answer.update(refusal.answer);
    return answer;
  }
}

Json event_answer(const HttpAnswer& answer) {
  Json result = {{"event", without_nulls(answer.body)}, {"replayed", answer.is_replayed}};
  for (const auto& [name, as] : {std::pair{"moves", "moves"}, {"events", "event_ids"}, {"skipped", "skipped"}}) {
    if (result["event"].contains(name)) result[as] = result["event"][name];
    result["event"].erase(name);
  }
  return result;
}

Json send_write(const Call& call, HttpRequest request, const std::string& basis) {
  request.headers.push_back("Idempotency-Key: " + call.key);
  if (!basis.empty()) request.query["basis"] = basis;
  return event_answer(call.send(request));
}

Json write(const Call& call) {
  return send_write(call, write_request(call, call.tool), call.arguments.value("basis", ""));
}

/// A hold moves nobody: it does what a dry run has shown to move nobody. A repetition under a key has to get its first
/// answer, though its own event is in the way of the dry run by now: a key is asked before a basis (rule 4.16), so the
/// call is first sent with a basis that fits nothing.
Json hold(const Call& call) {
  const HttpRequest request = write_request(call, "hold");
  if (call.arguments.contains("idempotency_key")) {
    try {
      return send_write(call, request, "none");
    } catch (const Refused& refusal) {
      const Json errors = refusal.answer.value("errors", Json::array());
      if (errors.size() != 1 || errors[0].value("field", "") != "basis") throw;
    }
  }
  const Json outcome = tried(call, request);
  refuse_moves(outcome);
  return send_write(call, request, call.arguments.value("basis", outcome.value("basis", "")));
}

/// With --propose only a hold of the certificate's own can be cancelled. The version says that it is still the hold
/// that was looked at: nobody has confirmed it meanwhile.
Json cancel(const Call& call) {
  if (call.mode != Mode::propose) return write(call);
  HttpAnswer event;
  try {
    event.body = call.get(call.path_of());
  } catch (const Refused& refusal) {
    // Of an event that it may not read, a certificate can withdraw nothing but its own proposal.
    if (refusal.answer.value("status", 0) != 404) throw;
    return write(call);
  }
  const Json history = call.get(call.path_of("/history"));
  const Json caller = call.get("/whoami");
  const std::string status = event.body.value("status", "");
  const bool is_own = !history.empty() && history[0].at("version") == 1 && history[0].at("kind") == "held" &&
                      history[0].at("principal") == caller.at("principal");
  if (!is_own || (status != "held" && status != "cancelled"))
    throw Problem(403, "not-your-hold", "the event is not a hold that this certificate made");
  if (status == "cancelled") return event_answer(event);
  HttpRequest request = write_request(call, "cancel");
  if (request.headers.empty()) request.headers.push_back("If-Match: \"" + event.body.at("version").dump() + "\"");
  return send_write(call, request, call.arguments.value("basis", ""));
}

// ---- reads ----

/// The first items of a list that fit into an answer.
Json fitting(const Json& list, std::size_t from, std::size_t limit) {
  const auto& items = list.get_ref<const Json::array_t&>();
  Json page = Json::array();
  std::size_t size = kMostOfAnswer / 8;  // for the rest of the answer
  for (std::size_t i = from; i < items.size() && page.size() < limit; ++i) {
    const Json item = without_nulls(items[i]);
    size += item.dump().size() + 1;
    if (size > kMostOfAnswer && !page.empty()) break;
    page.push_back(item);
  }
  return page;
}

/// A page of a list, which goes on where its Link says. If not all of it fits, it is asked for again with fewer items,
/// since only the server knows where those end.
Json page(const Call& call, HttpRequest request, const char* member) {
  for (std::size_t limit = call.limit();;) {
    request.query["limit"] = limit;
    const HttpAnswer got = call.send(request);
    Json answer = {{member, fitting(got.body, 0, limit)}};
    limit = answer[member].size();
    if (limit < got.body.size()) continue;
    if (!got.after.empty()) answer["next_cursor"] = call.cursor(got.after);
    return answer;
  }
}

Json look(const Call& call) {
  if (call.arguments.contains("event_id")) {
    if (call.arguments.size() > 1) throw Problem(422, "invalid-arguments", "event_id goes without other arguments");
    return {{"events", Json::array({without_nulls(call.get(call.path_of()))})}};
  }
  HttpRequest request{"GET", "/events", call.filter(), {}, {}};
  if (const auto at = call.position()) request.query["after"] = *at;
  return page(call, request, "events");
}

/// Each page has a cursor: at the end of the list, one from which to ask again later.
Json what_happened(const Call& call) {
  const bool is_one = call.arguments.contains("calendar");
  HttpRequest request{"GET", "/changes", {}, {}, {}};
  if (is_one) request.path = "/calendars/" + call.server.escaped(call.arguments["calendar"]) + "/changes";
  const auto at = call.position();
  request.query[at ? "after" : "last"] = at.value_or(std::to_string(call.limit()));
  Json answer = page(call, request, "changes");
  if (answer.contains("next_cursor")) return answer;
  const Json& changes = answer["changes"];
  answer["next_cursor"] =
      call.cursor(is_one && !changes.empty() ? changes.back()["seq"].dump() : at.value_or(is_one ? "0" : ""));
  return answer;
}

/// A page of slots goes on with its last start, which the next page leaves out.
Json find_times(const Call& call) {
  HttpRequest request{"GET", "/slots", call.filter(), {}, {}};
  const auto at = call.position();
  if (at) request.query["from"] = *at;
  request.query["limit"] = call.limit() + 1;
  const auto answered = call.send(request);
  Json slots = answered.body;
  const bool is_full = slots.size() > call.limit();
  if (at && !slots.empty() && slots[0]["start_timestamp"] == *at) slots.erase(0);
  Json answer = {{"times", fitting(slots, 0, call.limit())}};
  if (!answered.as_of.empty()) answer["as_of"] = cleaned(answered.as_of);
  if (is_full || answer["times"].size() < slots.size())
    answer["next_cursor"] = call.cursor(answer["times"].back()["start_timestamp"]);
  return answer;
}

/// The verdicts are a list without Links: a cursor counts those that were shown.
Json why_not(const Call& call) {
  const auto at = call.position();
  HttpRequest request{"POST", "/events/explain", {{"limit", "1000"}}, call.filter(), {}};
  if (call.arguments.contains("event_id")) {
    if (call.filter().size() > 1)
      throw Problem(422, "invalid-arguments", "event_id goes without the fields of a request");
    request = {"GET", call.path_of("/explain"), {{"limit", "1000"}}, {}, {}};
  }
  Json verdicts = call.send(request).body;
  const Json last = without_nulls(verdicts.at(verdicts.size() - 1));
  verdicts.erase(verdicts.size() - 1);
  const std::size_t from = at ? std::strtoull(at->c_str(), nullptr, 10) : 0;
  Json answer = {{"answer", last}, {"passed", fitting(verdicts, from, call.limit())}};
  const std::size_t next = from + answer["passed"].size();
  if (next < verdicts.size()) answer["next_cursor"] = call.cursor(std::to_string(next));
  return answer;
}

Json status(const Call& call) { return {{"event", without_nulls(call.get(call.path_of().insert(7, "/status")))}}; }

// ---- the table ----

struct Tool {
  const char* name;
  Mode least;  ///< the narrowest mode that has it; a tool that only reads is in each
  Json (*run)(const Call&);
  bool destroys = false;  ///< whether it changes what is there already
};

constexpr Tool kTools[] = {{"find_times", Mode::read_only, find_times},
                           {"plan", Mode::read_only, plan},
                           {"book", Mode::all, write},
                           {"hold", Mode::propose, hold},
                           {"confirm", Mode::all, write},
                           {"change", Mode::all, write, true},
                           {"cancel", Mode::propose, cancel, true},
                           {"look", Mode::read_only, look},
                           {"status", Mode::read_only, status},
                           {"why_not", Mode::read_only, why_not},
                           {"what_happened", Mode::read_only, what_happened}};

std::string made_key() {
  std::string key;
  if (!std::getline(std::ifstream("/proc/sys/kernel/random/uuid"), key))
    throw std::runtime_error("could not make a key");
  return key;
}

}  // namespace

}  // namespace jb::cli::of_mcp

namespace jb::cli {

using namespace of_mcp;

Json list_tools(Mode mode) {
  Json list = Json::array();
  for (const Tool& tool : kTools) {
    if (tool.least < mode) continue;
    Json row = texts()["tools"][tool.name];
    row["name"] = tool.name;
    row["inputSchema"] = input_of(tool.name, mode);
    row["outputSchema"] = output_of(tool.name);
    row["annotations"] = {
        {"readOnlyHint", tool.least == Mode::read_only}, {"destructiveHint", tool.destroys}, {"openWorldHint", false}};
    list.push_back(std::move(row));
  }
  return list;
}

Json call_tool(Https& server, Mode mode, const std::string& name, const Json& arguments) {
  const auto tool = std::find_if(std::begin(kTools), std::end(kTools),
                                 [&](const Tool& each) { return each.name == name && each.least >= mode; });
  if (tool == std::end(kTools)) return nullptr;
  Call call{server, mode, name, arguments, ""};
  Json answer, with_key = Json::object();
  bool is_error = true;
  try {
    require_fit(arguments, name, mode);
    if (tool->least != Mode::read_only)
      call.key = arguments.contains("idempotency_key") ? arguments["idempotency_key"].get<std::string>() : made_key();
    answer = tool->run(call);
    is_error = false;
  } catch (const Refused& refusal) {
    answer = refusal.answer;
  } catch (const Problem& problem) {
    answer = own_refusal(problem);
  } catch (const Json::exception&) {
    answer = nullptr;  // which fits no schema
  }
  if (!call.key.empty()) with_key["idempotency_key"] = call.key;
  answer.update(with_key);
  if (!faults_of(answer, output_of(name)).empty()) {
    answer = own_refusal({502, "foreign-answer", "the server's answer is not one of the scheduler"});
    answer.update(with_key);
    is_error = true;
  }
  bound(answer);
  const Json text = {{"type", "text"}, {"text", answer.dump()}};
  return {{"content", Json::array({text})}, {"structuredContent", answer}, {"isError", is_error}};
}

std::string instructions() { return texts()["instructions"]; }

std::string program_version() { return openapi_json()["info"]["version"]; }

}  // namespace jb::cli
