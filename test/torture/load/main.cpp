// SPDX-License-Identifier: PostgreSQL
//
// The load of one round of torture: clients over SQL and HTTPS, a listener, followers of calendars. It finds the
// service by the environment set by a stack's `env`, and makes calls until SIGTERM. Then it repeats each call under a
// key until it is answered, and ends when listener and followers have seen everything.
//
//   torture_load DIRECTORY SEED SQL-CLIENTS HTTPS-CLIENTS BASE
//
// DIRECTORY is where the history goes, BASE the instant of the day on which most events begin.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "caller.hpp"
#include "https.hpp"
#include "sql.hpp"
#include "watcher.hpp"

namespace {

using namespace torture;

constexpr int most_patience = 60;  // seconds after SIGTERM

std::vector<Follower*> start_followers(const Round& round, const Curtain& curtain,
                                       std::vector<std::unique_ptr<Follower>>& followers) {
  std::vector<Follower*> all;
  const auto add = [&](std::vector<std::string> calendars, bool polls) {
    followers.push_back(std::make_unique<Follower>(round.directory, std::move(calendars), curtain, polls));
    all.push_back(followers.back().get());
  };
  std::vector<std::string> hot;
  for (int i = 0; i < round.hot; ++i) hot.push_back("hot:" + std::to_string(i));
  add(hot, false);
  add({"hot:0"}, true);
  add({"solo:0"}, true);
  add({"cal:0", "cal:1", "cal:2", "cal:3"}, false);
  return all;
}

/// Waits for the next of these signals, and returns it.
int wait_for_end(const sigset_t& ending) {
  int number = 0;
  sigwait(&ending, &number);
  return number;
}

void run(Round& round, int sql_clients, int https_clients, const sigset_t& ending) {
  std::vector<std::unique_ptr<Caller>> callers;
  for (int i = 0; i < sql_clients + https_clients; ++i) {
    std::unique_ptr<Way> way;
    if (i < sql_clients) {
      way = std::make_unique<Sql>();
    } else {
      way = std::make_unique<Https>();
    }
    callers.push_back(std::make_unique<Caller>(round, i, std::move(way)));
  }
  Curtain curtain;
  Listener listener(round.directory, curtain);
  std::vector<std::unique_ptr<Follower>> followers;
  std::vector<std::thread> watching, asking;
  watching.emplace_back([&] { listener.run(); });
  for (auto* follower : start_followers(round, curtain, followers)) watching.emplace_back([=] { follower->run(); });
  for (auto& caller : callers) asking.emplace_back([&] { caller->run(); });
  wait_for_end(ending);
  round.is_over = true;
  alarm(most_patience);
  std::thread clock([&] {
    while (!curtain.is_over) {
      if (wait_for_end(ending) == SIGALRM) round.is_too_late = curtain.is_too_late = true;
      curtain.is_down = true;
    }
  });
  for (auto& thread : asking) thread.join();
  std::puts("the clients have ended");
  std::fflush(stdout);
  for (auto& thread : watching) thread.join();
  curtain.is_over = true;
  kill(getpid(), SIGTERM);
  clock.join();
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 6) {
    std::fprintf(stderr, "usage: torture_load DIRECTORY SEED SQL-CLIENTS HTTPS-CLIENTS BASE\n");
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);  // in every thread, so that only wait_for_end() takes them
  curl_global_init(CURL_GLOBAL_DEFAULT);
  try {
    Round round;
    round.directory = arguments[1];
    round.seed = std::stoul(arguments[2]);
    round.base = std::stol(arguments[5]);
    run(round, std::stoi(arguments[3]), std::stoi(arguments[4]), ending);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "torture_load: %s\n", error.what());
    return 1;
  }
}
