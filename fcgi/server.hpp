// SPDX-License-Identifier: PostgreSQL
//
// The process: one listening socket, a pool of threads, an orderly end.
//
// Each thread is one FastCGI accept loop with its own database session. A thread belongs to its connection until nginx
// closes it: our nginx keeps none open, so that all wait in one line for the next free thread.
//
// A long poll that has nothing to tell leaves its thread: the whole FastCGI request goes over to the waiter's.
//
// The end. libfcgi's own way (FCGX_ShutdownPending and a signal that interrupts accept or read) can hit a thread that
// is just taking a request, and that request is lost. Here no thread is ever interrupted: shutdown(2) on the listening
// socket lets accept(2) hand out what is queued and then fail, and nginx's further connects are refused; a kept
// connection is waited for with poll(2) together with an eventfd, before libfcgi is asked to read from it.
#pragma once

#include <string>

#include "descriptor.hpp"
#include "gateway.hpp"
#include "settings.hpp"

namespace jb::gateway {

/// Listens on a Unix socket that every user may connect to: the directory it stands in is what protects it. A socket
/// left over from a process that was killed is replaced. Throws std::system_error, and std::runtime_error when another
/// process still listens there.
Descriptor listen_on(const std::string& path);

/// Serves until SIGTERM or SIGINT, then finishes the requests in flight and those that nginx has already handed over.
/// Call it from the first thread, before any other is started: it blocks these signals for all. Throws as listen_on.
void serve(const Settings& settings);

}  // namespace jb::gateway
