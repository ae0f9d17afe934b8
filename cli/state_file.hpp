// SPDX-License-Identifier: PostgreSQL
//
// The last printed rejection, in a file of one line. The file is written only after the lines that it stands for have
// left the program: a program that is killed in between prints the lines once more rather than never. The file holds
// the time beside the id, since another database, or a restored database, may have another rejection of the same id.
#pragma once

#include <optional>
#include <string>

namespace jb::cli {

/// A place in the list of rejections: after this one.
struct Position {
  long long id = 0;
  std::string at;  ///< when it was refused, 2026-11-23T09:00:00Z, by which it is known again; empty: unknown
};

/// The place in a file; nullopt when there is no file yet. Throws std::runtime_error when the file cannot be read or
/// holds anything else, since beginning anew in silence would miss rejections.
std::optional<Position> read_position(const std::string& path);

/// write_line() of a place.
void write_position(const std::string& path, const Position& last);

/// What a file holds; nullopt when there is no file yet. Throws std::runtime_error when it cannot be read.
std::optional<std::string> read_text(const std::string& path);

/// Replaces the file as a whole by one line, or several (rename), on disk when it returns; makes the folders that are
/// missing. No other user reads it, since it may hold what stands in events, unless `is_for_all`. Throws
/// std::runtime_error, the old file untouched.
void write_line(const std::string& path, const std::string& line, bool is_for_all = false);

/// Adds a line at the end of a file, on disk when it returns. Throws std::runtime_error.
void append_line(const std::string& path, const std::string& line);

/// Locks a file of its own until the program ends. (A file that is replaced cannot be the lock.) Makes the file and the
/// folders that are missing. Throws std::runtime_error, with `taken` where another program holds the lock.
void lock_file(const std::string& path, const std::string& taken);

/// $XDG_STATE_HOME/jb_scheduler, or under $HOME/.local/state (XDG Base Directory Specification 0.8). Throws UsageError
/// when neither variable is set.
std::string default_state_folder();

}  // namespace jb::cli
