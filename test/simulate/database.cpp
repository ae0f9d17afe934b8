// SPDX-License-Identifier: PostgreSQL
#include "database.hpp"

namespace jb::simulate {

int Database::advisory(const std::string& name) {
  return advisory_.try_emplace(name, -1 - static_cast<int>(advisory_.size())).first->second;
}

bool Database::lock(int who, int thing, const Pause& pause) {
  auto& wanted = row(thing);
  if (wanted.holder == who) return false;
  while (wanted.holder != kNobody) {
    waits_for_[who] = thing;
    std::string circle = "session " + std::to_string(who);
    for (int next = wanted.holder;;) {
      circle += " waits for session " + std::to_string(next);
      if (next == who) throw Broken{"no deadlock", circle};
      const auto found = waits_for_.find(next);
      if (found == waits_for_.end() || is_free_for(next, found->second)) break;
      next = row(found->second).holder;
    }
    pause("waits for the lock of", std::to_string(thing));
  }
  waits_for_.erase(who);
  wanted.holder = who;
  return true;
}

}  // namespace jb::simulate
