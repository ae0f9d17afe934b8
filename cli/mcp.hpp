// SPDX-License-Identifier: PostgreSQL
//
// jb mcp: a server of the Model Context Protocol (MCP), for agents that call tools: the protocol, the tools,
// the check of what comes in, and the bounds of what goes out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "https.hpp"

namespace jb::cli {

// What comes in.

/// The faults of a value under a schema, as an array of at most 20 {field, message}. Supports the part of JSON Schema
/// that the tools use: type, enum, anyOf, properties, required, additionalProperties false, items, and the bounds of
/// lengths, numbers and patterns. A message never quotes the value.
Json faults_of(const Json& value, const Json& schema);

// What goes out.

/// The most bytes of an answer.
constexpr std::size_t kMostOfAnswer = 16'000;

/// The value without characters in its texts that a reader would obey or not see (plain() in terminal.hpp).
Json cleaned(const Json& value);

/// Shortens an answer that has more than `most` bytes: its longest texts and lists. `shortened` in the answer has the
/// places, as JSON pointers.
void bound(Json& answer, std::size_t most = kMostOfAnswer);

/// A cursor of a list: the list's name and filter, and where it goes on. Opaque to its user.
std::string make_cursor(std::string_view list, const Json& filter, const std::string& after);

/// Where a cursor goes on; throws Problem for one of another list or filter.
std::string read_cursor(const std::string& cursor, std::string_view list, const Json& filter);

// The tools.

/// all; propose: look, plan, hold and withdraw one's own holds; read_only: look and plan.
enum class Mode { all, propose, read_only };

/// The tools as tools/list shows them, in a fixed order.
Json list_tools(Mode mode);

/// The result of tools/call; a refusal is a result too. Null if there is no such tool.
Json call_tool(Https& server, Mode mode, const std::string& name, const Json& arguments);

/// What an agent should know before it calls a tool.
std::string instructions();

/// The version of this program.
std::string program_version();

}  // namespace jb::cli
