// SPDX-License-Identifier: PostgreSQL
//
// Chooses a client's next call.
#include <algorithm>
#include <ctime>
#include <numeric>

#include "caller.hpp"

namespace torture {

namespace {

constexpr long quarter = 900;
constexpr double with_a_version = 0.15;
constexpr double when_the_clock_changes = 0.05;
constexpr std::size_t most_events = 150;  // per client; with more events the client ends some

std::string date_of(long instant) { return rfc3339(instant).substr(0, 10); }
std::string time_of(long instant) { return rfc3339(instant).substr(11, 8); }

bool is_settled(bool is_held, bool waits) { return !is_held && !waits; }

}  // namespace

const std::vector<Caller::Choice> Caller::choices{{13, &Caller::book_fixed}, {11, &Caller::book_automatic},
                                                  {4, &Caller::book_two},    {6, &Caller::book_some},
                                                  {5, &Caller::hold},        {2, &Caller::wait},
                                                  {2, &Caller::preempt},     {0.5, &Caller::series},
                                                  {1.5, &Caller::batch},     {4, &Caller::trial},
                                                  {8, &Caller::move},        {1, &Caller::loosen},
                                                  {5, &Caller::update},      {9, &Caller::cancel},
                                                  {8, &Caller::erase},       {4, &Caller::confirm},
                                                  {1, &Caller::deny},        {200, &Caller::read},
                                                  {3, &Caller::list},        {4, &Caller::slots},
                                                  {3, &Caller::changes},     {2, &Caller::rejections},
                                                  {2, &Caller::busy},        {2, &Caller::explain}};

Call Caller::pick() {
  if (mine_.size() > most_events) return chance(0.5) ? cancel() : erase();
  static const double all =
      std::accumulate(choices.begin(), choices.end(), 0.0, [](double sum, const auto& c) { return sum + c.weight; });
  double rest = dice() * all;
  for (const auto& [weight, make] : choices) {
    if ((rest -= weight) < 0) return (this->*make)();
  }
  return book_fixed();
}

std::string Caller::calendar() {
  const double what = dice();
  if (what < 0.15) return "hot:" + std::to_string(below(round_.hot));
  if (what < 0.25) return "solo:" + std::to_string(below(round_.solo));
  return "cal:" + std::to_string(below(round_.many));
}

/// A wish for an automatic event.
Call Caller::wish(const std::string& calendar) {
  Call call;
  call.op = Op::book;
  call.calendars = {calendar};
  call.duration = quarter * (1 + below(4));
  call.priority = static_cast<int>(30 + 10 * below(5));
  call.not_before = round_.base;
  return call;
}

/// Makes the wish fixed: within a week on a busy calendar, otherwise within a month; sometimes while a clock changes.
void Caller::fix(Call& call) {
  const bool is_hot = call.calendars.front().compare(0, 4, "hot:") == 0;
  const long start =
      round_.base + (chance(when_the_clock_changes) ? 6 * 96 + below(16) : below((is_hot ? 7 : 30) * 96)) * quarter;
  call.not_before = 0;
  if (chance(0.25)) {
    call.date = date_of(start);
    call.start_time = time_of(start);
  } else {
    call.start = start;
  }
}

Call Caller::book_fixed() {
  Call call = wish(calendar());
  fix(call);
  return call;
}

Call Caller::book_automatic() {
  Call call = wish(calendar());
  if (chance(0.05)) call.not_before = 0;  // from now on, so the event may have begun when the client looks again
  if (chance(0.2)) call.not_after = round_.base + 5 * 86'400;
  return call;
}

Call Caller::book_two() {
  Call call =
      wish(chance(0.3) ? "hot:" + std::to_string(below(round_.hot)) : "cal:" + std::to_string(below(round_.many)));
  const std::string other = "cal:" + std::to_string(below(round_.many));
  if (other != call.calendars.front()) call.calendars.push_back(other);
  if (chance(0.5)) fix(call);
  return call;
}

/// A request for one or two of several calendars, beside one that is named and gives the clock. It may be held, wait,
/// or be a series.
Call Caller::book_some() {
  Call call = book_two();
  const auto is_taken = [&](const std::string& name) {
    return std::ranges::count(call.calendars, name) + std::ranges::count(call.candidates, name) > 0;
  };
  const auto most = static_cast<std::size_t>(2 + below(3));
  while (call.candidates.size() < most) {
    const auto name =
        chance(0.5) ? "hot:" + std::to_string(below(round_.hot)) : "cal:" + std::to_string(below(round_.many));
    if (!is_taken(name)) call.candidates.push_back(name);
  }
  call.count = 1 + below(2);
  call.takes_least_busy = chance(0.5);
  if (chance(0.1)) call.hold_for = 1 + below(6);
  if (chance(0.1)) call.waits = true;
  if (call.is_fixed() && !call.waits && chance(0.1)) call.repeats = static_cast<int>(2 + below(3));
  return call;
}

Call Caller::hold() {
  Call call = wish(calendar());
  if (chance(0.5)) fix(call);
  call.hold_for = 1 + below(6);
  return call;
}

/// A request that waits for a time on a busy calendar, about every third in vain, because the time is nearly over.
Call Caller::wait() {
  const auto waiting = std::count_if(mine_.begin(), mine_.end(), [](const Mine& event) { return event.waits; });
  if (waiting > 1) return change(Op::cancel, [](const Mine& event) { return event.waits; });
  Call call = wish("hot:" + std::to_string(below(round_.hot)));
  call.waits = true;
  if (chance(0.3)) {
    call.start = std::time(nullptr) + 2 + below(6);
    call.not_before = 0;
  } else if (chance(0.5)) {
    fix(call);
  } else {
    call.not_after = round_.base + 86'400;
  }
  return call;
}

Call Caller::preempt() {
  Call call = wish("hot:" + std::to_string(below(round_.hot)));
  call.priority = 90;
  call.preempts = true;
  call.not_after = round_.base + 3 * 86'400;
  return call;
}

Call Caller::series() {
  Call call = wish(calendar());
  fix(call);
  call.repeats = static_cast<int>(2 + below(4));
  return call;
}

Call Caller::batch() {
  Call call;
  call.op = Op::batch;
  for (long i = 2 + below(5); i > 0; --i) {
    call.items.push_back(wish(calendar()));
    if (chance(0.5)) fix(call.items.back());
  }
  return call;
}

Call Caller::trial() {
  Call call = chance(0.5) ? book_fixed() : book_automatic();
  call.is_trial = true;
  return call;
}

Call Caller::change(Op op, bool (*fits)(const Mine&)) {
  if (mine_.empty()) return book_fixed();
  const auto from = static_cast<std::size_t>(below(static_cast<long>(mine_.size())));
  for (std::size_t i = 0; i < mine_.size(); ++i) {
    const auto& event = mine_[(from + i) % mine_.size()];
    if (!fits(event)) continue;
    Call call;
    call.op = op;
    call.event = event.id;
    if (op != Op::read && chance(with_a_version)) call.version = event.version;
    return call;
  }
  return book_fixed();
}

/// A change for a transaction that has locked these calendars, of an event that is on no other calendar.
Call Caller::change_on(const std::vector<std::string>& calendars) {
  const auto found = std::find_if(mine_.begin(), mine_.end(), [&](const Mine& event) {
    const auto& on = event.calendars;
    return is_settled(event.is_held, event.waits) && !event.is_on_wall && on.size() == 1 &&
           std::find(calendars.begin(), calendars.end(), on.front()) != calendars.end();
  });
  if (found == mine_.end() || chance(0.5)) {
    Call call = wish(calendars[static_cast<std::size_t>(below(static_cast<long>(calendars.size())))]);
    if (chance(0.5)) fix(call);
    return call;
  }
  Call call;
  call.event = found->id;
  call.op = chance(0.5) ? Op::cancel : Op::move;
  if (call.op == Op::move) call.start = round_.base + below(30 * 96) * quarter;
  return call;
}

Call Caller::move() {
  Call call = change(Op::move, [](const Mine& e) { return is_settled(e.is_held, e.waits) && !e.is_on_wall; });
  if (call.op != Op::move) return call;
  const auto& on = find(call.event)->calendars;
  call.start = round_.base + below(30 * 96) * quarter;
  if (on.size() == 1 && on.front().compare(0, 4, "cal:") == 0 && chance(0.3))
    call.calendars = {"cal:" + std::to_string(below(round_.many))};
  return call;
}

Call Caller::loosen() {
  return change(Op::loosen,
                [](const Mine& e) { return is_settled(e.is_held, e.waits) && e.is_fixed && !e.is_on_wall; });
}

Call Caller::update() {
  Call call = change(Op::update, [](const Mine& e) { return is_settled(e.is_held, e.waits); });
  const std::string room = "{\"event_location\":\"room " + std::to_string(below(100)) + "\"}";
  if (call.op == Op::update)
    call.changes = chance(0.5) ? room : "{\"priority\":" + std::to_string(20 + below(60)) + '}';
  return call;
}

Call Caller::cancel() {
  return change(Op::cancel, [](const Mine&) { return true; });
}

Call Caller::erase() {
  return change(Op::erase, [](const Mine&) { return true; });
}

Call Caller::confirm() {
  return change(Op::confirm, [](const Mine& event) { return event.is_held; });
}

Call Caller::deny() {
  return change(Op::deny, [](const Mine& event) { return event.is_held; });
}

Call Caller::read() {
  return change(Op::read, [](const Mine&) { return true; });
}

Call Caller::read_of(Op op) {
  Call call;
  call.op = op;
  call.calendars = {calendar()};
  return call;
}

Call Caller::list() { return read_of(Op::list); }

Call Caller::slots() { return read_of(Op::slots); }

Call Caller::changes() { return read_of(Op::changes); }

Call Caller::rejections() { return read_of(Op::rejections); }

Call Caller::busy() {
  Call call = read_of(Op::busy);
  call.start = round_.base;
  return call;
}

Call Caller::explain() {
  Call call = wish(calendar());
  call.op = Op::explain;
  call.name = "why";
  return call;
}

}  // namespace torture
