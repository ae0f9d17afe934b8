// SPDX-License-Identifier: PostgreSQL
#include "follow.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <sstream>
#include <stdexcept>

#include "https.hpp"
#include "terminal.hpp"

namespace jb::cli {

long long announced_id(std::string_view payload) {
  const auto json = nlohmann::json::parse(payload, nullptr, /*allow_exceptions=*/false);
  const auto id = json.is_object() ? json.value("rejection_id", nlohmann::json()) : nlohmann::json();
  const bool is_id = id.is_number_unsigned() && id.get<unsigned long long>() <= std::numeric_limits<long long>::max();
  return is_id ? id.get<long long>() : 0;
}

std::string secret_bytes(std::string_view text) {
  constexpr std::string_view prefix = "whsec_";
  const std::runtime_error wrong("a secret must be \"whsec_\" and the base64 of 24 to 64 bytes");
  if (!text.starts_with(prefix)) throw wrong;
  text.remove_prefix(prefix.size());
  if (text.empty() || text.size() % 4 != 0 || text.size() > 88) throw wrong;
  std::string bytes(3 * text.size() / 4, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size())) < 0)
    throw wrong;
  bytes.resize(bytes.size() - static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '=')));
  if (bytes.size() < 24 || bytes.size() > 64) throw wrong;
  return bytes;
}

std::string signatures(const std::vector<std::string>& secrets, const std::string& id, const std::string& timestamp,
                       std::string_view body) {
  const std::string content = id + "." + timestamp + "." + std::string(body);
  std::string all;
  for (const auto& secret : secrets) {
    unsigned char digest[EVP_MAX_MD_SIZE], base64[2 * EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (!HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
              reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest, &size))
      throw std::runtime_error("could not sign a message");
    const int length = EVP_EncodeBlock(base64, digest, static_cast<int>(size));
    all += (all.empty() ? "v1," : " v1,") + std::string(base64, base64 + length);
  }
  return all;
}

int signal_descriptor() {
  signal(SIGPIPE, SIG_IGN);  // a reader that goes away shows as a failed write
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  return signalfd(-1, &ending, SFD_CLOEXEC);
}

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{200};
constexpr milliseconds kLongestPause{5'000};

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw std::runtime_error(what + " " + path + ": " + std::strerror(errno));
}

/// The contents of a file; nullopt when there is no file yet. Throws std::runtime_error when it cannot be read.
std::optional<std::string> read_text(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    if (!std::filesystem::exists(path)) return std::nullopt;
    fail("could not read", path);
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void make_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
}

/// Writes a file, or with `mode` O_APPEND adds to it, on disk when it returns; creates missing folders. Only its owner
/// can read it, since it may hold data of events, unless `is_for_all`. Throws std::runtime_error.
void write_durably(const std::string& path, const std::string& text, int mode, bool is_for_all = false) {
  constexpr mode_t for_its_owner = 0600, for_all = 0644;
  make_folder_of(path);
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | mode, for_its_owner);
  if (fd < 0) fail("could not write", path);
  const bool ok = fchmod(fd, is_for_all ? for_all : for_its_owner) == 0 &&
                  write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  if (close(fd) != 0 || !ok) fail("could not write", path);
}

/// Replaces the whole file by one or several lines (rename), as write_durably() does. Throws std::runtime_error and
/// leaves the old file untouched.
void write_line(const std::string& path, const std::string& line, bool is_for_all = false) {
  const std::string next = path + ".new";
  write_durably(next, line + "\n", O_TRUNC, is_for_all);
  if (std::rename(next.c_str(), path.c_str()) != 0) fail("could not replace", path);
}

/// $XDG_STATE_HOME/jb_scheduler, or under $HOME/.local/state (XDG Base Directory Specification 0.8). Throws UsageError
/// when neither variable is set.
std::string default_state_folder() {
  const std::string state = variable("XDG_STATE_HOME"), home = variable("HOME");
  if (state.starts_with('/')) return state + "/jb_scheduler";
  if (home.starts_with('/')) return home + "/.local/state/jb_scheduler";
  throw UsageError("neither XDG_STATE_HOME nor HOME is set: name a file with --state");
}

/// A pause before the next attempt: twice as long after each, up to a limit, and partly random, so that programs that
/// failed together do not come back together. `attempt` counts from 1.
milliseconds pause_after(long long attempt, milliseconds longest) {
  static std::mt19937 random{std::random_device{}()};
  const auto doublings = std::clamp<long long>(attempt - 1, 0, 20);
  const auto most = std::min<long long>(kFirstPause.count() << doublings, longest.count());
  return milliseconds{std::uniform_int_distribution<long long>(most / 2, most)(random)};
}

/// The common part of jb listen and jb relay: a program that follows the database until told to end, and reconnects
/// after an outage. Used by one thread.
class Follower {
 public:
  /// `command`: listen or relay. With `once` it does not wait for a database that is away. `patience` is the limit of a
  /// statement.
  Follower(std::string command, std::string conninfo, bool once, milliseconds patience)
      : command_(std::move(command)), conninfo_(std::move(conninfo)), once_(once), patience_(patience) {}
  virtual ~Follower() { close(signals_); }

  /// Follows until SIGINT or SIGTERM, or until follow() returns or throws; reconnects while the database is away.
  void run() {
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
        rest(pause_after(attempt_, kLongestPause), false);
      }
    }
  }

 protected:
  /// Called with each new connection, which already listens to jb_rejected, so that what commits after the first read
  /// is announced. Returns when all is done.
  virtual void follow() = 0;

  /// Waits for a signal or, with `server_too`, for the server; returns whether one of them came in time.
  bool rest(milliseconds time, bool server_too) {
    pollfd descriptors[] = {{signals_, POLLIN, 0}, {server_too ? connection_->socket() : -1, POLLIN, 0}};
    const int ready = poll(descriptors, 2, static_cast<int>(time.count()));
    if (ready < 0 && errno != EINTR) throw std::runtime_error("could not wait");
    ending_ = ending_ || descriptors[0].revents != 0;
    return ready > 0;
  }
  /// Whether a signal has come.
  bool is_ending() {
    if (!ending_) rest(milliseconds{0}, false);
    return ending_;
  }
  void listen() { connection_->execute("LISTEN jb_rejected"); }
  void say(const std::string& what) const { std::cerr << "jb " + command_ + ": " + plain(what) + "\n"; }

  long long attempt_ = 0;  ///< to connect; 0 once the database has answered, so that the next pause is short again
  std::optional<pg::Connection> connection_;

 private:
  const std::string command_, conninfo_;
  const bool once_;
  const milliseconds patience_;
  const int signals_ = signal_descriptor();
  bool ending_ = false;
};

}  // namespace

}  // namespace jb::cli

// Follows the rejections. The table is authoritative and NOTIFY only a wake-up: whatever arrives or fails to arrive,
// every printed line comes from jb_rejections(after), in ascending id, which never skips a row whose transaction
// commits late (rule 4.6). A listener can go deaf without an error: its connection vanished silently, or its LISTEN was
// dropped. So the heartbeat asks the server what this session listens to, and always reads the table.

namespace jb::cli::of_listen {

namespace {

constexpr const char* kUsage =
    R"(usage: jb listen [--json] [--once] [--after ID] [--state FILE] [--heartbeat SECONDS] [CONNINFO]

Prints each rejection of jb_scheduler as one line when it happens: requests and events that found no place.
Continues after the last one it printed; the first time it begins with those to come, and says so. If the database
does not have the last one, because it is another database or was restored, it continues with those refused since,
and says so. Reconnects to a database that was away. Ends on SIGINT or SIGTERM.

  --json               one JSON object a line, as GET /rejections returns it
  --once               print what is new and end
  --after ID           begin after this rejection; 0 begins with the first
  --state FILE         the file, for one database, that keeps id and time of the last one printed. By default, each
                       database has one of its own in $XDG_STATE_HOME/jb_scheduler
  --heartbeat SECONDS  how often to make sure that the connection still listens (10)
  CONNINFO             libpq connection string or URI; what it leaves out comes from the PG* environment.
                       The role needs jb_viewer.
)";

constexpr milliseconds kShortestPatience{10'000};
constexpr milliseconds kLongestLook{5'000};
constexpr int kPage = 100;

// When a rejection happened, as a state file keeps it.
constexpr sql::Text kAtText = R"(to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))";

// Each rejection as JSON and as one line. An event's name may be a stranger's: JSON escapes its control characters
// below U+0020, and plain() handles the rest.
constexpr auto kNewRejections = pg::Statement<R"(
    SELECT r.id, coalesce()" + kAtText + R"(, ''), j.whole,
           concat(j.whole ->> 'at', ' rejection ', r.id, ': ', r.reason, ', ' || (r.request -> 'event_name')::text,
                  ' (event ' || r.event_id || ')', ' on ', array_to_string(r.calendars, ', '),
                  ': ' || nullif(r.detail, ''))
      FROM jb_rejections(after => :after::bigint, max_rows => :limit::int) AS r,
           LATERAL (SELECT CASE WHEN r.at IS NOT NULL THEN jb_rejection_json(r) END AS whole) AS j)">();

// Whether the last printed rejection belongs to this database: it has that id and that time here, or is too old to be
// kept. Without a time, as after entries that may not be seen, it is enough that the list reaches its id. Otherwise
// this is another database, or one restored to an earlier moment, which gives the same ids anew. The time then shows
// where to go on: after all older rejections and before all others, since no later one was printed. Without a time it
// is the end of the list. Times are whole seconds here, so rejections of the same second may be printed again.
// clang-format off
constexpr auto kPosition = pg::Statement<R"(
    SELECT CASE WHEN :at = '' THEN :id::bigint <= jb_rejections_after(0)
                ELSE coalesce((SELECT )" + kAtText + R"( = :at FROM jb_rejection_view AS r WHERE r.id = :id::bigint),
                              :id::bigint < (SELECT min(r.id) FROM jb_rejection_view AS r)) END,
           p.id, coalesce((SELECT )" + kAtText + R"( FROM jb_rejection_view AS r WHERE r.id = p.id), '')
      FROM (SELECT CASE WHEN :at = '' THEN jb_rejections_after(0)
                        ELSE (SELECT least(coalesce(max(r.id) FILTER (WHERE r.at < nullif(:at, '')::timestamptz), 0),
                                           min(r.id) FILTER (WHERE r.at >= nullif(:at, '')::timestamptz) - 1)
                                FROM jb_rejection_view AS r) END AS id) AS p)">();
// clang-format on

struct Options {
  std::string conninfo;
  std::string state;               ///< path of the state file; empty: one for each database
  std::optional<long long> after;  ///< start after this rejection, whatever the state file says
  bool json = false;
  bool once = false;
  std::chrono::seconds heartbeat{10};
};

// The last printed rejection, in a file of one line. The file is written only after the lines that it covers have left
// the program, so a program killed in between prints them again rather than never. The file holds the time beside the
// id, since another or a restored database may have another rejection of the same id.

/// A place in the list of rejections: after this one.
struct Position {
  long long id = 0;
  std::string at;  ///< when it was refused, 2026-11-23T09:00:00Z, to recognise it; empty: unknown
};

/// The place in a file; nullopt when there is no file yet. Throws std::runtime_error when the file cannot be read or
/// holds anything else, since silently starting anew would miss rejections.
std::optional<Position> read_position(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return std::nullopt;
  std::istringstream words(*text);
  Position last{-1, ""};
  std::string rest;
  constexpr std::size_t of_instant = 20;
  if (!(words >> last.id) || last.id < 0 ||
      (words >> last.at &&
       (last.at.size() != of_instant || last.at.find_first_not_of("0123456789-T:Z") != std::string::npos)) ||
      words >> rest)
    throw std::runtime_error(path + " does not hold the id of a rejection: mend it, or name a start with --after");
  return last;
}

class Listener : public Follower {
 public:
  explicit Listener(const Options& options)
      : Follower("listen", options.conninfo, options.once,
                 std::max<milliseconds>(options.heartbeat, kShortestPatience)),
        options_(options),
        state_(options.state) {}

 private:
  void follow() override {
    if (state_.empty()) find_state();
    find_position();
    print_new();
    attempt_ = 0;
    while (!options_.once && !is_ending()) {
      wait();
      if (!is_ending()) print_new();
    }
  }

  /// By default each database has a state file of its own. A restored database counts as another one here: its old file
  /// belongs to the database that is gone.
  void find_state() {
    const pg::Result name = connection_->execute(pg::Statement<R"(
        SELECT format('last_rejection-%s-%s', c.system_identifier, d.oid)
          FROM pg_control_system() AS c, pg_database AS d
         WHERE d.datname = current_database())">());
    state_ = default_state_folder() + "/" + name.text(0, 0);
  }

  /// Makes sure that the listener has a position in this database's list.
  void find_position() {
    if (!last_ && options_.after) {
      last_ = {*options_.after, ""};
      return;
    }
    const bool is_new = !last_ && !(last_ = read_position(state_));
    const Position before = last_.value_or(Position{});
    const pg::Result found =
        connection_->execute(kPosition, "id"_arg = std::to_string(before.id), "at"_arg = before.at);
    if (!is_new && found.is_true(0, 0)) return;
    if (is_new)
      say("there is no " + state_ + " yet: it begins with what is refused from now on");
    else
      say("rejection " + std::to_string(before.id) + (before.at.empty() ? "" : " of " + before.at) +
          ", the last one printed, is not in this database: it is another one, or was restored; going on " +
          (before.at.empty() ? "with what is refused from now on" : "with what was refused from then on"));
    go_on_after(found, 0, 1);
  }

  /// Takes the place that stands in two columns of a row, and writes it down.
  void go_on_after(const pg::Result& rows, int row, int column) {
    last_ = {std::stoll(rows.text(row, column)), rows.text(row, column + 1)};
    write_line(state_, std::to_string(last_->id) + (last_->at.empty() ? "" : " " + last_->at));
  }

  /// The state is written after the output, so a rejection that has not left the program does not count as seen. A row
  /// without a rejection only shows where to go on.
  void print_new() {
    for (bool more = true; more;) {
      const pg::Result rows = connection_->execute(kNewRejections, "after"_arg = std::to_string(last_->id),
                                                   "limit"_arg = std::to_string(kPage));
      if (rows.empty()) return;
      for (int row = 0; row < rows.rows(); ++row)
        if (!rows.is_null(row, 2))
          std::cout << (options_.json ? plain_json(rows.view(row, 2)) : plain(rows.view(row, 3))) << '\n';
      if (!std::cout.flush()) throw std::runtime_error("could not write to standard output");
      const int end = rows.rows() - 1;
      go_on_after(rows, end, 0);
      more = rows.rows() == kPage || rows.is_null(end, 2);
    }
  }

  /// Returns when there may be something new. A NOTIFY can come with the answer to a query: libpq then holds it, and
  /// the socket does not become readable for it.
  void wait() {
    if (take_notifications()) return;
    const bool is_woken = rest(until_next_look(), true);
    if (is_ending()) return;
    if (connection_->is_lost()) throw pg::Error("08006", "the server closed the connection");
    take_notifications();
    if (!is_woken) check_listening();
  }

  /// A row may be announced before it can be read, while an older transaction is open. Nothing announces the end of
  /// that transaction, so the table is read again soon, and then less and less often.
  milliseconds until_next_look() {
    if (announced_ > last_->id) return std::min<milliseconds>(pause_after(++looks_, kLongestLook), options_.heartbeat);
    looks_ = 0;
    return options_.heartbeat;
  }

  bool take_notifications() {
    bool any = false;
    while (const auto notification = connection_->notification()) {
      announced_ = std::max(announced_, announced_id(*notification));
      looks_ = 0;
      any = true;
    }
    return any;
  }

  void check_listening() {
    const pg::Result result =
        connection_->execute("SELECT EXISTS (SELECT FROM pg_listening_channels() AS c WHERE c = 'jb_rejected')");
    if (result.is_true(0, 0)) return;
    say("this session listened no more; it does again");
    listen();
  }

  const Options options_;
  std::string state_;             ///< empty until connected: by default each database has its own
  std::optional<Position> last_;  ///< the last rejection printed or passed over
  long long announced_ = 0;       ///< the highest id that a NOTIFY named
  long long looks_ = 0;           ///< for an announced row that cannot be read yet
};

int run(int count, char** arguments) {
  Options options;
  const auto words = read_options(
      count, arguments,
      {flag("json", options.json), flag("once", options.once),
       number("after", 0, 9'223'372'036'854'775'807, [&](long long given) { options.after = given; }),
       text("state", options.state),
       number("heartbeat", 1, 3600, [&](long long given) { options.heartbeat = std::chrono::seconds(given); })},
      1);
  options.conninfo = word(words, 0);
  if (options.state.empty()) default_state_folder();  // a usage error if there is none, before the database is asked
  Listener(options).run();
  return EXIT_SUCCESS;
}

}  // namespace

}  // namespace jb::cli::of_listen

const jb::cli::Command jb::cli::listen{"listen", "prints each rejection when it happens", of_listen::kUsage,
                                       of_listen::run};

// Forwards changes and rejections to a webhook, each at least once and in order.
//
// One message is under way at a time. The relay's position is on disk after each message, so a relay that is killed
// repeats the last message rather than leave one out. A receiver recognises a repeated message by its webhook-id.

namespace jb::cli::of_relay {

namespace {

constexpr const char* kUsage = R"(usage: jb relay [--to URL] [OPTION]... [CONNINFO]

Hands every change and every rejection on to a webhook, one POST after the other, each at least once and in order,
signed as Standard Webhooks say. Goes on after the last one that was delivered; the first time it begins with what
happens from then on, and says so. Tries again while the receiver does not answer or answers 5xx, 408 or 429, up to a
minute apart or as long as Retry-After says. Ends on SIGINT or SIGTERM, and with status 4 where the receiver answers 410,
and where changes were purged that it has not delivered. Does not begin where another one uses its state file.

  --to URL        where to, http or https; without it JB_RELAY_TO has the address, which no list of processes shows
  --secret FILE   the secrets, whsec_..., one a line, each of which signs; without it JB_WEBHOOK_SECRET has them,
                  separated by blanks
  --state FILE    where the position of the last delivered one is kept (relay in $XDG_STATE_HOME/jb_scheduler): a file
                  for one database and one receiver
  --dead FILE     where what the receiver refuses (3xx, 4xx) is put aside, a JSON object a line (the state file's name
                  with .dead)
  --metrics FILE  counters for the textfile collector of Prometheus' node exporter, which all users may read
  --attempts N    how often to try what the receiver refuses (10)
  --from-start    the first time, begin with the first that is kept
  --expand event  show each change with the event as the change left it
  --once          hand on what there is, and end
  --dead-again    send what was put aside, with the same ids, take out what is delivered, and end; it fails where
                  something stays. The relay of the state file must not run
  CONNINFO        libpq connection string or URI; what it leaves out comes from the PG* environment.
                  The role needs jb_viewer.
)";

constexpr milliseconds kPollPeriod{500};
constexpr milliseconds kLongestRest{60'000};
constexpr milliseconds kPatience{30'000};
constexpr std::chrono::seconds kPatienceOfReceiver{30};
constexpr auto kNoChangesYet = "-";

// A message's id is made of facts that never change and that every reader sees: a change's calendar, seq and time, a
// rejection's id and time. The time tells it from one that got the same number after a restore.
constexpr auto kChangeMessages = pg::Statement<R"(
    SELECT c.cursor,
           format('change-%s-%s-%s', md5((c.change).calendar), (c.change).seq,
                  extract(epoch FROM (c.change).at)::bigint),
           json_build_object('type', 'change', 'timestamp', jb_timestamp_text((c.change).at, 'UTC'),
                             'data', CASE WHEN :with_event THEN jb_change_event_json(c.change)
                                          ELSE jb_change_json(c.change) END),
           (c.change).seq
      FROM jb_changes_all(nullif(:after, '-'), 100) AS c)">();
constexpr auto kRejectionMessages = pg::Statement<R"(
    SELECT r.id, format('rejection-%s-%s', r.id, extract(epoch FROM r.at)::bigint),
           json_build_object('type', 'rejection', 'timestamp', jb_timestamp_text(r.at, 'UTC'),
                             'data', jb_rejection_json(r)),
           r.at
      FROM jb_rejections(:after::bigint, 100) AS r)">();

struct Options {
  std::string conninfo;
  std::string url;
  std::string state;           ///< path of the state file
  std::string secret;          ///< path of the file with the secrets; empty: the environment has them
  std::string dead;            ///< path of the dead-letter file
  std::string metrics;         ///< path of the file for Prometheus; empty: none
  long long attempts = 10;     ///< of a message that the receiver refuses
  bool from_start = false;     ///< the first time: everything that is kept
  bool once = false;           ///< send what there is, then end
  bool dead_again = false;     ///< send what was put aside, then end
  bool expands_event = false;  ///< show each change with its event
};

bool is_address(std::string_view text) { return text.starts_with("https://") || text.starts_with("http://"); }

/// The receiver as it may be shown: scheme and host of its address, since the rest may hold a secret.
std::string receiver_of(const std::string& url) {
  const auto begin = url.find("//") + 2, end = url.find_first_of("/?#", begin);
  const auto host = url.substr(begin, end == std::string::npos ? end : end - begin);
  return url.substr(0, begin) + host.substr(host.rfind('@') + 1);
}

Options parse(int count, char** arguments) {
  Options options;
  const auto expand = [&](const std::string& what) {
    if (what != "event") throw UsageError("--expand must be event");
    options.expands_event = true;
  };
  const auto words = read_options(count, arguments,
                                  {text("to", options.url),
                                   text("secret", options.secret),
                                   text("state", options.state),
                                   text("dead", options.dead),
                                   text("metrics", options.metrics),
                                   number("attempts", 1, 1'000'000, [&](long long given) { options.attempts = given; }),
                                   flag("from-start", options.from_start),
                                   flag("once", options.once),
                                   {"expand", true, expand},
                                   flag("dead-again", options.dead_again)},
                                  1);
  options.conninfo = word(words, 0);
  if (is_address(options.conninfo))
    throw UsageError("the address of the receiver goes after --to, or into JB_RELAY_TO");
  if (options.url.empty()) options.url = variable("JB_RELAY_TO");
  if (!is_address(options.url)) throw UsageError("--to, or else JB_RELAY_TO, must name an http or https address");
  if (options.state.empty()) options.state = default_state_folder() + "/relay";
  if (options.dead.empty()) options.dead = options.state + ".dead";
  return options;
}

/// The secrets of the file, else of the environment, separated by line feeds or blanks.
std::vector<std::string> secrets_of(const Options& options) {
  const auto text = options.secret.empty() ? variable("JB_WEBHOOK_SECRET") : read_text(options.secret);
  if (!text) throw std::runtime_error("could not read " + options.secret);
  std::istringstream words(*text);
  std::vector<std::string> secrets;
  for (std::string secret; words >> secret;) secrets.push_back(secret_bytes(secret));
  if (secrets.empty())
    throw std::runtime_error("there is no secret: name a file with --secret, or set JB_WEBHOOK_SECRET");
  return secrets;
}

constexpr std::string_view kBeforeBody = ",\"body\":";

/// A message that was put aside.
struct DeadLetter {
  std::string line, id, body;
};

/// Parses a line that bury() has written.
DeadLetter dead_letter(const std::string& line, const std::string& path) {
  const auto at = line.find(kBeforeBody);
  const auto head = nlohmann::json::parse(line.substr(0, at) + "}", nullptr, false);
  if (at != std::string::npos && head.is_object() && head.contains("webhook-id") && head["webhook-id"].is_string()) {
    const auto begin = at + kBeforeBody.size();
    DeadLetter letter{line, head["webhook-id"], line.substr(begin, line.size() - 1 - begin)};
    if (line.ends_with('}') && nlohmann::json::accept(letter.body)) return letter;
  }
  throw std::runtime_error(path + " has a line that is no message that was put aside: " + line.substr(0, 80));
}

/// A relay's position in both lists.
struct Position {
  std::string cursor = kNoChangesYet;  ///< of jb_changes_all
  std::string rejection = "0";
};

/// What an attempt to send a message came to.
struct Response {
  long status = 0;                      ///< of HTTP; 0: there was no answer
  std::string error;                    ///< why there was none
  std::chrono::seconds retry_after{0};  ///< what Retry-After asks for
  long long attempts = 1;               ///< of this message so far

  bool is_delivered() const { return status >= 200 && status < 300; }
  /// A refusal (4xx) will hardly change with another attempt, except 408 and 429, which ask for one. Redirects are
  /// refusals and are not followed: a message goes to the address that the administrator named, or nowhere.
  bool is_refused() const { return status >= 300 && status < 500 && status != 408 && status != 429; }
};

class Relay : public Follower {
 public:
  explicit Relay(const Options& options)
      : Follower("relay", options.conninfo, options.once, kPatience),
        options_(options),
        secrets_(secrets_of(options)),
        receiver_(open_curl(options_.url, "http,https", kPatienceOfReceiver, is_ending_)) {
    curl_easy_setopt(receiver_.get(), CURLOPT_WRITEFUNCTION, ignore);
  }

  /// Sends what was put aside, in its order, and removes what is delivered. Throws std::runtime_error if something
  /// stays. A program that is killed meanwhile sends all of it again the next time; a receiver recognises the messages
  /// by their ids.
  void send_dead_again() {
    std::istringstream input(read_text(options_.dead).value_or(""));
    std::vector<DeadLetter> letters;
    for (std::string line; std::getline(input, line);)
      if (!line.empty()) letters.push_back(dead_letter(line, options_.dead));
    std::string left;
    std::size_t left_count = 0;
    std::exception_ptr gone;
    for (const DeadLetter& letter : letters) {
      try {
        const auto last = gone ? std::nullopt : send(letter.id, letter.body);
        if (last && last->is_delivered()) continue;
      } catch (...) {
        gone = std::current_exception();
      }
      left += (left_count++ == 0 ? "" : "\n") + letter.line;
    }
    if (left_count == 0)
      std::filesystem::remove(options_.dead);
    else if (left_count < letters.size())
      write_line(options_.dead, left);
    write_metrics();
    say(std::to_string(letters.size() - left_count) + " of " + std::to_string(letters.size()) +
        " messages were delivered");
    if (gone) std::rethrow_exception(gone);
    if (left_count > 0) throw std::runtime_error("the others stay in " + options_.dead);
  }

 private:
  /// Discards the receiver's text: its status says all that is needed.
  static std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

  /// Rejections are announced; changes are not, and are polled for twice a second.
  void follow() override {
    attempt_ = 0;
    find_position();
    write_metrics();
    while (!is_ending()) {
      const bool more_changes =
          send_all(connection_->execute(kChangeMessages, "after"_arg = position_->cursor,
                                        "with_event"_arg = options_.expands_event ? "true" : "false"),
                   &Position::cursor);
      const bool more_rejections =
          send_all(connection_->execute(kRejectionMessages, "after"_arg = position_->rejection), &Position::rejection);
      if (more_changes || more_rejections) continue;
      if (options_.once) return;
      rest(kPollPeriod, true);
      while (connection_->notification()) {
      }
    }
  }

  void find_position() {
    if (position_) return;
    if (const auto text = read_text(options_.state)) {
      std::istringstream words(*text);
      Position found;
      std::string rest;
      if (!(words >> found.cursor >> found.rejection) || words >> rest ||
          found.rejection.find_first_not_of("0123456789") != std::string::npos)
        throw std::runtime_error(options_.state + " does not hold the position of a relay: mend it, or remove it");
      position_ = found;
      return;
    }
    if (options_.from_start) return keep({});
    say("there is no " + options_.state + " yet: it begins with what happens from now on");
    const pg::Result now = connection_->execute("SELECT jb_changes_cursor(), jb_rejections_after(0)");
    keep({now.text(0, 0), now.text(0, 1)});
  }

  /// Sends messages, and goes on after each. If the relay ends meanwhile, a message is left to the next run. A row
  /// without a message is the position after those that may not be seen. Returns whether there were any rows.
  bool send_all(const pg::Result& rows, std::string Position::* part) {
    for (int row = 0; row < rows.rows() && !is_ending(); ++row) {
      if (!rows.is_null(row, 3)) {
        const std::string id = rows.text(row, 1), body = rows.text(row, 2);
        const auto last = send(id, body);
        if (!last) break;
        if (!last->is_delivered()) bury(id, body, *last);
      }
      Position after = *position_;
      after.*part = rows.text(row, 0);
      keep(after);
    }
    return !rows.empty();
  }

  /// Tries until the message is delivered, or the receiver has refused it for good; nullopt if the relay is to end.
  std::optional<Response> send(const std::string& id, const std::string& body) {
    for (long long attempt = 1, refused = 0; !is_ending(); ++attempt) {
      Response response = post(id, body);
      response.attempts = attempt;
      if (is_ending() && response.status == 0) break;
      if (response.is_delivered()) {
        ++delivered_;
        last_delivery_ = std::time(nullptr);
        return response;
      }
      ++failed_;
      if (response.status == 410) {
        write_metrics();
        throw NeedsSomebody("the receiver has gone (410): nothing more is sent to " + receiver_of(options_.url));
      }
      if (attempt == 1)
        say(id + ": " + (response.status ? "answered " + std::to_string(response.status) : response.error) +
            "; trying again");
      if (response.is_refused() && ++refused >= options_.attempts) return response;
      write_metrics();
      rest(std::max<milliseconds>(pause_after(attempt, kLongestRest), response.retry_after), false);
    }
    return std::nullopt;
  }

  /// Sends a JSON body once. Follows no redirect; ends after 30 seconds.
  Response post(const std::string& id, const std::string& body) {
    const std::string timestamp = std::to_string(std::time(nullptr));
    const CURLcode code =
        perform(receiver_,
                {"Content-Type: application/json", "webhook-id: " + id, "webhook-timestamp: " + timestamp,
                 "Expect:", "webhook-signature: " + signatures(secrets_, id, timestamp, body)},
                &body);
    Response response;
    if (code != CURLE_OK) {
      response.error = curl_easy_strerror(code);
      return response;
    }
    curl_off_t seconds = 0;
    curl_easy_getinfo(receiver_.get(), CURLINFO_RESPONSE_CODE, &response.status);
    curl_easy_getinfo(receiver_.get(), CURLINFO_RETRY_AFTER, &seconds);
    response.retry_after = std::chrono::seconds(std::clamp<curl_off_t>(seconds, 0, 3600));
    return response;
  }

  /// The body ends the line as it was sent, since a JSON library would rewrite its numbers.
  void bury(const std::string& id, const std::string& body, const Response& last) {
    const nlohmann::json letter = {{"webhook-id", id},
                                   {"status", last.status},
                                   {"attempts", last.attempts},
                                   {"buried_at", static_cast<long long>(std::time(nullptr))}};
    std::string line = letter.dump();
    line.replace(line.size() - 1, 1, std::string(kBeforeBody) + body + "}");
    std::replace(line.begin(), line.end(), '\n', ' ');
    write_durably(options_.dead, line + "\n", O_APPEND);
    ++dead_;
    say(id + " was refused " + std::to_string(last.attempts) + " times: it stands in " + options_.dead);
  }

  void keep(const Position& position) {
    write_line(options_.state, position.cursor + " " + position.rejection);
    position_ = position;
    write_metrics();
  }

  /// Read by the textfile collector of Prometheus' node exporter, so the relay needs no port.
  void write_metrics() {
    if (options_.metrics.empty()) return;
    std::ostringstream text;
    text << "# TYPE jb_relay_delivered_total counter\njb_relay_delivered_total " << delivered_
         << "\n# TYPE jb_relay_failed_attempts_total counter\njb_relay_failed_attempts_total " << failed_
         << "\n# TYPE jb_relay_dead_letters_total counter\njb_relay_dead_letters_total " << dead_
         << "\n# TYPE jb_relay_last_delivery_timestamp_seconds gauge\njb_relay_last_delivery_timestamp_seconds "
         << last_delivery_;
    write_line(options_.metrics, text.str(), true);
  }

  const Options options_;
  const std::vector<std::string> secrets_;
  const std::function<bool()> is_ending_ = [this] { return is_ending(); };  ///< polled while a message is being sent
  const Curl receiver_;                                                     ///< one connection, which stays open
  std::optional<Position> position_;
  long long delivered_ = 0, failed_ = 0, dead_ = 0;
  std::time_t last_delivery_ = 0;
};

/// Locks a separate file until the program ends. (A file that is replaced cannot be the lock.) Creates the file and
/// missing folders. Throws std::runtime_error.
void lock(const std::string& state) {
  const std::string path = state + ".lock";
  make_folder_of(path);
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) fail("could not write", path);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return;
  if (errno == EWOULDBLOCK) throw std::runtime_error("another jb relay uses " + state);
  fail("could not lock", path);
}

int run(int count, char** arguments) {
  const Options options = parse(count, arguments);
  Relay relay(options);
  lock(options.state);
  try {
    if (options.dead_again)
      relay.send_dead_again();
    else
      relay.run();
  } catch (const pg::Error& error) {
    if (error.sqlstate() == "JB410") throw NeedsSomebody(error.what() + (". " + error.hint()));
    throw;
  }
  return EXIT_SUCCESS;
}

}  // namespace

}  // namespace jb::cli::of_relay

const jb::cli::Command jb::cli::relay{"relay", "hands changes and rejections on to a webhook", of_relay::kUsage,
                                      of_relay::run};
