// SPDX-License-Identifier: PostgreSQL
#include "launcher.hpp"

#include "pg/agenda.hpp"
#include "pg/process.hpp"
#include "pg/worker_settings.hpp"
#include "visit.hpp"

namespace jb::worker {

namespace {

/// A database that it looks after.
struct Watched {
  pg::Database database;
  Timetable timetable{};
  pg::Handle visit = nullptr;  ///< under way
};

class Launcher {
 public:
  [[noreturn]] void run();

 private:
  void notice_clock(MachineTime now);
  void appoint(bool are_in_use = false);
  std::optional<std::vector<pg::Database>> named_databases();
  void end_visits();
  bool is_time(MachineTime now) const;
  void begin_visits();
  void begin_visit(Watched& watched, MachineTime now);
  MachineTime next_visit(const Watched& watched) const;
  std::optional<MachineTime> next_wake() const;

  std::vector<Watched> all_;
  bool are_all_ = false;     ///< every database that the settings name
  MachineTime noticed_{};    ///< what the clock showed when it last woke up
  MachineTime appointed_{};  ///< when it last looked which there are
  bool has_room_ = true;     ///< for another process, as far as it knows
};

Instant seconds_of(MachineTime time) { return std::chrono::floor<Seconds>(time); }

std::optional<MachineTime> machine_time_of(std::optional<Instant> instant) {
  return instant ? std::optional<MachineTime>{*instant} : std::nullopt;
}

void Launcher::run() {
  pg::connect_to_no_database();
  pg::become_launcher();
  appoint(true);
  for (;;) {
    const auto now = pg::machine_clock();
    pg::beat(seconds_of(now));
    notice_clock(now);
    end_visits();
    if (is_time(now)) {
      appoint();
      begin_visits();
    }
    if (pg::sleep_until(next_wake())) appoint(true);
  }
}

/// After the clock was set back, visits would otherwise wait until the clock shows the old time again.
void Launcher::notice_clock(MachineTime now) {
  if (now < noticed_) {
    for (auto& watched : all_) watched.timetable = {};
  }
  noticed_ = now;
}

/// The existing databases among those that the settings name; nullopt where the server could not say.
std::optional<std::vector<pg::Database>> Launcher::named_databases() {
  std::vector<pg::Database> found;
  are_all_ = false;
  const auto trouble = pg::in_transaction([&] {
    const auto there_are = pg::databases();
    const auto wanted = pg::worker_databases();
    for (const auto& name : wanted) {
      const auto has_name = [&](const pg::Database& database) { return database.name == name; };
      const auto one = std::find_if(there_are.begin(), there_are.end(), has_name);
      if (one != there_are.end() && found.size() < pg::kMostDatabases) found.push_back(*one);
    }
    are_all_ = found.size() == wanted.size();
  });
  if (!trouble) return found;
  pg::warn("could not look for its databases: " + trouble->message, trouble->detail, "");
  return std::nullopt;
}

/// Finds out which databases the launcher is to look after from now on. `are_in_use`: databases that it did not know
/// before count as in use too.
void Launcher::appoint(bool are_in_use) {
  appointed_ = pg::machine_clock();
  auto databases = named_databases();
  if (!databases) return;
  std::vector<Watched> all;
  std::vector<Oid> oids;
  for (auto& database : *databases) {
    const auto is_same = [&](const Watched& watched) { return watched.database.oid == database.oid; };
    const auto known = std::find_if(all_.begin(), all_.end(), is_same);
    oids.push_back(database.oid);
    all.push_back(known != all_.end() ? *known : Watched{std::move(database)});
  }
  all_ = std::move(all);
  pg::look_after(oids, are_in_use);
}

void Launcher::end_visits() {
  const auto now = pg::machine_clock();
  for (auto& watched : all_) {
    if (watched.visit == nullptr || !pg::has_ended(watched.visit)) continue;
    watched.visit = nullptr;
    const auto duty = pg::duty_of(watched.database.oid);
    const auto end = duty ? duty->end : VisitEnd::done;
    if (end == VisitEnd::broken_off) pg::give_up_visit(watched.database.oid, seconds_of(now));
    watched.timetable.end(end, now);
  }
}

MachineTime Launcher::next_visit(const Watched& watched) const {
  const auto duty = pg::duty_of(watched.database.oid);
  return watched.timetable.next(duty ? machine_time_of(duty->due) : std::nullopt, pg::worker_interval());
}

std::optional<MachineTime> Launcher::next_wake() const {
  std::optional<MachineTime> next;
  if (!are_all_) next = appointed_ + pg::worker_interval();
  for (const auto& watched : all_) {
    if (watched.visit != nullptr) continue;  // its end wakes this process
    const auto visit = next_visit(watched);
    next = std::min(next.value_or(visit), visit);
  }
  return next;
}

bool Launcher::is_time(MachineTime now) const {
  const auto next = next_wake();
  return (next && *next <= now) || pg::has_strangers();
}

void Launcher::begin_visits() {
  const auto now = pg::machine_clock();
  for (auto& watched : all_) {
    if (watched.visit == nullptr && next_visit(watched) <= now) begin_visit(watched, now);
  }
}

void Launcher::begin_visit(Watched& watched, MachineTime now) {
  const auto oid = watched.database.oid;
  watched.timetable.begin(now);
  pg::begin_visit(oid);
  watched.visit =
      pg::start_process("jb_scheduler worker", "jb_scheduler worker for " + watched.database.name, kVisit, oid);
  if (watched.visit == nullptr) {
    pg::give_up_visit(oid, seconds_of(now));
    watched.timetable.end(VisitEnd::broken_off, now);
    if (has_room_) {
      pg::warn("could not start a process to do what is due in database \"" + watched.database.name + "\"",
               "All of max_worker_processes are in use.", "Raise max_worker_processes.");
    }
  }
  has_room_ = watched.visit != nullptr;
}

void launch(Datum) { Launcher().run(); }

}  // namespace

void register_launcher() { pg::register_process("jb_scheduler launcher", "jb_worker_main"); }

}  // namespace jb::worker

extern "C" {
PGDLLEXPORT void jb_worker_main(Datum argument);
void jb_worker_main(Datum argument) { jb::pg::process<jb::worker::launch>(argument); }
}
