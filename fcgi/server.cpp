// SPDX-License-Identifier: PostgreSQL
#include "server.hpp"

#include <fcgiapp.h>
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "exchange.hpp"
#include "gateway.hpp"
#include "listening.hpp"
#include "log.hpp"
#include "metrics.hpp"
#include "service_manager.hpp"
#include "session.hpp"
#include "turns.hpp"
#include "waiter.hpp"

namespace jb::gateway {

namespace {

/// Closes the connection of a FastCGI request when the request is deleted. A request never changes its address, since
/// libfcgi's streams point to it. Where nothing of the request is left unread, the connection is just closed: libfcgi
/// would end its own direction first and look what else comes, three system calls, since a close with unread data takes
/// the answer from nginx. That is how libfcgi closes what it takes for detached.
struct CloseExchange {
  void operator()(FCGX_Request* exchange) const {
    if (exchange->ipcFd >= 0 && is_read_to_end(*exchange)) FCGX_Detach(exchange);
    FCGX_Finish_r(exchange);
    FCGX_Free(exchange, 1);
    delete exchange;
  }
};
using Exchange = std::unique_ptr<FCGX_Request, CloseExchange>;

/// A request with everything that its answer needs.
struct Arrival {
  Exchange exchange;
  Request request;
  Clock::time_point started;
  Clock::time_point in_line_since = started;  ///< later than `started` for a long poll that was woken
  std::optional<Watch> heard = std::nullopt;  ///< what woke it
};

/// The objects that all threads share.
struct Shared {
  const Settings& settings;
  Gateway gateway;
  Waiter waiter;
  Turns<Arrival> turns;
  Turns<Arrival> probes;
  Listening listening;
  std::atomic<int> waiting_guests{0};
};

constexpr const char* unsent = " (the answer could not be sent)";

void log_answer(const Request& request, const Answer& answer, Clock::time_point started) {
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started);
  metrics().count(request, answer.response, took);
  write_log(log_line(request, answer, took, std::chrono::system_clock::now()));
}

void finish(Arrival& arrival, Answer answer) {
  if (!send(*arrival.exchange, arrival.request, answer.response)) answer.error += unsent;
  log_answer(arrival.request, answer, arrival.started);
}

void drop(const Arrival& arrival) { log_answer(arrival.request, Gateway::hung_up(), arrival.started); }

/// A parked long poll: a request that waits for news (rule 5.11), with the connection for its answer.
class LongPoll final : public Parked {
 public:
  LongPoll(Shared& shared, Arrival arrival) : shared_(shared), arrival_(std::move(arrival)) {
    arrival_.request.has_waited = true;
    if (is_guest()) ++shared_.waiting_guests;
  }
  ~LongPoll() override {
    if (is_guest()) --shared_.waiting_guests;
  }
  LongPoll(const LongPoll&) = delete;
  LongPoll& operator=(const LongPoll&) = delete;
  int connection() const override { return arrival_.exchange->ipcFd; }
  bool wake(const Watch& heard, bool last) override {
    arrival_.request.may_wait = !last;
    arrival_.heard = heard;
    arrival_.in_line_since = Clock::now();
    const auto lane = lane_of(arrival_.request).value_or(Lane::read);
    if (shared_.turns.enter(caller_of(arrival_.request), lane, arrival_) == Turns<Arrival>::Entry::in_line) {
      metrics().stand_in_line();
      shared_.listening.ring();
      return true;
    }
    if (last) end(Gateway::busy(arrival_.request, "Too many requests wait. Try again shortly."));
    return last;
  }
  void drop() override { gateway::drop(arrival_); }
  void refuse() {
    end(Gateway::busy(arrival_.request, "Too many requests wait already. Ask without wait, or again later."));
  }
  void end(Answer answer) { finish(arrival_, std::move(answer)); }

 private:
  bool is_guest() const { return arrival_.request.face == Face::guest; }

  Shared& shared_;
  Arrival arrival_;
};

/// Hands the request and its connection over to the waiter. When the waiter does not take the request, the function
/// answers the request at once.
void park(Arrival arrival, Answer nothing_yet, Shared& shared) {
  Watch watch = *nothing_yet.response.watch;
  if (watch.cursor) arrival.request.read_to = watch.cursor;
  if (arrival.heard) watch = watch_after(*arrival.heard, std::move(watch));
  // Strangers together have a quarter of the places: however many they are, others find room.
  if (arrival.request.face == Face::guest && shared.waiting_guests >= shared.settings.waiting / 4)
    return finish(arrival, std::move(nothing_yet));
  const auto until = arrival.started + watch.wait;
  const bool has_waited = arrival.request.has_waited;
  auto poll = std::make_unique<LongPoll>(shared, std::move(arrival));
  LongPoll& refused = *poll;
  std::unique_ptr<Parked> parked = std::move(poll);
  switch (shared.waiter.park(parked, watch, until)) {
    case Waiter::Parking::taken:
      return;
    case Waiter::Parking::full:
      if (!has_waited) return refused.refuse();
      [[fallthrough]];
    case Waiter::Parking::ending:
      return refused.end(std::move(nothing_yet));
  }
}

void answer(Arrival arrival, Shared& shared, Session& session) {
  session.set_client(arrival.exchange->ipcFd);
  // The gateway gets the time of the answer, not of the arrival: the request may have stood in line for seconds, and
  // the caller's present role counts.
  Answer answer = shared.gateway.answer(arrival.request, session, Clock::now());
  if (answer.response.watch) return park(std::move(arrival), std::move(answer), shared);
  finish(arrival, std::move(answer));
}

bool hung_up(const Arrival& arrival) {
  pollfd descriptor{arrival.exchange->ipcFd, POLLRDHUP, 0};
  return poll(&descriptor, 1, 0) > 0;
}

/// Answers a request whose turn has come. A request that has stood in line for longer than a call may wait for a locked
/// calendar (lock_wait) is answered "busy". A request that has hardly stood in line is not asked whether its client has
/// hung up: the session watches the client while the statement runs.
void answer_in_turn(Arrival arrival, Shared& shared, Session& session) {
  constexpr std::chrono::milliseconds hardly{5};
  const auto waited = Clock::now() - arrival.in_line_since;
  if (waited > hardly && hung_up(arrival)) return drop(arrival);
  if (waited < shared.settings.lock_wait) return answer(std::move(arrival), shared, session);
  finish(arrival, Gateway::busy(arrival.request, "Too many requests are under way. Try again shortly."));
}

/// Answers the next request in line. Result: false when no request may have a turn now.
bool serve_next(Turns<Arrival>& turns, Shared& shared, Session& session) {
  auto turn = turns.take();
  if (!turn) return false;
  if (!turn->is_last) shared.listening.ring();
  metrics().begin_turn();
  answer_in_turn(std::move(turn->arrival), shared, session);
  metrics().end_turn();
  turns.give_back(*turn);
  return true;
}

/// Reads a request and puts it in line; refuses the request when the line has no place for it.
void come_in(Exchange exchange, Shared& shared, Session& session) {
  const auto started = Clock::now();
  Request request = receive(*exchange, shared.settings.max_body);
  Arrival arrival{std::move(exchange), std::move(request), started};
  const auto lane = lane_of(arrival.request);
  if (!lane) return answer(std::move(arrival), shared, session);
  const Caller caller = caller_of(arrival.request);
  auto& turns = arrival.request.face == Face::admin ? shared.probes : shared.turns;
  using Entry = Turns<Arrival>::Entry;
  switch (turns.enter(caller, *lane, arrival)) {
    case Entry::in_line:
      return metrics().stand_in_line();
    case Entry::too_many:
      return finish(arrival, Gateway::too_many(arrival.request));
    case Entry::full:
      return finish(arrival, Gateway::busy(arrival.request, "Too many requests wait. Try again shortly."));
  }
}

/// Accepts one request; null when no connection waits to be accepted.
Exchange accept_one(const Shared& shared) {
  Exchange exchange(new FCGX_Request{});
  FCGX_InitRequest(exchange.get(), shared.listening.socket(), 0);
  const int error = -FCGX_Accept_r(exchange.get());
  if (error <= 0) return exchange;
  if (error != EAGAIN && !shared.listening.is_stopping()) {
    write_log("error=\"could not accept a connection\" errno=" + std::to_string(error) + "\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // out of descriptors, most likely
  }
  return nullptr;
}

void run_thread(Shared& shared) {
  Session session({.lock_wait = shared.settings.lock_wait}, shared.settings.staleness);
  const Doorbell bell(shared.listening);
  while (true) {
    if (serve_next(shared.probes, shared, session) || serve_next(shared.turns, shared, session)) continue;
    // Read before accept_one(): if the program is stopping then and no connection waits, no connection will come.
    const bool is_stopping = shared.listening.is_stopping();
    if (Exchange exchange = shared.listening.is_open() ? accept_one(shared) : nullptr)
      come_in(std::move(exchange), shared, session);
    else if (is_stopping)
      return;
    else
      bell.wait();
  }
}

void run_waiter(Shared& shared) {
  Session session({.lock_wait = shared.settings.lock_wait}, shared.settings.staleness);
  shared.waiter.run(session);
}

/// The probes' own turn: probes are answered even when other requests have all turns.
constexpr Shares probe_shares{1, 0, 1, 50, 50, 50, 50};

/// The number of serving threads: one thread for each turn, and one thread that accepts connections while all turns are
/// taken.
std::size_t serving(const Shares& shares) { return shares.turns + probe_shares.turns + 1; }

/// Raises the limit of open descriptors. Each parked long poll and each request in line holds one descriptor, and each
/// thread three.
void allow_descriptors(const Settings& settings, const Shares& shares) {
  constexpr std::size_t others = 64, places = probe_shares.places;
  const rlim_t needed =
      static_cast<std::size_t>(settings.waiting) + shares.places + places + 3 * serving(shares) + others;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) throw_errno("could not read the limit of open files");
  if (limit.rlim_cur >= needed) return;
  if (limit.rlim_max < needed)
    throw std::runtime_error("JB_WAITING and JB_THREADS need " + std::to_string(needed) + " open files; the limit is " +
                             std::to_string(limit.rlim_max));
  limit.rlim_cur = needed;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) throw_errno("could not raise the limit of open files");
}

sigset_t block_signals() {
  signal(SIGPIPE, SIG_IGN);  // a client that hangs up shows as a failed write
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  return ending;
}

void wait_for_end(const sigset_t& ending) {
  int number = 0;
  sigwait(&ending, &number);
  tell_service_manager("STOPPING=1");
  write_log("event=stopping signal=" + std::to_string(number) + "\n");
}

}  // namespace

void serve(const Settings& settings) {
  const sigset_t ending = block_signals();
  const Shares shares = shares_of(static_cast<std::size_t>(settings.threads));
  allow_descriptors(settings, shares);
  Shared shared{settings,
                {settings.rate, settings.burst},
                Waiter(static_cast<std::size_t>(settings.waiting)),
                Turns<Arrival>(shares),
                Turns<Arrival>(probe_shares),
                Listening(settings.socket)};
  // By default libfcgi waits until nginx has closed its side of the connection, for the sake of slow networks. On a
  // Unix socket sent data arrives without this wait.
  setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1);
  if (FCGX_Init() != 0) throw std::runtime_error("could not start libfcgi");
  metrics().set_threads(static_cast<int>(shares.turns + probe_shares.turns));
  std::thread waiter(run_waiter, std::ref(shared));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < serving(shares); ++i) threads.emplace_back(run_thread, std::ref(shared));
  write_log("event=listening socket=" + log_value(settings.socket) + " threads=" + std::to_string(settings.threads) +
            "\n");
  tell_service_manager("READY=1");
  wait_for_end(ending);
  // The waiter first: the threads end when nobody stands in line, where it puts the requests that waited.
  shared.waiter.stop();
  waiter.join();
  shared.listening.stop();
  for (std::thread& thread : threads) thread.join();
  write_log("event=stopped\n");
}

}  // namespace jb::gateway
