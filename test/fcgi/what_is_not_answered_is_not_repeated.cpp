// SPDX-License-Identifier: PostgreSQL
//
// Promise (rule 7.5): a statement that the server does not answer in time is given up and cancelled on the server. It
// is not sent again, whether read or write. A read whose connection broke is sent again, once.
//
// Why it could break: to libpq, a silent server and one that is gone are both an unusable connection. The server here
// speaks only the part of PostgreSQL's protocol (version 3) that a RetryingConnection needs.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fcgi/database.hpp"

namespace jb::test {
namespace {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

using gateway::Access;

std::string number(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string message(char type, const std::string& body) {
  return type + number(static_cast<std::uint32_t>(body.size() + 4)) + body;
}

const std::string ready = message('Z', "I");
const std::string hello = message('R', number(0)) + message('K', number(1) + number(2)) + ready;
const std::string one_row = message('T', std::string("\0\1a\0", 4) + std::string(18, '\0')) +
                            message('D', std::string("\0\1\0\0\0\1x", 7)) +
                            message('C', std::string("SELECT 1") + '\0') + ready;

/// Answers every message before a transaction; in the transaction it stays silent, or hangs up.
class Server {
 public:
  enum class Does { nothing, hang_up };

  explicit Server(Does does) : does_(does), listening_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    char folder[] = "/tmp/jb_server.XXXXXX";
    folder_ = mkdtemp(folder);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_ = folder_ + "/.s.PGSQL.5432";
    std::strcpy(address.sun_path, path_.c_str());
    EXPECT_EQ(bind(listening_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listening_.get(), 10), 0);
    for (const auto& [name, value] :
         {std::pair{"PGHOST", folder_.c_str()}, {"PGPORT", "5432"}, {"PGUSER", "x"}, {"PGDATABASE", "x"}})
      setenv(name, value, 1);
    accepting_ = std::thread([this] { accept_all(); });
  }
  ~Server() {
    shutdown(listening_.get(), SHUT_RDWR);
    accepting_.join();
    for (std::thread& serving : serving_) serving.join();
    unlink(path_.c_str());
    rmdir(folder_.c_str());
  }
  int transactions() {
    const std::lock_guard lock(mutex_);
    return transactions_;
  }
  bool is_told_to_cancel() {
    std::unique_lock lock(mutex_);
    return told_.wait_for(lock, std::chrono::seconds(30), [&] { return cancelled_ > 0; });
  }

 private:
  void accept_all() {
    while (true) {
      const int client = accept(listening_.get(), nullptr, nullptr);
      if (client < 0) return;
      serving_.emplace_back([this, client] { serve(Descriptor(client)); });
    }
  }
  static std::string read(const Descriptor& client, std::size_t length) {
    if (length == 0) return "";  // recv(2) would wait
    std::string bytes(length, '\0');
    return recv(client.get(), bytes.data(), length, MSG_WAITALL) == static_cast<ssize_t>(length) ? bytes : "";
  }
  static std::uint32_t length_of(const std::string& bytes) {
    std::uint32_t value = 0;
    for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }
  static void write(const Descriptor& client, const std::string& bytes) {
    ASSERT_EQ(send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  void serve(const Descriptor& client) {
    const std::string first = read(client, length_of(read(client, 4)) - 4);
    constexpr std::uint32_t cancel = 80877102;
    if (length_of(first.substr(0, 4)) == cancel) {
      const std::lock_guard lock(mutex_);
      ++cancelled_;
      told_.notify_all();
      return;
    }
    write(client, hello);
    int groups = 0;  // groups of messages that end in Sync: the first prepares, the second is the transaction
    for (std::string type = read(client, 1); !type.empty(); type = read(client, 1)) {
      read(client, length_of(read(client, 4)) - 4);
      if (type == "Q") write(client, one_row);
      if (type == "S" && ++groups == 1) write(client, message('1', "") + ready);
      if (type != "S" || groups == 1) continue;
      {
        const std::lock_guard lock(mutex_);
        ++transactions_;
      }
      if (does_ == Does::hang_up) return;
    }
  }

  const Does does_;
  const Descriptor listening_;
  std::string folder_, path_;
  std::thread accepting_;
  std::vector<std::thread> serving_;
  std::mutex mutex_;
  std::condition_variable told_;
  int transactions_ = 0, cancelled_ = 0;
};

void run(Access access) {
  using std::chrono::milliseconds;
  gateway::RetryingConnection database(
      {.lock_wait = milliseconds(10), .work = milliseconds(100), .grace = milliseconds(100)});
  database.run({"statement", "SELECT 1"}, {}, access, gateway::Role::viewer);
}

TEST(Statements, ThatAreNotAnsweredAreCancelledAndNotRepeated) {
  for (const Access access : {Access::read, Access::write}) {
    Server server(Server::Does::nothing);
    EXPECT_THROW(run(access), pg::Unanswered);
    EXPECT_TRUE(server.is_told_to_cancel());
    EXPECT_EQ(server.transactions(), 1);
  }
}

TEST(Statements, WhoseConnectionBrokeAreRepeatedIfTheyRead) {
  for (const auto& [access, times] : {std::pair{Access::read, 2}, {Access::write, 1}}) {
    Server server(Server::Does::hang_up);
    EXPECT_THROW(run(access), pg::Error);
    EXPECT_EQ(server.transactions(), times);
  }
}

}  // namespace
}  // namespace jb::test
