// SPDX-License-Identifier: PostgreSQL
//
// A client: makes calls without pause, writes down each call and answer, and knows the events that it made. Only the
// client that made an event changes it, so an answer must agree with what the client knows, whatever other clients do.
//
// A call without an answer is in doubt. A call under an idempotency key is repeated until it is answered. Without a
// key, the client leaves the event of the call alone from then on.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "call.hpp"
#include "journal.hpp"

namespace torture {

/// State shared by all clients.
struct Round {
  std::string directory{};
  unsigned long seed = 0;
  int hot = 4;     ///< calendars hot:0 and so on, which all clients compete for
  int many = 200;  ///< cal:0 and so on
  int solo = 20;   ///< solo:0 and so on, on which each event claims one calendar: transactions lock these
  long base = 0;   ///< the day on which most events begin; six days later the clock of Europe/Berlin changes
  std::atomic<bool> is_over{false};      ///< no new calls
  std::atomic<bool> is_too_late{false};  ///< no repeated calls either
};

class Caller {
 public:
  Caller(Round& round, int number, std::unique_ptr<Way> way);
  void run();

 private:
  struct Mine {
    long id, version;
    bool is_fixed, is_on_wall, is_held, waits;
    std::vector<std::string> calendars;
  };
  struct Choice {
    double weight;
    Call (Caller::*make)();
  };
  static const std::vector<Choice> choices;

  double dice() { return std::uniform_real_distribution<>()(random_); }
  bool chance(double share) { return dice() < share; }
  long below(long limit) { return static_cast<long>(random_() % static_cast<unsigned long>(limit)); }

  Call pick();
  Call book_fixed();
  Call book_automatic();
  Call book_two();
  Call book_some();
  Call hold();
  Call wait();
  Call preempt();
  Call series();
  Call batch();
  Call trial();
  Call move();
  Call loosen();
  Call update();
  Call cancel();
  Call erase();
  Call confirm();
  Call deny();
  Call read();
  Call list();
  Call slots();
  Call changes();
  Call rejections();
  Call busy();
  Call explain();
  Call read_of(Op op);
  Call wish(const std::string& calendar);
  void fix(Call& call);
  std::string calendar();
  /// A call about a fitting event that this client has made; a booking if there is none.
  Call change(Op op, bool (*fits)(const Mine&));
  Call change_on(const std::vector<std::string>& calendars);

  void single();
  void repeat();
  void transaction();
  bool call_in(long transaction, const std::vector<std::string>& locked);
  void take_key(Call& call);
  bool call_and_take_back(const std::vector<std::string>& locked);
  void end_transaction(long number, bool commits, const std::vector<Mine>& before);
  Answer commit();
  Answer send(Call& call, long transaction);
  Answer insist(Call call);
  void note(const Call& call, long transaction);
  void note(const Call& call, const Answer& answer);
  void remember(const Call& call, const Answer& answer);
  void keep_booked(const Call& call, const Answer& answer);
  void look_at(const Call& call, const Answer& answer);
  void drop(long event);
  Mine* find(long event);
  void wait_until_there();

  Round& round_;
  const int number_;
  std::unique_ptr<Way> way_;
  Journal journal_;
  std::mt19937_64 random_;
  long calls_ = 0, transactions_ = 0;
  std::vector<Mine> mine_{};
  Call kept_{};  ///< the last one under a key, to be repeated
  Answer kept_answer_{};
};

}  // namespace torture
