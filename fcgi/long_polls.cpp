// SPDX-License-Identifier: PostgreSQL
#include "long_polls.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>

#include "telemetry.hpp"

namespace jb::gateway {

namespace {

constexpr std::chrono::milliseconds kPeriod{250};

// The last number of each awaited calendar and poll and of the rejections, regardless of who may see them: a request
// that is woken and may see nothing new goes on waiting. A null number for a calendar means that the calendar is gone;
// `ceo` has the number 0 before its first booking. A null number for the rejections (a null calendar) means that none
// can be read: jb_rejections() holds rejections back while an earlier one is uncommitted.
constexpr Statement kLookStatement{"look", sql::kBound<R"(
    SELECT coalesce('poll ' || n.poll, n.calendar, 'rejections '), n.last
      FROM jb_last_numbers(ARRAY(SELECT w FROM unnest(:awaited::text[]) AS w WHERE w NOT LIKE '% %'),
             rejections_after => :rejection::bigint,
             polls => ARRAY(SELECT substr(w, 6)::bigint FROM unnest(:awaited::text[]) AS w WHERE w LIKE 'poll %'))
           AS n)">.value};

}  // namespace

LongPolls::LongPolls(std::size_t most, std::size_t of_caller)
    : most_(most), of_caller_(of_caller), wake_up_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

LongPolls::Parking LongPolls::park(LongPoll&& request) {
  {
    const std::lock_guard lock(mutex_);
    if (ending_) return Parking::ending;
    const auto mine = of_callers_.find(request.caller);
    if (mine != of_callers_.end() && mine->second >= of_caller_) return Parking::too_many;
    if (count_ >= most_) return Parking::full;
    if (request.is_guest && guests_ >= most_ / 4) return Parking::full_of_guests;
    ++count_;
    ++of_callers_[request.caller];
    guests_ += request.is_guest;
    metrics().parked = static_cast<int>(count_);
    arrivals_.push_back(std::move(request));
  }
  eventfd_write(wake_up_, 1);
  return Parking::taken;
}

void LongPolls::stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  eventfd_write(wake_up_, 1);
}

void LongPolls::run(Backend& backend) {
  Clock::time_point next_look{};
  for (bool ending = false; !ending;) {
    sleep(next_look);
    {
      const std::lock_guard lock(mutex_);
      std::ranges::move(arrivals_, std::back_inserter(parked_));
      arrivals_.clear();
      ending = ending_;  // after which no request arrives
    }
    for (LongPoll& request : parked_)
      if (ending || request.until <= Clock::now()) request.is_done = request.wake(request.awaited, true);
    leave();
    if (!parked_.empty() && Clock::now() >= next_look) {
      look(backend);
      next_look = Clock::now() + kPeriod;
    }
  }
}

/// Sleeps until there is something to do: a request arrives, the process ends, the next look at the database is due,
/// the time of a parked request is over, or a client hangs up.
void LongPolls::sleep(Clock::time_point next_look) {
  std::vector<pollfd> descriptors = {{wake_up_, POLLIN, 0}};
  for (const LongPoll& request : parked_) {
    // POLLIN would not do: the end of the request's empty body may still be unread in the socket.
    descriptors.push_back({request.connection, POLLRDHUP, 0});
    next_look = std::min(next_look, request.until);
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_look - Clock::now()).count();
  const int timeout = parked_.empty() ? -1 : static_cast<int>(std::max<std::int64_t>(left, 0));
  if (poll(descriptors.data(), descriptors.size(), timeout) <= 0) return;
  eventfd_t ignored = 0;
  eventfd_read(wake_up_, &ignored);
  for (std::size_t i = 0; i < parked_.size(); ++i) {
    if (descriptors[i + 1].revents == 0) continue;
    parked_[i].drop();
    parked_[i].is_done = true;
  }
  leave();
}

void LongPolls::look(Backend& backend) {
  try {
    const Progress progress = this->progress(backend);
    if (database_is_away_) write_log("event=\"long polls see the database again\"\n");
    database_is_away_ = false;
    for (LongPoll& request : parked_) {
      // Without a number the calendar or poll is gone. Numbers only grow, so a number below the one seen belongs to
      // another calendar of the same name. Both are news.
      Awaited heard = request.awaited;
      const auto found = progress.find(heard.what);
      const bool is_there = found != progress.end();
      if (is_there) heard.seen = found->second;
      const bool has_moved = request.awaited.what == kAllRejections ? heard.seen > request.awaited.seen
                                                                    : !is_there || heard.seen != request.awaited.seen;
      if (!has_moved && request.due > Clock::now()) continue;
      request.is_done = request.wake(heard, false);
    }
  } catch (const pg::Error& error) {
    if (!database_is_away_)
      write_log("error=" + log_value("long polls cannot look: " + error.sqlstate() + " " + error.what()) + "\n");
    database_is_away_ = true;
  }
  leave();
}

LongPolls::Progress LongPolls::progress(Backend& backend) const {
  std::set<std::string_view> awaited;
  std::optional<std::int64_t> after;
  for (const LongPoll& request : parked_) {
    const auto& [what, seen, wait, due, cursor] = request.awaited;
    awaited.insert(what);
    if (what == kAllRejections) after = std::min(after.value_or(seen), seen);
  }
  std::string list;
  for (const std::string_view what : awaited) list.append(list.empty() ? "{\"" : "\",\"").append(what);
  const auto rows =
      backend.run(kLookStatement, {list + "\"}", after ? std::optional{std::to_string(*after)} : std::nullopt},
                  Access::read, std::nullopt);
  Progress progress;
  for (int row = 0; row < rows.rows(); ++row)
    if (!rows.is_null(row, 1)) progress[rows.text(row, 0)] = std::stoll(rows.text(row, 1));
  return progress;
}

void LongPolls::leave() {
  const auto gone = std::ranges::partition(parked_, [](const LongPoll& request) { return !request.is_done; });
  if (gone.empty()) return;
  const std::lock_guard lock(mutex_);
  count_ -= gone.size();
  guests_ -= static_cast<std::size_t>(std::ranges::count_if(gone, &LongPoll::is_guest));
  for (const LongPoll& request : gone)
    if (const auto mine = of_callers_.find(request.caller); --mine->second == 0) of_callers_.erase(mine);
  parked_.erase(gone.begin(), gone.end());
  metrics().parked = static_cast<int>(count_);
}

}  // namespace jb::gateway
