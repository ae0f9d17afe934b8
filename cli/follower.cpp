// SPDX-License-Identifier: PostgreSQL
#include "follower.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <random>
#include <stdexcept>

#include "database.hpp"
#include "terminal.hpp"

namespace jb::cli {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{200};
constexpr milliseconds longest_pause{5'000};

/// SIGINT and SIGTERM as a file descriptor, so that they end a wait and never cut a line in two.
int signal_descriptor() {
  signal(SIGPIPE, SIG_IGN);  // a reader that goes away shows as a failed write
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  return signalfd(-1, &ending, SFD_CLOEXEC);
}

}  // namespace

milliseconds pause_after(long long attempt, milliseconds longest) {
  static std::mt19937 random{std::random_device{}()};
  const auto doublings = std::clamp<long long>(attempt - 1, 0, 20);
  const auto most = std::min<long long>(first_pause.count() << doublings, longest.count());
  return milliseconds{std::uniform_int_distribution<long long>(most / 2, most)(random)};
}

Follower::Follower(std::string command, std::string conninfo, bool once, milliseconds patience)
    : command_(std::move(command)),
      conninfo_(std::move(conninfo)),
      once_(once),
      patience_(patience),
      signals_(signal_descriptor()) {}

Follower::~Follower() { close(signals_); }

void Follower::run() {
  while (!is_ending()) {
    try {
      connection_ = connect(conninfo_, command_);
      connection_->set_patience(patience_);
      listen();
      follow();
      return;
    } catch (const pg::Error& error) {
      if (once_ || !error.is_connection_lost()) throw;
      connection_.reset();
      if (++attempt_ == 1) say(std::string(error.what()) + "; trying again");
      rest(pause_after(attempt_, longest_pause), false);
    }
  }
}

bool Follower::rest(milliseconds time, bool server_too) {
  pollfd descriptors[] = {{signals_, POLLIN, 0}, {server_too ? connection_->socket() : -1, POLLIN, 0}};
  const int ready = poll(descriptors, 2, static_cast<int>(time.count()));
  if (ready < 0 && errno != EINTR) throw std::runtime_error("could not wait");
  ending_ = ending_ || descriptors[0].revents != 0;
  return ready > 0;
}

bool Follower::is_ending() {
  if (!ending_) rest(milliseconds{0}, false);
  return ending_;
}

void Follower::say(const std::string& what) const { std::cerr << "jb " + command_ + ": " + plain(what) + "\n"; }

}  // namespace jb::cli
