// SPDX-License-Identifier: PostgreSQL
//
// jb_fcgi: the FastCGI program between nginx and the extension. One listening socket, a pool of threads, an orderly
// shutdown. Settings: settings.hpp and libpq's PG* environment.
//
// A thread waits at the listener (listener.hpp), receives a request from a new connection or from one that nginx keeps,
// and puts it in line. Then it answers the requests whose turn it is (turns.hpp) with a database session of its own.
// There are two threads more than turns, one of them for probes, so that requests are received even while all turns are
// taken. If a client hangs up, its statement is cancelled. A long poll without news leaves its thread: the whole
// FastCGI request moves to the thread of the long polls. The main thread waits for the shutdown.
//
// Shutdown. libfcgi's own way (FCGX_ShutdownPending and a signal that interrupts accept or read) can hit a thread that
// is just receiving a request, which is then lost. Here no thread is ever interrupted: the requests in the socket's
// queue are accepted, and all that stand in line are answered.
#include <fcgiapp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "database.hpp"
#include "gateway.hpp"
#include "listener.hpp"
#include "long_polls.hpp"
#include "route.hpp"
#include "settings.hpp"
#include "telemetry.hpp"
#include "turns.hpp"

namespace jb::gateway {

namespace {

/// Ends a FastCGI request when it is deleted. A request never changes its address, since libfcgi's streams point to it.
/// A connection that nginx keeps is left at the listener. Any other is just closed, as libfcgi closes a detached one,
/// if all of the request has been read. Otherwise libfcgi shuts down its own direction and reads what else comes, three
/// system calls, since nginx loses the answer on a close with unread data. The read waits for the end of the body,
/// which nginx sends with its last byte.
struct EndFastCgi {
  Listener* listener;
  void operator()(FCGX_Request* fastcgi) const {
    const bool is_whole =
        fastcgi->ipcFd >= 0 && fastcgi->in && FCGX_GetError(fastcgi->in) == 0 && FCGX_GetChar(fastcgi->in) == EOF;
    if (!is_whole)
      fastcgi->keepConnection = 0;
    else if (!fastcgi->keepConnection)
      FCGX_Detach(fastcgi);
    FCGX_Finish_r(fastcgi);
    const int connection = std::exchange(fastcgi->ipcFd, -1);  // -1 if it was not kept or the answer failed
    if (connection >= 0) listener->leave(connection);
    delete fastcgi;
  }
};
using FastCgi = std::unique_ptr<FCGX_Request, EndFastCgi>;

/// A request with everything that its answer needs. It is passed on by its address.
struct PendingRequest {
  FastCgi fastcgi;
  Request request;
  Clock::time_point started;
  Clock::time_point in_line_since = started;    ///< later than `started` for a long poll that was woken
  std::optional<Awaited> heard = std::nullopt;  ///< what woke it
};
using Arrival = std::unique_ptr<PendingRequest>;

/// The objects that all threads share.
struct Shared {
  const Settings& settings;
  Listening listening;
  Listener listener;
  Gateway gateway;
  LongPolls long_polls;
  Turns<Arrival> turns;
  Turns<Arrival> probes;
  std::atomic<bool> is_ending = false;   ///< the threads accept no more
  std::atomic<bool> is_pausing = false;  ///< nothing can be accepted at the moment
};

constexpr const char* kTooMany = "This caller has as many requests waiting as one may have.";
constexpr const char* kFull = "Too many requests wait. Try again shortly.";

void log_answer(const PendingRequest& pending, const Response& response) {
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - pending.started);
  metrics().count(pending.request, response, took);
  write_log(log_line(pending.request, response, took));
}

void finish(PendingRequest& pending, Response response) {
  // nginx closes the connection after an answer without a body.
  if (response.status == 204 || response.status == 304) pending.fastcgi->keepConnection = 0;
  receive_body(*pending.fastcgi, pending.request);  // still unread if the request is refused before its turn
  if (!send(*pending.fastcgi, pending.request, response)) response.error += " (the answer could not be sent)";
  log_answer(pending, response);
}

void drop(const PendingRequest& pending) { log_answer(pending, Gateway::hung_up()); }

Turns<Arrival>::Entry enter(Turns<Arrival>& turns, Arrival& arrival) {
  const Request& request = arrival->request;
  // A POST that only asks is a read, as is a request without a route.
  const Access lane = request.route ? request.route->access : Access::read;
  const auto entry = turns.enter({request.caller, request.face == Face::guest}, lane, arrival);
  if (entry == Turns<Arrival>::Entry::in_line) ++metrics().in_line;
  return entry;
}

/// Puts a long poll that waited for `heard` in line again: see LongPoll::wake.
bool wake(Arrival& arrival, const Awaited& heard, bool last, Shared& shared) {
  arrival->request.may_wait = !last;
  arrival->heard = heard;
  arrival->in_line_since = Clock::now();
  if (enter(shared.turns, arrival) == Turns<Arrival>::Entry::in_line) {
    shared.listener.wake();
    return true;
  }
  if (last) finish(*arrival, Gateway::refuse(arrival->request, 503, kFull));
  return last;
}

/// Hands the request and its connection over to the long polls (rule 5.11). If they do not take it,
/// answers it at once.
void park(Arrival arrival, Response nothing_yet, Shared& shared) {
  Awaited awaited = *nothing_yet.awaited;
  if (awaited.cursor) arrival->request.read_to = awaited.cursor;
  if (arrival->heard) awaited = awaited_after(*arrival->heard, std::move(awaited));
  const bool has_waited = std::exchange(arrival->request.has_waited, true);
  const auto waits = std::make_shared<Arrival>(std::move(arrival));
  const auto parking = shared.long_polls.park({
      .connection = (*waits)->fastcgi->ipcFd,
      .caller = (*waits)->request.caller,
      .is_guest = (*waits)->request.face == Face::guest,
      .awaited = awaited,
      .until = (*waits)->started + awaited.wait,
      .wake = [waits, &shared](const Awaited& heard, bool last) { return wake(*waits, heard, last, shared); },
      .drop = [waits] { drop(**waits); },
  });
  if (parking == LongPolls::Parking::taken) return;
  if (parking == LongPolls::Parking::too_many && !has_waited)
    nothing_yet = Gateway::refuse((*waits)->request, 429, kTooMany);
  if (parking == LongPolls::Parking::full && !has_waited)
    nothing_yet =
        Gateway::refuse((*waits)->request, 503, "Too many requests wait already. Ask without wait, or again later.");
  finish(**waits, std::move(nothing_yet));
}

void answer(Arrival arrival, Shared& shared, RetryingConnection& database) {
  database.set_client(arrival->fastcgi->ipcFd);
  receive_body(*arrival->fastcgi, arrival->request);
  // The gateway gets the time of the answer, not of the arrival: the request may have stood in line for seconds, and
  // the caller's present role counts.
  Response response = shared.gateway.answer(arrival->request, database, Clock::now());
  if (response.awaited) return park(std::move(arrival), std::move(response), shared);
  finish(*arrival, std::move(response));
}

/// Answers a request whose turn has come, with 503 if it stood in line for longer than a call may wait for a locked
/// calendar (lock_wait). The check for a client that has hung up is skipped if the request hardly waited, since the
/// connection watches the client while the statement runs.
void answer_in_turn(Arrival arrival, Shared& shared, RetryingConnection& database) {
  constexpr std::chrono::milliseconds hardly{5};
  const auto waited = Clock::now() - arrival->in_line_since;
  pollfd client{arrival->fastcgi->ipcFd, POLLRDHUP, 0};
  if (waited > hardly && poll(&client, 1, 0) > 0) return drop(*arrival);
  if (waited < shared.settings.lock_wait) return answer(std::move(arrival), shared, database);
  finish(*arrival, Gateway::refuse(arrival->request, 503, "Too many requests are under way. Try again shortly."));
}

/// Reads a request without its body and puts it in line, or refuses it if the line has no place. The body stays with
/// nginx until the request's turn, since one caller's files in line could fill the memory. A probe that does not ask
/// the database needs no turn.
void queue(FastCgi fastcgi, Shared& shared, RetryingConnection& database) {
  const auto started = Clock::now();
  Request request = receive(*fastcgi);
  // If a kept connection ends during a request, nginx repeats the request. A GET may run that risk, and a write under a
  // key, which is done once (rule 4.16).
  const bool may_be_repeated =
      (request.method == "GET" && request.content_length.empty()) || !request.idempotency_key.empty();
  if (!may_be_repeated) fastcgi->keepConnection = 0;
  const bool is_probe = request.face == Face::admin;
  Arrival arrival(new PendingRequest{std::move(fastcgi), std::move(request), started});
  if (is_probe && arrival->request.route && !arrival->request.route->sql.text)
    return answer(std::move(arrival), shared, database);
  const auto entry = enter(is_probe ? shared.probes : shared.turns, arrival);
  if (entry == Turns<Arrival>::Entry::in_line) return;
  shared.listener.wake();  // other requests, in line or at the listener, do not wait for the rest of this one
  finish(*arrival, entry == Turns<Arrival>::Entry::too_many ? Gateway::refuse(arrival->request, 429, kTooMany)
                                                            : Gateway::refuse(arrival->request, 503, kFull));
}

constexpr int kNoneWaits = -1, kNoneCanBeHad = -2;
constexpr std::chrono::milliseconds kAWhile{100};  ///< after which accepting may work again

/// Accepts a waiting connection, or returns one of the two above.
int accept_one(const Shared& shared) {
  const int connection = accept4(shared.listening.socket, nullptr, nullptr, SOCK_CLOEXEC);
  if (connection >= 0) return connection;
  if (errno == EAGAIN || errno == EINVAL) return kNoneWaits;  // EINVAL: the socket was shut down
  write_log("error=\"could not accept a connection\" errno=" + std::to_string(errno) + "\n");
  return kNoneCanBeHad;  // out of descriptors, most likely
}

/// Takes in the request on a connection, which is accepted already: libfcgi's own accept would also wait for the head.
void receive_on(int connection, Shared& shared, RetryingConnection& database) {
  FastCgi fastcgi(new FCGX_Request{}, {&shared.listener});
  FCGX_InitRequest(fastcgi.get(), /*sock=*/-1, 0);  // so it accepts nothing by itself
  fastcgi->ipcFd = connection;
  fastcgi->keepConnection = 1;  // else libfcgi would begin by closing it; nginx's head says whether it is kept
  // libfcgi takes a truncated head for a whole one.
  if (FCGX_Accept_r(fastcgi.get()) == 0 && FCGX_GetError(fastcgi->in) == 0) queue(std::move(fastcgi), shared, database);
}

/// Takes in the first request on a connection. nginx sends a request's head at once. If none comes, another thread is
/// woken for other work; a peer that is silent for `patience` is not nginx, and is dropped.
void receive_first(int connection, Shared& shared, RetryingConnection& database) {
  constexpr std::chrono::seconds patience{5};
  set_patience(connection, patience);
  pollfd head{connection, POLLIN, 0};
  if (poll(&head, 1, 1) == 0) shared.listener.wake();
  receive_on(connection, shared, database);
}

/// Called when a connection could not be accepted. One thread waits a while, then accepting is tried again.
void pause_accepting(Shared& shared) {
  if (shared.is_pausing.exchange(true)) return;
  shared.listener.wake();  // requests in line do not wait
  std::this_thread::sleep_for(kAWhile);
  shared.is_pausing = false;
  shared.listener.wake();
}

/// Accepts up to two waiting connections; the listener reports all that wait only once. Before the second, another
/// thread is woken: for the first request, which may begin while the second is read, and for further connections, so
/// that a flood of them cannot keep this thread from answering.
void accept_some(Shared& shared, RetryingConnection& database) {
  for (const bool is_first : {true, false}) {
    if (shared.is_ending || shared.is_pausing) return;
    const int connection = accept_one(shared);
    if (connection == kNoneCanBeHad) return pause_accepting(shared);
    if (connection == kNoneWaits) return;
    if (!is_first) shared.listener.wake();
    receive_first(connection, shared, database);
  }
}

/// Answers requests in line, each in its turn, until no more may begin. Wakes another thread if more may begin at once,
/// or always if `wakes`.
void answer_line(Turns<Arrival>& turns, bool wakes, Shared& shared, RetryingConnection& database) {
  while (auto turn = turns.take()) {
    if (wakes || turn->leaves_more) shared.listener.wake();
    --metrics().in_line;
    ++metrics().busy;
    answer_in_turn(std::move(turn->arrival), shared, database);
    --metrics().busy;
    turns.give_back(*turn);
  }
}

/// Takes in and answers until the listener is closed and the line is empty.
void run_thread(Shared& shared) {
  RetryingConnection database({.lock_wait = shared.settings.lock_wait}, shared.settings.staleness);
  for (bool is_last = false; !is_last;) {
    const auto kept = shared.listener.wait();
    is_last = shared.listener.is_closed();
    if (kept)
      receive_on(*kept, shared, database);
    else
      accept_some(shared, database);
    answer_line(shared.probes, /*wakes=*/true, shared, database);  // other requests in line do not wait for a probe
    answer_line(shared.turns, /*wakes=*/false, shared, database);
  }
}

/// Takes in the requests that nginx has already sent on kept connections, and closes the idle ones.
void receive_kept(Shared& shared, RetryingConnection& database) {
  for (const int connection : shared.listener.clear()) {
    pollfd next{connection, POLLIN, 0};
    if (poll(&next, 1, 0) > 0)
      receive_on(connection, shared, database);
    else
      close(connection);
  }
  shared.listener.wake();
}

/// Takes in the requests of connections that are already in the socket's queue. shutdown(2) refuses further ones, while
/// accept(2) still hands out those in the queue. An inherited queue belongs to the next process.
void accept_queued(Shared& shared, RetryingConnection& database) {
  if (shared.listening.is_inherited) return;
  shutdown(shared.listening.socket, SHUT_RDWR);
  constexpr int most_failures = 50;
  for (int failures = 0; failures < most_failures;) {
    const int connection = accept_one(shared);
    if (connection == kNoneWaits) return;
    if (connection == kNoneCanBeHad) {
      ++failures;
      std::this_thread::sleep_for(kAWhile);
    } else {
      receive_first(connection, shared, database);
      shared.listener.wake();
    }
  }
}

/// The probes' own turn: probes are answered even when other requests have all turns.
constexpr Shares kProbeShares{1, 0, 1, 50, 50, 50, 50};

/// Raises the limit of open descriptors to the maximum. Each parked long poll and each request in line holds one
/// descriptor, each thread three, and each connection that nginx keeps one.
void allow_descriptors(std::size_t needed) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < needed)
    throw std::runtime_error("JB_WAITING and JB_THREADS need " + std::to_string(needed) + " open files; the limit is " +
                             std::to_string(limit.rlim_max));
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// A descriptor that becomes readable on SIGTERM or SIGINT.
int ending_signals() {
  signal(SIGPIPE, SIG_IGN);  // a client that hangs up shows as a failed write
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  return signalfd(-1, &ending, SFD_CLOEXEC);
}

/// Serves until SIGTERM or SIGINT, then finishes the requests in flight and those that nginx has already handed over.
void serve(const Settings& settings) {
  const int ending = ending_signals();
  const Shares shares = shares_of(static_cast<std::size_t>(settings.threads));
  allow_descriptors(static_cast<std::size_t>(settings.waiting) + shares.places + 3 * shares.turns + 1024);
  const Listening listening = listen_at(settings.socket);
  Shared shared{settings,
                listening,
                Listener(listening.socket),
                Gateway(),
                LongPolls(static_cast<std::size_t>(settings.waiting), shares.places_of_caller),
                Turns<Arrival>(shares),
                Turns<Arrival>(kProbeShares)};
  // By default libfcgi waits until nginx has closed its side of the connection, for the sake of slow networks. On a
  // Unix socket sent data arrives without this wait.
  setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1);
  if (FCGX_Init() != 0) throw std::runtime_error("could not start libfcgi");
  metrics().threads = static_cast<int>(shares.turns + kProbeShares.turns);
  std::thread polling([&] {
    RetryingConnection database({.lock_wait = settings.lock_wait}, settings.staleness);
    shared.long_polls.run(database);
  });
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < shares.turns + kProbeShares.turns + 1; ++i)
    threads.emplace_back(run_thread, std::ref(shared));
  write_log("event=listening socket=" + log_value(settings.socket) + " threads=" + std::to_string(settings.threads) +
            "\n");
  pollfd end{ending, POLLIN, 0};
  while (poll(&end, 1, -1) < 0) continue;  // EINTR
  write_log("event=stopping\n");
  shared.is_ending = true;
  RetryingConnection none({}, std::nullopt);  // never connects: answers given while the process ends need no database
  receive_kept(shared, none);
  accept_queued(shared, none);
  // The long polls first: they put the requests that waited into the line.
  shared.long_polls.stop();
  polling.join();
  shared.listener.close();
  for (std::thread& thread : threads) thread.join();
  write_log("event=stopped\n");
}

}  // namespace

}  // namespace jb::gateway

int main() {
  try {
    jb::gateway::serve(jb::gateway::read_settings(std::getenv));
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    jb::gateway::write_log("error=" + jb::gateway::log_value(error.what()) + "\n");
    return EXIT_FAILURE;
  }
}
