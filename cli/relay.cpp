// SPDX-License-Identifier: PostgreSQL
//
// Hands changes and rejections on to a webhook, each at least once and in order.
//
// One message is under way at a time. Where the reader stands is on disk after each message: a relay that is killed
// sends the last message again rather than leave one out. A receiver knows a repeated message by its webhook-id.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "follower.hpp"
#include "state_file.hpp"
#include "usage.hpp"
#include "webhook.hpp"

namespace jb::cli::of_relay {

namespace {

constexpr const char* usage = R"(usage: jb relay [--to URL] [OPTION]... [CONNINFO]

Hands every change and every rejection on to a webhook, one POST after the other, each at least once and in order,
signed as Standard Webhooks say. Goes on after the last one that was delivered; the first time it begins with what
happens from then on, and says so. Tries again while the receiver does not answer or answers 5xx, 408 or 429, up to a
minute apart or as long as Retry-After says. Ends on SIGINT or SIGTERM, and with status 4 where the receiver answers 410,
and where changes were purged that it has not delivered. Does not begin where another one uses its state file.

  --to URL        where to, http or https; without it JB_RELAY_TO has the address, which no list of processes shows
  --secret FILE   the secrets, whsec_..., one a line, each of which signs; without it JB_WEBHOOK_SECRET has them,
                  separated by blanks
  --state FILE    where the place of the last delivered one is kept (relay in $XDG_STATE_HOME/jb_scheduler): a file
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

using std::chrono::milliseconds;

constexpr milliseconds poll_period{500};
constexpr milliseconds longest_rest{60'000};
constexpr milliseconds patience{30'000};
constexpr auto no_changes_yet = "-";

// A message is known by what never changes of it, and what every reader sees of it: a change's calendar, number there
// and time, a rejection's id and time. The time tells them from those that got the same number after a restore.
constexpr const char* changes_sql =
    "SELECT c.cursor, format('change-%s-%s-%s', md5((c.change).calendar), (c.change).seq,"
    "                        extract(epoch FROM (c.change).at)::bigint),"
    "       json_build_object('type', 'change', 'timestamp', jb_timestamp_text((c.change).at, 'UTC'),"
    "                         'data', CASE WHEN $2 THEN jb_change_event_json(c.change) ELSE jb_change_json(c.change) "
    "END),"
    "       (c.change).seq"
    "  FROM jb_changes_all($1, 100) AS c";
constexpr const char* rejections_sql =
    "SELECT r.id, format('rejection-%s-%s', r.id, extract(epoch FROM r.at)::bigint),"
    "       json_build_object('type', 'rejection', 'timestamp', jb_timestamp_text(r.at, 'UTC'), 'data', "
    "jb_rejection_json(r)), r.at"
    "  FROM jb_rejections($1::bigint, 100) AS r";

struct Wish {
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

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool is_address(std::string_view text) { return text.starts_with("https://") || text.starts_with("http://"); }

/// The receiver as it may be told: of its address the scheme and the host, since all the rest may hold a secret.
std::string receiver_of(const std::string& url) {
  const auto begin = url.find("//") + 2, end = url.find_first_of("/?#", begin);
  const auto host = url.substr(begin, end == std::string::npos ? end : end - begin);
  return url.substr(0, begin) + host.substr(host.rfind('@') + 1);
}

Wish parse(int count, char** arguments) {
  Wish wish;
  const auto expand = [&](const std::string& what) {
    if (what != "event") throw UsageError("--expand must be event");
    wish.expands_event = true;
  };
  const auto words = read_options(count, arguments,
                                  {text("to", wish.url),
                                   text("secret", wish.secret),
                                   text("state", wish.state),
                                   text("dead", wish.dead),
                                   text("metrics", wish.metrics),
                                   number("attempts", 1, 1'000'000, [&](long long given) { wish.attempts = given; }),
                                   flag("from-start", wish.from_start),
                                   flag("once", wish.once),
                                   {"expand", true, expand},
                                   flag("dead-again", wish.dead_again)},
                                  1);
  wish.conninfo = word(words, 0);
  if (is_address(wish.conninfo)) throw UsageError("the address of the receiver goes after --to, or into JB_RELAY_TO");
  if (wish.url.empty()) wish.url = variable("JB_RELAY_TO");
  if (!is_address(wish.url)) throw UsageError("--to, or else JB_RELAY_TO, must name an http or https address");
  if (wish.state.empty()) wish.state = default_state_folder() + "/relay";
  if (wish.dead.empty()) wish.dead = wish.state + ".dead";
  return wish;
}

/// The secrets of the file, else of the environment, separated by line feeds or blanks.
std::vector<std::string> secrets_of(const Wish& wish) {
  const auto text = wish.secret.empty() ? variable("JB_WEBHOOK_SECRET") : read_text(wish.secret);
  if (!text) throw std::runtime_error("could not read " + wish.secret);
  std::istringstream words(*text);
  std::vector<std::string> secrets;
  for (std::string secret; words >> secret;) secrets.push_back(secret_bytes(secret));
  if (secrets.empty())
    throw std::runtime_error("there is no secret: name a file with --secret, or set JB_WEBHOOK_SECRET");
  return secrets;
}

constexpr const char* before_body = ",\"body\":";

struct DeadLetter {
  std::string id, body;
};

/// A line that bury() has written.
DeadLetter dead_letter(const std::string& line, const std::string& path) {
  const auto at = line.find(before_body);
  const auto head = nlohmann::json::parse(line.substr(0, at) + "}", nullptr, false);
  if (at != std::string::npos && head.is_object() && head.contains("webhook-id") && head["webhook-id"].is_string()) {
    const auto begin = at + std::string_view(before_body).size();
    DeadLetter letter{head["webhook-id"], line.substr(begin, line.size() - 1 - begin)};
    if (line.ends_with('}') && nlohmann::json::accept(letter.body)) return letter;
  }
  throw std::runtime_error(path + " has a line that is no message that was put aside: " + line.substr(0, 80));
}

/// Where a relay stands in both lists.
struct Place {
  std::string cursor;  ///< of jb_changes_all; empty: before the first change
  std::string rejection = "0";
};

class Relay : public Follower {
 public:
  explicit Relay(const Wish& wish)
      : Follower("relay", wish.conninfo, wish.once, patience),
        wish_(wish),
        webhook_(wish.url, secrets_of(wish), [this] { return is_ending(); }) {}

  /// Sends what was put aside, and takes out what is delivered. Throws std::runtime_error where something stays.
  void send_dead_again();

 private:
  struct Counts {
    long long delivered = 0, failed = 0, dead = 0;
    std::time_t last = 0;
  };
  enum class Fate { delivered, again, refused };
  struct Sent {
    Fate fate = Fate::again;
    long status = 0;  ///< of the last answer
    long long attempts = 0;
  };

  void follow() override;
  void find_place();
  bool send_changes();
  bool send_rejections();
  bool send_all(const pg::Result& rows, std::string Place::* place);
  void deliver(const std::string& id, const std::string& body, const Place& after);
  Sent send(const std::string& id, const std::string& body);
  static Fate judge(const WebhookAnswer& answer);
  void bury(const std::string& id, const std::string& body, const Sent& sent);
  void keep(const Place& place);
  void write_metrics();

  const Wish wish_;
  Webhook webhook_;
  std::optional<Place> place_;
  Counts counts_;
};

/// Rejections are announced, changes are not: these are looked for twice a second.
void Relay::follow() {
  has_answered();
  find_place();
  write_metrics();
  while (!is_ending()) {
    const bool more_changes = send_changes();
    const bool more_rejections = send_rejections();
    if (more_changes || more_rejections) continue;
    if (wish_.once) return;
    rest(poll_period, true);
    while (connection().notification()) {
    }
  }
}

void Relay::find_place() {
  if (place_) return;
  if (const auto text = read_text(wish_.state)) {
    std::istringstream words(*text);
    Place found;
    std::string rest;
    if (!(words >> found.cursor >> found.rejection) || words >> rest ||
        found.rejection.find_first_not_of("0123456789") != std::string::npos)
      throw std::runtime_error(wish_.state + " does not hold the place of a relay: mend it, or remove it");
    if (found.cursor == no_changes_yet) found.cursor.clear();
    place_ = found;
    return;
  }
  if (wish_.from_start) return keep({});
  say("there is no " + wish_.state + " yet: it begins with what happens from now on");
  const pg::Result now = connection().execute("SELECT jb_changes_cursor(), jb_rejections_after(0)");
  keep({now.text(0, 0), now.text(0, 1)});
}

bool Relay::send_changes() {
  const pg::Parameter after = place_->cursor.empty() ? std::nullopt : pg::Parameter(place_->cursor);
  return send_all(connection().execute(changes_sql, {after, wish_.expands_event ? "true" : "false"}), &Place::cursor);
}

bool Relay::send_rejections() {
  return send_all(connection().execute(rejections_sql, {place_->rejection}), &Place::rejection);
}

/// Whether there was any. A row without a message is the place behind those that may not be seen.
bool Relay::send_all(const pg::Result& rows, std::string Place::* place) {
  for (int row = 0; row < rows.rows() && !is_ending(); ++row) {
    Place after = *place_;
    after.*place = rows.text(row, 0);
    rows.is_null(row, 3) ? keep(after) : deliver(rows.text(row, 1), rows.text(row, 2), after);
  }
  return !rows.empty();
}

/// Sends a message, and goes on behind it. A relay that ends meanwhile leaves the message to the next run.
void Relay::deliver(const std::string& id, const std::string& body, const Place& after) {
  const Sent sent = send(id, body);
  if (sent.fate == Fate::again) return;
  if (sent.fate == Fate::refused) bury(id, body, sent);
  keep(after);
}

/// Tries until the message is delivered, or the receiver has refused it for good, or the relay is to end (Fate::again).
Relay::Sent Relay::send(const std::string& id, const std::string& body) {
  for (long long attempt = 1, refused = 0; !is_ending(); ++attempt) {
    const WebhookAnswer answer = webhook_.post(id, body);
    if (is_ending() && answer.status == 0) break;
    const Fate fate = judge(answer);
    if (fate == Fate::delivered) {
      ++counts_.delivered;
      counts_.last = std::time(nullptr);
      return {fate, answer.status, attempt};
    }
    ++counts_.failed;
    if (answer.status == 410) {
      write_metrics();
      throw NeedsSomebody("the receiver has gone (410): nothing more is sent to " + receiver_of(wish_.url));
    }
    if (attempt == 1)
      say(id + ": " + (answer.status ? "answered " + std::to_string(answer.status) : answer.error) + "; trying again");
    if (fate == Fate::refused && ++refused >= wish_.attempts) return {fate, answer.status, attempt};
    write_metrics();
    rest(std::max<milliseconds>(pause_after(attempt, longest_rest), answer.retry_after), false);
  }
  return {};
}

/// What the receiver refuses (4xx) another attempt will hardly change; 408 and 429 ask for one. Redirects are not
/// followed: a message goes to the address that the administrator named, or nowhere.
Relay::Fate Relay::judge(const WebhookAnswer& answer) {
  if (answer.status >= 200 && answer.status < 300) return Fate::delivered;
  const bool is_refused = answer.status >= 300 && answer.status < 500 && answer.status != 408 && answer.status != 429;
  return is_refused ? Fate::refused : Fate::again;
}

/// The body ends its line, as it was sent: a JSON library would write its numbers anew.
void Relay::bury(const std::string& id, const std::string& body, const Sent& sent) {
  const nlohmann::json letter = {{"webhook-id", id},
                                 {"status", sent.status},
                                 {"attempts", sent.attempts},
                                 {"buried_at", static_cast<long long>(std::time(nullptr))}};
  std::string line = letter.dump();
  line.replace(line.size() - 1, 1, before_body + body + "}");
  std::replace(line.begin(), line.end(), '\n', ' ');
  append_line(wish_.dead, line);
  ++counts_.dead;
  say(id + " was refused " + std::to_string(sent.attempts) + " times: it stands in " + wish_.dead);
}

/// Sends what was put aside, in the order in which it was, and takes out what is delivered. A program that is killed
/// meanwhile sends all of it again the next time; a receiver knows the messages by their ids.
void Relay::send_dead_again() {
  std::istringstream input(read_text(wish_.dead).value_or(""));
  std::vector<std::string> lines;
  std::vector<DeadLetter> letters;
  for (std::string line; std::getline(input, line);)
    if (!line.empty()) letters.push_back(dead_letter(lines.emplace_back(line), wish_.dead));
  std::string left;
  std::size_t left_count = 0;
  std::exception_ptr gone;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    try {
      if (!gone && send(letters[i].id, letters[i].body).fate == Fate::delivered) continue;
    } catch (...) {
      gone = std::current_exception();
    }
    left += (left_count++ == 0 ? "" : "\n") + lines[i];
  }
  if (left_count == 0)
    std::filesystem::remove(wish_.dead);
  else if (left_count < lines.size())
    write_line(wish_.dead, left);
  write_metrics();
  say(std::to_string(lines.size() - left_count) + " of " + std::to_string(lines.size()) + " messages were delivered");
  if (gone) std::rethrow_exception(gone);
  if (left_count > 0) throw std::runtime_error("the others stay in " + wish_.dead);
}

void Relay::keep(const Place& place) {
  write_line(wish_.state, (place.cursor.empty() ? no_changes_yet : place.cursor) + " " + place.rejection);
  place_ = place;
  write_metrics();
}

/// The textfile collector of Prometheus' node exporter reads it: so the relay needs no port.
void Relay::write_metrics() {
  if (wish_.metrics.empty()) return;
  std::ostringstream text;
  text << "# TYPE jb_relay_delivered_total counter\njb_relay_delivered_total " << counts_.delivered
       << "\n# TYPE jb_relay_failed_attempts_total counter\njb_relay_failed_attempts_total " << counts_.failed
       << "\n# TYPE jb_relay_dead_letters_total counter\njb_relay_dead_letters_total " << counts_.dead
       << "\n# TYPE jb_relay_last_delivery_timestamp_seconds gauge\njb_relay_last_delivery_timestamp_seconds "
       << counts_.last;
  write_line(wish_.metrics, text.str(), true);
}

int run(int count, char** arguments) {
  const Wish wish = parse(count, arguments);
  Relay relay(wish);
  lock_file(wish.state + ".lock", "another jb relay uses " + wish.state);
  try {
    wish.dead_again ? relay.send_dead_again() : relay.run();
  } catch (const pg::Error& error) {
    if (error.sqlstate() == "JB410") throw NeedsSomebody(error.what() + (". " + error.hint()));
    throw;
  }
  return EXIT_SUCCESS;
}

}  // namespace

}  // namespace jb::cli::of_relay

const jb::cli::Command jb::cli::relay{"relay", "hands changes and rejections on to a webhook", of_relay::usage,
                                      of_relay::run};
