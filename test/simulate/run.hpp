// SPDX-License-Identifier: PostgreSQL
//
// One run: a few sessions with random calls on one world, and who goes on at each step. A seed decides both. What it
// has decided is a script, by which the run can be made again, whole or in parts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "laws.hpp"

namespace jb::simulate {

/// A session's next step.
struct Turn {
  int who = 0;
  bool dies = false;        ///< its connection breaks there
  std::int64_t passes = 0;  ///< how many seconds pass before it
};

struct Script {
  std::uint64_t seed = 0;
  std::vector<Task> tasks{};  ///< in the order in which they begin
  std::vector<Turn> turns{};
};

struct Result {
  std::optional<Broken> broken{};
  std::size_t steps = 0;
  std::size_t commits = 0;
  std::size_t calls = 0;
};

/// Told each step of each session.
using Listener = std::function<void(const std::string&)>;

/// Makes the run that the seed decides, and writes its script.
Result run(std::uint64_t seed, Script& script, const Listener& listener = {});

/// Makes the calls of the script. Turns of sessions that wait or have nothing to do are passed over; when there are no
/// more, the sessions go on one after the other.
Result replay(const Script& script, const Listener& listener = {});

}  // namespace jb::simulate
