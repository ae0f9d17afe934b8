// SPDX-License-Identifier: PostgreSQL
#include "waiting.hpp"

#include <algorithm>

#include "../free/hours.hpp"

namespace jb {

namespace {

constexpr std::size_t kPortion = 32;

/// Where an event could stand that would claim some of `claimed`.
Span standing_in(Span claimed, const Grid& grid) {
  return intersection(kRepresentable, {claimed.start - grid.buffer_after, claimed.end + grid.buffer_before});
}

}  // namespace

WaitingInTurn::WaitingInTurn(Plan& plan, const std::vector<Opened>& opened)
    : plan_(plan), changed_(plan.changed_waiting()) {
  std::map<const Calendar*, std::vector<Span>> spans;
  for (const auto& [calendar, span] : opened) spans[calendar].push_back(standing_in(span, calendar->grid()));
  for (auto& [calendar, of_calendar] : spans) {
    join_adjoining(of_calendar);
    for (const auto& span : of_calendar)
      sources_.push_back({.calendar = calendar, .room = {.open = span, .shorter = {}, .most = kPortion}});
  }
}

/// Works out how long an event may be that has room in the source's open time. Where there is more room than when the
/// portion was read, events were left out that have room now: then the portion is read again.
void WaitingInTurn::measure(Source& source) {
  if (source.as_of == plan_.changes()) return;
  source.as_of = plan_.changes();
  const auto before = std::exchange(source.room.shorter, plan_.room_at(*source.calendar, source.room.open));
  if (source.room.shorter <= before) return;
  source.portion.clear();
  source.given = 0;
  source.is_last = false;
  source.room.after = last_;
}

bool WaitingInTurn::could_use(const Source& source, const Event& event) {
  if (!event.is_on(source.calendar->name)) return false;
  const auto window = room_of(event, plan_.calendar(event.calendars.front()));
  if (!window.overlaps(source.room.open)) return false;
  const auto length = event.wish.duration;
  return event.wish.is_fixed() ||
         (length < source.room.shorter && plan_.has_room(*source.calendar, length, source.room.open, window));
}

/// The first event of the source that is to be given next; nullptr: the source has no more events. The events that the
/// plan has changed are not among them.
const Event* WaitingInTurn::first_of(Source& source) {
  for (;;) {
    measure(source);
    for (; source.given < source.portion.size(); ++source.given) {
      const auto& event = source.portion[source.given];
      if (last_ < turn_of(event) && !plan_.has_changed(event.id) && could_use(source, event)) return &event;
    }
    if (source.is_last) return nullptr;
    source.portion = plan_.waiting(*source.calendar, source.room);
    source.given = 0;
    source.is_last = source.portion.size() < kPortion;
    if (!source.portion.empty()) source.room.after = turn_of(source.portion.back());
  }
}

const Event* WaitingInTurn::first_changed() {
  for (; given_ < changed_.size(); ++given_) {
    const auto& event = changed_[given_];
    const auto could = [&](const Source& source) { return could_use(source, event); };
    if (last_ < turn_of(event) && std::any_of(sources_.begin(), sources_.end(), could)) return &event;
  }
  return nullptr;
}

std::optional<Event> WaitingInTurn::next() {
  const Event* first = nullptr;
  const auto take = [&](const Event* event) {
    if (event != nullptr && (first == nullptr || turn_of(*event) < turn_of(*first))) first = event;
  };
  for (auto& source : sources_) take(first_of(source));
  take(first_changed());
  if (first == nullptr) return std::nullopt;
  last_ = turn_of(*first);
  return *first;
}

}  // namespace jb
