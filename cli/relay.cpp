// SPDX-License-Identifier: PostgreSQL
#include "relay.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

#include "database.hpp"
#include "state_file.hpp"

namespace jb::cli {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds poll_period{500};
constexpr milliseconds first_rest{200};
constexpr milliseconds longest_rest{60'000};
constexpr milliseconds relay_patience{30'000};
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

std::vector<std::string> lines_of(std::istream& input) {
  std::vector<std::string> lines;
  for (std::string line; std::getline(input, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

/// The secrets, one a line in the file, or separated by blanks in the environment.
std::vector<std::string> secrets_of(const RelayOptions& options) {
  std::vector<std::string> texts;
  if (!options.secret.empty()) {
    std::ifstream file(options.secret);
    if (!file) throw std::runtime_error("could not read " + options.secret);
    texts = lines_of(file);
  } else if (const char* given = std::getenv("JB_WEBHOOK_SECRET")) {
    std::istringstream words(given);
    for (std::string word; words >> word;) texts.push_back(word);
  }
  if (texts.empty())
    throw std::runtime_error("there is no secret: name a file with --secret, or set JB_WEBHOOK_SECRET");
  std::vector<std::string> secrets;
  for (const auto& text : texts) secrets.push_back(secret_bytes(text));
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

}  // namespace

Relay::Relay(RelayOptions options, int signals)
    : options_(std::move(options)),
      signals_(signals),
      webhook_(options_.url, secrets_of(options_), [this] { return is_ending(); }) {}

void Relay::run() {
  const FileLock alone(options_.state + ".lock", "another jb relay uses " + options_.state);
  if (options_.dead_again) return send_dead_again();
  for (long long attempt = 1; !is_ending(); ++attempt) {
    try {
      follow();
      return;
    } catch (const pg::Error& error) {
      if (options_.once || !error.is_connection_lost()) throw;
      if (connection_) attempt = 1;
      connection_.reset();
      if (attempt == 1) say(std::string(error.what()) + "; trying again");
      rest(pause_after(attempt, {}), false);
    }
  }
}

/// Rejections are announced, changes are not: these are looked for twice a second.
void Relay::follow() {
  connection_ = cli::connect(options_.conninfo, "relay");
  connection_->set_patience(relay_patience);
  connection_->execute("LISTEN jb_rejected");
  find_position();
  write_metrics();
  while (!is_ending()) {
    const bool more_changes = send_changes();
    const bool more_rejections = send_rejections();
    if (more_changes || more_rejections) continue;
    if (options_.once) return;
    rest(poll_period, true);
    while (connection_->notification()) {
    }
  }
}

void Relay::find_position() {
  if (position_) return;
  if (const auto text = read_text(options_.state)) {
    std::istringstream words(*text);
    RelayPosition found;
    std::string rest;
    if (!(words >> found.cursor >> found.rejection) || words >> rest ||
        found.rejection.find_first_not_of("0123456789") != std::string::npos)
      throw std::runtime_error(options_.state + " does not hold the place of a relay: mend it, or remove it");
    if (found.cursor == no_changes_yet) found.cursor.clear();
    position_ = found;
    return;
  }
  if (options_.from_start) return keep({});
  say("there is no " + options_.state + " yet: it begins with what happens from now on");
  const pg::Result now = connection_->execute("SELECT jb_changes_cursor(), jb_rejections_after(0)");
  keep({now.text(0, 0), now.text(0, 1)});
}

bool Relay::send_changes() {
  const pg::Parameter after = position_->cursor.empty() ? std::nullopt : pg::Parameter(position_->cursor);
  const pg::Result rows = connection_->execute(changes_sql, {after, options_.expands_event ? "true" : "false"});
  for (int row = 0; row < rows.rows() && !ending_; ++row) {
    // No change that may be seen: the cursor behind those of others.
    if (rows.is_null(row, 3)) {
      keep({rows.text(row, 0), position_->rejection});
      continue;
    }
    deliver({"change", rows.text(row, 1), rows.text(row, 2), {rows.text(row, 0), position_->rejection}});
  }
  return !rows.empty();
}

bool Relay::send_rejections() {
  const pg::Result rows = connection_->execute(rejections_sql, {pg::Parameter(position_->rejection)});
  for (int row = 0; row < rows.rows() && !ending_; ++row) {
    // No rejection that may be seen: the place behind those of others.
    if (rows.is_null(row, 3)) {
      keep({position_->cursor, rows.text(row, 0)});
      continue;
    }
    deliver({"rejection", rows.text(row, 1), rows.text(row, 2), {position_->cursor, rows.text(row, 0)}});
  }
  return !rows.empty();
}

/// Sends a message, and goes on behind it. A relay that ends meanwhile leaves the message to the next run.
void Relay::deliver(const Message& message) {
  const Sent sent = send(message.id, message.body);
  if (sent.fate == Fate::again) return;
  if (sent.fate == Fate::refused) bury(message, sent);
  keep(message.after);
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
      throw std::runtime_error("the receiver has gone (410): nothing more is sent to " + options_.url);
    }
    if (attempt == 1)
      say(id + ": " + (answer.status ? "answered " + std::to_string(answer.status) : answer.error) + "; trying again");
    if (fate == Fate::refused && ++refused >= options_.attempts) return {fate, answer.status, attempt};
    write_metrics();
    rest(pause_after(attempt, answer), false);
  }
  return {};
}

/// What the receiver refuses (4xx) another attempt will hardly change; 408 and 429 ask for one. Redirects are not
/// followed: a message goes to the address that the administrator named, or nowhere.
Relay::Fate Relay::judge(const WebhookAnswer& answer) const {
  if (answer.status >= 200 && answer.status < 300) return Fate::delivered;
  const bool is_refused = answer.status >= 300 && answer.status < 500 && answer.status != 408 && answer.status != 429;
  return is_refused ? Fate::refused : Fate::again;
}

/// The body ends its line, as it was sent: a JSON library would write its numbers anew.
void Relay::bury(const Message& message, const Sent& sent) {
  const nlohmann::json letter = {{"webhook-id", message.id},
                                 {"status", sent.status},
                                 {"attempts", sent.attempts},
                                 {"buried_at", static_cast<long long>(std::time(nullptr))}};
  std::string line = letter.dump();
  line.replace(line.size() - 1, 1, before_body + message.body + "}");
  std::replace(line.begin(), line.end(), '\n', ' ');
  append_line(options_.dead, line);
  ++counts_.dead;
  say(message.id + " was refused " + std::to_string(sent.attempts) + " times: it stands in " + options_.dead);
}

/// Sends what was put aside, in the order in which it was, and takes out what is delivered. A program that is killed
/// meanwhile sends all of it again the next time; a receiver knows the messages by their ids.
void Relay::send_dead_again() {
  std::istringstream input(read_text(options_.dead).value_or(""));
  const auto lines = lines_of(input);
  std::vector<DeadLetter> letters;
  for (const auto& line : lines) letters.push_back(dead_letter(line, options_.dead));
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
    std::filesystem::remove(options_.dead);
  else if (left_count < lines.size())
    write_line(options_.dead, left);
  write_metrics();
  say(std::to_string(lines.size() - left_count) + " of " + std::to_string(lines.size()) + " messages were delivered");
  if (gone) std::rethrow_exception(gone);
  if (left_count > 0) throw std::runtime_error("the others stay in " + options_.dead);
}

void Relay::keep(const RelayPosition& position) {
  write_line(options_.state, (position.cursor.empty() ? no_changes_yet : position.cursor) + " " + position.rejection);
  position_ = position;
  write_metrics();
}

/// The textfile collector of Prometheus' node exporter reads it: so the relay needs no port.
void Relay::write_metrics() {
  if (options_.metrics.empty()) return;
  std::ostringstream text;
  text << "# TYPE jb_relay_delivered_total counter\njb_relay_delivered_total " << counts_.delivered
       << "\n# TYPE jb_relay_failed_attempts_total counter\njb_relay_failed_attempts_total " << counts_.failed
       << "\n# TYPE jb_relay_dead_letters_total counter\njb_relay_dead_letters_total " << counts_.dead
       << "\n# TYPE jb_relay_last_delivery_timestamp_seconds gauge\njb_relay_last_delivery_timestamp_seconds "
       << counts_.last;
  write_line(options_.metrics, text.str());
}

/// Twice as long after each attempt, and of that a random part: relays that failed together do not come back together.
milliseconds Relay::pause_after(long long attempt, const WebhookAnswer& answer) {
  const auto doublings = std::min<long long>(attempt - 1, 20);
  const auto most = std::min<long long>(first_rest.count() << doublings, longest_rest.count());
  const milliseconds pause{std::uniform_int_distribution<long long>(most / 2, most)(random_)};
  return std::max<milliseconds>(pause, answer.retry_after);
}

/// Waits for a signal, or for the server; whether one of them came before the time was over.
bool Relay::rest(milliseconds time, bool server_too) {
  pollfd descriptors[] = {{signals_, POLLIN, 0}, {server_too ? connection_->socket() : -1, POLLIN, 0}};
  const int ready = poll(descriptors, 2, static_cast<int>(time.count()));
  if (ready < 0 && errno != EINTR) throw std::runtime_error("could not wait");
  ending_ = ending_ || descriptors[0].revents != 0;
  return ready > 0;
}

bool Relay::is_ending() {
  if (!ending_) rest(milliseconds{0}, false);
  return ending_;
}

void Relay::say(const std::string& what) const { std::cerr << "jb relay: " << what << '\n'; }

}  // namespace jb::cli
