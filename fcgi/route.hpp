// SPDX-License-Identifier: PostgreSQL
//
// A row of the route table: which requests it takes, the statement that it runs, where the statement's parameters come
// from, and how its rows become an answer. And the route of a request: whether the path exists (404), and by which
// methods (405 and Allow). Its source is rule 5.1.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/values/sql.hpp"
#include "database.hpp"
#include "message.hpp"

namespace jb::gateway {

/// The body that a route takes. An empty body is refused by all but none, and by members only if one is required.
enum class Body {
  none,         ///< takes none
  members,      ///< a JSON object of the members that its arguments name, read by the front end
  json,         ///< application/json
  object,       ///< the same, but not a list
  list,         ///< the same, as a list
  merge_patch,  ///< application/merge-patch+json (RFC 7396) or application/json
  file,         ///< JSON, or bytes of any other type
  calendar,     ///< text/calendar
};

/// One thing that a route reads from a request: the statement's parameter of this name, unless it is aside.
struct Argument {
  enum class Source { request, query, member, header };
  using Read = pg::Parameter (*)(const Request&, const Argument&);
  using Check = const char* (*)(const nlohmann::ordered_json&);

  Read read = nullptr;              ///< throws Problem 400 or 404; null after a row's last argument
  std::string_view name = {};       ///< of the query's parameter, the member, the header; else in the statement
  Source source = Source::request;  ///< query: the route takes this parameter; header: it takes this header
  const char* otherwise = nullptr;  ///< the default; null is SQL's null
  long long least = 0, most = 0;    ///< of a number
  bool is_list = false;             ///< may be given several times
  bool is_required = false;
  bool is_moment = false;           ///< an instant, never a date, since no calendar gives the zone
  bool is_aside = false;            ///< read by the answer, or by check_query alone
  Check wrong = nullptr;            ///< of a member: what is wrong with its value, or null
  std::string_view parameter = {};  ///< in the statement, where `name` is not
  std::size_t number = 0;           ///< of the statement's parameter; set by the row, 0 if aside
};

/// The text of a statement, null if there is none, and the names of its parameters (sql::kNames).
struct Sql {
  const char* text = nullptr;
  std::string_view names = {};
};

/// The statement of a row (core/values/sql.hpp). It names the row's arguments: :calendar, :principal.
template <sql::Text text>
inline constexpr Sql statement{sql::kBound<text>.value, sql::kNames<text>.view()};
inline constexpr Sql no_statement;

/// Makes the answer from the statement's rows. Throws Problem.
using Answering = Response (*)(const Request&, const pg::Result&);

constexpr std::size_t kMostArguments = 13;

struct Row {
  /// Does not compile if the statement has a name that is not exactly one argument's, or if an argument is neither
  /// named nor aside.
  consteval Row(std::string_view method, std::string_view pattern, Access access, Body body, Sql sql,
                std::initializer_list<Argument> list, Answering answer, Face face = Face::main,
                bool is_without_database = false)
      : method(method),
        pattern(pattern),
        access(access),
        body(body),
        sql(sql),
        answer(answer),
        face(face),
        is_without_database(is_without_database) {
    std::size_t named = 0;
    std::ranges::copy(list, arguments);
    for (Argument& argument : arguments) {
      argument.number = sql::number_in(sql.names, argument.parameter.empty() ? argument.name : argument.parameter);
      if (argument.read && (argument.number == 0) != argument.is_aside)
        throw "an argument is not named, or named though aside";
      named += argument.number > 0;
    }
    if (named != parameters()) throw "a name in the statement has no argument, or two";
  }

  /// How many parameters the statement has.
  constexpr std::size_t parameters() const { return std::ranges::count(sql.names, ','); }

  std::string_view method;
  std::string_view pattern;  ///< a segment with a leading colon matches any value (":name"), or any value with that
                             ///< ending (":name.ics")
  Access access;
  Body body;
  Sql sql;  ///< if there is none, the answer gets no row
  Argument arguments[kMostArguments];
  Answering answer;
  Face face;                 ///< the other face that has it, without a certificate; the main face has every route
  bool is_without_database;  ///< its answer gets no row while the database is away
};

struct Route : Row {
  explicit Route(const Row& row) : Row(row), name(std::string(row.method) + " " + std::string(row.pattern)) {}

  /// The argument of this name from this source; null if the route has none.
  const Argument* argument(Argument::Source source, std::string_view wanted) const noexcept;
  bool takes_header(std::string_view wanted) const noexcept { return argument(Argument::Source::header, wanted); }
  /// The values of the statement's parameters. Throws Problem 400 or 404.
  pg::Parameters values(const Request& request) const;

  std::string name;  ///< "GET /events/:id"; also the name of its prepared statement
};

/// The whole table, in order of precedence; lives as long as the program.
std::span<const Route> routes();

/// Decodes the target and finds the route; fills in request.path, query, route, parameter and item. HEAD finds GET's.
/// Does nothing if request.route is set already. Throws Problem 400 for what cannot be decoded, 404 if no route of the
/// request's face has this path, 405 with Allow if none has it with this method. Routes of other faces are neither
/// found nor named in `Allow`.
const Route& find_route(Request& request);

/// The methods of a path as an Allow header: "GET, HEAD, OPTIONS, POST"; empty when there is no such path on this face.
std::string allowed_methods(const std::vector<std::string>& path, Face face = Face::main);

// The rows of the table, by topic, each in a file of its own in routes/. Rows are tried in order: for one method, a
// literal must come before a placeholder.

using enum Access;

std::span<const Row> event_routes();
std::span<const Row> calendar_routes();
std::span<const Row> news_routes();
std::span<const Row> poll_routes();
std::span<const Row> provider_routes();
std::span<const Row> operation_routes();

}  // namespace jb::gateway
