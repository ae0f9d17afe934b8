// SPDX-License-Identifier: PostgreSQL
#include "waiter.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cstdint>
#include <set>

#include "log.hpp"
#include "metrics.hpp"
#include "parameters.hpp"

namespace jb::gateway {

namespace {

constexpr std::chrono::milliseconds period{250};

// The last number of each watched calendar and of the rejections, whoever may see them: a request that is asked again
// and may see nothing new goes on waiting. A null number beside a calendar means that the calendar is gone; `ceo` has
// the number 0 before its first booking. A null number beside the rejections (a null calendar) means that no rejection
// can be read: jb_rejections() holds rejections back while an earlier one is not committed.
constexpr Statement look_statement{
    "look",
    "SELECT n.calendar, n.last, n.poll"
    "  FROM jb_last_numbers($1::text[], rejections_after => $2::bigint, polls => $3::bigint[]) AS n"};

}  // namespace

Waiter::Waiter(std::size_t most) : most_(most), wake_up_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Waiter::Parking Waiter::park(std::unique_ptr<Parked>& request, const Watch& watch, Clock::time_point until) {
  {
    const std::lock_guard lock(mutex_);
    if (ending_) return Parking::ending;
    if (count_ >= most_) return Parking::full;
    ++count_;
    metrics().set_parked(count_);
    arrivals_.push_back({std::move(request), watch, until});
  }
  wake();
  return Parking::taken;
}

void Waiter::stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake();
}

void Waiter::run(Backend& backend) {
  Clock::time_point next_look{};
  for (bool ending = false; !ending;) {
    sleep(next_look);
    ending = take_arrivals();
    if (ending)
      for (Entry& entry : parked_) entry.until = Clock::time_point::min();
    wake_due(Clock::now());
    if (!parked_.empty() && Clock::now() >= next_look) {
      look(backend);
      next_look = Clock::now() + period;
    }
  }
}

/// Sleeps until there is something to do: a request arrives, the process ends, the next look at the database is due,
/// the time of a parked request is over, or a client hangs up.
void Waiter::sleep(Clock::time_point next_look) {
  std::vector<pollfd> descriptors = {{wake_up_.get(), POLLIN, 0}};
  for (const Entry& entry : parked_) {
    // POLLIN would not do: the end of the request's empty body may still be unread in the socket.
    descriptors.push_back({entry.request->connection(), POLLRDHUP, 0});
    next_look = std::min(next_look, entry.until);
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_look - Clock::now()).count();
  const int timeout = parked_.empty() ? -1 : static_cast<int>(std::max<std::int64_t>(left, 0));
  if (poll(descriptors.data(), descriptors.size(), timeout) <= 0) return;
  std::uint64_t ignored = 0;
  [[maybe_unused]] const auto got = ::read(wake_up_.get(), &ignored, sizeof ignored);
  for (std::size_t i = 0; i < parked_.size(); ++i) {
    if (descriptors[i + 1].revents == 0) continue;
    parked_[i].request->drop();
    parked_[i].done = true;
  }
  leave();
}

/// Takes the new arrivals over. Result: whether the process ends, after which no request arrives.
bool Waiter::take_arrivals() {
  const std::lock_guard lock(mutex_);
  for (Entry& entry : arrivals_) parked_.push_back(std::move(entry));
  arrivals_.clear();
  return ending_;
}

Waiter::Clock::time_point Waiter::due_at(const Watch& watch) {
  return watch.due ? Clock::now() + *watch.due : Clock::time_point::max();
}

void Waiter::wake_due(Clock::time_point now) {
  for (Entry& entry : parked_)
    if (entry.until <= now) entry.done = entry.request->wake(entry.watch, true);
  leave();
}

void Waiter::look(Backend& backend) {
  try {
    const Progress progress = this->progress(backend);
    if (database_is_away_) write_log("event=\"long polls see the database again\"\n");
    database_is_away_ = false;
    for (Entry& entry : parked_) {
      const auto number = progress.of(entry.watch);
      // Without a number the calendar or poll is gone. Numbers only grow, so a number below the seen number belongs to
      // another calendar of the same name. Both are news.
      const bool is_of_one = entry.watch.calendar || entry.watch.poll;
      const bool has_moved = is_of_one ? number != entry.watch.seen : number.value_or(0) > entry.watch.seen;
      if (!has_moved && entry.due > Clock::now()) continue;
      Watch heard = entry.watch;
      if (number) heard.seen = *number;
      entry.done = entry.request->wake(heard, false);
    }
  } catch (const pg::Error& error) {
    if (!database_is_away_)
      write_log("error=" + log_value("long polls cannot look: " + error.sqlstate() + +error.what()) + "\n");
    database_is_away_ = true;
  }
  leave();
}

Waiter::Progress Waiter::progress(Backend& backend) const {
  std::set<std::string> names, polls;
  std::optional<std::int64_t> after;
  for (const auto& entry : parked_) {
    const Watch& watch = entry.watch;
    if (watch.calendar)
      names.insert(*watch.calendar);
    else if (watch.poll)
      polls.insert(std::to_string(*watch.poll));
    else
      after = after ? std::min(*after, watch.seen) : watch.seen;
  }
  const auto list = [](const std::set<std::string>& of) {
    return array_literal(std::vector<std::string>(of.begin(), of.end()));
  };
  const pg::Result rows = backend.run(
      look_statement, {list(names), after ? std::optional{std::to_string(*after)} : std::nullopt, list(polls)},
      Access::read, std::nullopt);
  Progress progress;
  for (int row = 0; row < rows.rows(); ++row) {
    std::optional<std::int64_t> number;
    if (!rows.is_null(row, 1)) number = std::stoll(rows.text(row, 1));
    if (!rows.is_null(row, 2))
      progress.polls[std::stoll(rows.text(row, 2))] = number;
    else if (rows.is_null(row, 0))
      progress.rejections = number;
    else
      progress.calendars[rows.text(row, 0)] = number;
  }
  return progress;
}

std::optional<std::int64_t> Waiter::Progress::of(const Watch& watch) const {
  if (watch.poll) {
    const auto found = polls.find(*watch.poll);
    return found == polls.end() ? std::nullopt : found->second;
  }
  if (!watch.calendar) return rejections;
  const auto found = calendars.find(*watch.calendar);
  return found == calendars.end() ? std::nullopt : found->second;
}

void Waiter::leave() {
  const auto left = std::erase_if(parked_, [](const Entry& entry) { return entry.done; });
  if (left == 0) return;
  const std::lock_guard lock(mutex_);
  count_ -= left;
  metrics().set_parked(count_);
}

void Waiter::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_up_.get(), &one, sizeof one);
}

}  // namespace jb::gateway
