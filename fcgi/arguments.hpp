// SPDX-License-Identifier: PostgreSQL
//
// From a request to the parameters of its statement.
#pragma once

#include <nlohmann/json.hpp>

#include "message.hpp"
#include "route.hpp"

// Checks that a request's body is of the kind that its route takes. The database validates its contents.

namespace jb::gateway {

/// Whether the body of an attachment is the file itself, and not a JSON object that describes it.
bool is_file(const Request& request);

/// Whether the body may be empty: the route takes none, or members of which none is required.
bool may_be_empty(const Route& route);

/// Throws Problem 400 for a body that is cut short, missing, unexpected, or holds a NUL byte (except in a file); 415,
/// with the accepted types, for another type than the route's; 422 for a list in place of one object, or the reverse,
/// and for a name repeated in one object. PostgreSQL refuses invalid UTF-8.
void check_body(const Request& request, const Route& route);

/// The JSON of a body that the front end reads itself: a few options, names, a status. Throws Problem 413 for a body
/// longer than 16 KiB, since each member is compared with all before it; 400 for invalid JSON, and for deeper nesting
/// than any such body needs, since writing a value takes a stack as deep as the value.
nlohmann::ordered_json read_json(const std::string& body);

/// Whether the JSON value is a text that PostgreSQL can take: "\u0000" would end the parameter.
bool is_text(const nlohmann::ordered_json& value);

// The vocabulary in which a row of the route table names the parameters of its statement.

/// In SQL, the instant of a parameter that is a time with offset or a date. A date is the moment at which it, or the
/// date so many `days` later, begins on the calendar's clock.
constexpr auto instant_on(const auto& calendar, const auto& value, const auto& days) {
  const sql::Text text = value;
  return "CASE WHEN length(" + text + "::text) = 10 THEN jb_day_start(" + calendar + ", " + text + "::text::date" +
         days + ", principal => :principal) ELSE " + text + "::text::timestamptz END";
}
/// The beginning of the date :from, and the end of the date :to.
constexpr auto begin_on(const auto& calendar) { return instant_on(calendar, ":from", ""); }
constexpr auto end_on(const auto& calendar) { return instant_on(calendar, ":to", " + 1"); }

using Source = Argument::Source;

/// Readers for Argument::read. They check only the shape, so that the client learns the name of the wrong parameter;
/// the database knows what a value means. A parameter that is empty or of the wrong shape is 400.
namespace reads {
using Reader = pg::Parameter(const Request&, const Argument&);
Reader id;  ///< the first placeholder as PostgreSQL's bigint: a whole number from 1, without sign or leading zero
Reader item_number;  ///< the second placeholder as PostgreSQL's int, from 1 on
Reader item_date;    ///< the same as a date
Reader public_url;
Reader token;
Reader key;
Reader versions;
Reader text;
Reader calendar;  ///< a calendar's name, which has no blank: one that arrives was an unescaped plus sign
Reader list;      ///< names separated by commas, also over several parameters: "status=held&status=waiting"
Reader json;      ///< a JSON object
Reader json_list;
/// An RFC 3339 date-time as an instant in UTC, or a date (YYYY-MM-DD), of which begin_on makes an instant. The offset's
/// plus sign may have arrived as a blank: "2026-03-29T02:30:00 02:00".
Reader instant;
Reader range_end;  ///< the same; 422 if before the parameter `from`, where both are dates or both are instants
Reader date;
Reader number;    ///< a whole number within the argument's limits
Reader truth;     ///< true or false
Reader flag;      ///< whether the parameter is given, alone or as true
Reader duration;  ///< seconds; fractions and signs pass, for the database to say what is wrong
Reader durations;
Reader member;
/// A member of the request, unchanged.
template <std::string Request::* what>
pg::Parameter given(const Request& request, const Argument&) {
  return request.*what;
}
}  // namespace reads

/// What is wrong with a member of a body, or null.
namespace checks {
using Check = const char*(const nlohmann::ordered_json&);
Check is_flag, is_word, is_note, is_instant;
}  // namespace checks

// In the statement each argument has the name of its word, or else of its parameter or member: path is :path,
// text("q") is :q.

// From the path. A path that names nothing is 404.
inline constexpr Argument path{reads::given<&Request::parameter>, "path"},
    event_id{.read = reads::id, .name = "event", .parameter = "event_id"},
    poll_id{.read = reads::id, .name = "poll", .parameter = "poll_id"},
    rejection_id{.read = reads::id, .name = "rejection", .parameter = "rejection_id"},
    item{reads::given<&Request::item>, "item"}, item_number{reads::item_number, "item_number"},
    item_date{reads::item_date, "item_date"};

// From the request. `token`, of the Authorization header, is optional.
inline constexpr Argument body{reads::given<&Request::body>, "body"},
    principal{reads::given<&Request::principal>, "principal"}, public_url{reads::public_url, "public_url"},
    token{reads::token, "token"};
constexpr Argument header(Argument::Read read, std::string_view name, std::string_view parameter) {
  return {.read = read, .name = name, .source = Source::header, .parameter = parameter};
}
inline constexpr Argument key = header(reads::key, "Idempotency-Key", "key"),
                          versions = header(reads::versions, "If-Match", "versions"),
                          tags = header(reads::given<&Request::if_none_match>, "If-None-Match", "tags");

// From the query.
constexpr Argument text(std::string_view name) { return {reads::text, name, Source::query}; }
constexpr Argument calendar(std::string_view name) { return {reads::calendar, name, Source::query}; }
constexpr Argument json(std::string_view name) { return {reads::json, name, Source::query}; }
constexpr Argument json_list(std::string_view name) { return {reads::json_list, name, Source::query}; }
constexpr Argument instant(std::string_view name) { return {reads::instant, name, Source::query}; }
inline constexpr Argument range_end{reads::range_end, "to", Source::query};
constexpr Argument date(std::string_view name) { return {reads::date, name, Source::query}; }
constexpr Argument flag(std::string_view name) { return {reads::flag, name, Source::query}; }
constexpr Argument truth(std::string_view name) { return {reads::truth, name, Source::query}; }
constexpr Argument list(std::string_view name, const char* otherwise = nullptr) {
  return {.read = reads::list, .name = name, .source = Source::query, .otherwise = otherwise, .is_list = true};
}
constexpr Argument number(std::string_view name, long long least, long long most, const char* otherwise = nullptr) {
  return {reads::number, name, Source::query, otherwise, least, most};
}
inline constexpr Argument basis = text("basis"), limit = number("limit", 1, 1000, "100"),
                          wait = number("wait", 0, 50, "0"), duration{reads::duration, "duration", Source::query};
inline constexpr Argument durations{
    .read = reads::durations, .name = "duration", .source = Source::query, .is_list = true};

// From a body of Body::members.
constexpr Argument member(std::string_view name, Argument::Check wrong, const char* otherwise = nullptr) {
  return {.read = reads::member, .name = name, .source = Source::member, .otherwise = otherwise, .wrong = wrong};
}
constexpr Argument option(std::string_view name) { return member(name, checks::is_flag, "false"); }
constexpr Argument word(std::string_view name, const char* otherwise = nullptr) {
  return member(name, checks::is_word, otherwise);
}

constexpr Argument required(Argument argument) {
  argument.is_required = true;
  return argument;
}
/// Taken by the route, but not a parameter of its statement.
constexpr Argument aside(Argument argument) {
  argument.is_aside = true;
  return argument;
}

/// The value of an argument, or its default if left out. Throws Problem: 404 if the path names nothing, 400 if a
/// parameter of the query is of the wrong shape, or missing although required.
pg::Parameter value_of(const Request& request, const Argument& argument);

/// The same for the argument of this name in the request's route, for an answer that needs it. Throws std::out_of_range
/// if the route has none.
pg::Parameter value_of(const Request& request, std::string_view name);

/// A parameter of the query as it came; null when absent. Throws Problem 400 when it is empty. For a long poll `after`
/// is the place that it has reached, if any.
pg::Parameter text_parameter(const Request& request, std::string_view name);

/// Joins with commas the values of a list that is given several times. Throws Problem 400 for a parameter that the
/// route does not take, and for a repeated one that is not a list.
void check_query(Request& request, const Route& route);

/// Fills in the members of a body of Body::members: texts as they are, true and false as words, nulls left out. Throws
/// Problem 422 with all errors, by field, besides those of read_json().
void read_members(Request& request, const Route& route);

}  // namespace jb::gateway
