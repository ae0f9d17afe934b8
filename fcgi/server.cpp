// SPDX-License-Identifier: PostgreSQL
#include "server.hpp"

#include <fcgiapp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include "exchange.hpp"
#include "log.hpp"
#include "metrics.hpp"
#include "session.hpp"
#include "waiter.hpp"

namespace jb::gateway {

namespace {

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("JB_SOCKET is longer than 107 bytes: " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

Descriptor unix_socket() {
  Descriptor descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (descriptor.get() < 0) throw_errno("could not make a socket");
  return descriptor;
}

void refuse_if_served(const sockaddr_un& address) {
  const Descriptor probe = unix_socket();
  if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    throw std::runtime_error(std::string("another process listens on ") + address.sun_path);
}

/// What the threads share.
struct Shared {
  const Settings& settings;
  Gateway gateway;
  Waiter waiter;
  const Descriptor listening;
  const Descriptor stop;
  std::atomic<bool> stopping{false};
};

/// A FastCGI request, at one address for ever: libfcgi's streams point back to it. Closes its connection at the end.
struct CloseExchange {
  void operator()(FCGX_Request* exchange) const {
    FCGX_Finish_r(exchange);
    FCGX_Free(exchange, 1);
    delete exchange;
  }
};
using Exchange = std::unique_ptr<FCGX_Request, CloseExchange>;

Exchange new_exchange(const Shared& shared) {
  Exchange exchange(new FCGX_Request{});
  FCGX_InitRequest(exchange.get(), shared.listening.get(), 0);
  return exchange;
}

/// Waits until nginx sends on a kept connection, or closes it; false when the process is to end first.
bool wait_for_request(int connection, const Shared& shared) {
  pollfd descriptors[] = {{connection, POLLIN, 0}, {shared.stop.get(), POLLIN, 0}};
  while (poll(descriptors, 2, -1) < 0 && errno == EINTR) continue;
  return descriptors[0].revents != 0;
}

constexpr const char* unsent = " (the answer could not be sent)";

void log_answer(const Request& request, const Answer& answer, Clock::time_point started) {
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started);
  metrics().count(request, answer.response, took);
  write_log(log_line(request, answer, took, std::chrono::system_clock::now()));
}

/// A long poll with all that its answer needs.
class LongPoll final : public Parked {
 public:
  LongPoll(Shared& shared, Exchange exchange, Request request, Clock::time_point started)
      : shared_(shared), exchange_(std::move(exchange)), request_(std::move(request)), started_(started) {
    request_.has_waited = true;
  }
  int connection() const override { return exchange_->ipcFd; }
  std::optional<Watch> answer(Backend& backend, bool last) override {
    request_.may_wait = !last;
    Answer answer = shared_.gateway.answer(request_, backend, Clock::now());
    if (answer.response.watch) return answer.response.watch;
    finish(std::move(answer));
    return std::nullopt;
  }
  void drop() override { log({Response{499, {}, {}}, "the client hung up"}); }  // nginx's number for it
  void refuse() { finish(Gateway::too_many_wait(request_)); }
  void finish(Answer answer) {
    if (!send(*exchange_, request_, answer.response)) answer.error += unsent;
    log(answer);
  }

 private:
  void log(const Answer& answer) const { log_answer(request_, answer, started_); }

  Shared& shared_;
  Exchange exchange_;
  Request request_;
  const Clock::time_point started_;
};

/// Hands the request over to the waiter, which takes it with its connection; where it does not, answers it at once.
void park(std::unique_ptr<LongPoll> poll, Answer nothing_yet, Clock::time_point started, Shared& shared) {
  const Watch watch = *nothing_yet.response.watch;
  LongPoll& refused = *poll;
  std::unique_ptr<Parked> parked = std::move(poll);
  switch (shared.waiter.park(parked, watch, started + watch.wait)) {
    case Waiter::Parking::taken:
      return;
    case Waiter::Parking::full:
      return refused.refuse();
    case Waiter::Parking::ending:
      return refused.finish(std::move(nothing_yet));
  }
}

void serve_one(Exchange& exchange, Shared& shared, Session& session) {
  const auto started = Clock::now();
  Request request = receive(*exchange, shared.settings.max_body);
  Answer answer = shared.gateway.answer(request, session, started);
  if (answer.response.watch) {
    park(std::make_unique<LongPoll>(shared, std::move(exchange), std::move(request), started), std::move(answer),
         started, shared);
    exchange = new_exchange(shared);
    return;
  }
  if (!send(*exchange, request, answer.response)) answer.error += unsent;
  log_answer(request, answer, started);
}

/// Accepts one request, waiting for it; false when none will come.
bool accept_one(FCGX_Request& exchange, Shared& shared) {
  FCGX_Finish_r(&exchange);
  if (exchange.ipcFd >= 0 && !wait_for_request(exchange.ipcFd, shared)) FCGX_Free(&exchange, 1);
  while (FCGX_Accept_r(&exchange) < 0) {
    if (shared.stopping) return false;
    write_log("error=\"could not accept a connection\" errno=" + std::to_string(errno) + "\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // out of descriptors, most likely
  }
  return true;
}

void run_thread(Shared& shared) {
  Session session;
  Exchange exchange = new_exchange(shared);
  while (accept_one(*exchange, shared)) {
    metrics().enter();
    serve_one(exchange, shared, session);
    metrics().leave();
  }
}

void run_waiter(Shared& shared) {
  Session session;
  shared.waiter.run(session);
}

/// Each long poll that waits holds a descriptor, and so does each thread twice.
void allow_descriptors(const Settings& settings) {
  constexpr int others = 64;
  const auto needed = static_cast<rlim_t>(settings.waiting + 2 * settings.threads + others);
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

void wait_and_stop(const sigset_t& ending, Shared& shared) {
  int number = 0;
  sigwait(&ending, &number);
  write_log("event=stopping signal=" + std::to_string(number) + "\n");
  shared.stopping = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(shared.stop.get(), &one, sizeof one);
  shutdown(shared.listening.get(), SHUT_RDWR);
  shared.waiter.stop();
}

}  // namespace

Descriptor listen_on(const std::string& path) {
  const sockaddr_un address = address_of(path);
  refuse_if_served(address);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) throw_errno("could not remove " + path);
  Descriptor listening = unix_socket();
  const mode_t before = umask(0111);  // 0666
  const int bound = bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  umask(before);
  if (bound != 0) throw_errno("could not bind to " + path);
  if (listen(listening.get(), SOMAXCONN) != 0) throw_errno("could not listen on " + path);
  return listening;
}

void serve(const Settings& settings) {
  const sigset_t ending = block_signals();
  allow_descriptors(settings);
  Shared shared{settings,
                {settings.rate, settings.burst},
                Waiter(static_cast<std::size_t>(settings.waiting)),
                listen_on(settings.socket),
                Descriptor(eventfd(0, EFD_CLOEXEC))};
  // libfcgi waits until nginx has closed its side as well, for a slow network's sake. Here it is a Unix socket, where
  // what was sent arrives, and the thread has better to do.
  setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1);
  if (FCGX_Init() != 0) throw std::runtime_error("could not start libfcgi");
  metrics().set_threads(settings.threads);
  std::vector<std::thread> threads;
  threads.emplace_back(run_waiter, std::ref(shared));
  for (int i = 0; i < settings.threads; ++i) threads.emplace_back(run_thread, std::ref(shared));
  write_log("event=listening socket=" + log_value(settings.socket) + " threads=" + std::to_string(settings.threads) +
            "\n");
  wait_and_stop(ending, shared);
  for (std::thread& thread : threads) thread.join();
  write_log("event=stopped\n");
}

}  // namespace jb::gateway
