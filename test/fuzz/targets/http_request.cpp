// SPDX-License-Identifier: PostgreSQL
//
// Promise: every request is answered, whatever it contains. The answer has one of the front end's statuses, headers
// that no value can break out of, and JSON if it says so. A problem names the error and shows nothing internal. Only
// text reaches the database, the log gets one line, and a parsed target is parsed the same when written again.
//
// Input: "POST /events?limit=3", lines "NAME: VALUE" of FastCGI parameters, an empty line, the body. The parameters
// that nginx would set have defaults. DB_OUTCOME, DB_DRY_RUN, DB_ROLE, DB_ROWS, DB_ERROR, DB_MESSAGE, DB_DETAIL and
// DB_HINT are the database's answer.
#include <algorithm>
#include <set>

#include "../../../fcgi/listener.hpp"
#include "../../../fcgi/message.hpp"
#include "../canned_database.hpp"
#include "../promise.hpp"
#include "../target.hpp"
#include "fcgi/answers.hpp"
#include "fcgi/gateway.hpp"
#include "fcgi/route.hpp"
#include "fcgi/telemetry.hpp"

namespace jb::fuzz::of_http_request {
namespace {

using gateway::Request;
using gateway::Response;

/// The database's errors begin with this text, so that they can be found in an answer.
const std::string kInside = "from the inside: ";

/// An input, split into its parts.
struct Message {
  std::map<std::string, std::string> parameters;
  std::string body;

  std::string value(const char* name, const char* otherwise) const {
    const auto found = parameters.find(name);
    return found == parameters.end() ? otherwise : found->second;
  }
};

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// A FastCGI parameter ends at a NUL, because nginx allows none in a header, and libfcgi reads C strings.
std::string c_string(std::string_view text) { return std::string(text.substr(0, text.find('\0'))); }

Message message_of(std::string_view text) {
  Message message;
  auto& parameters = message.parameters;
  parameters = {{"JB_CLIENT_VERIFY", "SUCCESS"},
                {"JB_CLIENT_ISSUER", "CN=ca"},
                {"JB_CLIENT_SUBJECT", "CN=manager"},
                {"JB_CALLER", "CN=ca/CN=manager"},
                {"JB_HAS_OWN_ORIGIN", "1"}};
  const auto line = take_line(text);
  const auto blank = std::min(line.find(' '), line.size());
  parameters["REQUEST_METHOD"] = c_string(line.substr(0, blank));
  parameters["REQUEST_URI"] = c_string(line.substr(std::min(blank + 1, line.size())));
  while (!text.empty()) {
    const auto header = take_line(text);
    if (header.empty()) break;
    const auto colon = header.find(": ");
    if (colon != std::string_view::npos)
      parameters[c_string(header.substr(0, colon))] = c_string(header.substr(colon + 2));
  }
  // Set only by nginx:
  parameters["JB_REQUEST_ID"] = "0123456789abcdef";
  parameters["JB_LOGGED_PATH"] = parameters["REQUEST_URI"].substr(0, parameters["REQUEST_URI"].find('?'));
  message.body = text;
  if (!parameters.contains("HTTP_CONTENT_TYPE") && !message.body.empty())
    parameters["HTTP_CONTENT_TYPE"] = "application/json";
  if (!parameters.contains("CONTENT_LENGTH")) parameters["CONTENT_LENGTH"] = std::to_string(message.body.size());
  return message;
}

Script script_of(const Message& message) {
  Script script;
  script.outcome = message.value("DB_OUTCOME", "placed");
  script.dry_run = message.value("DB_DRY_RUN", "f");
  script.role = message.value("DB_ROLE", "manager");
  script.rows = std::atoi(message.value("DB_ROWS", "1").substr(0, 1).c_str());
  if (const std::string sqlstate = message.value("DB_ERROR", ""); sqlstate.size() == 5)
    script.error = pg::Error(sqlstate, kInside + message.value("DB_MESSAGE", ""), message.value("DB_DETAIL", ""),
                             message.value("DB_HINT", ""));
  // The database's JSON is always UTF-8.
  if (!is_text(script.outcome)) script.outcome = "placed";
  if (!is_text(script.role)) script.role = "manager";
  return script;
}

/// libfcgi's request over an input in memory.
class Exchange {
 public:
  explicit Exchange(const Message& message) : body_(message.body) {
    for (const auto& [name, value] : message.parameters) variables_.push_back(name + "=" + value);
    for (std::string& variable : variables_) pointers_.push_back(variable.data());
    pointers_.push_back(nullptr);
    stream_.rdNext = reinterpret_cast<unsigned char*>(body_.data());
    stream_.stop = stream_.rdNext + body_.size();
    stream_.isReader = 1;
    stream_.fillBuffProc = [](FCGX_Stream* stream) { stream->isClosed = 1; };
    request_.in = &stream_;
    request_.envp = pointers_.data();
  }
  Request receive() {
    Request request = gateway::receive(request_);
    gateway::receive_body(request_, request);
    return request;
  }

 private:
  std::string body_;
  std::vector<std::string> variables_;
  std::vector<char*> pointers_;
  FCGX_Stream stream_{};
  FCGX_Request request_{};
};

bool is_json(const Response& response) {
  return std::any_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
    return header.first == "Content-Type" && header.second.find("json") != std::string::npos;
  });
}

void check_headers(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    promise(!name.empty() && name.find_first_of(" :\r\n") == std::string::npos, "a header has a name");
    promise(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos, "a header is one line");
  }
  const std::string wire = gateway::wire_head(response);
  const std::string head = wire.substr(0, wire.find("\r\n\r\n"));
  const auto breaks = static_cast<std::size_t>(std::count(head.begin(), head.end(), '\n'));
  const bool has_length = response.status != 204 && response.status != 304;
  promise(breaks == response.headers.size() + (has_length ? 1 : 0), "an answer has the headers that it was given");
}

void check_problem(const Response& response, const Request& request) {
  const auto problem = nlohmann::json::parse(response.body, nullptr, false);
  promise(problem.is_object(), "a problem is a JSON object");
  promise(problem.at("status") == response.status && !problem.at("title").get<std::string>().empty() &&
              problem.at("type").get<std::string>().starts_with("/problems/"),
          "a problem says what it is");
  promise(problem.at("request_id") == request.request_id, "a problem names its request");
  if (response.status == 400 || response.status == 422)
    promise(problem.contains("detail") || problem.contains("errors"), "a problem says what is wrong");
  if (response.status == 500)
    promise(response.body.find(kInside) == std::string::npos, "a problem is silent about the inside");
}

void check_answer(const Response& answer, const Request& request, const Script& script) {
  const Response& response = answer;
  constexpr int ours[] = {200, 201, 202, 204, 304, 400, 401, 403, 404, 405,
                          409, 410, 412, 413, 415, 422, 429, 500, 503};
  promise(std::find(std::begin(ours), std::end(ours), response.status) != std::end(ours), "a status is one of ours");
  promise(gateway::wire_head(response).substr(0, 13).find('\r') == std::string::npos, "a status has its phrase");
  promise(response.status != 500 || script.error, "nothing but the database makes an internal error");
  check_headers(response);
  if (response.status >= 400) return check_problem(response, request);
  if (is_json(response) && request.target.find("openapi") == std::string::npos)
    promise(nlohmann::json::accept(response.body), "JSON is JSON");
}

void check_log(const Response& answer, const Request& request) {
  const std::string line = gateway::log_line(request, answer, {});
  promise(line.find('\n') == line.size() - 1, "the log gets one line");
  promise(std::all_of(line.begin(), line.end() - 1, [](char c) { return c >= 0x20 && c < 0x7F; }), "of plain text");
}

/// The target, written again from its parsed form.
std::string written(const Request& request) {
  std::string target;
  for (const std::string& segment : request.path) target += "/" + gateway::percent_encode(segment);
  target += "/";
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    target += separator + gateway::percent_encode(name) + "=" + gateway::percent_encode(value);
    separator = '&';
  }
  return target;
}

void check_target(const std::string& target) {
  Request request, again;
  request.target = target;
  try {
    gateway::parse_target(request);
  } catch (const gateway::Problem&) {
    return;
  }
  again.target = written(request);
  gateway::parse_target(again);
  promise(again.path == request.path && again.query == request.query, "a target is read as it is written");
}

void check_link(const Request& request) {
  if (!request.route) return;
  const std::string link = gateway::next_link(request, "5,\"x\"");
  const auto end = link.find('>');
  promise(link.starts_with('<') && link.find_first_of("\r\n") == std::string::npos, "a link is one");
  Request next;
  next.target = link.substr(1, end - 1);
  gateway::parse_target(next);
  promise(next.path == request.path && !next.query.empty() && next.query.back().second == "5,\"x\"", "a link leads on");
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const auto message = message_of({reinterpret_cast<const char*>(data), size});
  const auto script = script_of(message);
  CannedDatabase database(script);
  gateway::Gateway gateway;
  gateway::Request request = Exchange(message).receive();
  const auto answer = gateway.answer(request, database, {});
  if (answer.awaited) {  // a long poll runs again at the end of its time, with its caller known
    request.has_waited = true;
    request.may_wait = false;
    const auto last = gateway.answer(request, database, {});
    promise(!last.awaited, "a long poll ends");
    check_answer(last, request, script);
  }
  check_answer(answer, request, script);
  check_log(answer, request);
  check_target(request.target);
  check_link(request);
  const bool is_read = request.route && request.route->access == gateway::Access::read;
  promise(!is_read || !database.was_written(), "a reading route writes nothing");
  return 0;
}

const Target target{"http_request", read_input};

}  // namespace
}  // namespace jb::fuzz::of_http_request
