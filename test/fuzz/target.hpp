// SPDX-License-Identifier: PostgreSQL
//
// The targets are one program, so that shared code is compiled and linked once. The program runs the target under whose
// name it is called: fuzz_TARGET.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace jb::fuzz {

/// A target, which feeds one input to a parser. Each file of targets/ defines one, with the file's name.
class Target {
 public:
  /// Result: 0, or -1 for an input that libFuzzer should not keep.
  using Read = int (*)(const std::uint8_t* data, std::size_t size);

  Target(const std::string& name, Read read);
};

}  // namespace jb::fuzz
