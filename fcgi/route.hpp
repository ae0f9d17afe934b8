// SPDX-License-Identifier: PostgreSQL
//
// What a row of the table of routes is made of: when it is taken, the statement that it runs, where the statement's
// parameters come from, and what becomes of its rows.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>

#include "database.hpp"
#include "request.hpp"
#include "response.hpp"

namespace jb::gateway {

/// What a route does with a body. All but none are refused where they are empty, members only where one is required.
enum class Body {
  none,         ///< takes none
  members,      ///< a JSON object of the members that its arguments name, read by the front end
  json,         ///< application/json
  object,       ///< the same, and no list
  list,         ///< the same, and a list
  merge_patch,  ///< application/merge-patch+json (RFC 7396) or application/json
  file,         ///< JSON, or bytes of any other type
  calendar,     ///< text/calendar
};

/// One thing that a route reads from a request: the statement's next parameter, unless it is aside.
struct Argument {
  enum class Place { request, query, member, header };
  using Read = pg::Parameter (*)(const Request&, const Argument&);
  using Check = const char* (*)(const nlohmann::ordered_json&);

  Read read = nullptr;              ///< throws Problem 400 or 404; null behind a row's last argument
  std::string_view name = {};       ///< of the query's parameter, the body's member or the header
  Place place = Place::request;     ///< query: the route takes this parameter; header: it takes this header
  const char* otherwise = nullptr;  ///< the value where it is left out; null is SQL's null
  long long least = 0, most = 0;    ///< of a number
  bool is_list = false;             ///< may be given several times
  bool is_required = false;
  bool is_moment = false;  ///< an instant for which no date may stand: no calendar says in which zone
  bool is_aside = false;   ///< what becomes of the rows reads it, or nobody but check_query
  Check wrong = nullptr;   ///< of a member: what is wrong with its value, or null
};

/// What becomes of the statement's rows. Throws Problem.
using Answering = Response (*)(const Request&, const pg::Result&);

constexpr std::size_t most_arguments = 13;

struct Row {
  std::string_view method;
  std::string_view pattern;  ///< a segment that begins with a colon stands for any one value (":name"), or any that is
                             ///< followed by an ending (":name.ics")
  Access access;
  Body body;
  const char* sql;  ///< null where nothing is asked: the answer gets no row
  Argument arguments[most_arguments];
  Answering answer;
  Face face = Face::main;  ///< which other face has it, too, without a certificate; the main face has every route
  bool is_without_database = false;  ///< gets no row where the database is away
};

struct Route : Row {
  explicit Route(const Row& row) : Row(row), name(std::string(row.method) + " " + std::string(row.pattern)) {}

  /// The argument of this name in this place; null where the route has none.
  const Argument* argument(Argument::Place place, std::string_view wanted) const noexcept;
  bool takes_header(std::string_view wanted) const noexcept { return argument(Argument::Place::header, wanted); }
  /// The values of the arguments for the statement, in order. Throws Problem 400 or 404.
  pg::Parameters values(const Request& request) const;

  std::string name;  ///< "GET /events/:id"; its statement is prepared under it
};

}  // namespace jb::gateway
