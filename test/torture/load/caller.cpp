// SPDX-License-Identifier: PostgreSQL
#include "caller.hpp"

#include <algorithm>
#include <thread>

namespace torture {

namespace {

constexpr double hanging_up = 0.001;
constexpr double hanging_up_at_commit = 0.1;
constexpr double under_a_key = 0.4;
constexpr double in_a_transaction = 0.03;

bool is_solo(const std::string& calendar) { return calendar.compare(0, 5, "solo:") == 0; }

void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

/// The disk is full, the call took too long, the version was not the present one, or the extension was updated
/// meanwhile: the event is unchanged.
bool is_no_fault_of(const std::string& error) {
  return error.compare(0, 2, "53") == 0 || error == "57014" || error == "55P03" || error == "JB412" || error == "412" ||
         error == "JB503";
}

/// Whether two events overlap in a list of one calendar, read at one moment.
bool overlap(const Answer& list) {
  long end = 0;
  for (const auto& event : list.items) {
    if (event.status != "pending" && event.status != "held" && event.status != "in_progress") continue;
    if (event.start < end) return true;
    end = event.end;
  }
  return false;
}

}  // namespace

Caller::Caller(Round& round, int number, std::unique_ptr<Way> way)
    : round_(round),
      number_(number),
      way_(std::move(way)),
      journal_(round.directory + "/client." + std::to_string(number)),
      random_([&] {
        std::seed_seq seeds{round.seed, static_cast<unsigned long>(number)};
        return std::mt19937_64(seeds);
      }()) {
  journal_.note('W', way_->name());
}

void Caller::run() {
  while (!round_.is_over) {
    const double what = dice();
    if (way_->has_transactions() && what < in_a_transaction) {
      transaction();
    } else if (!kept_.key.empty() && what < in_a_transaction + 0.01) {
      repeat();
    } else {
      single();
    }
  }
}

// ---- asking ----

void Caller::single() {
  Call call = pick();
  if (is_write(call.op) && !call.is_trial && chance(under_a_key)) take_key(call);
  call.hangs_up = chance(hanging_up);
  const Answer answer = send(call, 0);
  remember(call, answer);
  if (answer.verdict == Verdict::doubt) wait_until_there();
  if (answer.outcome.compare(0, 2, "53") == 0) pause();  // the disk is full, and will be for some time
  if (!call.key.empty() && answer.verdict == Verdict::answered) {
    kept_ = call;
    kept_answer_ = answer;
  }
}

void Caller::take_key(Call& call) { call.key = "k." + std::to_string(number_) + '.' + std::to_string(calls_ + 1); }

Answer Caller::send(Call& call, long transaction) {
  call.number = ++calls_;
  if (call.op == Op::book) {
    call.name = (call.is_trial ? "trial." : "") + std::to_string(number_) + '.' + std::to_string(call.number);
  }
  for (std::size_t i = 0; i < call.items.size(); ++i)
    call.items[i].name = std::to_string(number_) + '.' + std::to_string(call.number) + '.' + std::to_string(i);
  note(call, transaction);
  Answer answer = way_->ask(call);
  if (answer.verdict == Verdict::doubt && !call.key.empty() && transaction == 0) answer = insist(call);
  note(call, answer);
  return answer;
}

/// Repeats the call under its key until there is an answer.
Answer Caller::insist(Call call) {
  call.hangs_up = false;
  Answer answer;
  while (answer.verdict == Verdict::doubt && !round_.is_too_late) {
    journal_.note('R', call.number);
    wait_until_there();
    answer = way_->ask(call);
    if (answer.verdict == Verdict::doubt) pause();  // the service is running, but could not answer
  }
  return answer;
}

/// Repeats a call under its key. The answer must equal the first, whatever has happened since.
void Caller::repeat() {
  Call call = kept_;
  call.hangs_up = false;
  const long number = call.number;
  journal_.note('R', number);
  Answer answer = way_->ask(call);
  if (answer.verdict == Verdict::doubt) answer = insist(call);
  if (answer.verdict == Verdict::doubt || answer.outcome.compare(0, 2, "53") == 0) return;
  const auto is_same = [](const Answer& a, const Answer& b) {
    return a.verdict == b.verdict && a.outcome == b.outcome && a.event == b.event && a.version == b.version &&
           a.start == b.start && a.end == b.end && a.rejection == b.rejection && a.items.size() == b.items.size();
  };
  if (!is_same(answer, kept_answer_)) {
    journal_.note('V', "call " + std::to_string(number) + " got another answer under its key: " + answer.outcome + " " +
                           std::to_string(answer.event) + " version " + std::to_string(answer.version) + " " +
                           answer.text);
  }
}

void Caller::wait_until_there() {
  while (!round_.is_too_late && !way_->is_there()) pause();
}

// ---- writing down ----

void Caller::note(const Call& call, long transaction) {
  std::string calendars;
  for (const auto& name : call.calendars) calendars += (calendars.empty() ? "" : ",") + name;
  const std::string how = std::string(call.start        ? "f"
                                      : call.is_fixed() ? "w"
                                                        : "a") +
                          (call.hold_for ? "h" : "") + (call.candidates.empty() ? "" : "o") +
                          (call.is_trial ? "d" : "") + (call.key.empty() ? "" : "k");
  const long count = call.op == Op::batch ? static_cast<long>(call.items.size()) : std::max(call.repeats, 1);
  const long start = call.date.empty() ? call.start : instant_of(call.date + 'T' + call.start_time);
  journal_.note('C', call.number, name_of(call.op), transaction, how, call.event, start, call.duration, count,
                calendars);
  journal_.flush();
}

void Caller::note(const Call& call, const Answer& answer) {
  journal_.note('A', call.number, name_of(answer.verdict), answer.outcome, answer.event, answer.version, answer.start,
                answer.end, answer.rejection, answer.count, answer.status);
  if (call.op == Op::batch) {
    for (const auto& item : answer.items)
      journal_.note('I', call.number, item.outcome, item.event, item.version, item.start, item.end, item.rejection);
  }
  if (answer.verdict != Verdict::wrong) return;
  std::string text = answer.text;
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  journal_.note('V',
                std::string(way_->name()) + ' ' + name_of(call.op) + " was answered " + answer.outcome + ": " + text);
}

// ---- remembering ----

Caller::Mine* Caller::find(long event) {
  const auto found = std::find_if(mine_.begin(), mine_.end(), [&](const Mine& each) { return each.id == event; });
  return found == mine_.end() ? nullptr : &*found;
}

void Caller::drop(long event) {
  std::erase_if(mine_, [&](const Mine& each) { return each.id == event; });
}

void Caller::keep_booked(const Call& call, const Answer& answer) {
  const bool is_there = answer.outcome == "placed" || answer.outcome == "held" || answer.outcome == "waiting";
  if (!is_there || answer.event == 0 || call.repeats > 0) return;
  auto calendars = call.calendars;
  calendars.insert(calendars.end(), call.candidates.begin(), call.candidates.end());
  mine_.push_back({answer.event, answer.version, call.is_fixed(), !call.date.empty(), answer.outcome == "held",
                   answer.outcome == "waiting", std::move(calendars)});
}

void Caller::remember(const Call& call, const Answer& answer) {
  if (answer.verdict != Verdict::answered) {
    // The call is in doubt, or was overtaken by its own deadline.
    const auto* event = find(call.event);
    const bool goes_on =
        answer.verdict == Verdict::refused && event && !event->is_held && is_no_fault_of(answer.outcome);
    if (is_write(call.op) && !goes_on) drop(call.event);
    return;
  }
  if (call.is_trial) return;
  if (call.op == Op::book) return keep_booked(call, answer);
  if (call.op == Op::batch) {
    for (std::size_t i = 0; i < call.items.size() && i < answer.items.size(); ++i)
      keep_booked(call.items[i], answer.items[i]);
    return;
  }
  if (!is_write(call.op)) return look_at(call, answer);
  auto* event = find(call.event);
  if (!event || answer.outcome == "rejected") {
    if (call.op == Op::confirm) drop(call.event);  // the hold has expired
    return;
  }
  if (call.op == Op::cancel || call.op == Op::erase || call.op == Op::deny) return drop(call.event);
  event->version = std::max(event->version, answer.version);
  if (call.op == Op::confirm) event->is_held = false;
  if (call.op == Op::move) {
    event->is_fixed = true;
    event->is_on_wall = event->waits = false;
    if (!call.calendars.empty()) event->calendars = call.calendars;
  }
  if (call.op == Op::loosen) event->is_fixed = false;
}

void Caller::look_at(const Call& call, const Answer& answer) {
  if (call.op == Op::list && overlap(answer)) journal_.note('V', "a list of " + call.calendars.front() + " overlaps");
  auto* event = call.op == Op::read ? find(call.event) : nullptr;
  if (!event) return;
  if (answer.version < event->version)
    journal_.note('V',
                  "event " + std::to_string(event->id) + " went back to version " + std::to_string(answer.version));
  event->version = answer.version;
  event->waits = answer.status == "waiting";
}

// ---- transactions of several calls ----

bool Caller::call_in(long transaction, const std::vector<std::string>& locked) {
  Call call = change_on(locked);
  if (chance(under_a_key)) take_key(call);
  const Answer answer = send(call, transaction);
  remember(call, answer);
  return answer.verdict == Verdict::answered;
}

void Caller::transaction() {
  const auto before = mine_;
  if (way_->command("BEGIN").verdict != Verdict::answered) return wait_until_there();
  std::vector<std::string> locked;
  std::string list;
  for (long i = 1 + below(3); i > 0; --i) {
    locked.push_back("solo:" + std::to_string(below(round_.solo)));
    list += (list.empty() ? "" : ",") + locked.back();
  }
  const long number = ++transactions_;
  bool is_sound = way_->command("SELECT jb_lock('{" + list + "}')").verdict == Verdict::answered;
  for (long calls = 1 + below(4); is_sound && calls > 0; --calls) is_sound = call_in(number, locked);
  if (is_sound && chance(0.2)) is_sound = call_and_take_back(locked);
  end_transaction(number, is_sound && chance(0.7), before);
}

bool Caller::call_and_take_back(const std::vector<std::string>& locked) {
  const auto before = mine_;
  const long inner = ++transactions_;
  way_->command("SAVEPOINT within");
  call_in(inner, locked);
  journal_.note('X', inner, "rollback");
  mine_ = before;
  return way_->command("ROLLBACK TO within").verdict == Verdict::answered;
}

/// Sometimes hangs up without the answer to its COMMIT; half of these times before sending COMMIT.
Answer Caller::commit() {
  if (!chance(hanging_up_at_commit)) return way_->command("COMMIT");
  way_->hang_up(chance(0.5) ? "COMMIT" : "");
  return {};
}

void Caller::end_transaction(long number, bool commits, const std::vector<Mine>& before) {
  journal_.note('X', number, commits ? "commit" : "rollback");
  journal_.flush();
  const Answer answer = commits ? commit() : way_->command("ROLLBACK");
  const bool is_answered = answer.verdict == Verdict::answered;
  const bool is_done = is_answered && answer.outcome == "COMMIT";
  journal_.note('T', number, is_answered && !is_done ? "refused" : name_of(answer.verdict));
  if (is_done) return;
  mine_ = before;
  if (answer.verdict == Verdict::doubt && commits)  // events that the transaction may have changed are left alone
    std::erase_if(mine_, [](const Mine& each) { return is_solo(each.calendars.front()); });
  if (!is_answered) wait_until_there();
}

}  // namespace torture
