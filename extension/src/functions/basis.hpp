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
  /// in its argument `basis`, if any. `arguments` outlives this object. Errors: 22023 unless it belongs to this request
  /// of this caller in this database.
  Basis(const Arguments& arguments, bool dry_run);

  /// with_scheduler() for the call. Errors: those of `work`; Stale, with facts() as DETAIL, if the plan is not the one
  /// that the basis stands for.
  template <class Work>
  auto run(Work&& work) {
    if (request_.empty()) return with_scheduler(arguments_, dry_run_, work);
    try {
      return with_scheduler(arguments_, dry_run_, [&](Scheduler& scheduler) {
        scheduler.inspect_by([this](const std::string& plan) { return is_shown(plan); });
        return work(scheduler);
      });
    } catch (Stale& stale) {
      stale.detail = facts(std::move(stale.outcomes), stale.moves);
      throw;
    }
  }

  /// The basis of a dry run that has answered; nullopt for any other call.
  const std::optional<std::string>& made() const { return made_; }

 private:
  bool is_shown(const std::string& plan);

  /// The plan that was refused, with its own basis, as a JSON object: {"outcome": "stale", "basis", "outcomes" or
  /// "moves", whose times are in UTC}. The plan is left out where it is long.
  std::string facts(std::vector<Outcome> outcomes, const std::vector<Move>& moves) const;

  const Arguments& arguments_;
  bool dry_run_;
  std::string request_{};  ///< its digest; empty: the call neither makes nor gets a basis
  std::optional<std::string> given_{};
  std::string of_plan_{};  ///< the basis of the last plan
  std::optional<std::string> made_{};
};

}  // namespace jb::functions
