// SPDX-License-Identifier: PostgreSQL
#include "target.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

namespace jb::fuzz {

namespace {

/// The targets by the names under which the program is called.
std::map<std::string, Target::Read>& targets() {
  static std::map<std::string, Target::Read> all;
  return all;
}

Target::Read chosen = nullptr;

}  // namespace

Target::Target(const std::string& name, Read read) { targets().emplace("fuzz_" + name, read); }

}  // namespace jb::fuzz

extern "C" int LLVMFuzzerInitialize(int*, char*** arguments) {
  const char* const program = (*arguments)[0];
  const auto found = jb::fuzz::targets().find(std::filesystem::path(program).filename());
  if (found == jb::fuzz::targets().end()) {
    std::fprintf(stderr, "%s is not called fuzz_TARGET\n", program);
    std::exit(2);
  }
  jb::fuzz::chosen = found->second;
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return jb::fuzz::chosen(data, size);
}
