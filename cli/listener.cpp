// SPDX-License-Identifier: PostgreSQL
#include "listener.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <stdexcept>

#include "database.hpp"
#include "rejection_line.hpp"

namespace jb::cli {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{5'000};
constexpr milliseconds shortest_patience{10'000};
constexpr int page = 100;

// When a rejection happened, as a state file keeps it.
#define JB_AT "to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

/// Twice as long each time, within limits.
milliseconds longer(milliseconds pause) { return std::clamp(pause * 2, first_pause, longest_pause); }

}  // namespace

Listener::Listener(ListenOptions options, int signals) : options_(std::move(options)), signals_(signals) {}

void Listener::run() {
  while (!ending_) {
    try {
      follow();
    } catch (const pg::Error& error) {
      if (options_.once || !error.is_connection_lost()) throw;
      connection_.reset();
      wait_to_reconnect(error);
    }
  }
}

void Listener::follow() {
  connect();
  start_after();
  print_new();
  reconnect_pause_ = milliseconds{0};
  if (options_.once) ending_ = true;
  while (!ending_) {
    wait();
    if (!ending_) print_new();
  }
}

/// LISTEN comes before the first reading: a rejection that commits after the reading is announced, and then read.
void Listener::connect() {
  connection_ = cli::connect(options_.conninfo, "listen");
  connection_->set_patience(std::max<milliseconds>(options_.heartbeat, shortest_patience));
  connection_->execute("LISTEN jb_rejected");
}

/// A restored database counts as another database here, since its state file belongs to the database that is gone.
void Listener::find_state() {
  if (state_) return;
  std::string path = options_.state;
  if (path.empty())
    path = options_.state_folder + "/last_rejection-" +
           connection_
               ->execute(
                   "SELECT format('%s-%s', c.system_identifier, d.oid) FROM pg_control_system() AS c, pg_database AS d"
                   " WHERE d.datname = current_database()")
               .text(0, 0);
  state_.emplace(path);
}

void Listener::start_after() {
  find_state();
  if (last_) return find_again();
  if (options_.after) {
    last_ = {*options_.after, at_of(*options_.after)};
    return;
  }
  last_ = state_->read();
  if (last_) return find_again();
  say("there is no " + state_->path() + " yet: it begins with what is refused from now on");
  last_ = beginning();
  state_->write(*last_);
}

void Listener::say(const std::string& what) const { std::cerr << "jb listen: " << what << '\n'; }

/// Makes sure that the last printed rejection belongs to this database: it is there under its id and with its time, or
/// it was purged. Otherwise this is another database, or a database that was set back to an earlier moment, and the
/// same ids are given anew. Then the time of the last printed rejection tells where to go on: no later rejection was
/// printed. Times are whole seconds here, so rejections of the same second may be printed again.
void Listener::find_again() {
  if (last_->at.empty() && last_->id <= last_id()) return;  // behind what may not be seen, which tells no time
  const std::string at = at_of(last_->id);
  const bool is_forgotten = at.empty() && last_->id < first_id();
  if ((!at.empty() && at == last_->at) || is_forgotten) return;
  const Position next = beginning();
  say("rejection " + std::to_string(last_->id) + (last_->at.empty() ? "" : " of " + last_->at) +
      ", the last one printed, is not in this database: it is another one, or was restored; going on " +
      (last_->at.empty() ? "with what is refused from now on" : "with what was refused from then on"));
  last_ = next;
  state_->write(next);
}

/// When the rejection with this id happened; empty when there is no such rejection.
std::string Listener::at_of(long long id) {
  const pg::Result rows = connection_->execute("SELECT " JB_AT " FROM jb_rejection_view AS r WHERE r.id = $1::bigint",
                                               {pg::Parameter(std::to_string(id))});
  return rows.empty() ? "" : rows.text(0, 0);
}

/// Where to begin in a list of which only the time of the last printed rejection is known: after all older rejections,
/// and before all others. Where no time is known, at the end of the list.
Position Listener::beginning() {
  if (!last_ || last_->at.empty()) {
    const long long last = last_id();
    return {last, at_of(last)};
  }
  const pg::Result rows = connection_->execute(
      "SELECT least(coalesce(max(r.id) FILTER (WHERE r.at < $1::timestamptz), 0),"
      "  min(r.id) FILTER (WHERE r.at >= $1::timestamptz) - 1) FROM jb_rejection_view AS r",
      {pg::Parameter(last_->at)});
  const long long id = std::stoll(rows.text(0, 0));
  return {id, at_of(id)};
}

/// The lowest id of a rejection that is kept; 0 when no rejection is kept.
long long Listener::first_id() {
  return std::stoll(connection_->execute("SELECT coalesce(min(r.id), 0) FROM jb_rejection_view AS r").text(0, 0));
}

/// The end of the list.
long long Listener::last_id() { return std::stoll(connection_->execute("SELECT jb_rejections_after(0)").text(0, 0)); }

void Listener::print_new() {
  for (bool more = true; more;) {
    const pg::Result rows =
        connection_->execute("SELECT r.id, CASE WHEN r.at IS NOT NULL THEN jb_rejection_json(r) END, coalesce(" JB_AT
                             ", '')"
                             " FROM jb_rejections(after => $1::bigint, max_rows => $2::int) AS r",
                             {pg::Parameter(std::to_string(last_->id)), pg::Parameter(std::to_string(page))});
    if (!rows.empty()) print(rows);
    more = rows.rows() == page || (!rows.empty() && rows.is_null(rows.rows() - 1, 1));
  }
}

/// The state follows the output: a rejection that has not left the program does not count as seen. A row without a
/// rejection only tells where to go on.
void Listener::print(const pg::Result& rows) {
  for (int row = 0; row < rows.rows(); ++row) {
    if (rows.is_null(row, 1)) continue;
    std::cout << (options_.json ? rows.text(row, 1) : rejection_line(rows.view(row, 1))) << '\n';
  }
  if (!std::cout.flush()) throw std::runtime_error("could not write to standard output");
  const int end = rows.rows() - 1;
  last_ = {std::stoll(rows.text(end, 0)), rows.text(end, 2)};
  state_->write(*last_);
}

/// Returns when there may be something new. A NOTIFY can come with the answer to a query: it waits in libpq then, and
/// the socket would be silent about it.
void Listener::wait() {
  if (take_notifications()) return;
  const bool woken = poll_for(until_next_look(), true);
  if (ending_) return;
  if (connection_->is_lost()) throw pg::Error("08006", "the server closed the connection");
  take_notifications();
  if (!woken) check_listening();
}

/// A row may be announced before it can be read, while an older transaction is open. Nothing announces the end of that
/// transaction, so the table is read again soon, and then less and less often.
milliseconds Listener::until_next_look() {
  const milliseconds heartbeat = options_.heartbeat;
  look_again_ = announced_ > last_->id ? longer(look_again_) : milliseconds{0};
  return look_again_.count() == 0 ? heartbeat : std::min(look_again_, heartbeat);
}

bool Listener::take_notifications() {
  bool any = false;
  while (const auto notification = connection_->notification()) {
    announced_ = std::max(announced_, announced_id(notification->payload));
    look_again_ = milliseconds{0};
    any = true;
  }
  return any;
}

void Listener::check_listening() {
  const pg::Result result =
      connection_->execute("SELECT EXISTS (SELECT FROM pg_listening_channels() AS c WHERE c = 'jb_rejected')");
  if (result.is_true(0, 0)) return;
  std::cerr << "jb listen: this session listened no more; it does again\n";
  connection_->execute("LISTEN jb_rejected");
}

void Listener::wait_to_reconnect(const pg::Error& error) {
  if (reconnect_pause_.count() == 0) std::cerr << "jb listen: " << error.what() << "; trying again\n";
  reconnect_pause_ = longer(reconnect_pause_);
  poll_for(reconnect_pause_, false);
}

/// Waits for the server or a signal; whether one of them came before the time was over.
bool Listener::poll_for(milliseconds timeout, bool server_too) {
  pollfd descriptors[] = {{signals_, POLLIN, 0}, {server_too ? connection_->socket() : -1, POLLIN, 0}};
  const int ready = poll(descriptors, 2, static_cast<int>(timeout.count()));
  if (ready < 0 && errno != EINTR) throw std::runtime_error("could not wait for the server");
  ending_ = ending_ || descriptors[0].revents != 0;
  return ready > 0;
}

#undef JB_AT

}  // namespace jb::cli
