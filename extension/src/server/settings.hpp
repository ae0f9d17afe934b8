// SPDX-License-Identifier: PostgreSQL
//
// The extension's settings in the server's configuration.
#pragma once

#include <string>
#include <vector>

#include "core/scheduling/timetable.hpp"

namespace jb::server {

/// Defines the settings, and applies jb_scheduler.log_refusals from then on. Call it once, when the library is loaded:
/// from then on the server refuses an unknown name with this prefix, or warns of it.
///
/// PostgreSQL logs each error with its message and detail, and a refusal quotes the value that it refuses. The refusal
/// goes to the caller, who knows that value; the log is read by others. Where log_refusals is off, the server's log
/// omits the errors of classes 22 and 23, those of JSON too large or too deep (54000, 54001), and those that
/// extension/errors.def answers with 4xx, or a later version of it may. Every other error is logged as usual. The
/// setting is off for the login jb_gateway (schema/00-roles.sql).
void define_settings();

/// jb_scheduler.worker_databases: the databases that the worker looks after, in order, without duplicates. A database
/// of such a name need not exist.
std::vector<std::string> worker_databases();

/// jb_scheduler.worker_interval: the longest time between two visits to a database.
Milliseconds worker_interval();

// What the calls read and write of them: see pg::Server.

extern char* now_text;
extern int most_rejections;
extern bool was_replayed;
extern int announcer;

}  // namespace jb::server
