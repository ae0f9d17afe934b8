// SPDX-License-Identifier: PostgreSQL
//
// Watchers read and record what they see, in order: a listener on jb_rejected, which catches up with jb_rejections()
// after a break, and followers of calendars' changes, over SQL and by long polls.
#pragma once

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "https.hpp"
#include "journal.hpp"
#include "sql.hpp"

namespace torture {

/// Set when the clients have ended: a watcher ends once it has seen everything.
struct Curtain {
  std::atomic<bool> is_down{false};
  std::atomic<bool> is_too_late{false};
  std::atomic<bool> is_over{false};
};

class Listener {
 public:
  Listener(const std::string& directory, const Curtain& curtain);
  void run();

 private:
  bool listen();
  bool note_earlier();
  bool take_notices();
  /// Reads the next rejections. Result: the number of rows; -1 without an answer.
  int catch_up();
  void lose();

  const Curtain& curtain_;
  Journal journal_;
  Session session_{""};
  long last_ = 0;
  std::set<long> unheard_{};  ///< read in this session, after it had caught up
  std::set<long> early_{};    ///< heard before they were read
  std::set<long> before_{};   ///< committed before this session listened
  bool is_listening_ = false;
};

class Follower {
 public:
  Follower(const std::string& directory, std::vector<std::string> calendars, const Curtain& curtain, bool polls);
  void run();

 private:
  int read_by_sql(const std::string& calendar);
  int read_by_poll(const std::string& calendar);
  void note(const std::string& calendar, long seq, long event, long version, const std::string& kind);

  const std::vector<std::string> calendars_;
  const Curtain& curtain_;
  const bool polls_;
  Journal journal_;
  Session session_{"-c role=jb_viewer"};
  Client client_{};
  std::map<std::string, long> seen_{};
};

}  // namespace torture
