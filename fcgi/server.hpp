// SPDX-License-Identifier: PostgreSQL
//
// The process: one listening socket, a pool of threads, an orderly end.
//
// Each thread accepts a connection, which is one request, puts it into the line, and answers the request that is next
// (turns.hpp) with a database session of its own. When no other request is there, that is the request just accepted.
// The statement of a client that hangs up meanwhile is cancelled. There are more threads than turns, so that one thread
// is always at the door. A long poll that has nothing to tell leaves its thread: the whole FastCGI request goes over to
// the waiter's thread.
//
// The end. libfcgi's own way (FCGX_ShutdownPending and a signal that interrupts accept or read) can hit a thread that
// is just taking a request, and that request is lost. Here no thread is ever interrupted: each thread answers the
// requests that it has, and the requests in the socket's queue (listening.hpp).
#pragma once

#include "settings.hpp"

namespace jb::gateway {

/// Serves until SIGTERM or SIGINT, then finishes the requests in flight and those that nginx has already handed over.
/// Call it from the first thread, before any other is started: it blocks these signals for all. Throws what Listening
/// does.
void serve(const Settings& settings);

}  // namespace jb::gateway
