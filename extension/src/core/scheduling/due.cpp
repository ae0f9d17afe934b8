// SPDX-License-Identifier: PostgreSQL
#include "due.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "../free/hours.hpp"
#include "place.hpp"

namespace jb {

namespace {

constexpr std::size_t kPortion = 32;
constexpr std::size_t kMostSpans = 16;

/// Joins sorted spans, so that at most kMostSpans are left: all that waits is asked about each of them.
void join_many(std::vector<Span>& spans) {
  join_adjoining(spans);
  const auto group = (spans.size() + kMostSpans - 1) / kMostSpans;
  std::vector<Span> joined;
  for (std::size_t i = 0; i < spans.size(); i += group)
    joined.push_back({spans[i].start, spans[std::min(i + group, spans.size()) - 1].end});
  spans = std::move(joined);
}

/// Where an event that claims part of `claimed` could stand.
Span standing_in(Span claimed, const Grid& grid) {
  return intersection(kRepresentable, {claimed.start - grid.buffer_after, claimed.end + grid.buffer_before});
}

/// A waiting event that could use time opened in a plan, and where it would then be; `near` is empty for a fixed event.
struct Candidate {
  Event event;
  std::vector<Span> near;
};

/// The waiting events that could use time opened in a plan, returned one by one in the order in which they are tried. A
/// fixed event could use the time if its own time overlaps it. An automatic event could use it if there is room within
/// the event's window, in or beside this time, on the calendar where the time has opened, regardless of its other
/// calendars.
///
/// The caller may place each event before it asks for the next, since an event is judged only when its turn comes.
/// Events are read in small portions, and only if they are short enough, so that thousands of events waiting for the
/// same time cost no more than those that get it.
class WaitingInTurn {
 public:
  /// `plan` outlives this object.
  WaitingInTurn(Plan& plan, const std::vector<Opened>& opened) : plan_(plan), changed_(plan.changed_waiting()) {
    const auto by_id = [](const Calendar* a, const Calendar* b) { return a->id < b->id; };
    std::map<const Calendar*, std::vector<Span>, decltype(by_id)> spans;
    for (const auto& [calendar, span] : opened) spans[calendar].push_back(standing_in(span, calendar->grid()));
    for (auto& [calendar, of_calendar] : spans) {
      join_many(of_calendar);
      for (const auto& span : of_calendar)
        sources_.push_back({.calendar = calendar, .room = {.open = span, .shorter = {}, .most = kPortion}});
    }
  }

  /// The next event, as the plan has it; nullopt: no further event could use the time.
  std::optional<Candidate> next() {
    const Event* first = nullptr;
    const auto take = [&](const Event* event) {
      if (event != nullptr && (first == nullptr || has_earlier_turn(*event, *first))) first = event;
    };
    for (auto& source : sources_) take(first_of(source));
    take(first_changed());
    if (first == nullptr) return std::nullopt;
    last_ = turn_of(*first);
    return Candidate{*first, near_opened(*first)};
  }

 private:
  /// One span of open time on one calendar, and the stored events that wait there.
  struct Source {
    const Calendar* calendar;
    Room room;
    std::vector<Event> portion{};  ///< in the order of turns; the events before `given` have been returned
    std::size_t given = 0;
    bool is_last = false;          ///< there are no events after this portion
    std::size_t as_of = SIZE_MAX;  ///< how many changes the plan had when room.shorter was worked out
  };

  /// Works out how long an event with room in the source's open time may be. If there is more room than when the
  /// portion was read, the portion lacks events that have room now, and is read again.
  void measure(Source& source) {
    if (source.as_of == plan_.changes()) return;
    source.as_of = plan_.changes();
    const auto before = std::exchange(source.room.shorter, plan_.room_at(*source.calendar, source.room.open));
    if (source.room.shorter <= before) return;
    source.portion.clear();
    source.given = 0;
    source.is_last = false;
    source.room.after = last_;
  }

  bool could_use(const Source& source, const Event& event) {
    if (!event.is_on(source.calendar->name)) return false;
    const auto window = room_of(event, plan_.first_of(event));
    if (!window.overlaps(source.room.open)) return false;
    const auto length = event.wish.duration;
    return event.wish.is_fixed() ||
           (*length < source.room.shorter && plan_.has_room(*source.calendar, *length, source.room.open, window));
  }

  // The event had no place before, so if it has one now, it has one near the opened time. A search of its whole window
  // would be much longer: where its calendars share no mark of their increments, it stops at every mark.
  std::vector<Span> near_opened(const Event& event) const {
    std::vector<Span> near;
    if (event.wish.is_fixed()) return near;
    for (const auto& source : sources_) {
      if (event.is_on(source.calendar->name)) near.push_back(in_or_beside(source.room.open, *event.wish.duration));
    }
    join_adjoining(near);
    return near;
  }

  /// The source's next event; nullptr when it has no more. Skips events that the plan has changed.
  const Event* first_of(Source& source) {
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

  const Event* first_changed() {
    for (; given_ < changed_.size(); ++given_) {
      const auto& event = changed_[given_];
      const auto could = [&](const Source& source) { return could_use(source, event); };
      if (last_ < turn_of(event) && std::any_of(sources_.begin(), sources_.end(), could)) return &event;
    }
    return nullptr;
  }

  Plan& plan_;
  std::vector<Source> sources_;
  std::vector<Event> changed_;  ///< waiting events that the plan has changed; the events before `given_` are done
  std::size_t given_ = 0;
  Turn last_{};
};

void pass_over(Plan& plan, const Event& event) {
  plan.record_as(plan.has_changed(event.id) ? Plan::Part::placed : Plan::Part::passed_over);
  auto expired = event;
  expired.status = Status::expired;
  plan.change(event, expired, Verb::expired, {"status"});
  plan.lose(expired, {.reason = Reason::window_passed, .limit = latest_start(event, plan.calendar_of_name())});
}

// Newly reachable time goes to the waiting events by turn, not to the event being inspected.
void look_beyond_horizon(Plan& plan, const Event& event) {
  const auto decision = find_place(plan, event);
  if (!decision.time) return;
  for (const auto& name : event.booked_on()) {
    const auto& calendar = plan.calendar(name);
    const Span reached{decision.time->start, plan.now() + calendar.horizon};
    if (!reached.empty()) plan.open(calendar, reached);
  }
}

// A fixed event whose time has not passed is due because an earlier call kept it from its time (try_to_place).
void look_at(Plan& plan, const Event& due) {
  if (latest_start(due, plan.calendar_of_name()) < plan.now()) return pass_over(plan, due);
  plan.watch_again(due, true);
  if (!due.wish.is_fixed()) return look_beyond_horizon(plan, due);
  const auto room = room_of(due, plan.first_of(due));
  for (const auto& name : due.booked_on()) plan.open(plan.calendar(name), room);
}

/// Whether only automatic events that this call has changed keep the event from its time.
bool is_kept_out(Plan& plan, const Event& event, const Decision& decision) {
  const auto& conflicts = decision.refusal->conflicts;
  const auto is_kept = [&](EventId id) { return plan.keeps(id) && !plan.find(id)->wish.is_fixed(); };
  if (!event.wish.is_fixed() || conflicts.empty()) return false;
  // The conflicts are those of all candidates, one of which may be enough.
  return event.one_of ? std::ranges::any_of(conflicts, is_kept) : std::ranges::all_of(conflicts, is_kept);
}

/// The moves that tending makes. An event that is placed and gives way again has made one move.
class Tended {
 public:
  void add(const Move& move) {
    const auto [found, is_new] = at_.try_emplace(move.event_id, moves_.size());
    if (is_new)
      moves_.push_back(move);
    else
      moves_[found->second].to = move.to;
  }

  /// The moves, without those of events that wait as before.
  std::vector<Move> finished() && {
    std::erase_if(moves_, [](const Move& move) { return !move.from && !move.to; });
    return std::move(moves_);
  }

 private:
  std::vector<Move> moves_;
  std::map<EventId, std::size_t> at_;
};

/// Places the event if possible. No event has to give way twice (rule 2.4.5).
void try_to_place(Plan& plan, const Candidate& candidate, Tended& tended) {
  const auto& event = candidate.event;
  plan.depend_on(event);
  auto decision = find_place(plan, event, candidate.near);
  // An earlier time may have opened since this pass began: an event may have given way to an earlier candidate, or a
  // hold may have ended on a calendar that only this event has brought into the plan.
  if (decision.time && !event.wish.is_fixed()) decision = find_place(plan, event);
  if (!decision.time) {
    if (is_kept_out(plan, event, decision)) plan.watch_soon(event);
    return;
  }
  auto placed = event;
  settle(placed, decision);
  begin_status(placed, plan.now());
  std::vector<std::string> fields{"status"};
  add_calendar_fields(fields, event, placed);
  add_time_fields(fields, event.time, placed.time);
  rebook(plan, event, placed, decision, placing_kind(placed), fields);
  tended.add({event.id, std::nullopt, placed.time});
  for (const auto& move : place_displaced(plan)) {
    plan.keep(move.event_id);
    tended.add(move);
  }
}

}  // namespace

Event expire_hold(Plan& plan, const Event& was, Event expired, std::vector<std::string> changed) {
  expired.status = Status::expired;
  changed.emplace_back("status");
  expired = plan.change(was, std::move(expired), Verb::expired, changed);
  plan.lose(expired, {.reason = Reason::hold_expired, .span = was.time});
  return expired;
}

// Loading further calendars of these holds ends the due holds there at once, possibly including some of these.
void end_holds(Plan& plan) {
  auto due = plan.take_due_holds();
  plan.need_all_of(due);
  std::erase_if(due, [&](const Event& event) { return plan.has_changed(event.id); });
  std::sort(due.begin(), due.end(), has_earlier_turn);
  for (const auto& event : due) expire_hold(plan, event, event, {});
}

// Each step may load further calendars, and with them events that are due there.
std::vector<Move> tend_waiting(Plan& plan) {
  Tended tended;
  for (;;) {
    const auto due = plan.due_waiting();
    plan.need_all_of(due);
    for (const auto& event : due) look_at(plan, event);
    if (!due.empty()) continue;
    const auto opened = plan.take_opened();
    if (opened.empty()) return std::move(tended).finished();
    plan.place_waiting();
    WaitingInTurn waiting(plan, opened);
    while (const auto candidate = waiting.next()) try_to_place(plan, *candidate, tended);
  }
}

void reopen(Plan& plan, const std::string& name) {
  const auto& calendar = plan.calendar(name);
  plan.open(calendar, kRepresentable);
  constexpr std::size_t portion = 1'000;
  Room all{.open = kRepresentable, .shorter = kRepresentable.length(), .most = portion};
  std::vector<Event> events;
  do {
    events = plan.waiting(calendar, all);
    plan.need_all_of(events);
    for (const auto& event : events) plan.watch_again(event, true);
    if (!events.empty()) all.after = turn_of(events.back());
  } while (events.size() == portion);
}

namespace {

/// Whether the event begins within the notice of any of its calendars, so that every place open to it is later than its
/// own (rule 2.13.3).
bool is_within_notice(Plan& plan, const Event& event) {
  const auto names = event.booked_on();
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& name) { return event.time->start < plan.now() + plan.calendar(name).min_notice; });
}

/// The fixed events of the calendar that have not begun and have left their wall clock time.
std::vector<Event> moved_wall_clocks(Plan& plan, const std::string& calendar) {
  const auto& on = plan.calendar(calendar);  // whose name the caller may have written in other letters
  auto events = plan.occupants(on, {plan.now(), kRepresentable.end}, 0);
  std::erase_if(events, [&](const Event& event) {
    return event.calendars.front() != on.name || event.has_begun(plan.now()) || !has_left_wall_clock(event, on.zone());
  });
  plan.need_all_of(events);
  for (auto& event : events) {
    event.wish = wall_clock_wish(event);
    event.wished_wall.reset();
  }
  return events;
}

/// Places events anew, one after the other (rules 2.13.1 and 2.17.2), and then the events that they displace. An event
/// that finds no place stays where it is; the events that would then have gone elsewhere are placed once more, until
/// every other event has a place (rule 2.13.2).
class Replan {
 public:
  using Find = Decision (*)(Plan&, const Event&);

  Replan(Plan& plan, std::vector<Event> events, Find find)
      : plan_(plan), events_(std::move(events)), find_(find), places_(events_.size()), stays_(events_.size()) {}

  std::vector<Move> run() {
    for (const auto& event : events_) plan_.set_aside(event);
    for (std::size_t i = 0; i < events_.size();) {
      before_.resize(i);
      before_.push_back(plan_.mark());
      i = stays_[i] || place(i) ? i + 1 : go_back_from(i);
    }
    auto all = moves();
    const auto displaced = place_displaced(plan_);
    all.insert(all.end(), displaced.begin(), displaced.end());
    return all;
  }

 private:
  bool place(std::size_t i) {
    const auto& event = events_[i];
    const auto decision = find_(plan_, event);
    if (!decision.time) return false;
    auto moved = event;
    settle(moved, decision);
    places_[i] = moved;
    if (moved.time == event.time && moved.calendars == event.calendars) {
      plan_.put_back(event);
      return true;
    }
    std::vector<std::string> fields;
    add_calendar_fields(fields, event, moved);
    add_time_fields(fields, event.time, moved.time);
    rebook(plan_, event, std::move(moved), decision, Verb::moved, fields);
    return true;
  }

  /// Makes event `i` stay, and goes back to before the first event whose new place would be in its way. Result: that
  /// event.
  std::size_t go_back_from(std::size_t i) {
    stays_[i] = true;
    std::size_t first = 0;
    while (first < i && (stays_[first] || !is_in_the_way(first, events_[i]))) ++first;
    plan_.back_to(before_[first]);
    for (std::size_t k = 0; k < events_.size(); ++k) {
      if (stays_[k]) plan_.put_back(events_[k]);
    }
    return first;
  }

  /// Whether event `k`, at its new place, leaves no room for `staying` at its old place.
  bool is_in_the_way(std::size_t k, const Event& staying) {
    const auto& place = *places_[k]->time;
    const auto claims = plan_.claims_of(staying, *staying.time);
    for (const auto& name : staying.booked_on()) {
      if (!places_[k]->is_on(name)) continue;
      const auto& on = plan_.calendar(name);
      if (std::any_of(claims.begin(), claims.end(), [&](const Claim& claim) {
            return claim.calendar == on.id && on.grid().claim_of(place).overlaps(claim.during);
          }))
        return true;
      if (on.max_events_per_day && on.zone().day_at(staying.time->start).overlaps(place)) return true;
    }
    return false;
  }

  std::vector<Move> moves() const {
    std::vector<Move> all;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const auto& [was, is] = std::tie(events_[i], places_[i]);
      if (!stays_[i] && (is->time != was.time || is->calendars != was.calendars)) all.push_back(move_of(was, *is));
    }
    return all;
  }

  Plan& plan_;
  std::vector<Event> events_;
  Find find_;
  std::vector<std::optional<Event>> places_;  ///< each event that does not stay, at its new place
  std::vector<bool> stays_;
  std::vector<Plan::Mark> before_;  ///< the plan before each event was placed
};

}  // namespace

std::vector<Move> replan(Plan& plan, const std::string& calendar) {
  auto events = movable(plan, plan.occupants(plan.calendar(calendar), {plan.now(), kRepresentable.end}, 0));
  // An event that finds no earlier place is put back with the buffers of its claims. A search finds places for the
  // present buffers of the calendars only, so an event with other buffers stays (rule 2.13.3).
  std::erase_if(events,
                [&](const Event& event) { return is_within_notice(plan, event) || !plan.has_present_buffers(event); });
  const auto find = [](Plan& in, const Event& event) {
    auto wanted = event;
    widen(in, wanted);
    const auto decision = find_place(in, wanted);
    if (decision.time != event.time || !event.one_of) return decision;
    const auto own = find_place(in, event, {*event.time});  // others at the same time are no gain
    return own.time ? own : decision;
  };
  return Replan(plan, std::move(events), find).run();
}

bool has_left_wall_clock(const Event& event, const Zone& zone) {
  const auto wish = wall_clock_wish(event);
  // A time of day without its date is damage, which jb_check() reports under another rule.
  if (!event.is_claiming() || (wish.start_time && !wish.date)) return false;
  if (wish.days) return wished_time(wish, zone) != *event.time;
  return wish.start_time && wished_start(wish, zone) != event.time->start;
}

std::vector<Move> rezone(Plan& plan, const std::string& calendar) {
  const auto by_wall_clock = [](Plan& at, const Event& event) { return place(at, event, {.allow_past = true}); };
  return Replan(plan, moved_wall_clocks(plan, calendar), by_wall_clock).run();
}

}  // namespace jb
