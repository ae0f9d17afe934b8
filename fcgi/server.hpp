// SPDX-License-Identifier: PostgreSQL
//
// The process: one listening socket, a pool of threads, an orderly end.
//
// Each thread accepts a connection, which is one request, and answers it with a database session of its own; a client
// that hangs up meanwhile has its statement cancelled. Of the threads only some write at a time (line.hpp). A long poll
// that has nothing to tell leaves its thread: the whole FastCGI request goes over to the waiter's.
//
// The end. libfcgi's own way (FCGX_ShutdownPending and a signal that interrupts accept or read) can hit a thread that
// is just taking a request, and that request is lost. Here no thread is ever interrupted: each answers what it has, and
// what else stands in the socket's queue (listening.hpp).
#pragma once

#include "settings.hpp"

namespace jb::gateway {

/// Serves until SIGTERM or SIGINT, then finishes the requests in flight and those that nginx has already handed over.
/// Call it from the first thread, before any other is started: it blocks these signals for all. Throws what Listening
/// does.
void serve(const Settings& settings);

}  // namespace jb::gateway
