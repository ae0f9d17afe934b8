// SPDX-License-Identifier: PostgreSQL
//
// Follows the rejections. The table is the truth and NOTIFY only a wake-up: whatever arrives or fails to arrive, every
// printed line comes from jb_rejections(after), in ascending id, and that function never passes over a row whose
// transaction commits late (rule 4.6). A listener can go deaf without an error: its connection is gone without a word,
// or its LISTEN was dropped. So the heartbeat asks the server what this session listens to, and reads the table in any
// case.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include "announcement.hpp"
#include "commands.hpp"
#include "follower.hpp"
#include "state_file.hpp"
#include "terminal.hpp"

namespace jb::cli::of_listen {

namespace {

constexpr const char* usage =
    R"(usage: jb listen [--json] [--once] [--after ID] [--state FILE] [--heartbeat SECONDS] [CONNINFO]

Prints each rejection of jb_scheduler as one line when it happens: requests and events that found no place.
Goes on after the last one it printed; the first time it begins with those to come, and says so. Where the database
does not hold the last one, being another one or restored, it goes on with what was refused from then on, and says
so. Comes back to a database that was away. Ends on SIGINT or SIGTERM.

  --json               one JSON object a line, as GET /rejections gives it
  --once               print what is new and end
  --after ID           begin after this rejection; 0 is from the first
  --state FILE         where the last one printed is kept, by its id and its time: a file for one database. Without
                       it, each database has one of its own in $XDG_STATE_HOME/jb_scheduler
  --heartbeat SECONDS  how often to make sure that the connection still listens (10)
  CONNINFO             libpq connection string or URI; what it leaves out comes from the PG* environment.
                       The role needs jb_viewer.
)";

using std::chrono::milliseconds;

constexpr milliseconds shortest_patience{10'000};
constexpr milliseconds longest_look{5'000};
constexpr int page = 100;

// When a rejection happened, as a state file keeps it.
#define JB_AT "to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

// The whole as JSON, and one line. JSON escapes the controls below U+0020 in the name of an event, which a stranger
// chose; plain() takes the rest.
constexpr const char* rejections_sql =
    "SELECT r.id, coalesce(" JB_AT
    ", ''), j.whole, concat(j.whole ->> 'at', ' rejection ', r.id, ': ', r.reason,"
    "       ', ' || (r.request -> 'event_name')::text, ' (event ' || r.event_id || ')', ' on ',"
    "       array_to_string(r.calendars, ', '), ': ' || nullif(r.detail, ''))"
    "  FROM jb_rejections(after => $1::bigint, max_rows => $2::int) AS r,"
    "       LATERAL (SELECT CASE WHEN r.at IS NOT NULL THEN jb_rejection_json(r) END AS whole) AS j";

// Whether the last printed rejection belongs to this database: it is there under its id and with its time, or it was
// forgotten by age. Without a time, as where it stands behind what may not be seen, it is if the list goes so far.
// Where it does not, this is another database, or one that was set back to an earlier moment, in which the same ids are
// given anew. Then its time tells where to go on, after all older rejections and before all others: no later one was
// printed. Where no time is known, at the end of the list. Times are whole seconds here, so rejections of the same
// second may be printed again.
constexpr const char* place_sql =
    "SELECT CASE WHEN $2 = '' THEN $1::bigint <= jb_rejections_after(0)"
    "            ELSE coalesce((SELECT " JB_AT
    " = $2 FROM jb_rejection_view AS r WHERE r.id = $1::bigint),"
    "                          $1::bigint < (SELECT min(r.id) FROM jb_rejection_view AS r)) END,"
    "       p.id, coalesce((SELECT " JB_AT
    " FROM jb_rejection_view AS r WHERE r.id = p.id), '')"
    "  FROM (SELECT CASE WHEN $2 = '' THEN jb_rejections_after(0)"
    "    ELSE (SELECT least(coalesce(max(r.id) FILTER (WHERE r.at < nullif($2, '')::timestamptz), 0),"
    "                       min(r.id) FILTER (WHERE r.at >= nullif($2, '')::timestamptz) - 1)"
    "            FROM jb_rejection_view AS r) END AS id) AS p";

#undef JB_AT

struct Wish {
  std::string conninfo;
  std::string state;               ///< path of the state file; empty: one of the database's own
  std::optional<long long> after;  ///< start after this rejection, whatever the state file says
  bool json = false;
  bool once = false;
  std::chrono::seconds heartbeat{10};
};

class Listener : public Follower {
 public:
  explicit Listener(const Wish& wish)
      : Follower("listen", wish.conninfo, wish.once, std::max<milliseconds>(wish.heartbeat, shortest_patience)),
        wish_(wish) {}

 private:
  void follow() override;
  void find_state();
  void find_place();
  void print_new();
  void print(const pg::Result& rows);
  void wait();
  bool take_notifications();
  void check_listening();
  milliseconds until_next_look();

  const Wish wish_;
  std::string state_;             ///< known once the database is, for that has its own where none is named
  std::optional<Position> last_;  ///< the last rejection printed or passed over
  long long announced_ = 0;       ///< the highest id that a NOTIFY named
  long long looks_ = 0;           ///< for an announced row that cannot be read yet
};

void Listener::follow() {
  find_state();
  find_place();
  print_new();
  has_answered();
  while (!wish_.once && !is_ending()) {
    wait();
    if (!is_ending()) print_new();
  }
}

/// A restored database counts as another database here, since its state file belongs to the database that is gone.
void Listener::find_state() {
  if (!state_.empty()) return;
  state_ = wish_.state;
  if (state_.empty())
    state_ = default_state_folder() + "/" +
             connection()
                 .execute(
                     "SELECT format('last_rejection-%s-%s', c.system_identifier, d.oid)"
                     "  FROM pg_control_system() AS c, pg_database AS d WHERE d.datname = current_database()")
                 .text(0, 0);
}

/// Makes sure that the listener stands in this database's list.
void Listener::find_place() {
  if (!last_ && wish_.after) {
    last_ = {*wish_.after, ""};
    return;
  }
  const bool is_new = !last_ && !(last_ = read_position(state_));
  const Position before = last_.value_or(Position{});
  const pg::Result place = connection().execute(place_sql, {std::to_string(before.id), before.at});
  if (!is_new && place.is_true(0, 0)) return;
  if (is_new)
    say("there is no " + state_ + " yet: it begins with what is refused from now on");
  else
    say("rejection " + std::to_string(before.id) + (before.at.empty() ? "" : " of " + before.at) +
        ", the last one printed, is not in this database: it is another one, or was restored; going on " +
        (before.at.empty() ? "with what is refused from now on" : "with what was refused from then on"));
  last_ = {std::stoll(place.text(0, 1)), place.text(0, 2)};
  write_position(state_, *last_);
}

void Listener::print_new() {
  for (bool more = true; more;) {
    const pg::Result rows = connection().execute(rejections_sql, {std::to_string(last_->id), std::to_string(page)});
    if (!rows.empty()) print(rows);
    more = rows.rows() == page || (!rows.empty() && rows.is_null(rows.rows() - 1, 2));
  }
}

/// The state follows the output: a rejection that has not left the program does not count as seen. A row without a
/// rejection only tells where to go on.
void Listener::print(const pg::Result& rows) {
  for (int row = 0; row < rows.rows(); ++row)
    if (!rows.is_null(row, 2))
      std::cout << (wish_.json ? plain_json(rows.view(row, 2)) : plain(rows.view(row, 3))) << '\n';
  if (!std::cout.flush()) throw std::runtime_error("could not write to standard output");
  const int end = rows.rows() - 1;
  last_ = {std::stoll(rows.text(end, 0)), rows.text(end, 1)};
  write_position(state_, *last_);
}

/// Returns when there may be something new. A NOTIFY can come with the answer to a query: it waits in libpq then, and
/// the socket would be silent about it.
void Listener::wait() {
  if (take_notifications()) return;
  const bool is_woken = rest(until_next_look(), true);
  if (is_ending()) return;
  if (connection().is_lost()) throw pg::Error("08006", "the server closed the connection");
  take_notifications();
  if (!is_woken) check_listening();
}

/// A row may be announced before it can be read, while an older transaction is open. Nothing announces the end of that
/// transaction, so the table is read again soon, and then less and less often.
milliseconds Listener::until_next_look() {
  if (announced_ <= last_->id) looks_ = 0;
  if (announced_ <= last_->id) return wish_.heartbeat;
  return std::min<milliseconds>(pause_after(++looks_, longest_look), wish_.heartbeat);
}

bool Listener::take_notifications() {
  bool any = false;
  while (const auto notification = connection().notification()) {
    announced_ = std::max(announced_, announced_id(*notification));
    looks_ = 0;
    any = true;
  }
  return any;
}

void Listener::check_listening() {
  const pg::Result result =
      connection().execute("SELECT EXISTS (SELECT FROM pg_listening_channels() AS c WHERE c = 'jb_rejected')");
  if (result.is_true(0, 0)) return;
  say("this session listened no more; it does again");
  listen();
}

int run(int count, char** arguments) {
  Wish wish;
  const auto words = read_options(
      count, arguments,
      {flag("json", wish.json), flag("once", wish.once),
       number("after", 0, 9'223'372'036'854'775'807, [&](long long given) { wish.after = given; }),
       text("state", wish.state),
       number("heartbeat", 1, 3600, [&](long long given) { wish.heartbeat = std::chrono::seconds(given); })},
      1);
  wish.conninfo = word(words, 0);
  if (wish.state.empty()) default_state_folder();  // a usage error where there is none, before the database is asked
  Listener(wish).run();
  return EXIT_SUCCESS;
}

}  // namespace

}  // namespace jb::cli::of_listen

const jb::cli::Command jb::cli::listen{"listen", "prints each rejection when it happens", of_listen::usage,
                                       of_listen::run};
