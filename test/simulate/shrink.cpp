// SPDX-License-Identifier: PostgreSQL
#include "shrink.hpp"

#include <algorithm>

namespace jb::simulate {

namespace {

constexpr int kMostReplays = 4'000;  // of some milliseconds each

class Shrinking {
 public:
  explicit Shrinking(Script script) : best_(std::move(script)), law_(replay(best_).broken->law) {}

  Script run() && {
    std::size_t before;
    do {
      before = best_.tasks.size() + best_.turns.size();
      leave_out(&Script::tasks);
      leave_out(&Script::turns);
      calm_down();
    } while (best_.tasks.size() + best_.turns.size() < before && replays_ < kMostReplays);
    return std::move(best_);
  }

 private:
  bool is_still_broken(const Script& script) {
    if (++replays_ > kMostReplays) return false;
    const auto result = replay(script);
    return result.broken && result.broken->law == law_;
  }

  bool improve(Script script) {
    if (!is_still_broken(script)) return false;
    best_ = std::move(script);
    return true;
  }

  /// Delta debugging (Zeller, Hildebrandt 2002): leaves out parts of a list, from halves down to single entries.
  template <class Each>
  void leave_out(std::vector<Each> Script::* list) {
    for (auto length = (best_.*list).size() / 2; length > 0; length /= 2) {
      for (std::size_t at = 0; at < (best_.*list).size();) {
        auto script = best_;
        auto& all = script.*list;
        const auto first = all.begin() + static_cast<std::ptrdiff_t>(at);
        all.erase(first, first + static_cast<std::ptrdiff_t>(std::min(length, all.size() - at)));
        if (!improve(std::move(script))) at += length;
      }
    }
  }

  /// Leaves out deaths and the passing of time where they do not matter.
  void calm_down() {
    for (std::size_t i = 0; i < best_.turns.size(); ++i) {
      if (!best_.turns[i].dies && best_.turns[i].passes == 0) continue;
      auto script = best_;
      script.turns[i] = {.who = script.turns[i].who};
      improve(std::move(script));
    }
  }

  Script best_;
  std::string law_;
  int replays_ = 0;
};

}  // namespace

Script shrunk(Script script) { return Shrinking(std::move(script)).run(); }

}  // namespace jb::simulate
