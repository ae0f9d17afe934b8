// SPDX-License-Identifier: PostgreSQL
//
// Objects that stand for a scope: what they begin ends with them.
#pragma once

#include <utility>

namespace jb::pg {

/// A base for classes whose objects are neither copied nor moved.
struct Unmovable {
  Unmovable() = default;
  Unmovable(const Unmovable&) = delete;
  Unmovable& operator=(const Unmovable&) = delete;
};

/// While this object lives, a variable, of the server or of ours, has another value.
template <class T>
class Holding : Unmovable {
 public:
  Holding(T& variable, T value) : variable_(variable), before_(std::exchange(variable, value)) {}
  ~Holding() { variable_ = before_; }

 private:
  T& variable_;
  T before_;
};

}  // namespace jb::pg
