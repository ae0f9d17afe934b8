// SPDX-License-Identifier: PostgreSQL
//
// Follows the rejections. The table is the truth and NOTIFY only a wake-up: whatever arrives or fails to arrive, every
// printed line comes from jb_rejections(after), in ascending id, and that function never passes over a row whose
// transaction commits late (rule 4.6). A listener can go deaf without an error: its connection is gone without a word,
// or its LISTEN was dropped. So the heartbeat asks the server what this session listens to, and reads the table in any
// case.
#pragma once

#include <chrono>
#include <optional>

#include "../fcgi/pg/connection.hpp"
#include "options.hpp"
#include "state_file.hpp"

namespace jb::cli {

/// One run of `jb listen`. Used by one thread.
class Listener {
 public:
  /// `signals` is a signalfd(2) that becomes readable when the program is to end.
  Listener(ListenOptions options, int signals);

  /// Prints until told to end; with --once prints the new rejections and ends. Waits for a lost database, except with
  /// --once. Throws pg::Error for an error that waiting cannot mend (a missing privilege, no extension),
  /// std::runtime_error when the output or the state file cannot be written.
  void run();

 private:
  void follow();
  void connect();
  void find_state();
  void start_after();
  void say(const std::string& what) const;
  void find_again();
  std::string at_of(long long id);
  Position beginning();
  long long first_id();
  long long last_id();
  void print_new();
  void print(const pg::Result& rows);
  void wait();
  bool take_notifications();
  void check_listening();
  void wait_to_reconnect(const pg::Error& error);
  bool poll_for(std::chrono::milliseconds timeout, bool server_too);
  std::chrono::milliseconds until_next_look();

  const ListenOptions options_;
  std::optional<StateFile> state_;  ///< known once the database is, for that has its own where none is named
  const int signals_;
  bool ending_ = false;
  std::optional<pg::Connection> connection_;
  std::optional<Position> last_;                  ///< the last rejection printed or passed over
  long long announced_ = 0;                       ///< the highest id that a NOTIFY named
  std::chrono::milliseconds look_again_{0};       ///< when to look for an announced row that cannot be read yet
  std::chrono::milliseconds reconnect_pause_{0};  ///< grows while the database is away
};

}  // namespace jb::cli
