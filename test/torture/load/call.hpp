// SPDX-License-Identifier: PostgreSQL
//
// A client's call and its answer, over SQL or HTTPS. Instants are seconds since 1970, 0 if there is none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace torture {

enum class Op {
  book,
  batch,
  move,
  loosen,
  update,
  cancel,
  erase,
  confirm,
  deny,
  read,
  list,
  slots,
  changes,
  rejections,
  busy,
  explain
};

const char* name_of(Op op);
bool is_write(Op op);

struct Call {
  Op op = Op::read;
  long number = 0;
  std::string name{};  ///< the new event's
  long event = 0;      ///< the existing event
  long version = 0;    ///< the event's expected version; 0 for any
  std::vector<std::string> calendars{};
  std::vector<std::string> candidates{};  ///< of a list, beside `calendars`
  long count = 1;                         ///< how many of the candidates the event needs
  bool takes_least_busy = false;
  long duration = 0;
  long start = 0;                    ///< a fixed wish
  std::string date{}, start_time{};  ///< the same on the wall clock
  long not_before = 0, not_after = 0;
  int priority = 50;
  long hold_for = 0;
  int repeats = 0;  ///< daily occurrences of a series
  bool preempts = false, waits = false, is_trial = false;
  std::string changes{};  ///< in an update: a JSON object
  std::string key{};      ///< for idempotency; empty if none
  std::vector<Call> items{};
  bool hangs_up = false;  ///< the connection is closed before the answer can come

  bool is_fixed() const { return start != 0 || !date.empty(); }
};

enum class Verdict {
  answered,
  refused,  ///< an error which shows that nothing was done
  doubt,    ///< no answer, or one that does not show what was done
  wrong     ///< an answer that must never occur
};

const char* name_of(Verdict verdict);

struct Answer {
  Verdict verdict = Verdict::doubt;
  std::string outcome{};  ///< or the error's number
  long event = 0, version = 0, start = 0, end = 0, rejection = 0, count = 0;
  std::string status{};  ///< of an event that was read
  std::string text{};    ///< what is wrong
  std::vector<Answer> items{};
};

/// A way to make calls. It connects by itself, and reconnects after a break.
class Way {
 public:
  Way() = default;
  virtual ~Way() = default;
  Way(const Way&) = delete;
  Way& operator=(const Way&) = delete;

  virtual Answer ask(const Call& call) = 0;
  /// Whether the service answers at present.
  virtual bool is_there() = 0;
  /// Transactions: "BEGIN" and the like. Only if has_transactions().
  virtual Answer command(const std::string&) { return {}; }
  /// Sends the command unless it is empty, and closes without waiting for an answer. Only if has_transactions().
  virtual void hang_up(const std::string&) {}
  virtual bool has_transactions() const { return false; }
  virtual const char* name() const = 0;
};

std::string rfc3339(long instant);
/// The instant of an RFC 3339 text, 0 for anything else.
long instant_of(const std::string& text);
/// The list of candidates as one_of; empty if there is none.
std::string lists_of(const Call& call);
/// The wish as the body of POST /events.
std::string body_of(const Call& call);
std::string rule_of(const Call& call);

}  // namespace torture
