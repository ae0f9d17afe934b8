// SPDX-License-Identifier: PostgreSQL
//
// A visit, once its process has connected to a database (server/launcher.cpp): it does what is due there, finds out
// when something will be due next, and ends. See server/README.md.
#include "pg/call.hpp"
#include "pg/datum.hpp"
#include "pg/guard.hpp"
#include "pg/server.hpp"
#include "pg/spi.hpp"

namespace jb::worker {

namespace {

// A booking releases its calendar within milliseconds. The visit does not wait for a transaction that holds a calendar
// for longer, and after the first such transaction it hardly waits for any other lock.
constexpr const char* kPatience = "100ms";
constexpr const char* kImpatience = "10ms";
constexpr const char* kLockNotAvailable = "55P03";

// What is still due after this time is left to the next visit, which also sees what has become due meanwhile. Between
// two visits a database can be dropped.
constexpr Milliseconds kLongest = std::chrono::seconds{1};

// Calendars that fell due most recently go first. Those that could not be handled before come last and delay nothing.
constinit auto due_statement = pg::Statement<"SELECT calendar, due FROM jb_due(jb_now()) ORDER BY due DESC">();

constinit auto expire_statement =
    pg::Statement<"SELECT jb_expire(calendars => ARRAY[:calendar], principal => 'jb_worker'::text)">();

// The rejections that the worker must announce, in order. One transaction announces and deletes them, so none is lost
// or announced twice.
constexpr std::int64_t kMostAnnounced = 1000;
constinit auto announce_statement = pg::Statement<R"(
    WITH announced AS (
      DELETE FROM jb_announcement a WHERE a.id IN (SELECT n.id FROM jb_announcement n ORDER BY n.id LIMIT :most)
      RETURNING a.id, a.payload)
    SELECT payload FROM announced ORDER BY id)">();

struct DueCalendar {
  std::string name;
  Instant due;
};

class Visit {
 public:
  void run(Oid schema) {
    pg::set_option("default_transaction_isolation", "read committed");
    pg::set_option("lock_timeout", kPatience);
    const auto trouble = pg::in_transaction([&] { pg::use_schema(schema); });
    if (trouble) return tell(fails(*trouble, "enter its extension's schema"));
    announce();
    tell(read_due() && do_what_is_due());
  }

 private:
  /// Reports the failure, now or when the visit ends. Result: false.
  bool fails(const pg::Trouble& trouble, const std::string& what) {
    if (trouble.sqlstate == kLockNotAvailable) {
      if (end_ == VisitEnd::done) end_ = VisitEnd::blocked;
      pg::set_option("lock_timeout", kImpatience);
    } else {
      end_ = VisitEnd::failed;
      pg::warn("could not " + what + ": " + trouble.message, trouble.detail, "");
    }
    return false;
  }

  void announce() {
    const auto ends = pg::machine_clock() + kLongest;
    for (has_more_to_announce_ = true; has_more_to_announce_ && pg::machine_clock() < ends;) {
      const auto trouble = pg::in_transaction([&] {
        pg::SpiConnection spi;
        const auto rows = announce_statement.run("most"_arg = kMostAnnounced);
        for (std::uint64_t row = 0; row < rows.size(); ++row) pg::notify_of_rejection(pg::to_text(*rows.at(row, 1)));
        has_more_to_announce_ = rows.size() == kMostAnnounced;
        spi.finish();
      });
      if (trouble) {
        has_more_to_announce_ = false;
        could_announce_ = fails(*trouble, "announce rejections");
      }
    }
  }

  bool read_due() {
    calendars_.clear();
    const auto trouble = pg::in_transaction([&] {
      pg::SpiConnection spi;
      const auto rows = due_statement.run();
      calendars_ = rows.map(
          [&](auto row) { return DueCalendar{pg::to_text(*rows.at(row, 1)), pg::to_instant(*rows.at(row, 2))}; });
      spi.finish();
      now_ = pg::now();
    });
    return !trouble || fails(*trouble, "find out what is due");
  }

  /// Each calendar has a transaction of its own, so one that is locked, or on which something fails, holds up no other.
  void tend(const DueCalendar& calendar) {
    tried_[calendar.name] = calendar.due;
    const auto trouble = pg::in_transaction([&] {
      pg::SpiConnection spi;
      expire_statement.run("calendar"_arg = calendar.name);
      spi.finish();
    });
    if (trouble) fails(*trouble, "do what is due on calendar \"" + calendar.name + "\"");
  }

  /// Result: whether what is due now is known.
  bool do_what_is_due() {
    const auto ends = pg::machine_clock() + kLongest;
    for (const auto& calendar : calendars_)
      if (calendar.due <= now_ && pg::machine_clock() < ends) tend(calendar);
    return tried_.empty() || read_due();
  }

  /// A deadline is overdue if the visit has tried its calendar in vain. Other calendars, and later deadlines, are left
  /// to the next visit.
  void tell(bool is_known) {
    std::optional<Instant> next;
    std::optional<Instant> overdue;
    for (const auto& calendar : calendars_) {
      const auto tried = tried_.find(calendar.name);
      auto& earliest = tried != tried_.end() && calendar.due <= tried->second ? overdue : next;
      earliest = pg::earlier(earliest, pg::machine_time(calendar.due));
    }
    if (has_more_to_announce_) next = pg::earlier(next, pg::machine_time(now_));
    if (is_known && !overdue && could_announce_) end_ = VisitEnd::done;
    if (overdue && end_ == VisitEnd::done) end_ = VisitEnd::failed;
    pg::server().end_visit({end_, is_known, next, overdue});
  }

  Instant now_{};
  std::vector<DueCalendar> calendars_;    ///< on which something is due, now or next
  std::map<std::string, Instant> tried_;  ///< since when something was due on each calendar tried
  bool has_more_to_announce_ = false;
  bool could_announce_ = true;
  VisitEnd end_ = VisitEnd::done;
};

void visit(Datum schema) { Visit().run(pg::to_oid(schema)); }

}  // namespace

}  // namespace jb::worker

extern "C" {
PGDLLEXPORT void jb_worker_visit(Oid schema);
void jb_worker_visit(Oid schema) { jb::pg::process<jb::worker::visit>(Datum{schema}); }
}
