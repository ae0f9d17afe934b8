// SPDX-License-Identifier: PostgreSQL
//
// Promise (rule 5.9): a key is the same with and without quotes, and a malformed key is refused before anything is
// written.
//
// Why it could break: an extra quote makes it another key, and a repeated request books a second event.
//
// Promise (rules 7.5 and 8.5): a statement is retried only if the first try has certainly changed nothing.
//
// Why it could break: a write whose connection breaks may have been committed; a retry books twice.
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

#include "fake_database.hpp"
#include "fcgi/database.hpp"
#include "fcgi/gateway.hpp"
#include "fcgi/message.hpp"
#include "fcgi/route.hpp"

namespace jb::test {
namespace {

pg::Parameter key_of(const std::string& header) {
  gateway::Request asked = request("POST", "/events", "{}");
  asked.idempotency_key = header;
  return gateway::idempotency_key(asked);
}

TEST(IdempotencyKeys, AreTheSameWithQuotesAndWithout) {
  EXPECT_EQ(gateway::idempotency_key(request("POST", "/events", "{}")), std::nullopt);
  EXPECT_EQ(key_of("8e03-a"), "8e03-a");
  EXPECT_EQ(key_of("\"8e03-a\""), "8e03-a");
  EXPECT_EQ(key_of(R"("a \"b\" \\c")"), R"(a "b" \c)");
  EXPECT_EQ(key_of(R"(a"b)"), R"(a"b)");
  EXPECT_EQ(key_of(std::string(255, 'x')), std::string(255, 'x'));
  EXPECT_EQ(key_of('"' + std::string(255, 'x') + '"'), std::string(255, 'x'));
}

TEST(IdempotencyKeys, ThatAreNoneAre400) {
  for (const std::string header :
       {"\"\"", "\" \"", "\"   \"", " ", "\"", "\"a", "\"a\"b", "\"a\\", "\"a\\b\"", "tab\there", "\xC3\xBC", "\x7F"})
    EXPECT_EQ(problem_thrown_by([&] { key_of(header); }).status, 400) << header;
  EXPECT_EQ(problem_thrown_by([] { key_of(std::string(256, 'x')); }).status, 400);
}

// Otherwise one of two keys, or the only key, would be ignored, and a repetition would book again.
TEST(IdempotencyKeys, ThatAreSentTwiceOrBlankAre400) {
  const auto key_sent_as = [](std::vector<const char*> parameters) {
    parameters.push_back(nullptr);
    return gateway::idempotency_key(gateway::read_request(parameters.data()));
  };
  EXPECT_EQ(key_sent_as({"REQUEST_METHOD=POST"}), std::nullopt);
  EXPECT_EQ(key_sent_as({"HTTP_IDEMPOTENCY_KEY=a"}), "a");
  EXPECT_EQ(key_sent_as({"HTTP_IDEMPOTENCY_KEY=\"a, b\""}), "a, b");
  for (const std::vector<const char*>& sent :
       {std::vector{"HTTP_IDEMPOTENCY_KEY="}, std::vector{"HTTP_IDEMPOTENCY_KEY=a", "HTTP_IDEMPOTENCY_KEY=b"},
        std::vector{"HTTP_IDEMPOTENCY_KEY=a", "HTTP_IDEMPOTENCY_KEY=a"}, std::vector{"HTTP_IDEMPOTENCY_KEY=a, b"},
        std::vector{"HTTP_IDEMPOTENCY_KEY=\"a\"", "HTTP_IDEMPOTENCY_KEY=\"b\""},
        std::vector{"HTTP_IDEMPOTENCY_KEY=\"a\", \"b\""},
        std::vector{"HTTP_IDEMPOTENCY_KEY=", "HTTP_IDEMPOTENCY_KEY=a"},
        std::vector{"HTTP_IDEMPOTENCY_KEY=a", "HTTP_IDEMPOTENCY_KEY="}})
    EXPECT_EQ(problem_thrown_by([&] { key_sent_as(sent); }).status, 400) << sent.front();
}

TEST(IdempotencyKeys, ReachTheDatabaseFromEveryRouteThatTakesThem) {
  gateway::Gateway gateway;
  for (const gateway::Route& route : gateway::routes()) {
    if (route.access != gateway::Access::write) continue;
    const auto is_below = [&](std::string_view path) { return route.pattern.starts_with(path); };
    const bool books = is_below("/events") || is_below("/api/v1/sessions") || is_below("/appointments") ||
                       route.pattern == "/polls/:id/book" || route.pattern == "/calendars/:name/import";
    EXPECT_EQ(route.takes_header("Idempotency-Key"), books) << route.method << " " << route.pattern;
    FakeBackend backend;
    backend.answer = {{"t", "f", R"({"id":7,"version":4})", "7", "4", "{}", std::nullopt, std::nullopt}};
    std::string target(route.pattern);
    while (target.find(':') != std::string::npos) {
      const auto colon = target.find(':');
      target.replace(colon, target.find('/', colon) - colon, "7");
    }
    const std::string body = route.pattern == "/events/batch"       ? "[]"
                             : route.pattern.ends_with("/status")   ? R"({"status":"DENIED"})"
                             : route.body == gateway::Body::members ? ""
                                                                    : R"({"dry_run":false})";
    gateway::Request asked = request(std::string(route.method), target, route.body == gateway::Body::none ? "" : body);
    if (route.body == gateway::Body::calendar) asked.content_type = "text/calendar";
    asked.idempotency_key = "\"the-key\"";
    const int status = gateway.answer(asked, backend, {}).status;
    if (!route.takes_header("Idempotency-Key")) {
      EXPECT_EQ(status, 400) << route.method << " " << route.pattern;
      continue;
    }
    ASSERT_EQ(backend.calls.size(), 1U) << route.method << " " << route.pattern;
    const auto& values = backend.calls.front().values;
    EXPECT_NE(std::find(values.begin(), values.end(), pg::Parameter("the-key")), values.end()) << route.pattern;
  }
}

using gateway::Access;

bool again(const char* sqlstate, Access access, int tries) {
  return gateway::may_retry(pg::Error(sqlstate, ""), access, tries);
}

TEST(Retries, AfterSerializationFailuresAreThree) {
  for (const char* code : {"40001", "40P01"}) {
    for (int tries = 1; tries <= 3; ++tries) EXPECT_TRUE(again(code, Access::write, tries)) << code;
    EXPECT_FALSE(again(code, Access::write, 4)) << code;
  }
}

TEST(Retries, AfterALostConnectionAreForReadsOnly) {
  for (const char* code : {"08006", "57P01"}) {
    EXPECT_FALSE(again(code, Access::write, 1)) << code;
    EXPECT_TRUE(again(code, Access::read, 1)) << code;
    EXPECT_FALSE(again(code, Access::read, 2)) << code;
  }
}

TEST(Retries, NeverFollowAnAnswer) {
  for (const char* code : {"22023", "23P01", "42501", "57014", "55P03", "08001", "XX000"})
    EXPECT_FALSE(again(code, Access::read, 1)) << code;
}

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
