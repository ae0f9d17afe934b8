// SPDX-License-Identifier: PostgreSQL
//
// Reads the path's and the query's parameters. Only their shape is checked here, so that the client hears the name of a
// wrong parameter; the database knows what a value means.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "request.hpp"

namespace jb::gateway {

/// The id in the path as PostgreSQL's bigint. Throws Problem 404, saying why, unless it is a whole number from 1 to
/// 9223372036854775807 without sign or leading zero: nothing else names an event.
std::string event_id_of(const Request& request);

/// The same for the id of a poll.
std::string poll_id_of(const Request& request);

/// The number in the path's second place, as PostgreSQL's int. Throws Problem 404 unless it is a whole number from 1 to
/// 2147483647 without sign or leading zero.
std::string number_in_path(const Request& request);

/// A parameter as it came; nullopt when it is absent. Throws Problem 400 when it is empty.
std::optional<std::string> text_parameter(const Request& request, std::string_view name);

/// The name of a calendar. A blank is read as "+": names hold no blank, and an unescaped plus sign arrives as one.
std::optional<std::string> calendar_parameter(const Request& request, std::string_view name);

/// Names separated by commas, as the text of a PostgreSQL array. A parameter that comes several times is one list:
/// "status=held&status=waiting" is "status=held,waiting". Throws Problem 400 for an empty name.
std::optional<std::string> list_parameter(const Request& request, std::string_view name);

/// A JSON object as its text. Throws Problem 400 for other JSON, and for what is no JSON.
std::optional<std::string> json_parameter(const Request& request, std::string_view name);

/// Whether it is an RFC 3339 (5.6) date-time of a day that exists, years 0001 to 9999, with an offset up to 15:59.
bool is_timestamp(std::string_view text);

/// An instant: RFC 3339 date-time with offset, of a day that exists, years 0001 to 9999; 60 seconds are refused. The
/// offset's plus sign may have arrived as a blank. Throws Problem 400.
/// "2026-03-29T02:30:00 02:00" is read as "2026-03-29T02:30:00+02:00".
/// A date, YYYY-MM-DD, stays one: JB_INSTANT() says which moment it is.
std::optional<std::string> time_parameter(const Request& request, std::string_view name);

/// A date: YYYY-MM-DD, a day that exists, years 0001 to 9999. Throws Problem 400.
std::optional<std::string> date_parameter(const Request& request, std::string_view name);

/// The same as the second placeholder of the path. Throws Problem 404: nothing else names a date.
std::string date_in_path(const Request& request);

/// A whole number from `least` to `most`. Throws Problem 400.
std::optional<std::string> number_parameter(const Request& request, std::string_view name, long long least,
                                            long long most);

/// Whether the parameter stands there, alone or as true, as a parameter of a statement: "true" or "false". Throws
/// Problem 400 for another value.
const char* flag_parameter(const Request& request, std::string_view name);

/// A length of time in seconds, as a number. Fractions and signs pass, for the database to say what is wrong with them.
/// Throws Problem 400 when it is absent or no number.
std::string duration_parameter(const Request& request);

/// Several lengths of time, separated by commas as in list_parameter, as the text of a PostgreSQL array. Throws as
/// duration_parameter.
std::string durations_parameter(const Request& request);

/// The texts as a PostgreSQL array literal, each quoted.
std::string array_literal(std::span<const std::string> items);

/// A Link header (RFC 8288) to the next page: the request's path and query with `after` replaced.
std::string next_link(const Request& request, std::string_view after);

}  // namespace jb::gateway
