// SPDX-License-Identifier: PostgreSQL
#include "visit.hpp"

#include <set>

#include "pg/agenda.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "pg/process.hpp"
#include "pg/schema.hpp"
#include "pg/spi.hpp"

namespace jb::worker {

namespace {

// Any booking gives its calendar back in milliseconds. A transaction that holds a calendar for longer is not waited
// for, and after the first such transaction the visit waits for no other lock either.
constexpr const char* kPatience = "100ms";
constexpr const char* kImpatience = "10ms";
constexpr const char* kLockNotAvailable = "55P03";

// Whatever is still due then is left to the next visit, which also sees what has become due meanwhile. Between two
// visits a database can be dropped.
constexpr Milliseconds kLongest = std::chrono::seconds{1};

constinit pg::Statement schema_statement{
    "SELECT e.oid, e.extnamespace FROM pg_catalog.pg_extension e WHERE e.extname = 'jb_scheduler'", {}};

// The calendars whose time came latest go first. Calendars that could not be tended before come last, and delay
// nothing.
constinit pg::Statement due_statement{"SELECT calendar, due FROM jb_due(jb_now()) ORDER BY due DESC", {}};

constinit pg::Statement expire_statement{"SELECT jb_expire(calendars => ARRAY[$1], principal => 'jb_worker'::text)",
                                         {TEXTOID}};

struct DueCalendar {
  std::string name;
  Instant due;
};

class Visit {
 public:
  explicit Visit(Oid database) : database_(database) {}

  void run();

 private:
  bool enter_schema();
  bool read_due();
  bool is_due(const DueCalendar& calendar) const { return calendar.due <= now_; }
  void tend(const DueCalendar& calendar);
  bool do_what_is_due();
  bool fails(const pg::Trouble& trouble, const std::string& what);
  void tell();

  Oid database_;
  Instant now_{};
  std::vector<DueCalendar> calendars_;    ///< on which something is due, and where something falls due next
  std::map<std::string, Instant> tried_;  ///< since when something was due there
  std::set<std::string> left_;            ///< of these, where it still is
  VisitEnd end_ = VisitEnd::done;
};

/// Reports the failure, now or when the visit ends. Result: false.
bool Visit::fails(const pg::Trouble& trouble, const std::string& what) {
  if (trouble.sqlstate == kLockNotAvailable) {
    if (end_ == VisitEnd::done) end_ = VisitEnd::blocked;
    pg::set_option("lock_timeout", kImpatience);
  } else {
    end_ = VisitEnd::failed;
    pg::warn("could not " + what + ": " + trouble.message, trouble.detail, "");
  }
  pg::break_off_visit(database_, end_);
  return false;
}

/// From here on the functions of the extension are found by their names. Result: whether the extension is there and in
/// use.
bool Visit::enter_schema() {
  Oid schema = InvalidOid;
  const auto trouble = pg::in_transaction([&] {
    pg::Session session;
    const auto rows = schema_statement.run({});
    if (!rows.empty() && pg::is_in_use(database_, pg::to_oid(*rows.at(0, 1)))) schema = pg::to_oid(*rows.at(0, 2));
    if (OidIsValid(schema)) pg::use_schema(schema);
    session.finish();
  });
  if (trouble) return fails(*trouble, "look for its extension");
  if (!OidIsValid(schema)) pg::end_visit(database_, VisitEnd::done, std::nullopt, std::nullopt);
  return OidIsValid(schema);
}

bool Visit::read_due() {
  calendars_.clear();
  const auto trouble = pg::in_transaction([&] {
    pg::Session session;
    const auto rows = due_statement.run({});
    for (std::uint64_t i = 0; i < rows.size(); ++i) {
      calendars_.push_back({pg::to_text(*rows.at(i, 1)), pg::to_instant(*rows.at(i, 2))});
    }
    session.finish();
    now_ = pg::now();
  });
  return !trouble || fails(*trouble, "find out what is due");
}

/// Each calendar has a transaction of its own: a calendar that is locked, or on which something fails, holds up no
/// other.
void Visit::tend(const DueCalendar& calendar) {
  tried_[calendar.name] = calendar.due;
  const auto trouble = pg::in_transaction([&] {
    pg::Session session;
    expire_statement.run({pg::from_text(calendar.name)});
    session.finish();
  });
  if (!trouble) return;
  left_.insert(calendar.name);
  fails(*trouble, "do what is due on calendar \"" + calendar.name + "\"");
}

/// What is due on calendars that were not tried, and what became due since, is left to the next visit.
void Visit::tell() {
  std::optional<Instant> next;
  std::optional<Instant> overdue;
  for (const auto& calendar : calendars_) {
    const auto tried = tried_.find(calendar.name);
    const bool is_left =
        is_due(calendar) && tried != tried_.end() && (left_.contains(calendar.name) || calendar.due <= tried->second);
    auto& earliest = is_left ? overdue : next;
    const auto due = pg::machine_time(calendar.due);
    earliest = std::min(earliest.value_or(due), due);
  }
  if (overdue && end_ == VisitEnd::done) end_ = VisitEnd::failed;
  if (!overdue) end_ = VisitEnd::done;
  pg::end_visit(database_, end_, next, overdue);
}

/// Result: whether it is known what is due now.
bool Visit::do_what_is_due() {
  const auto ends = pg::machine_clock() + kLongest;
  for (const auto& calendar : calendars_) {
    if (is_due(calendar) && pg::machine_clock() < ends) tend(calendar);
  }
  return tried_.empty() || read_due();
}

void Visit::run() {
  pg::connect_to(database_);
  pg::set_option("search_path", "pg_catalog, pg_temp");  // not the one that the database's owner has set
  pg::set_option("default_transaction_isolation", "read committed");
  pg::set_option("lock_timeout", kPatience);
  if (enter_schema() && read_due() && do_what_is_due()) tell();
}

void visit(Datum database) { Visit(pg::to_oid(database)).run(); }

}  // namespace

}  // namespace jb::worker

extern "C" {
PGDLLEXPORT void jb_worker_visit(Datum database);
void jb_worker_visit(Datum database) { jb::pg::process<jb::worker::visit>(database); }
}
