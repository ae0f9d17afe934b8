// SPDX-License-Identifier: PostgreSQL
//
// Which rejection was printed last, in a file of one line. Written only after the lines it stands for have left the
// program: killed in between, it prints them once more rather than never. The id alone would not tell another database,
// or one that was restored, from the one that it was written for: another rejection may have the same.
#pragma once

#include <optional>
#include <string>

namespace jb::cli {

/// A place in the list of rejections: after this one.
struct Position {
  long long id = 0;
  std::string at;  ///< when it was refused, 2026-11-23T09:00:00Z, by which it is known again; empty: unknown
};

class StateFile {
 public:
  explicit StateFile(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  /// nullopt when there is no file yet. Throws std::runtime_error when there is one that cannot be read or holds
  /// anything else: to begin anew in silence would miss rejections. The files of 1.0 hold the id alone.
  std::optional<Position> read() const;

  /// Replaces the file as a whole (rename), on disk when it returns; makes the folders that are missing. Throws
  /// std::runtime_error, the old file untouched.
  void write(const Position& last) const;

 private:
  std::string path_;
};

}  // namespace jb::cli
