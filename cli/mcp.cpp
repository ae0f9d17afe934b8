// SPDX-License-Identifier: PostgreSQL
//
// The protocol: JSON-RPC 2.0 in lines on standard input and output. Two kinds of clients are served: those that begin
// with initialize (revisions 2025-06-18 and 2025-11-25), and those whose every request names its revision in _meta
// (2026-07-28). One request is worked on at a time. While the server's answer is awaited, lines are read: a
// cancellation ends the transfer, a ping is answered.
#include "mcp.hpp"

#include <poll.h>
#include <unistd.h>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <optional>
#include <regex>
#include <sstream>
#include <utility>

#include "follow.hpp"
#include "mcp_json.hpp"
#include "openapi.hpp"
#include "terminal.hpp"

namespace jb::cli {

// What comes in is checked, what goes out is bounded.

namespace {

constexpr std::size_t kMostPlaces = 20, kLongestPlace = 100;
constexpr std::size_t kMostFaults = 20;
constexpr std::size_t kLongestPatterned = 1'000;  // std::regex recurses for each character

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// 3.0 is an integer, too; beyond 2^53 a double does not tell.
bool is_integer(const Json& value) {
  if (!value.is_number_float()) return value.is_number_integer();
  const auto number = value.get<double>();
  return std::floor(number) == number && std::abs(number) < 9'007'199'254'740'992.0;
}

bool is_of_type(const Json& value, const Json& type) {
  if (type.is_array())
    return std::any_of(type.begin(), type.end(), [&](const Json& each) { return is_of_type(value, each); });
  return type == value.type_name() || (type == "integer" && is_integer(value));
}

class Check {
 public:
  Json found = Json::array();

  void check(const Json& value, const Json& schema, const std::string& path) {
    if (schema.contains("anyOf")) {
      const auto& all = schema["anyOf"];
      const auto fits = [&](const Json& alternative) { return faults_of(value, alternative).empty(); };
      if (std::none_of(all.begin(), all.end(), fits)) check(value, all[0], path);
    }
    if (schema.contains("type") && !is_of_type(value, schema["type"]))
      return add(path, "it must be of type " + schema["type"].dump());
    if (schema.contains("enum") &&
        std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
      add(path, "it must be one of " + schema["enum"].dump());
    if (value.is_object()) check_members(value, schema, path);
    if (value.is_array()) {
      bounds(value.size(), schema, "minItems", "maxItems", " items", path);
      for (std::size_t i = 0; schema.contains("items") && i < value.size() && found.size() < kMostFaults; ++i)
        check(value[i], schema["items"], path + "/" + std::to_string(i));
    }
    if (value.is_string()) {
      const auto& text = value.get_ref<const std::string&>();
      bounds(characters(text), schema, "minLength", "maxLength", " characters", path);
      if (schema.contains("pattern") && (text.size() > kLongestPatterned ||
                                         !std::regex_search(text, std::regex(schema["pattern"].get<std::string>()))))
        add(path, "it must match " + schema["pattern"].get<std::string>());
    }
    if (value.is_number()) bounds(value.get<double>(), schema, "minimum", "maximum", "", path);
  }

 private:
  void add(const std::string& path, const std::string& message) {
    if (found.size() < kMostFaults) found.push_back({{"field", path}, {"message", message}});
  }

  void check_members(const Json& value, const Json& schema, const std::string& path) {
    const Json properties = schema.value("properties", Json::object());
    const auto place = [&](const std::string& name) { return path.empty() ? name : path + "/" + name; };
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name))
        check(member, properties[name], place(name));
      else if (schema.value("additionalProperties", Json(true)) == Json(false))
        add(place(cut(plain(name), 80)), "there is no such member");
    }
    for (const auto& name : schema.value("required", Json::array()))
      if (!value.contains(name)) add(place(name), "it is missing");
  }

  void bounds(double number, const Json& schema, const char* least, const char* most, const std::string& unit,
              const std::string& path) {
    if (schema.contains(least) && number < schema[least].get<double>())
      add(path, "it must have at least " + schema[least].dump() + unit);
    if (schema.contains(most) && number > schema[most].get<double>())
      add(path, "it must have at most " + schema[most].dump() + unit);
  }
};

/// Cuts texts, lists and metadata to so many bytes, without half a character at their end. `places`: JSON pointers to
/// what was shortened.
void shorten(Json& value, std::size_t most, const std::string& path, Json& places) {
  const auto note = [&](const std::string& place) {
    if (places.size() < kMostPlaces && place.size() < kLongestPlace) places.push_back(place);
  };
  if (value.is_string() && value.get_ref<const std::string&>().size() > most) {
    auto& text = value.get_ref<std::string&>();
    std::size_t size = most;
    while (size > 0 && (text[size] & 0xC0) == 0x80) --size;
    text.replace(size, text.npos, "…");
    note(path);
  }
  if (!value.is_structured()) return;
  std::size_t size = 0, kept = 0;
  for (auto&& [name, member] : value.items()) {
    const std::string place = path + "/" + name;
    if (name == "metadata" && member.dump().size() > most) {  // somebody's own object, whole or not at all
      member = nullptr;
      note(place);
    } else {
      shorten(member, most, place, places);
    }
    if (value.is_array() && (size += member.dump().size()) > most && kept > 0) {
      note(path);
      break;
    }
    ++kept;
  }
  if (value.is_array()) value.get_ref<Json::array_t&>().resize(kept);
}

/// FNV-1a, which is the same in every build: a cursor may be kept.
std::string digest(const std::string& text) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 1'099'511'628'211U;
  return std::to_string(hash);
}

}  // namespace

Json faults_of(const Json& value, const Json& schema) {
  Check check;
  check.check(value, schema, "");
  return check.found;
}

Json cleaned(const Json& value) {
  if (value.is_string()) return plain(value.get_ref<const std::string&>());
  if (!value.is_structured()) return value;
  Json result(value.type());
  for (const auto& [name, member] : value.items())
    if (value.is_array())
      result.push_back(cleaned(member));
    else
      result[plain(name)] = cleaned(member);
  return result;
}

void bound(Json& answer, std::size_t most) {
  if (answer.dump().size() <= most) return;
  for (std::size_t part = most / 2; part > 0; part /= 2) {
    Json places = Json::array(), shorter = answer;
    shorten(shorter, part, "", places);
    shorter["shortened"] = places;
    if (shorter.dump().size() > most) continue;
    answer = shorter;
    return;
  }
  answer = {{"shortened", {""}}};
}

std::string make_cursor(std::string_view list, const Json& filter, const std::string& after) {
  return std::string(list) + "." + digest(filter.dump()) + "." + after;
}

std::string read_cursor(const std::string& cursor, std::string_view list, const Json& filter) {
  const std::string begin = make_cursor(list, filter, "");
  if (!cursor.starts_with(begin))
    throw Problem(422, "wrong-cursor", "the cursor is of another list, or of other arguments");
  return cursor.substr(begin.size());
}

}  // namespace jb::cli

namespace jb::cli::of_mcp {

namespace {

constexpr const char* kUsage =
    R"(usage: jb mcp [--url URL] [--ca FILE] [--cert FILE] [--key FILE] [--read-only | --propose] [--timeout SECONDS]

Serves the HTTPS API to an agent, by the Model Context Protocol on standard input and output: find times, plan, book,
hold, confirm, change, cancel, look, status, why not, what happened since. The agent may do what the certificate may.
Ends when standard input ends, or on SIGINT or SIGTERM.

  --url URL            the address of the API, https (JB_URL)
  --ca FILE            the certificate of the server's CA, PEM (JB_CA)
  --cert FILE          the client certificate, PEM (JB_CERT)
  --key FILE           its key, PEM (JB_KEY)
  --read-only          offer no tool that writes
  --propose            offer tools that look, plan, hold a time until a deadline, and withdraw such holds; a hold moves
                       no other event
  --timeout SECONDS    how long to wait for an answer (30)
)";

constexpr const char* kModern = "2026-07-28";
constexpr const char* kLegacy[] = {"2025-11-25", "2025-06-18"};
constexpr const char* kVersionOfRequest = "io.modelcontextprotocol/protocolVersion";
constexpr std::size_t kLongestLine = 2 << 20;
constexpr std::size_t kLongestQueue = 100;

/// An error of JSON-RPC.
struct RpcError {
  int code;
  std::string message;
  Json data = nullptr;
};
constexpr int kParseError = -32700, kInvalidRequest = -32600, kNoMethod = -32601, kInvalidParams = -32602,
              kInternalError = -32603, kUnsupportedVersion = -32022;

Json server_info() { return {{"name", "jb_scheduler"}, {"title", "jb_scheduler"}, {"version", program_version()}}; }

Json tools_only() { return {{"tools", Json::object()}}; }

/// An id that could not be read is left out: null is none in this protocol.
void send(const Json& id, const char* member, Json value) {
  Json message = {{"jsonrpc", "2.0"}};
  if (!id.is_null()) message["id"] = id;
  message[member] = std::move(value);
  std::cout << message.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush;
}

void send_error(const Json& id, const RpcError& error) {
  Json value = {{"code", error.code}, {"message", error.message}};
  if (!error.data.is_null()) value["data"] = error.data;
  send(id, "error", std::move(value));
}

/// Ends when it has answered all of its input, when it is told to, or when nobody reads its answers.
class Server {
 public:
  Server(Https::Access access, Mode mode)
      : mode_(mode), signals_(signal_descriptor()), server_(std::move(access), [this] { return is_to_stop(); }) {}
  ~Server() { close(signals_); }

  void run() {
    while (!ends_ && std::cout && !(has_ended_ && requests_.empty())) {
      if (requests_.empty()) {
        receive(-1);
        continue;
      }
      const Json request = requests_.front();
      requests_.pop_front();
      answer(request);
    }
  }

 private:
  /// Called while the server's answer is awaited.
  bool is_to_stop() {
    receive(0);
    return ends_ || is_cancelled_ || !std::cout;
  }

  /// Reads what there is, and waits for it for as long. A full queue reads no more: the client has to wait.
  void receive(int milliseconds) {
    const bool reads = !has_ended_ && requests_.size() < kLongestQueue;
    pollfd descriptors[] = {{signals_, POLLIN, 0}, {reads ? STDIN_FILENO : -1, POLLIN, 0}};
    if (poll(descriptors, 2, milliseconds) <= 0) return;
    if (descriptors[0].revents != 0) ends_ = true;
    if (descriptors[1].revents == 0) return;
    char bytes[65'536];
    const ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    has_ended_ = count <= 0;
    partial_.append(bytes, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (has_ended_ && !partial_.empty()) partial_ += '\n';
    std::size_t begin = 0;
    for (auto end = partial_.find('\n'); end != std::string::npos; end = partial_.find('\n', begin = end + 1))
      if (!std::exchange(is_skipping_, false)) take(partial_.substr(begin, end - begin));
    partial_.erase(0, begin);
    if (partial_.size() <= kLongestLine) return;
    if (!is_skipping_) send_error(nullptr, {kInvalidRequest, "a message has at most 2 MiB"});
    is_skipping_ = true;
    partial_.clear();
  }

  /// A message without an id is a notification: it is never answered, and all but a cancellation are ignored.
  void take(const std::string& line) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) return;
    Json message;
    try {
      message = parse_json(line);
    } catch (const std::exception&) {
      return send_error(nullptr, {kParseError, "the line is no JSON, or nested too deeply"});
    }
    if (message.is_array()) return send_error(nullptr, {kInvalidRequest, "batches are not part of this protocol"});
    if (!message.is_object()) return send_error(nullptr, {kInvalidRequest, "a message is an object"});
    const Json id = message.value("id", Json()), method = message.value("method", Json());
    const bool has_id = id.is_string() || id.is_number_integer();
    if (!message.contains("method") && (message.contains("result") || message.contains("error"))) return;
    if (message.value("jsonrpc", Json()) != "2.0" || !method.is_string() || (message.contains("id") && !has_id))
      return send_error(has_id ? id : Json(),
                        {kInvalidRequest, "a request has jsonrpc 2.0, a method, and a string or integer id"});
    if (!has_id) {
      if (method == "notifications/cancelled" && message.value("params", Json()).is_object())
        cancel(message["params"].value("requestId", Json()));
    } else if (method == "ping" && !message.contains("params")) {
      send(id, "result", Json::object());
    } else {
      requests_.push_back(std::move(message));
    }
  }

  /// Nothing more is sent for the request, whether or not the server has carried it out.
  void cancel(const Json& id) {
    if (id.is_null()) return;
    if (id == current_) is_cancelled_ = true;
    std::erase_if(requests_, [&](const Json& request) { return request["id"] == id; });
  }

  void answer(const Json& request) {
    current_ = request["id"];
    is_cancelled_ = false;
    try {
      const Json params = request.value("params", Json::object());
      if (!params.is_object()) throw RpcError{kInvalidParams, "params is an object"};
      Json found = result(request["method"], params);
      if (!is_cancelled_ && !ends_) send(current_, "result", std::move(found));
    } catch (const RpcError& error) {
      send_error(current_, error);
    } catch (const std::exception& error) {
      std::cerr << "jb mcp: " << plain(error.what()) << "\n";
      send_error(current_, {kInternalError, "internal error"});
    }
    current_ = nullptr;
  }

  Json result(const std::string& method, const Json& params) {
    const Json meta = params.value("_meta", Json());
    const bool is_modern = meta.is_object() && meta.contains(kVersionOfRequest);
    return is_modern || method == "server/discover" ? modern_result(method, params, meta)
                                                    : legacy_result(method, params);
  }

  /// Revision 2026-07-28: each request stands alone.
  Json modern_result(const std::string& method, const Json& params, const Json& meta) {
    if (!meta.is_object() || !meta.value(kVersionOfRequest, Json()).is_string() ||
        !meta.value("io.modelcontextprotocol/clientCapabilities", Json()).is_object())
      throw RpcError{kInvalidParams, "_meta lacks the protocol version or the client's capabilities"};
    const Json versions = {kModern, kLegacy[0], kLegacy[1]};
    if (meta[kVersionOfRequest] != kModern)
      throw RpcError{kUnsupportedVersion,
                     "Unsupported protocol version",
                     {{"supported", versions}, {"requested", cleaned(meta[kVersionOfRequest])}}};
    Json found =
        method == "server/discover"
            ? Json{{"supportedVersions", versions}, {"capabilities", tools_only()}, {"instructions", instructions()}}
            : tools_result(method, params);
    if (method != "tools/call") found.update({{"ttlMs", 3'600'000}, {"cacheScope", "private"}});
    found["resultType"] = "complete";
    found["_meta"] = {{"io.modelcontextprotocol/serverInfo", server_info()}};
    return found;
  }

  /// Revisions that begin with initialize.
  Json legacy_result(const std::string& method, const Json& params) {
    if (method == "initialize") {
      const bool is_known = params.value("protocolVersion", Json()) == kLegacy[1];
      is_initialized_ = true;
      return {{"protocolVersion", kLegacy[is_known ? 1 : 0]},
              {"capabilities", tools_only()},
              {"serverInfo", server_info()},
              {"instructions", instructions()}};
    }
    if (method == "ping") return Json::object();
    if (!is_initialized_ && method.starts_with("tools/")) throw RpcError{kInvalidRequest, "initialize comes first"};
    return tools_result(method, params);
  }

  /// What both kinds of clients ask for.
  Json tools_result(const std::string& method, const Json& params) {
    if (method == "tools/call") return call(params);
    if (method != "tools/list") throw RpcError{kNoMethod, "there is no such method"};
    if (params.contains("cursor")) throw RpcError{kInvalidParams, "the list of tools has one page"};
    return {{"tools", list_tools(mode_)}};
  }

  Json call(const Json& params) {
    const Json name = params.value("name", Json()), arguments = params.value("arguments", Json::object());
    if (!name.is_string() || !arguments.is_object())
      throw RpcError{kInvalidParams, "a call has a name, and arguments that are an object"};
    Json found = call_tool(server_, mode_, name, arguments);
    if (found.is_null()) throw RpcError{kInvalidParams, "there is no such tool here"};
    return found;
  }

  const Mode mode_;
  const int signals_;
  Https server_;
  std::string partial_;        ///< a line that has not ended
  std::deque<Json> requests_;  ///< not yet answered
  Json current_;               ///< the id of the request that is being answered
  bool is_cancelled_ = false, is_skipping_ = false, is_initialized_ = false, has_ended_ = false, ends_ = false;
};

int run(int count, char** arguments) {
  Https::Access access{variable("JB_URL"), variable("JB_CA"), variable("JB_CERT"), variable("JB_KEY")};
  bool is_read_only = false, proposes = false;
  const auto patience = [&](long long seconds) { access.patience = std::chrono::seconds(seconds); };
  read_options(
      count, arguments,
      {text("url", access.url), text("ca", access.ca), text("cert", access.certificate), text("key", access.key),
       flag("read-only", is_read_only), flag("propose", proposes), number("timeout", 1, 300, patience)},
      0);
  if (is_read_only && proposes) throw UsageError("--read-only and --propose exclude each other");
  while (access.url.ends_with('/')) access.url.pop_back();
  if (!access.url.starts_with("https://")) throw UsageError("--url, or else JB_URL, must name an https address");
  for (const auto& [option, path] :
       {std::pair{"--ca", access.ca}, {"--cert", access.certificate}, {"--key", access.key}})
    if (!std::ifstream(path)) throw UsageError(std::string(option) + " does not name a file that can be read: " + path);
  Server(access, is_read_only ? Mode::read_only : proposes ? Mode::propose : Mode::all).run();
  return EXIT_SUCCESS;
}

// The tools of jb mcp: each has a function here, which turns a call into requests of the HTTPS API, and its texts and
// schemas in mcp.json. A refusal is an answer with what to do next, from mcp.json: no text of a server or an event
// stands where an agent reads what to do.

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

const jb::cli::Command jb::cli::mcp{"mcp", "serves the HTTPS API to an agent (MCP)", of_mcp::kUsage, of_mcp::run};
