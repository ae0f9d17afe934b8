// SPDX-License-Identifier: PostgreSQL
//
// The basis of a call (rule 2.15.7): a dry run returns one, and the call that gets it does what the dry run showed, or
// nothing. It is a digest of the request and one of the plan, so a caller learns from it only what the dry run showed.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "call.hpp"
#include "core/scheduling/scheduler.hpp"

namespace jb::functions {

class Basis {
 public:
  /// The basis that a call makes or gets. A dry run makes one, if the function can get one; another call gets the one
  /// in its argument `basis`, if any. Errors: 22023 unless it belongs to this request of this caller in this database.
  Basis(const Arguments& arguments, bool dry_run);

  /// Has the scheduler refuse a plan other than the one that the basis stands for.
  void bind(Scheduler& scheduler);

  /// The basis of a dry run that has answered; nullopt for any other call.
  const std::optional<std::string>& made() const { return made_; }

  /// The plan that was refused, with its own basis, as a JSON object: {"outcome": "stale", "basis", "outcomes" or
  /// "moves", whose times are in UTC}. The plan is left out where it is long.
  std::string facts(std::vector<Outcome> outcomes, const std::vector<Move>& moves) const;

 private:
  std::string request_{};  ///< its digest; empty: the call neither makes nor gets a basis
  std::optional<std::string> given_{};
  std::string of_plan_{};  ///< the basis of the last plan
  std::optional<std::string> made_{};
  bool dry_run_;
};

/// with_scheduler() for a call that has a basis or makes one. Result: that of `work`, and the basis of a dry run.
/// Errors: as Basis; Stale, with its facts as DETAIL.
template <class Work>
auto with_basis(const Arguments& arguments, bool dry_run, Work&& work) {
  Basis basis(arguments, dry_run);
  try {
    auto result = with_scheduler(arguments, dry_run, [&](Scheduler& scheduler) {
      basis.bind(scheduler);
      return work(scheduler);
    });
    return std::pair(std::move(result), basis.made());
  } catch (Stale& stale) {
    stale.detail = basis.facts(std::move(stale.outcomes), stale.moves);
    throw;
  }
}

}  // namespace jb::functions
