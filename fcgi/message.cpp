// SPDX-License-Identifier: PostgreSQL
#include "message.hpp"

#include <strings.h>
#include <cctype>
#include <charconv>
#include <ranges>

namespace jb::gateway {

namespace {

/// The parameters of FastCGI and their members.
constexpr std::pair<std::string_view, std::string Request::*> kParametersRead[] = {
    {"REQUEST_METHOD", &Request::method},
    {"REQUEST_URI", &Request::target},
    {"HTTP_CONTENT_TYPE", &Request::content_type},
    {"CONTENT_LENGTH", &Request::content_length},
    {"HTTP_CONTENT_ENCODING", &Request::content_encoding},
    {"HTTP_IF_MATCH", &Request::if_match},
    {"HTTP_IF_NONE_MATCH", &Request::if_none_match},
    {"HTTP_ORIGIN", &Request::origin},
    {"HTTP_IDEMPOTENCY_KEY", &Request::idempotency_key},
    {"HTTP_AUTHORIZATION", &Request::authorization},
    {"HTTP_SEC_FETCH_MODE", &Request::fetch_mode},
    {"HTTP_EXPECT_PRINCIPAL", &Request::expected_principal},
    {"JB_CLIENT_VERIFY", &Request::verify},
    {"JB_CLIENT_ISSUER", &Request::issuer},
    {"JB_CLIENT_SUBJECT", &Request::subject},
    {"JB_FACE", &Request::face_name},
    {"JB_CALLER", &Request::caller},
    {"JB_HAS_OWN_ORIGIN", &Request::has_own_origin},
    {"JB_TIME", &Request::time},
    {"JB_LOGGED_PATH", &Request::logged_path},
    {"JB_PUBLIC_URL", &Request::public_url},
    {"JB_REQUEST_ID", &Request::request_id},
};

/// The value of a key or condition that was sent empty. It is refused, since the caller relies on it.
constexpr const char* kBlank = " ";

bool is_relied_on(std::string Request::* header) {
  return header == &Request::idempotency_key || header == &Request::if_match || header == &Request::if_none_match;
}

void parse_path(Request& request, std::string_view path) {
  if (!path.starts_with('/')) throw bad_request("the path does not begin with a slash");
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return;
  for (const auto segment : std::views::split(path, '/'))
    request.path.push_back(percent_decode({segment.begin(), segment.end()}, false));
}

void parse_query(Request& request, std::string_view query) {
  for (const auto part : std::views::split(query, '&')) {
    const std::string_view pair{part.begin(), part.end()};
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    request.query.emplace_back(percent_decode(pair.substr(0, equals), true),
                               percent_decode(pair.substr(std::min(equals + 1, pair.size())), true));
  }
}

/// The entity tags of the header (RFC 9110, 8.8.3), weak or strong, without W/ and quotes; at least one. Empty members
/// of the list are ignored (5.6.1).
std::vector<std::string_view> parse_tags(const char* name, std::string_view header) {
  std::vector<std::string_view> tags;
  std::string_view rest = header;
  const auto skip = [&](const char* what) { rest.remove_prefix(std::min(rest.find_first_not_of(what), rest.size())); };
  const auto check = [&](bool is_right) {
    if (!is_right) throw bad_parameter(name, header, "must be entity tags in quotes, such as \"3\", or *");
  };
  for (skip(" \t,"); !rest.empty(); skip(" \t,")) {
    if (rest.starts_with("W/")) rest.remove_prefix(2);
    const std::size_t end = rest.find('"', 1);
    check(rest.starts_with('"') && end != std::string_view::npos);
    tags.push_back(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    skip(" \t");
    if (!rest.empty() && rest[0] != ',') throw bad_parameter(name, header, "needs a comma between its tags");
  }
  check(!tags.empty());
  return tags;
}

bool is_version(std::string_view text) {
  return !text.empty() && text.size() <= 18 && text.front() != '0' &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Whether an event can have the tag: "3", or "3-1", with the number of zone changes.
bool is_tag_of_event(std::string_view tag) {
  const std::size_t dash = std::min(tag.find('-'), tag.size());
  return is_version(tag.substr(0, dash)) && (dash == tag.size() || is_version(tag.substr(dash + 1)));
}

/// The text without its quotes and escapes; empty if the quotes or escapes are malformed.
std::string unquoted(std::string_view text) {
  std::string result;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1 == text.size() ? result : "";
    if (text[i] == '\\' && (++i == text.size() || (text[i] != '"' && text[i] != '\\'))) return "";
    result += text[i];
  }
  return "";
}

}  // namespace

// Repeated headers are one, joined with a comma (RFC 9110, 5.3), so that no value is lost. Of a parameter that nginx
// sets, the first counts.
Request read_request(const char* const* parameters) {
  Request request;
  for (; parameters && *parameters; ++parameters) {
    const std::string_view text = *parameters, name = text.substr(0, text.find('='));
    for (const auto& [known, member] : kParametersRead) {
      if (name != known) continue;
      std::string value(text.substr(std::min(name.size() + 1, text.size())));
      if (value.empty() && is_relied_on(member)) value = kBlank;
      std::string& read = request.*member;
      if (read.empty())
        read = std::move(value);
      else if (name.starts_with("HTTP_"))
        read += ", " + value;
    }
  }
  if (request.face_name == "admin") request.face = Face::admin;
  if (request.face_name == "guest") request.face = Face::guest;
  return request;
}

void parse_target(Request& request) {
  const std::string_view target = request.target;
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path.clear();
  request.query.clear();
  parse_path(request, target.substr(0, question));
  parse_query(request, target.substr(std::min(question + 1, target.size())));
}

std::string percent_decode(std::string_view text, bool plus_is_blank) {
  const auto wrong = [&] {
    return bad_request("the address is not percent-encoded text: " + std::string(text.substr(0, 200)));
  };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i] == '+' && plus_is_blank ? ' ' : text[i];
    if (c == '%') {
      std::uint8_t byte = 0;
      const char* digits = text.data() + i + 1;
      if (text.size() - i < 3 || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) throw wrong();
      c = static_cast<char>(byte);
      i += 2;
    }
    if (c == '\0') throw wrong();
    decoded += c;
  }
  if (!is_utf8(decoded)) throw wrong();
  return decoded;
}

std::string percent_encode(std::string_view text, std::string_view kept) {
  constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (char c : text) {
    if (unreserved.find(c) != std::string_view::npos || kept.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', digits[byte / 16], digits[byte % 16]};
    }
  }
  return encoded;
}

bool is_utf8(const std::string& text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return true;  // mostly
  try {
    Json(text).dump();
    return true;
  } catch (const Json::type_error&) {  // 316
    return false;
  }
}

std::string etag(std::string_view tag) { return '"' + std::string(tag) + '"'; }

pg::Parameter expected_tags(const Request& request) {
  if (request.if_match.empty() || request.if_match == "*") return std::nullopt;
  std::string tags;
  for (const std::string_view tag : parse_tags("If-Match", request.if_match))
    if (is_tag_of_event(tag)) tags.append(tags.empty() ? "" : ",").append(tag);
  return "{" + (tags.empty() ? "0" : tags) + "}";
}

bool is_not_modified(const Request& request, std::string_view tag) {
  if (request.if_none_match.empty()) return false;
  if (request.if_none_match == "*") return true;
  const auto tags = parse_tags("If-None-Match", request.if_none_match);
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

pg::Parameter idempotency_key(const Request& request) {
  constexpr std::size_t longest = 255;
  const std::string& given = request.idempotency_key;
  if (given.empty()) return std::nullopt;
  const std::string key = given.starts_with('"') ? unquoted(given) : given;
  const auto is_printable = [](char c) { return c >= 0x20 && c < 0x7F; };
  // Repeated headers come as one, with a comma.
  const bool are_several = !given.starts_with('"') && given.find(',') != std::string::npos;
  const bool is_blank = key.find_first_not_of(' ') == std::string::npos;
  if (is_blank || key.size() > longest || are_several || !std::all_of(key.begin(), key.end(), is_printable))
    throw bad_parameter(
        "Idempotency-Key", given,
        "must be one key of 1 to 255 printable characters, not all blank, in quotes or without a comma");
  return key;
}

pg::Parameter bearer_token(const Request& request) {
  constexpr std::string_view scheme = "bearer ";
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
  constexpr std::size_t longest = 500;
  const std::string& given = request.authorization;
  if (given.empty()) return std::nullopt;
  const std::string token = given.substr(std::min(given.find_first_not_of(' ', scheme.size()), given.size()));
  if (strncasecmp(given.c_str(), scheme.data(), scheme.size()) != 0 || token.empty() || token.size() > longest ||
      token.find_first_not_of(allowed) != std::string::npos)
    throw bad_request("Authorization must be Bearer and a token, as it was given out");
  return token;
}

Response json_response(int status, std::string body) {
  Response response{status, {}, std::move(body)};
  response.with("Content-Type", "application/json");
  return response;
}

std::string wire_head(const Response& response) {
  constexpr std::pair<int, std::string_view> phrases[] = {
      {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {304, "Not Modified"}};
  std::string_view phrase = response.title;
  for (const auto& [status, of_status] : phrases)
    if (status == response.status) phrase = of_status;
  std::string text = "Status: " + std::to_string(response.status) + " " + std::string(phrase) + "\r\n";
  for (const auto& [name, value] : response.headers) text.append(name).append(": ").append(value).append("\r\n");
  const bool may_have_body = response.status != 204 && response.status != 304;  // RFC 9110, 6.4.1
  if (may_have_body) text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  return text += "\r\n";
}

namespace {

/// An error that the extension's functions raise (extension/errors.def).
struct OwnError {
  std::string_view sqlstate;
  int status;
  const char* type;
  const char* title;
};
constexpr OwnError kOwnErrors[] = {
#define JB_ERROR(name, sqlstate, http, type, title, retry, when) {sqlstate, http, type, title},
#include "../extension/errors.def"
#undef JB_ERROR
};

/// An error of PostgreSQL itself that a client can cause or wait out. `code` is a SQLSTATE or a prefix of one; the
/// first row that matches counts. With an empty `detail` the client gets the server's message: messages of class 22
/// mention only the value that the client sent.
struct ForeignError {
  std::string_view code;
  int status;
  const char* detail;
};
constexpr ForeignError kForeignErrors[] = {
    {"22P05", 400, ""},  // \u0000 in a JSON string
    {"22021", 400, ""},  // invalid UTF-8
    {"22007", 400, ""},
    {"22008", 400, ""},
    {"22009", 400, ""},
    {"22003", 400, ""},
    {"22015", 422, "A duration is out of range: it is 1 second to 366 days."},
    {"54001", 400, "The JSON is nested too deeply."},
    {"54000", 400, "The JSON is too large."},
    {"25006", 503, "The database takes no writes at present."},
    {"55P03", 503, "Another request held the calendar for too long."},
    {"57014", 503, "The request took too long and was cancelled."},
    {"40001", 503, "Other requests were in the way, several times."},
    {"40P01", 503, "Other requests were in the way, several times."},
    {"58P01", 503, "The server lacks the library of this database's version, which has to be installed."},
    {"42883", 503, "The scheduler in the database is of another version, which does not know this."},
    {"53", 503, "The database lacks resources at present."},
    {"57P", 503, "The database is restarting."},
    {"08", 503, "The database cannot be reached."},
};

/// How hints name things over HTTPS: routes for SQL functions, parameters for arguments, JSON for literals.
constexpr std::pair<std::string_view, std::string_view> kSpoken[] = {
    {": interval '30 minutes' in SQL, 1800 in JSON", ", such as 1800"},
    {"interval '30 minutes'", "1800"},
    {"max_rows", "limit"},
    {"jb_appointments()", "GET /appointments"},
    {"jb_attach()", "POST /events/:id/attachments"},
    {"jb_calendar()", "GET /calendars/:name"},
    {"jb_calendar_set()", "PUT /calendars/:name"},
    {"jb_calendars()", "GET /calendars"},
    {"jb_changes()", "GET /calendars/:name/changes"},
    {"jb_changes_after()", "GET /calendars/:name/changes?last=1"},
    {"jb_changes_cursor()", "the Link of GET /changes?last=1"},
    {"jb_clients()", "GET /api/v1/clients"},
    {"jb_coaches()", "GET /api/v1/coaches"},
    {"jb_detach()", "DELETE /events/:id/attachments/:n"},
    {"jb_events()", "GET /events"},
    {"jb_feed_create()", "POST /calendars/:name/feed"},
    {"jb_poll_answer()", "PUT /polls/:id/schedules/:participant"},
    {"jb_poll_invite()", "POST /polls/:id/participants"},
    {"jb_provider_availability_add()", "POST /providers/:id/availability"},
    {"jb_schedule()", "POST /events"},
    {"jb_sessions()", "GET /api/v1/sessions"},
};

/// DETAIL as JSON, if it is JSON.
Json detail_of(const pg::Error& error) { return Json::parse(error.detail(), nullptr, /*allow_exceptions=*/false); }

/// Whether DETAIL is the plan of an outcome that is the row's type.
bool names(const Json& detail, const OwnError& row) {
  return detail.is_object() && detail.contains("outcome") && detail["outcome"] == row.type;
}

/// The row of the error; null if there is none. Of two rows with its SQLSTATE, the one that its DETAIL names.
const OwnError* own_error(const pg::Error& error) {
  const OwnError* found = nullptr;
  for (const OwnError& row : kOwnErrors) {
    if (row.sqlstate == error.sqlstate() && (found == nullptr || names(detail_of(error), row))) found = &row;
  }
  return found;
}

Problem own_problem(const OwnError& row, const pg::Error& error) {
  if (row.status == 500) return internal_problem({});
  Problem problem(row.status, row.type, row.title, error.what());
  if (!error.hint().empty()) problem.members["hint"] = hint_of(error);
  if (row.status == 503) problem.with("Retry-After", "1");
  const Json detail = detail_of(error);
  // JSON in DETAIL becomes members of the problem: the list of all invalid fields, the facts of a refusal, or a plan.
  // Otherwise DETAIL is a sentence.
  if (names(detail, row))
    problem.members.update(detail);
  else if (detail.is_structured())
    problem.members[detail.is_array() ? "errors" : "facts"] = detail;
  else if (!error.detail().empty())
    problem.detail += ". " + error.detail();
  return problem;
}

Problem foreign_problem(const ForeignError& row, const pg::Error& error) {
  std::string detail = row.detail;
  if (detail.empty()) {
    detail = error.what();
    if (!error.detail().empty()) detail += ": " + error.detail();
  }
  if (row.status == 400) return Problem(400, "unparsable-value", "Unparsable value", detail);
  if (row.status == 422) return invalid_body(detail);
  return Problem(503, "unavailable", "Service unavailable", detail + " Try again.").with("Retry-After", "1");
}

Problem classify(const pg::Error& error) {
  // Without a hint the message is PostgreSQL's own, which names the missing privilege. The caller needs to know only
  // that the role does not allow the call. The extension's own refusal has a hint, and says what a calendar does not
  // grant.
  if (error.sqlstate() == "42501" && error.hint().empty())
    return Problem(403, "not-allowed", "Not allowed", "Your role does not allow this request.");
  if (const auto* row = own_error(error)) return own_problem(*row, error);
  for (const ForeignError& row : kForeignErrors)
    if (error.sqlstate().starts_with(row.code)) return foreign_problem(row, error);
  return internal_problem({});
}

/// The arguments of reading functions whose query parameters have another name.
constexpr std::pair<std::string_view, std::string_view> kParameters[] = {
    {"from_time", "from"}, {"to_time", "to"},     {"from_date", "from"},
    {"to_date", "to"},     {"max_rows", "limit"}, {"durations", "duration"}};

/// The name of a field over HTTP: for a reading function the query parameter, "duration[2]" for "durations[2]"; for an
/// import the whole body, as with JSON.
std::string spoken_field(const std::string& field, Access access) {
  if (field == "ics") return "request";
  if (access == Access::write) return field;
  const auto name = field.substr(0, field.find('['));
  for (const auto& [argument, parameter] : kParameters)
    if (name == argument) return std::string(parameter) + field.substr(name.size());
  return field;
}

}  // namespace

std::string hint_of(const pg::Error& error) {
  auto hint = error.hint();
  for (const auto& [function, route] : kSpoken)
    for (auto at = hint.find(function); at != std::string::npos; at = hint.find(function, at + route.size()))
      hint.replace(at, function.size(), route);
  return hint;
}

Problem problem_of(const pg::Error& error, Access access) {
  Problem problem = classify(error);
  // If the client is told the details, the log gets the SQLSTATE alone: the details quote values of the client, which
  // do not belong in the log.
  const bool is_told = problem.status == 403 ? problem.members.contains("hint") : problem.status < 500;
  problem.log = error.sqlstate();
  if (!is_told) problem.log += std::string(" ") + error.what() + (error.detail().empty() ? "" : " | " + error.detail());
  if (!problem.members.contains("errors")) return problem;
  Json& errors = problem.members["errors"];
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const std::string field = errors[i].value("field", ""), spoken_as = spoken_field(field, access);
    if (spoken_as == field) continue;
    errors[i]["field"] = spoken_as;
    // The problem's detail is the database's sentence on the first field, which it names before anything else.
    const auto at = problem.detail.find(field);
    if (i == 0 && at != std::string::npos) problem.detail.replace(at, field.size(), spoken_as);
  }
  return problem;
}

Problem internal_problem(std::string log) {
  Problem problem(500, "internal", "Internal error",
                  "The request could not be answered. The log holds the reason under the request's id.");
  problem.log = std::move(log);
  return problem;
}

Response problem_response(const Problem& problem, std::string_view request_id) {
  Json body = {{"type", "/problems/" + problem.type}, {"title", problem.title}, {"status", problem.status}};
  if (!problem.detail.empty()) body["detail"] = problem.detail;
  body.update(problem.members);
  body["request_id"] = request_id;
  Response response{problem.status, problem.headers, body.dump(-1, ' ', false, Json::error_handler_t::replace)};
  response.title = problem.title;
  response.error = problem.log;
  // A dry run stores no rejection, so its rejection_id is null.
  if (const Json id = problem.members.value("rejection_id", Json()); !id.is_null())
    response.told.push_back({"rejected", problem.members.value("reason", "")});
  return std::move(response.with("Content-Type", "application/problem+json"));
}

Problem bad_request(std::string detail) {
  return Problem(400, "malformed-request", "Malformed request", std::move(detail));
}

Problem not_found(std::string detail) { return Problem(404, "not-found", "Not found", std::move(detail)); }

Problem too_large(std::string detail) {
  return Problem(413, "content-too-large", "Content too large", std::move(detail));
}

Problem invalid_body(std::string detail) { return Problem(422, "invalid-value", "Invalid value", std::move(detail)); }

Problem no_token(std::string detail) {
  return Problem(401, "no-token", "Token required", std::move(detail)).with("WWW-Authenticate", "Bearer");
}

Problem invalid(const std::string& field, const std::string& value, const std::string& message) {
  return invalid_body("invalid " + field + " \"" + value + "\": " + message)
      .member("errors", Json::array({{{"field", field}, {"value", value}, {"message", message}}}));
}

Problem rejected(const std::string& reason, std::string detail) {
  std::string type = reason, title = reason;
  std::replace(type.begin(), type.end(), '_', '-');
  std::replace(title.begin(), title.end(), '_', ' ');
  if (!title.empty()) title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return Problem(409, type, title, std::move(detail)).member("reason", reason);
}

Problem bad_parameter(std::string_view name, std::string_view value, std::string_view wanted) {
  constexpr std::size_t shown = 200;
  return bad_request(std::string(name) + " " + std::string(wanted))
      .member("errors", Json::array({{{"field", name}, {"value", value.substr(0, shown)}, {"message", wanted}}}));
}

}  // namespace jb::gateway
