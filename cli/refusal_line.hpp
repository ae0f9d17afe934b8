// SPDX-License-Identifier: PostgreSQL
//
// Why something was refused, in one short line for a person at a terminal, made from the reason and its facts
// (docs/errors.md): the one place in which jb puts them into words.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace jb::cli {

/// How an event of a file or a batch that is only tried is called; it has no id.
using RequestName = std::function<std::string(long long number)>;

/// "2026-11-24 09:30–10:30 is taken by events 5, 7": of a rejection, a verdict or a row of an import, as the database
/// gives them in JSON. The detail as it is where there is no reason, one that is not known here, or no facts of it.
/// Plain (terminal.hpp). Throws nlohmann::json::exception for facts of
/// another type than the database gives.
std::string refusal_line(const nlohmann::json& refused, const RequestName& name = {});

}  // namespace jb::cli
