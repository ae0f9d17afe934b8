// SPDX-License-Identifier: PostgreSQL
//
// jb relay: hands changes and rejections on to a webhook, each at least once and in order.
//
// One message is under way at a time. Where the reader stands is on disk after each message: a relay that is killed
// sends the last message again rather than leave one out. A receiver knows a repeated message by its webhook-id.
#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <string>

#include "../fcgi/pg/connection.hpp"
#include "webhook.hpp"

namespace jb::cli {

struct RelayOptions {
  std::string conninfo;
  std::string url;
  std::string state;           ///< path of the state file
  std::string secret;          ///< path of the file with the secrets; empty: the environment has them
  std::string dead;            ///< path of the dead-letter file
  std::string metrics;         ///< path of the file for Prometheus; empty: none
  long long attempts = 10;     ///< of a message that the receiver refuses
  bool from_start = false;     ///< the first time: everything that is kept
  bool once = false;           ///< send what there is, then end
  bool dead_again = false;     ///< send what was put aside, then end
  bool expands_event = false;  ///< show each change with its event
  bool help = false;
};

extern const char* const relay_usage;

/// Reads the words after the verb. Throws UsageError.
RelayOptions parse_relay(int count, char** arguments);

/// Where a relay stands in both lists.
struct RelayPosition {
  std::string cursor;  ///< of jb_changes_all; empty: before the first change
  std::string rejection = "0";
};

class Relay {
 public:
  /// `signals` is a signalfd(2) that becomes readable when the program is to end.
  Relay(RelayOptions options, int signals);

  /// Sends until told to end. Waits for a lost database and for a receiver that does not answer. Throws
  /// std::runtime_error where the receiver has answered 410 Gone, where another relay uses the state file, and where
  /// something stays put aside; pg::Error for an error that waiting cannot mend.
  void run();

 private:
  struct Message {
    std::string type, id, body;
    RelayPosition after;
  };
  struct Counts {
    long long delivered = 0, failed = 0, dead = 0;
    std::time_t last = 0;
  };
  enum class Fate { delivered, again, refused };
  struct Sent {
    Fate fate = Fate::again;
    long status = 0;  ///< of the last answer
    long long attempts = 0;
  };

  void follow();
  void find_position();
  bool send_changes();
  bool send_rejections();
  void deliver(const Message& message);
  Sent send(const std::string& id, const std::string& body);
  Fate judge(const WebhookAnswer& answer) const;
  void bury(const Message& message, const Sent& sent);
  void send_dead_again();
  void keep(const RelayPosition& position);
  void write_metrics();
  std::chrono::milliseconds pause_after(long long attempt, const WebhookAnswer& answer);
  bool rest(std::chrono::milliseconds time, bool server_too);
  bool is_ending();
  void say(const std::string& what) const;

  const RelayOptions options_;
  const int signals_;
  bool ending_ = false;
  Webhook webhook_;
  std::optional<pg::Connection> connection_;
  std::optional<RelayPosition> position_;
  Counts counts_;
  std::mt19937 random_{std::random_device{}()};
};

}  // namespace jb::cli
