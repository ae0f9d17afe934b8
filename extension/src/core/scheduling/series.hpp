// SPDX-License-Identifier: PostgreSQL
//
// A series in a plan: the occurrences of a recurrence rule, each an event of its own, fixed at the same time on the
// wall. All are placed or none is; a change reaches one of them, those that follow it, or all.
//
// What must stay true: no occurrence is judged before those that move with it have been set aside, and nobody whom they
// displace is placed again before the last of them stands.
#pragma once

#include <vector>

#include "../event/outcome.hpp"
#include "editing.hpp"
#include "plan.hpp"
#include "resolving.hpp"

namespace jb {

/// The occurrences of the request's rule in order of time. The outcome is that of the first one that was placed, with
/// the ids of all; rejected, it names the first one without a place, and nothing of the series stays.
/// Errors: 22023 for what RFC 5545 or rule 2.14 does not allow, under its index in a batch; NotLocked.
Outcome request_series(Plan& plan, const Requested& requested);

/// Changes `event`, and in a series those that the edit's scope names besides: each as far as `event` itself. What has
/// begun, ended or been cancelled stays as it is. Rejected, all stay. Errors: as apply_edit for `event` itself.
Outcome apply_to_scope(Plan& plan, const Event& event, const Edit& edit);

}  // namespace jb
