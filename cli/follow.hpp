// SPDX-License-Identifier: PostgreSQL
//
// Following the database: jb listen prints what it is told, and jb relay sends it on.
#pragma once

#include <curl/curl.h>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../fcgi/pg/connection.hpp"

namespace jb::cli {

// The payload of a NOTIFY, which any role may send: it only says where to look.

/// The rejection_id of a NOTIFY's payload; 0 when the payload has none: it is a hint, and a broken payload is no error.
long long announced_id(std::string_view payload);

// Messages to a webhook, signed as Standard Webhooks say (https://www.standardwebhooks.com, specification 1.0.0):
// headers webhook-id, webhook-timestamp and webhook-signature, the last with "v1," and the base64 of HMAC-SHA256 over
// "id.timestamp.body" for each secret.

/// The bytes of a secret "whsec_" + base64. Throws std::runtime_error, which does not show the secret: another form, or
/// not 24 to 64 bytes.
std::string secret_bytes(std::string_view text);

/// The header webhook-signature: a signature for each secret, separated by blanks, so that a receiver that knows the
/// old secret or the new one takes the message while the secret is changed.
std::string signatures(const std::vector<std::string>& secrets, const std::string& id, const std::string& timestamp,
                       std::string_view body);

/// What became of a message.
struct WebhookAnswer {
  long status = 0;                      ///< of HTTP; 0: there was no answer
  std::string error;                    ///< why there was none
  std::chrono::seconds retry_after{0};  ///< what Retry-After asks for
};

/// One receiver, with a connection that is kept. Used by one thread; stays where it is.
class Webhook {
 public:
  /// `is_ending` is asked while a message is under way; true gives the message up. Throws std::runtime_error.
  Webhook(std::string url, std::vector<std::string> secrets, std::function<bool()> is_ending);
  Webhook(const Webhook&) = delete;
  Webhook& operator=(const Webhook&) = delete;

  /// Sends a JSON body. Follows no redirect; ends after 30 seconds.
  WebhookAnswer post(const std::string& id, const std::string& body);

 private:
  const std::string url_;
  const std::vector<std::string> secrets_;
  const std::function<bool()> is_ending_;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> connection_;
};

// The last printed rejection, in a file of one line. The file is written only after the lines that it stands for have
// left the program: a program that is killed in between prints the lines once more rather than never. The file holds
// the time beside the id, since another database, or a restored database, may have another rejection of the same id.

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

// What jb listen and jb relay have in common: a program that follows the database until it is told to end, and comes
// back to a database that was away.

/// A pause before the next attempt: twice as long after each, up to a limit, and of that a random part: programs that
/// failed together do not come back together. `attempt` counts from 1.
std::chrono::milliseconds pause_after(long long attempt, std::chrono::milliseconds longest);

/// Used by one thread.
class Follower {
 public:
  /// `command`: listen or relay. With `once` a database that is away is not waited for. `patience` is that of a
  /// statement.
  Follower(std::string command, std::string conninfo, bool once, std::chrono::milliseconds patience);
  virtual ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  /// Follows until SIGINT or SIGTERM, or what follow() throws; connects anew while the database is away.
  void run();

 protected:
  /// Called with each new connection, which listens to jb_rejected: what commits after the first reading is announced,
  /// and then read. Returns when all is done.
  virtual void follow() = 0;

  pg::Connection& connection() { return *connection_; }
  /// Waits for a signal, or for the server; whether one of them came before the time was over.
  bool rest(std::chrono::milliseconds time, bool server_too);
  /// Whether a signal has come.
  bool is_ending();
  void listen() { connection_->execute("LISTEN jb_rejected"); }
  void say(const std::string& what) const;
  /// That the database answers: the next pause is short again.
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
