// SPDX-License-Identifier: PostgreSQL
//
// The permanent process: it knows when something next falls due in each database, sleeps until then, and starts a
// visit. See README.md.
#include "agenda.hpp"
#include "pg/guard.hpp"
#include "pg/process.hpp"
#include "process.hpp"
#include "settings.hpp"

namespace jb::server {

namespace {

class Launcher {
 public:
  [[noreturn]] void run() {
    connect_to_no_database();
    become_launcher();
    for (bool is_told = true;;) {
      const auto now = pg::machine_clock();
      end_visits(now);
      look_after(is_told, now);
      begin_visits(now);
      auto next = now + worker_interval();
      for (const auto& database : databases_)  // the end of a visit wakes this process
        if (!visits_.contains(database.oid)) next = std::min(next, next_visit(database.oid));
      is_told = sleep_until(next);
    }
  }

 private:
  /// Finds which of the named databases exist. `are_in_use`: those that it did not know before count as in use.
  void look_after(bool are_in_use, MachineTime now) {
    const auto trouble = pg::in_transaction([&] { databases_ = databases(worker_databases()); });
    if (trouble) pg::warn("could not look for its databases: " + trouble->message, trouble->detail, "");
    databases_.resize(std::min(databases_.size(), Agenda::kMostNamed));
    const LockedAgenda agenda;
    agenda->heartbeat = std::chrono::floor<Seconds>(now);
    agenda->forget([&](const Duty& duty) { return duty.is_named && !is_there(duty.database); });
    if (agenda->count + databases_.size() > agenda->duties.size())
      agenda->forget([](const Duty& duty) { return !duty.is_named; });
    for (const auto& database : databases_) {
      auto* duty = agenda->find(database.oid);
      if (duty == nullptr) duty = agenda->add(database.oid);
      if (duty->is_named) continue;
      duty->is_named = true;
      duty->due = pg::earlier(duty->due, agenda->heartbeat);
      if (are_in_use) duty->extension = Duty::kAnyExtension;
    }
    // If the clock was set back, visits would otherwise wait until it shows the old time again.
    if (now < noticed_)
      for (auto& duty : *agenda) duty.timetable = {};
    noticed_ = now;
  }

  bool is_there(Oid database) const {
    return std::any_of(databases_.begin(), databases_.end(), [&](const Database& one) { return one.oid == database; });
  }

  void end_visits(MachineTime now) {
    std::erase_if(visits_, [&](const auto& visit) {
      if (!has_ended(visit.second)) return false;
      const LockedAgenda agenda;
      auto* duty = agenda->find(visit.first);
      if (duty != nullptr && duty->is_visited) duty->end(VisitEnd::broken_off, now);
      return true;
    });
  }

  MachineTime next_visit(Oid database) const {
    const LockedAgenda agenda;
    const auto& duty = *agenda->find(database);
    return duty.timetable.next(duty.due, worker_interval());
  }

  void begin_visits(MachineTime now) {
    for (const auto& database : databases_)
      if (!visits_.contains(database.oid) && next_visit(database.oid) <= now) begin_visit(database, now);
  }

  void begin_visit(const Database& database, MachineTime now) {
    LockedAgenda()->find(database.oid)->begin(now);
    const auto visit = start_process("jb_scheduler worker", "jb_scheduler worker for " + database.name,
                                     "jb_worker_begin", database.oid);
    if (visit != nullptr) {
      visits_.emplace(database.oid, visit);
    } else {
      LockedAgenda()->find(database.oid)->end(VisitEnd::broken_off, now);
      if (has_room_)
        pg::warn("could not start a process to do what is due in database \"" + database.name + "\"",
                 "All of max_worker_processes are in use.", "Raise max_worker_processes.");
    }
    has_room_ = visit != nullptr;
  }

  std::vector<Database> databases_;  ///< that it looks after
  std::map<Oid, Handle> visits_;     ///< under way, by database
  MachineTime noticed_{};            ///< what the clock showed when it last woke up
  bool has_room_ = true;             ///< for another process, as far as it knows
};

void launch(Datum) { Launcher().run(); }

}  // namespace

}  // namespace jb::server

extern "C" {
PGDLLEXPORT void jb_worker_main(Datum argument);
void jb_worker_main(Datum argument) { jb::pg::process<jb::server::launch>(argument); }
}

// What PostgreSQL looks for when it loads the library. It is here because a preloaded library starts the worker.
extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init();
void _PG_init() {
  using namespace jb::server;
  static jb::pg::Server lent{sizeof(lent),       &now_text, &most_rejections, &was_replayed, announce_due,
                             introduce_database, worker,    end_visit,        &announcer};
  *find_rendezvous_variable(jb::pg::kServer) = &lent;
  define_settings();
  share_agenda();
  register_process("jb_scheduler launcher", "jb_worker_main");
}
}
