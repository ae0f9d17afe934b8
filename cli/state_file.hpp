// SPDX-License-Identifier: PostgreSQL
//
// The id of the last rejection printed, in a file of one line. Written only after the lines it stands for have left the
// program: killed in between, it prints them once more rather than never.
#pragma once

#include <optional>
#include <string>

namespace jb::cli {

class StateFile {
 public:
  explicit StateFile(std::string path) : path_(std::move(path)) {}

  /// nullopt when there is no file yet. Throws std::runtime_error when there is one that cannot be read or holds
  /// anything else: to begin anew in silence would miss rejections.
  std::optional<long long> read() const;

  /// Replaces the file as a whole (rename), on disk when it returns; makes the folders that are missing. Throws
  /// std::runtime_error, the old file untouched.
  void write(long long id) const;

 private:
  std::string path_;
};

}  // namespace jb::cli
