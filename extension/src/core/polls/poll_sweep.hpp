// SPDX-License-Identifier: PostgreSQL
//
// Who is free at a start: found by sweeping over the ends of all runs, in order of time, up to that start.
#pragma once

#include <tuple>

#include "../values/budget.hpp"
#include "poll_runs.hpp"

namespace jb {

/// Asks for interrupts, but not after each of many small pieces of work.
class Pause {
 public:
  /// To be called after a piece of work that takes about as long as looking at `weight` turns.
  void after(std::size_t weight) {
    done_ += weight;
    if (done_ < kEnough) return;
    done_ = 0;
    step();
  }

 private:
  static constexpr std::size_t kEnough = 10'000;  // far less than 10 ms

  std::size_t done_ = 0;
};

/// One end of a run: from a start on, a member is free, or is free no longer. All of a turn is in one word, so that
/// many turns are sorted fast: the seconds since the first turn, whether the run is a yes, whether it begins, and the
/// member.
class MemberTurn {
 public:
  MemberTurn() = default;
  MemberTurn(Time since_first, bool is_yes, bool begins, std::uint64_t member)
      : word_(static_cast<std::uint64_t>(since_first) << kTime | (is_yes ? kYes : 0) | (begins ? kBegins : 0) |
              member) {}

  Time at() const { return static_cast<Time>(word_ >> kTime); }
  bool is_yes() const { return (word_ & kYes) != 0; }
  bool begins() const { return (word_ & kBegins) != 0; }
  std::size_t member() const { return word_ & (kBegins - 1); }
  std::uint64_t digit(unsigned place) const { return word_ >> (kTime + 11 * place) & 0x7FFU; }

 private:
  static constexpr unsigned kTime = 26;
  static constexpr std::uint64_t kYes = std::uint64_t{1} << 25;
  static constexpr std::uint64_t kBegins = std::uint64_t{1} << 24;

  std::uint64_t word_ = 0;
};

/// The members who are free, P, and the members who are free with yes, Y (rule 9.5).
struct Pair {
  Members free;
  Members yes;

  void flip(MemberTurn turn) { (turn.is_yes() ? yes : free).flip(turn.member()); }
  bool includes(const Pair& other) const { return free.includes(other.free) && yes.includes(other.yes); }
  friend bool operator<(const Pair& a, const Pair& b) { return std::tie(a.free, a.yes) < std::tie(b.free, b.yes); }
  friend bool operator==(const Pair&, const Pair&) = default;
};

/// All turns of all members, in order.
class Sweep {
 public:
  Sweep(const Runs& free, const Runs& yes, Pause& pause);

  std::size_t size() const { return turns_.size(); }
  const MemberTurn& operator[](std::size_t i) const { return turns_[i]; }
  Time time(std::size_t i) const { return first_ + turns_[i].at(); }

  /// How many turns come before `start`.
  std::size_t before(Time start) const;

  /// The members who are free after the first `taken` turns. Cost: copying two sets, and going through some hundred
  /// turns.
  Pair after(std::size_t taken) const;

 private:
  void keep_some(std::size_t members, Pause& pause);

  Time first_ = 0;
  std::vector<MemberTurn> turns_;
  std::vector<Pair> kept_;  ///< after each kStride turns, from none on
};

}  // namespace jb
