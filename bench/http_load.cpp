// SPDX-License-Identifier: PostgreSQL
//
// Load over HTTPS with a client certificate: requests on kept connections, one at a time on each. The program is small,
// so that it measures the server and not itself. Load generators in scripting languages use too much of a machine that
// they share with the server, and Debian's load generators in C send no client certificate.
//
//   http_load PORT CA CERT KEY CONNECTIONS SECONDS RATE BASE METHOD TARGET [BODY]
//
// RATE 0: a connection sends its next request when it has the answer to the last. Otherwise that many requests per
// second arrive at random (a Poisson process), whether or not earlier ones have been answered. The next free connection
// sends each. The time of an answer counts from the arrival of its request: waiting for a connection is part of it,
// since the people behind requests wait, too.
//
// In TARGET and BODY, @CALENDAR@ becomes a calendar's number, 0 to 999 in turn, @START@ the next half hour of that
// calendar, counted from BASE in seconds since 1970 (RFC 3339), and @ID@ the number BASE + @CALENDAR@. Prints one JSON
// object: the rate of the answers, their number, their median, 90th and 99th percentile in milliseconds, and the
// seconds of processor time that the load itself took. An answer that is neither 200 nor 201 is a failure.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Plan {
  int port;
  std::string ca, certificate, key;
  int connections;
  double seconds;
  double rate;
  long base;
  std::string method, target, body;
};

/// The answers that one connection got.
struct Answers {
  std::map<int, long> statuses{};
  std::vector<double> milliseconds{};
  std::string failure{};
};

[[noreturn]] void fail(const char* what) { throw std::runtime_error(what); }

void replace(std::string& text, const char* placeholder, const std::string& value) {
  const auto at = text.find(placeholder);
  if (at != std::string::npos) text.replace(at, std::string(placeholder).size(), value);
}

std::string fill_in(const Plan& plan, std::string text, long slot) {
  const long calendar = slot * 617 % 1000;
  const std::time_t start = plan.base + slot / 1000 * 1800;
  std::tm parts{};
  gmtime_r(&start, &parts);
  char time[32];
  std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", &parts);
  replace(text, "@CALENDAR@", std::to_string(calendar));
  replace(text, "@ID@", std::to_string(plan.base + calendar));
  replace(text, "@START@", time);
  return text;
}

std::string request_of(const Plan& plan, long slot) {
  const std::string head = plan.method + " " + fill_in(plan, plan.target, slot) +
                           " HTTP/1.1\r\nHost: localhost:" + std::to_string(plan.port);
  if (plan.body.empty()) return head + "\r\n\r\n";
  const std::string body = fill_in(plan, plan.body, slot);
  return head + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

SSL_CTX* context_of(const Plan& plan) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  if (SSL_CTX_load_verify_locations(context, plan.ca.c_str(), nullptr) != 1) fail("the CA cannot be read");
  if (SSL_CTX_use_certificate_file(context, plan.certificate.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, plan.key.c_str(), SSL_FILETYPE_PEM) != 1)
    fail("the certificate or its key cannot be read");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return context;
}

/// A kept connection.
class Connection {
 public:
  Connection(SSL_CTX* context, int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)), ssl_(SSL_new(context)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address)) fail("could not connect");
    SSL_set_fd(ssl_, socket_);
    SSL_set_tlsext_host_name(ssl_, "localhost");
    if (SSL_connect(ssl_) != 1) fail("TLS failed");
  }
  ~Connection() {
    SSL_free(ssl_);
    close(socket_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Whether the server has announced that it closes this connection, as nginx does after 1,000 requests.
  bool is_over() const { return is_over_; }

  /// Sends a request and reads the whole answer. Result: its status.
  int exchange(const std::string& request) {
    if (SSL_write(ssl_, request.data(), static_cast<int>(request.size())) <= 0) fail("could not write");
    std::string head;
    std::size_t end;
    while ((end = head.find("\r\n\r\n")) == std::string::npos) read_more(head);
    std::string body = head.substr(end + 4);
    head.resize(end);
    std::transform(head.begin(), head.end(), head.begin(), [](unsigned char c) { return std::tolower(c); });
    if (const auto at = head.find("\r\ncontent-length:"); at != std::string::npos) {
      const auto length = std::stoul(head.substr(at + 17));
      while (body.size() < length) read_more(body);
    } else {  // chunked: the last chunk is empty
      while (body.size() < 5 || body.compare(body.size() - 5, 5, "0\r\n\r\n") != 0) read_more(body);
    }
    is_over_ = head.find("\r\nconnection: close") != std::string::npos;
    return std::stoi(head.substr(9, 3));
  }

 private:
  void read_more(std::string& text) {
    char buffer[16384];
    const int count = SSL_read(ssl_, buffer, sizeof buffer);
    if (count <= 0) fail("the connection was closed");
    text.append(buffer, static_cast<std::size_t>(count));
  }

  int socket_;
  SSL* ssl_;
  bool is_over_ = false;
};

bool is_good(int status) { return status == 200 || status == 201; }

/// When each request arrives, counted from the beginning; empty for a rate of 0.
std::vector<Clock::duration> arrivals_of(const Plan& plan) {
  std::vector<Clock::duration> arrivals;
  if (plan.rate <= 0) return arrivals;
  std::mt19937_64 chance(std::random_device{}());
  std::exponential_distribution<double> gap(plan.rate);
  for (double at = gap(chance); at < plan.seconds; at += gap(chance))
    arrivals.push_back(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(at)));
  return arrivals;
}

/// The state shared by the connections, which begin when all of them are open.
struct Run {
  explicit Run(const Plan& plan) : plan(plan), arrivals(arrivals_of(plan)), gate(plan.connections, Begin{this}) {}

  struct Begin {
    Run* run;
    void operator()() noexcept { run->began = Clock::now(); }
  };

  /// When the next request arrives; `end` if there are no more.
  Clock::time_point next(long slot) const {
    if (plan.rate <= 0) return Clock::now();
    return static_cast<std::size_t>(slot) < arrivals.size() ? began + arrivals[static_cast<std::size_t>(slot)] : end();
  }
  Clock::time_point end() const {
    return began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(plan.seconds));
  }

  const Plan& plan;
  const std::vector<Clock::duration> arrivals;
  Clock::time_point began{};
  std::barrier<Begin> gate;
  std::atomic<long> slots{0};
};

void load(SSL_CTX* context, Run& run, Answers& answers) {
  bool is_open = false;
  try {
    prctl(PR_SET_TIMERSLACK, 1UL);  // otherwise a sleep lasts 50 us longer, which would count as the server's
    auto connection = std::make_unique<Connection>(context, run.plan.port);
    is_open = true;
    run.gate.arrive_and_wait();
    for (;;) {
      const long slot = run.slots++;
      const auto begin = run.next(slot);
      if (begin >= run.end()) break;
      std::this_thread::sleep_until(begin);
      const int status = connection->exchange(request_of(run.plan, slot));
      answers.statuses[status]++;
      if (is_good(status))
        answers.milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
      if (connection->is_over()) connection = std::make_unique<Connection>(context, run.plan.port);
    }
  } catch (const std::exception& error) {
    answers.failure = error.what();
    if (!is_open) run.gate.arrive_and_drop();
  }
}

/// The processor time of this program, in seconds.
double processor_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int report(const Plan& plan, std::vector<Answers>& all) {
  Answers sum;
  for (const auto& answers : all) {
    for (const auto& [status, count] : answers.statuses) sum.statuses[status] += count;
    sum.milliseconds.insert(sum.milliseconds.end(), answers.milliseconds.begin(), answers.milliseconds.end());
    if (!answers.failure.empty()) sum.failure = answers.failure;
  }
  const bool is_bad =
      std::any_of(sum.statuses.begin(), sum.statuses.end(), [](const auto& each) { return !is_good(each.first); });
  if (!sum.failure.empty() || is_bad || sum.milliseconds.empty()) {
    std::fprintf(stderr, "http_load: %s\n", sum.failure.empty() ? "not every answer was good" : sum.failure.c_str());
    for (const auto& [status, count] : sum.statuses) std::fprintf(stderr, "%ld answers %d\n", count, status);
    return 1;
  }
  std::sort(sum.milliseconds.begin(), sum.milliseconds.end());
  const auto percentile = [&](std::size_t p) { return sum.milliseconds[(sum.milliseconds.size() - 1) * p / 100]; };
  std::printf(
      "{\"rate\": %.1f, \"answers\": %zu, \"median\": %.3f, \"p90\": %.3f, \"p99\": %.3f, \"processor\": %.3f}\n",
      static_cast<double>(sum.milliseconds.size()) / plan.seconds, sum.milliseconds.size(), percentile(50),
      percentile(90), percentile(99), processor_time());
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 11 && count != 12) {
    std::fprintf(stderr, "usage: http_load PORT CA CERT KEY CONNECTIONS SECONDS RATE BASE METHOD TARGET [BODY]\n");
    return 2;
  }
  const Plan plan{std::stoi(arguments[1]),
                  arguments[2],
                  arguments[3],
                  arguments[4],
                  std::stoi(arguments[5]),
                  std::stod(arguments[6]),
                  std::stod(arguments[7]),
                  std::stol(arguments[8]),
                  arguments[9],
                  arguments[10],
                  count == 12 ? arguments[11] : ""};
  try {
    SSL_CTX* context = context_of(plan);
    Run run(plan);
    std::vector<Answers> answers(static_cast<std::size_t>(plan.connections));
    std::vector<std::thread> threads;
    for (auto& each : answers) threads.emplace_back([&] { load(context, run, each); });
    for (auto& thread : threads) thread.join();
    return report(plan, answers);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "http_load: %s\n", error.what());
    return 1;
  }
}
