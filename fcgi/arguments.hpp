// SPDX-License-Identifier: PostgreSQL
//
// The words in which a row of the table of routes says what fills its statement.
#pragma once

#include "route.hpp"

/// An instant in SQL, of a parameter that is a time with its offset or a date. A date is the moment at which it begins
/// on the calendar's clock, with days '1' that at which it ends. A macro, because only literals join into one.
#define JB_INSTANT(value, days, calendar, principal)                                                     \
  "CASE WHEN length(" value "::text) = 10 THEN jb_day_start(" calendar ", " value "::text::date + " days \
  ", principal => " principal ") ELSE " value "::text::timestamptz END"

namespace jb::gateway {

using Place = Argument::Place;

/// Readers of Argument::read; what they throw and return is said at the words below.
namespace reads {
pg::Parameter path(const Request& request, const Argument& argument);
pg::Parameter event_id(const Request& request, const Argument& argument);
pg::Parameter poll_id(const Request& request, const Argument& argument);
pg::Parameter item(const Request& request, const Argument& argument);
pg::Parameter item_number(const Request& request, const Argument& argument);
pg::Parameter item_date(const Request& request, const Argument& argument);
pg::Parameter body(const Request& request, const Argument& argument);
pg::Parameter principal(const Request& request, const Argument& argument);
pg::Parameter public_url(const Request& request, const Argument& argument);
pg::Parameter token(const Request& request, const Argument& argument);
pg::Parameter key(const Request& request, const Argument& argument);
pg::Parameter versions(const Request& request, const Argument& argument);
pg::Parameter tags(const Request& request, const Argument& argument);
pg::Parameter text(const Request& request, const Argument& argument);
pg::Parameter calendar(const Request& request, const Argument& argument);
pg::Parameter list(const Request& request, const Argument& argument);
pg::Parameter json(const Request& request, const Argument& argument);
pg::Parameter instant(const Request& request, const Argument& argument);
pg::Parameter date(const Request& request, const Argument& argument);
pg::Parameter number(const Request& request, const Argument& argument);
pg::Parameter flag(const Request& request, const Argument& argument);
pg::Parameter duration(const Request& request, const Argument& argument);
pg::Parameter durations(const Request& request, const Argument& argument);
pg::Parameter member(const Request& request, const Argument& argument);
}  // namespace reads

/// What is wrong with a member of a body.
namespace checks {
const char* is_flag(const nlohmann::ordered_json& value);
const char* is_word(const nlohmann::ordered_json& value);
const char* is_note(const nlohmann::ordered_json& value);
const char* is_instant(const nlohmann::ordered_json& value);
}  // namespace checks

// Of the path. What names nothing is 404.
inline constexpr Argument path{reads::path}, event_id{reads::event_id}, poll_id{reads::poll_id}, item{reads::item},
    item_number{reads::item_number}, item_date{reads::item_date};

// Of the request. `token`, the Authorization header's, may be left out.
inline constexpr Argument body{reads::body}, principal{reads::principal}, public_url{reads::public_url},
    token{reads::token, "Authorization"};
inline constexpr Argument key{reads::key, "Idempotency-Key", Place::header},
    versions{reads::versions, "If-Match", Place::header}, tags{reads::tags, "If-None-Match", Place::header};

// Of the query.
constexpr Argument text(std::string_view name) { return {reads::text, name, Place::query}; }
constexpr Argument calendar(std::string_view name) { return {reads::calendar, name, Place::query}; }
constexpr Argument json(std::string_view name) { return {reads::json, name, Place::query}; }
constexpr Argument instant(std::string_view name) { return {reads::instant, name, Place::query}; }
constexpr Argument date(std::string_view name) { return {reads::date, name, Place::query}; }
constexpr Argument flag(std::string_view name) { return {reads::flag, name, Place::query}; }
constexpr Argument list(std::string_view name, const char* otherwise = nullptr) {
  return {.read = reads::list, .name = name, .place = Place::query, .otherwise = otherwise, .is_list = true};
}
constexpr Argument number(std::string_view name, long long least, long long most, const char* otherwise = nullptr) {
  return {reads::number, name, Place::query, otherwise, least, most};
}
inline constexpr Argument limit = number("limit", 1, 1000, "100"), wait = number("wait", 0, 50, "0"),
                          duration{reads::duration, "duration", Place::query};

// Of a body of Body::members.
constexpr Argument member(std::string_view name, Argument::Check wrong, const char* otherwise = nullptr) {
  return {.read = reads::member, .name = name, .place = Place::member, .otherwise = otherwise, .wrong = wrong};
}
constexpr Argument option(std::string_view name) { return member(name, checks::is_flag, "false"); }
constexpr Argument word(std::string_view name, const char* otherwise = nullptr) {
  return member(name, checks::is_word, otherwise);
}

constexpr Argument required(Argument argument) {
  argument.is_required = true;
  return argument;
}
/// Taken by the route, and no parameter of its statement.
constexpr Argument aside(Argument argument) {
  argument.is_aside = true;
  return argument;
}

/// The value that an argument of the request's route has, for an answer that needs it. Throws std::out_of_range where
/// the route has none of this name.
pg::Parameter value_of(const Request& request, std::string_view name);

/// Throws Problem 400 for a parameter that the route does not take, and for one that comes twice and is no list.
void check_query(const Request& request, const Route& route);

/// The members of a body of Body::members: texts as they are, true and false as words, none that is null. Throws
/// Problem 422 with all that is wrong, by field; besides those of read_json().
Members read_members(const std::string& body, const Route& route);

}  // namespace jb::gateway
