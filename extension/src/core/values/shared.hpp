// SPDX-License-Identifier: PostgreSQL
//
// A value that many copies of an owner share in memory, and that may be left where it is stored until it is asked for.
#pragma once

#include <functional>
#include <memory>
#include <utility>

namespace jb {

/// A value that copies share until a copy is given another value. So a value that the thousand occurrences of a series
/// have in common is in memory once. The value may also be left where it is stored, and is then loaded each time that
/// get() asks for it. A loaded value is not kept: a caller that looks at a thousand large values in turn must not hold
/// all of them.
template <class T>
class Shared {
 public:
  using Load = std::function<T()>;

  Shared() : value_(none()) {}
  Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}  // NOLINT: reads as the value

  /// What `load` returns, as long as it can be called.
  static Shared left_there(Load load) {
    Shared shared;
    shared.value_ = nullptr;
    shared.load_ = std::make_shared<const Load>(std::move(load));
    return shared;
  }

  ~Shared() = default;
  // No moves: an object that was moved from would hold nothing.
  Shared(const Shared&) = default;
  Shared& operator=(const Shared&) = default;

  bool is_left_there() const { return value_ == nullptr; }

  /// Never null.
  std::shared_ptr<const T> get() const { return value_ != nullptr ? value_ : std::make_shared<const T>((*load_)()); }

  friend bool operator==(const Shared& a, const Shared& b) {
    const bool are_one = a.value_ == b.value_ && a.load_ == b.load_;
    return are_one || *a.get() == *b.get();
  }

 private:
  static const std::shared_ptr<const T>& none() {
    static const auto empty = std::make_shared<const T>();
    return empty;
  }

  std::shared_ptr<const T> value_;  // none where it was left
  std::shared_ptr<const Load> load_{};
};

}  // namespace jb
