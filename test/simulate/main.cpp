// SPDX-License-Identifier: PostgreSQL
//
// simulate SEED [--quiet]
//   makes the run of this seed, and tells each step; of one that breaks a law, its smallest part
//
// simulate --seconds N [SEED [STEP]]
//   makes runs for so long: of each seed from SEED on, or from a random one, or of each STEPth
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>

#include "shrink.hpp"

namespace jb::simulate {

namespace {

void tell(const std::string& line) { std::cout << line << '\n'; }

void tell_broken(std::uint64_t seed, const Broken& broken) {
  std::cout << "seed " << seed << " breaks the law: " << broken.law << "\n  " << broken.what << '\n';
}

/// Tells the smallest part of the run that breaks a law.
void tell_smallest(const Script& script) {
  const auto smallest = shrunk(script);
  std::cout << smallest.tasks.size() << " calls and " << smallest.turns.size() << " turns are left of it:\n";
  const auto result = replay(smallest, tell);
  if (result.broken) tell_broken(smallest.seed, *result.broken);
}

int one(std::uint64_t seed, bool is_quiet) {
  Script script;
  auto result = run(seed, script);
  if (!result.broken) {
    if (!is_quiet) run(seed, script, tell);
    std::cout << result.steps << " steps, " << result.commits << " commits\n1 passed, 0 failed\n";
    return 0;
  }
  tell_broken(seed, *result.broken);
  if (!is_quiet) tell_smallest(script);
  std::cout << "0 passed, 1 failed\n";
  return 1;
}

int many(std::chrono::seconds time, std::uint64_t first, std::uint64_t by) {
  const auto begin = std::chrono::steady_clock::now();
  std::size_t runs = 0, steps = 0, commits = 0;
  for (auto seed = first; std::chrono::steady_clock::now() < begin + time; seed += by, ++runs) {
    Script script;
    const auto result = run(seed, script);
    steps += result.steps;
    commits += result.commits;
    // Memory is laid out differently the second time, so a dependence on addresses or uninitialized values shows.
    Script again;
    if (runs % 10 == 0 && !result.broken && run(seed, again).steps != result.steps) {
      tell_broken(seed, {"one seed decides a whole run", "repeated, it takes a different number of steps"});
      return 1;
    }
    if (!result.broken) continue;
    tell_broken(seed, *result.broken);
    tell_smallest(script);
    std::cout << "To make it again: dev/simulate " << seed << "\n" << runs << " passed, 1 failed\n";
    return 1;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::cout << "seeds from " << first << ": " << steps << " steps, " << commits << " commits, "
            << static_cast<std::size_t>(static_cast<double>(steps) / took.count()) << " steps a second\n"
            << runs << " passed, 0 failed\n";
  return 0;
}

}  // namespace

}  // namespace jb::simulate

int main(int count, char** arguments) {
  const auto number = [&](int i) { return std::strtoull(arguments[i], nullptr, 10); };
  if (count > 2 && std::string_view(arguments[1]) == "--seconds")
    return jb::simulate::many(std::chrono::seconds(number(2)), count > 3 ? number(3) : std::random_device{}(),
                              count > 4 ? number(4) : 1);
  if (count > 1) return jb::simulate::one(number(1), count > 2 && std::string_view(arguments[2]) == "--quiet");
  std::cerr << "simulate SEED [--quiet], or simulate --seconds N [SEED [STEP]]\n";
  return 2;
}
