// SPDX-License-Identifier: PostgreSQL
//
// Following the database: jb listen prints rejections, and jb relay forwards them and the changes.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../fcgi/pg/connection.hpp"
#include "https.hpp"

namespace jb::cli {

// The payload of a NOTIFY. Any role may send one, so it only hints where to look.

/// The rejection_id in a NOTIFY's payload; 0 if it has none. The payload is a hint, so a broken one is no error.
long long announced_id(std::string_view payload);

// Messages to a webhook, signed according to Standard Webhooks (https://www.standardwebhooks.com, specification 1.0.0):
// headers webhook-id, webhook-timestamp and webhook-signature, the last with "v1," and the base64 of HMAC-SHA256 over
// "id.timestamp.body" for each secret.

/// The bytes of a secret "whsec_" + base64. Throws std::runtime_error, which does not show the secret, for another form
/// or for other than 24 to 64 bytes.
std::string secret_bytes(std::string_view text);

/// The header webhook-signature: a signature for each secret, separated by blanks. While a secret is being changed, a
/// receiver that knows either one accepts the message.
std::string signatures(const std::vector<std::string>& secrets, const std::string& id, const std::string& timestamp,
                       std::string_view body);

/// The result of sending a message.
struct WebhookResponse {
  long status = 0;                      ///< of HTTP; 0: there was no answer
  std::string error;                    ///< why there was none
  std::chrono::seconds retry_after{0};  ///< what Retry-After asks for
};

/// One receiver, with a persistent connection. Used by one thread; not movable.
class Webhook {
 public:
  /// `is_ending` is polled while a message is being sent; true aborts it. Throws std::runtime_error.
  Webhook(std::string url, std::vector<std::string> secrets, std::function<bool()> is_ending);
  Webhook(const Webhook&) = delete;
  Webhook& operator=(const Webhook&) = delete;

  /// Sends a JSON body. Follows no redirect; ends after 30 seconds.
  WebhookResponse post(const std::string& id, const std::string& body);

 private:
  const std::string url_;
  const std::vector<std::string> secrets_;
  const std::function<bool()> is_ending_;
  const Curl connection_;
};

// The last printed rejection, in a file of one line. The file is written only after the lines that it covers have left
// the program, so a program killed in between prints them again rather than never. The file holds the time beside the
// id, since another or a restored database may have another rejection of the same id.

/// A place in the list of rejections: after this one.
struct Position {
  long long id = 0;
  std::string at;  ///< when it was refused, 2026-11-23T09:00:00Z, to recognise it; empty: unknown
};

/// The place in a file; nullopt when there is no file yet. Throws std::runtime_error when the file cannot be read or
/// holds anything else, since silently starting anew would miss rejections.
std::optional<Position> read_position(const std::string& path);

/// Writes a place with write_line().
void write_position(const std::string& path, const Position& last);

/// The contents of a file; nullopt when there is no file yet. Throws std::runtime_error when it cannot be read.
std::optional<std::string> read_text(const std::string& path);

/// Replaces the whole file by one or several lines (rename), on disk when it returns; creates missing folders. Only its
/// owner can read it, since it may hold data of events, unless `is_for_all`. Throws std::runtime_error and leaves the
/// old file untouched.
void write_line(const std::string& path, const std::string& line, bool is_for_all = false);

/// Adds a line at the end of a file, on disk when it returns. Throws std::runtime_error.
void append_line(const std::string& path, const std::string& line);

/// Locks a separate file until the program ends. (A file that is replaced cannot be the lock.) Creates the file and
/// missing folders. Throws std::runtime_error, with the text `taken` if another program holds the lock.
void lock_file(const std::string& path, const std::string& taken);

/// $XDG_STATE_HOME/jb_scheduler, or under $HOME/.local/state (XDG Base Directory Specification 0.8). Throws UsageError
/// when neither variable is set.
std::string default_state_folder();

// The common part of jb listen and jb relay: a program that follows the database until told to end, and reconnects
// after an outage.

/// A pause before the next attempt: twice as long after each, up to a limit, and partly random, so that programs that
/// failed together do not come back together. `attempt` counts from 1.
std::chrono::milliseconds pause_after(long long attempt, std::chrono::milliseconds longest);

/// SIGINT and SIGTERM as a file descriptor, so that they end a wait and never cut a line in two.
int signal_descriptor();

/// Used by one thread.
class Follower {
 public:
  /// `command`: listen or relay. With `once` it does not wait for a database that is away. `patience` is the limit of a
  /// statement.
  Follower(std::string command, std::string conninfo, bool once, std::chrono::milliseconds patience);
  virtual ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  /// Follows until SIGINT or SIGTERM, or until follow() returns or throws; reconnects while the database is away.
  void run();

 protected:
  /// Called with each new connection, which already listens to jb_rejected, so that what commits after the first read
  /// is announced. Returns when all is done.
  virtual void follow() = 0;

  pg::Connection& connection() { return *connection_; }
  /// Waits for a signal or, with `server_too`, for the server; returns whether one of them came in time.
  bool rest(std::chrono::milliseconds time, bool server_too);
  /// Whether a signal has come.
  bool is_ending();
  void listen() { connection_->execute("LISTEN jb_rejected"); }
  void say(const std::string& what) const;
  /// Notes that the database answers, so that the next pause is short again.
  void has_answered() { attempt_ = 0; }

 private:
  const std::string command_, conninfo_;
  const bool once_;
  const std::chrono::milliseconds patience_;
  const int signals_;
  bool ending_ = false;
  long long attempt_ = 0;
  std::optional<pg::Connection> connection_;
};

}  // namespace jb::cli
