// SPDX-License-Identifier: PostgreSQL
//
// The protocol: JSON-RPC 2.0 in lines on standard input and output. Two kinds of clients are served: those that begin
// with initialize (revisions 2025-06-18 and 2025-11-25), and those whose every request names its revision in _meta
// (2026-07-28). One request is worked on at a time. While the server's answer is awaited, lines are read: a
// cancellation ends the transfer, a ping is answered.
#include "mcp.hpp"

#include <poll.h>
#include <unistd.h>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <utility>

#include "commands.hpp"
#include "follow.hpp"
#include "terminal.hpp"

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

}  // namespace

}  // namespace jb::cli::of_mcp

const jb::cli::Command jb::cli::mcp{"mcp", "serves the HTTPS API to an agent (MCP)", of_mcp::kUsage, of_mcp::run};
