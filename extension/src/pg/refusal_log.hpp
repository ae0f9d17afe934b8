// SPDX-License-Identifier: PostgreSQL
//
// Keeps what callers send out of the server's log. PostgreSQL logs each error with its message and detail, and a
// refusal quotes the value that it refuses. The refusal goes to the caller, who knows that value; the log is read by
// others.
#pragma once

namespace jb::pg {

/// Makes the setting jb_scheduler.log_refusals known, and from then on obeys it; called once, when the library is
/// loaded. Where the setting is off, the server's log tells of no error of classes 22 and 23, and of none that
/// extension/errors.def answers with 4xx. Every other error is logged as ever. The setting is off for the login
/// jb_gateway (schema/00-roles.sql).
void obey_log_refusals();

}  // namespace jb::pg
