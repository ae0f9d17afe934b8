// SPDX-License-Identifier: PostgreSQL
//
// The errors of /api/v1 in the form that clients of seed 4 know: a member `errors` with lists of messages by field, and
// under `base` the messages that concern the whole session.
#pragma once

#include "../problem.hpp"

namespace jb::gateway {

/// {"coach": ["must exist"]} in place of the list of all fields; for a 409, {"base": ["Session overlaps with another
/// session"]} where that is why, and else the detail.
Problem with_errors_by_field(Problem problem);

/// Returns what `call` returns. A Problem that `call` throws is thrown on, with its errors by field.
template <class Call>
Response told_by_field(Call&& call) {
  try {
    return call();
  } catch (const pg::Error& error) {
    throw with_errors_by_field(problem_of_reading(error));
  } catch (const Problem& problem) {
    throw with_errors_by_field(problem);
  }
}

}  // namespace jb::gateway
