// SPDX-License-Identifier: PostgreSQL
//
// A piece of work with its own stack, which pauses where it likes and is resumed by somebody else. A session is one. So
// the real scheduler, which knows nothing of this, can be stopped in the middle of a call; and only one thread is
// needed, which makes a run repeatable.
#pragma once

#include <ucontext.h>

#include <array>
#include <cstddef>
#include <functional>

namespace jb::simulate {

class Fiber {
 public:
  /// `work` lets no exception out.
  explicit Fiber(std::function<void()> work);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Goes on until the work pauses or ends.
  void resume();
  bool has_ended() const { return has_ended_; }

  /// Called by the work: goes back to where resume() was called.
  void pause();

 private:
  /// What the C++ runtime keeps per thread: which exceptions are being handled. A call pauses within handlers, so each
  /// fiber needs its own.
  using Exceptions = std::array<std::byte, 16>;

  static void run(unsigned high, unsigned low);
  void exchange_exceptions();

  std::function<void()> work_;
  void* stack_;
  ucontext_t here_{}, there_{};
  Exceptions exceptions_{};
  bool has_ended_ = false;
};

}  // namespace jb::simulate
