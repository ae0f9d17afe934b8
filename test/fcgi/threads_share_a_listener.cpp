// SPDX-License-Identifier: PostgreSQL
//
// Threads that take in connections and answer in turn (fcgi/listener.hpp, fcgi/turns.hpp): every request is answered by
// some thread, and no thread looks again by itself. A forgotten request hangs the test. Here a request is one byte, and
// so is its answer.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "fcgi/listener.hpp"
#include "fcgi/turns.hpp"

namespace jb::test {
namespace {

using gateway::Access;
using gateway::Listener;
using gateway::Shares;

/// A non-blocking listening socket, and connections to it.
class Listening {
 public:
  Listening() : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    const std::string name = "jb listener " + std::to_string(getpid());  // abstract: without a file
    name.copy(address_.sun_path + 1, name.size());
    EXPECT_EQ(bind(socket_, address(), sizeof address_), 0);
    EXPECT_EQ(listen(socket_, SOMAXCONN), 0);
  }
  ~Listening() { close(socket_); }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  int socket() const { return socket_; }

  /// Sends that many requests on one connection, each after the answer to the previous one.
  void call(int requests) const {
    const int connection = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(connect(connection, address(), sizeof address_), 0);
    for (char request = 0, answer = -1; request < requests; ++request) {
      ASSERT_EQ(::write(connection, &request, 1), 1);
      ASSERT_EQ(::read(connection, &answer, 1), 1);
      EXPECT_EQ(answer, request);
    }
    close(connection);
  }

 private:
  const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&address_); }

  sockaddr_un address_{AF_UNIX, {}};
  int socket_;
};

/// Threads like those of jb_fcgi. An arrival is the connection, or -1 for a request that came from elsewhere.
class Office {
 public:
  Office(std::size_t count, const Shares& shares) : listener_(listening.socket()), turns_(shares) {
    for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { run(); });
  }
  ~Office() {
    listener_.close();
    for (std::thread& thread : threads_) thread.join();
  }
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  /// Puts a request back in line, as a long poll does.
  void come_back(int number) {
    int arrival = -1;
    enter(number, arrival);
    listener_.wake();
  }

  void wait_for(int wanted) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return served_ == wanted; });
  }

  const Listening listening;

 private:
  void enter(int number, int arrival) {
    turns_.enter({"caller " + std::to_string(number % 3), number % 3 == 0}, number % 2 ? Access::read : Access::write,
                 arrival);
  }
  bool take_in() {
    const int connection = accept(listening.socket(), nullptr, nullptr);
    if (connection >= 0) enter(connection, connection);
    return connection >= 0;
  }
  void take_in_kept(int connection) {
    char request = 0;
    if (recv(connection, &request, 1, MSG_PEEK) == 1) return enter(connection, connection);
    close(connection);
  }
  void answer(int connection) {
    char request = 0;
    EXPECT_EQ(::read(connection, &request, 1), 1);
    EXPECT_EQ(::write(connection, &request, 1), 1);
    listener_.leave(connection);
  }
  void run() {
    for (bool is_last = false; !is_last;) {
      const auto kept = listener_.wait();
      is_last = listener_.is_closed();
      if (kept)
        take_in_kept(*kept);
      else if (take_in() && take_in())
        listener_.wake();
      while (auto turn = turns_.take()) {
        if (turn->leaves_more) listener_.wake();
        if (turn->arrival >= 0) answer(turn->arrival);
        turns_.give_back(*turn);
        const std::lock_guard lock(mutex_);
        ++served_;
        changed_.notify_all();
      }
    }
  }

  Listener listener_;
  gateway::Turns<int> turns_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int served_ = 0;
  std::vector<std::thread> threads_;
};

constexpr Shares many_places{8, 2, 2, 100'000, 100'000, 100'000, 100'000};

TEST(Listener, ForgetsNobody) {
  constexpr int callers = 6, each = 2'000;
  Office office(many_places.turns + 2, many_places);
  std::vector<std::thread> arriving;
  for (int t = 0; t < callers; ++t)
    arriving.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) t % 2 == 0 ? office.listening.call(1) : office.come_back(i);
    });
  for (std::thread& thread : arriving) thread.join();
  office.wait_for(callers * each);
}

TEST(Listener, AnswersAllOnKeptConnectionsWhereTurnsAreFew) {
  Office office(3, {1, 0, 1, 100'000, 100'000, 100'000, 100'000});
  std::vector<std::thread> arriving;
  for (int t = 0; t < 16; ++t)
    arriving.emplace_back([&] {
      for (int i = 0; i < 100; ++i) office.listening.call(5);
    });
  for (std::thread& thread : arriving) thread.join();
  office.wait_for(16 * 100 * 5);
}

TEST(Listener, LetsAllGoWhenItCloses) { const Office office(32, many_places); }

TEST(Listener, GivesBackWhatWasLeftAndKeepsNoMore) {
  const Listening listening;
  Listener listener(listening.socket());
  int first[2], second[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, first), 0);
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, second), 0);
  listener.leave(first[0]);
  EXPECT_EQ(listener.clear(), std::set{first[0]});
  listener.leave(second[0]);
  char none = 0;
  EXPECT_EQ(::read(second[1], &none, 1), 0) << "it was not closed";
  EXPECT_EQ(::write(first[1], &none, 1), 1) << "it was closed";
  listener.close();
  EXPECT_FALSE(listener.wait()) << "a connection was given to two";
  for (const int end : {first[0], first[1], second[1]}) close(end);
}

}  // namespace
}  // namespace jb::test
