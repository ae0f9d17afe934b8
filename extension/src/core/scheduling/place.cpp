// SPDX-License-Identifier: PostgreSQL
#include "place.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <ranges>
#include <set>
#include <tuple>

#include "../free/day_tree.hpp"
#include "../values/input.hpp"
#include "../values/time.hpp"
#include "choice.hpp"
#include "powers.hpp"
#include "rule.hpp"

namespace jb {

namespace {

using NameSet = std::set<std::string_view, FoldedLess>;

NameSet set_of(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

/// Refuses a request whose date and start_time are meant in a zone other than its first calendar's (rule 5.22).
void check_zone(const Fields& fields, const Calendar& first) {
  if (!fields.meant_in || *fields.meant_in == first.time_zone) return;
  Validation validation;
  if (fields.item) validation.at_index(*fields.item);
  refuse_zone(validation, *fields.meant_in, first.time_zone);
  validation.raise();
}

/// Refuses an event that lasts for its calendar's default_duration and is too long for the hours asked for.
void check_length(const Fields& fields, const Wish& wish) {
  Validation validation;
  if (fields.item) validation.at_index(*fields.item);
  check_within_holds(validation, wish);
  validation.raise();
}

}  // namespace

std::vector<std::string> named_calendars(const Fields& fields) {
  auto names = fields.calendars.value.value_or(std::vector<std::string>());
  if (fields.one_of.has_value()) {
    for (const auto& list : *fields.one_of.value)
      for (const auto& name : list.calendars)
        if (!contains(names, name)) names.push_back(name);
  }
  return names.empty() ? std::vector{std::string(kCeo)} : names;
}

void spell_lists(Plan& plan, Fields& fields, bool has_named) {
  if (!fields.one_of.has_value()) return;
  Validation validation;
  if (fields.item) validation.at_index(*fields.item);
  for (auto& list : *fields.one_of.value) {
    list.calendars = plan.own_names(list.calendars);
    list.chosen = plan.own_names(list.chosen);
  }
  if (!has_named)
    check_zones(validation, *fields.one_of.value, [&](const auto& name) { return plan.calendar(name).time_zone; });
  validation.raise();
}

void widen(Plan& plan, Event& event) {
  if (!event.one_of) return;
  widen(event);
  plan.need(event.calendars);
  std::erase_if(event.calendars, [&](const auto& name) { return plan.find_calendar(name) == nullptr; });
}

Requested resolve(Plan& plan, const Fields& fields) {
  auto named = fields;
  named.calendars.set(named_calendars(fields));
  const auto* behalf = named.behalf.get();
  if (behalf == nullptr) {
    require_booking(plan.store(), *named.calendars.value);
  } else {
    for (const auto& name : *named.calendars.value)
      if (!behalf->may_book(name)) throw right_wanted(name, Right::book);
  }
  named.calendars.set(plan.own_names(*named.calendars.value));
  spell_lists(plan, named, names_calendars(fields));
  const auto& first = plan.calendar(named.calendars.value->front());
  check_zone(fields, first);
  Requested requested{.wanted = apply(named, {}, first.default_duration),
                      .options = {.allow_past = fields.allow_past,
                                  .preempt = fields.preempt,
                                  .offer = fields.offer,
                                  .apart = fields.apart,
                                  .only_slots = fields.only_slots,
                                  .alternatives_in = fields.alternatives_in},
                      .on_no_slot = fields.on_no_slot,
                      .rule = fields.recurrence,
                      .item = fields.item};
  check_length(fields, requested.wanted.wish);
  if (fields.recurrence) requested.wanted.recurrence = fields.recurrence->text;
  resolve_attendees(plan, requested.wanted, nullptr, behalf);
  if (!fields.is_confirmed) resolve_hold(plan, requested.wanted);
  if (!fields.priority.has_value()) lower_priority(plan, requested.wanted, behalf);
  bind(plan, requested.wanted, requested.options, 1, behalf);
  if (requested.wanted.hold_for)
    requested.wanted.held_by = behalf != nullptr ? behalf->principal : plan.store().principal();
  return requested;
}

Requested requested_again(Event event, Instant now) {
  if (event.has_begun(now)) {
    event.wish = {};
    event.wish.wished_start = event.time->start;
    event.wish.duration = event.time->length();
  }
  // A scheduled event is no longer a hold. The deadline of a waiting event shows that it was confirmed before.
  if (event.status == Status::scheduled) event.hold_for.reset();
  if (event.status != Status::waiting) event.expires_at.reset();
  event.id = 0;
  return {.wanted = std::move(event)};
}

void resolve_attendees(Plan& plan, Event& event, const Event* before, const Behalf* behalf) {
  plan.need(event.calendars);
  const bool checks = event.check_attendees.value_or(
      std::ranges::any_of(event.calendars, [&](const auto& name) { return plan.calendar(name).check_attendees; }));
  event.attendee_calendars.clear();
  if (!checks) return;
  std::vector<std::string> names;
  const auto attendees = event.attendees.get(), guests = event.guests.value_or(std::vector<std::string>{}).get();
  const auto candidates = candidates_of(event);
  NameSet known = set_of(event.calendars);
  known.insert(candidates.begin(), candidates.end());
  known.insert(guests->begin(), guests->end());
  for (const auto& attendee : *attendees) {
    if (is_calendar_name(attendee) && known.insert(attendee).second) names.push_back(attendee);
  }
  // To a caller without any right on it, a calendar of this name does not exist, and it must not be locked.
  const bool is_as_before = before != nullptr && before->check_attendees == event.check_attendees;
  const auto old_attendees = before != nullptr ? before->attendees.get() : nullptr;
  const auto claimed = before != nullptr ? set_of(before->attendee_calendars) : NameSet();
  const auto attending = is_as_before ? set_of(*old_attendees) : NameSet();
  std::erase_if(names, [&](const auto& name) {
    const bool is_claimed = claimed.contains(name);
    const auto asked = [&] {
      if (behalf == nullptr) return plan.store().rights(name);
      return behalf->may_book(name) ? Rights::none().with(Right::book) : Rights::none();
    };
    const auto rights = plan.store().is_open() || is_claimed ? Rights::all() : asked();
    const bool may_stay_out = !rights.any() || attending.contains(name);
    const bool may_claim = before != nullptr ? rights.has(Right::book) : rights.may_place();
    if (!may_claim && !may_stay_out) throw right_wanted(name, Right::book);
    return !may_claim;
  });
  plan.need(names);
  for (const auto& name : names) {
    if (const auto* calendar = plan.find_calendar(name)) event.attendee_calendars.push_back(calendar->name);
  }
}

void resolve_hold(Plan& plan, Event& event) {
  if (event.hold_for) return;
  for (const auto& name : event.calendars) {
    const auto asked = plan.calendar(name).confirm_within;
    if (asked) event.hold_for = std::min(event.hold_for.value_or(*asked), *asked);
  }
}

// ---- Events in the way ----------------------------------------------------------------------------------------------

namespace {

/// Where to look for the events that can keep another event out of `within`: the claim of `within`, and, where
/// max_events_per_day can make a day full, the whole days of `within`.
Span disturbing(const Calendar& calendar, Span within) {
  if (!calendar.max_events_per_day) return calendar.grid().claim_of(within);
  return calendar.grid().claim_of({calendar.zone().day_at(within.start).start, calendar.zone().day_at(within.end).end});
}

Decision at(Instant start, Seconds duration) { return {.time = Span{start, start + duration}}; }

/// How far pre-emption looks first; then twice as far, and so on.
constexpr Seconds kFirstLook = kDay;

/// The earliest start that is open when the events of lower priority are set aside (rule 2.12.2). Only the events up to
/// this start, or little further, are set aside, so that the search does not read the whole window.
std::optional<Instant> start_without_lower(Plan& plan, Judge& judge, const Event& wanted) {
  const auto within = judge.within();
  std::vector<Event> aside;
  std::optional<Instant> start;
  Span looked_at{within.start, within.start};
  for (auto look = kFirstLook; !start && looked_at.end < within.end; look *= 2) {
    const auto end = look < within.end - within.start ? within.start + look : within.end;
    for (auto& event : lower_ones(plan, judge.search(), wanted, {looked_at.end, end})) {
      plan.set_aside(event);
      aside.push_back(std::move(event));
    }
    looked_at.end = end;
    start = judge.search().first_fit(*wanted.wish.duration, looked_at);
  }
  for (const auto& event : aside) plan.put_back(event);
  return start;
}

/// The events of lower priority that must make room for `wanted` at `time`. All that could be in its way are set aside,
/// then put back one by one, high priority first. An event that then closes the time is displaced; any other stays
/// (rule 2.12.3). So a full day gives up its least important event.
std::vector<Event> displaced_at(Plan& plan, Judge& judge, const Event& wanted, Span time) {
  std::vector<Event> displaced;
  const auto lower = lower_ones(plan, judge.search(), wanted, time);
  for (const auto& event : lower) plan.set_aside(event);
  for (const auto& event : lower) {
    plan.put_back(event);
    if (judge.search().is_free(time)) continue;
    plan.set_aside(event);
    displaced.push_back(event);
  }
  for (const auto& event : displaced) plan.put_back(event);
  return displaced;
}

std::optional<Decision> preempted(Plan& plan, Judge& judge, const Event& wanted) {
  const auto start = start_without_lower(plan, judge, wanted);
  if (!start) return std::nullopt;
  const Span time{*start, *start + *wanted.wish.duration};
  return Decision{.time = time, .displaced = displaced_at(plan, judge, wanted, time)};
}

Decision first_open(Judge& judge, const Event& wanted, Span within = kRepresentable) {
  const auto start = judge.search().first_fit(*wanted.wish.duration, intersection(judge.window(), within));
  return start ? at(*start, *wanted.wish.duration) : Decision{};
}

Decision place_automatic(Plan& plan, Judge& judge, const Event& wanted, const PlacingOptions& options) {
  auto decision = first_open(judge, wanted);
  if (decision.time) return decision;
  decision.refusal = judge.nowhere();
  const bool may_help = options.preempt && decision.may_wait() && decision.refusal->reason != Reason::source_stale;
  if (!may_help) return decision;
  return preempted(plan, judge, wanted).value_or(decision);
}

Decision place_at(Judge& judge, Span wished) {
  if (auto refused = judge.at(wished.start)) return {.refusal = std::move(refused)};
  return {.time = wished, .displaced = judge.in_the_way(wished.start).displaceable};
}

/// Refuses a span outside the years 0001 to 9999 (rule 2.1.10). The readers of the fields have checked date and
/// start_timestamp, but not the instant of a wall clock time, nor the end. A day has no length where the zone left it
/// out, as Samoa left out 30 December 2011.
void check_representable(const Wish& wish, Span span, std::optional<std::size_t> item) {
  if (span.empty())
    throw invalid("days", std::to_string(wish.days.value_or(0)),
                  "the zone leaves this date out: the event would not last", item);
  if (kRepresentable.contains(span)) return;
  throw invalid(wish.date ? "date" : "start_timestamp", wish.date ? format_date(*wish.date) : format_utc(span.start),
                "the event must begin and end in the years 0001 to 9999", item);
}

/// Chooses alternatives on both sides of a wish (rule 2.5.3).
struct Alternatives {
  using Look = std::function<std::optional<Span>(Instant)>;

  Span wished;
  Span within;
  Look look_ahead;  ///< the first open time within `within` that begins then or later
  Look look_back;   ///< the last one that ends then or earlier
  const std::function<std::optional<bool>(Instant)>& holds;

  /// First an alternative on each side, then the next nearest of either side; no two overlap.
  std::vector<Span> nearest() {
    std::vector<Span> chosen;
    const auto [earliest_after, latest_before] = first_choices();
    auto before = look_back(latest_before);
    auto after = look_ahead(earliest_after);
    while (chosen.size() < kMost && (before || after)) {
      step();
      const bool looks_back = before && (!after || is_turn_of_before(chosen, *before, *after));
      auto& candidate = looks_back ? before : after;
      const auto go_on = [&](Instant end, Instant start) {
        candidate = looks_back ? look_back(end) : look_ahead(start);
      };
      const auto overlapped =
          std::find_if(chosen.begin(), chosen.end(), [&](const Span& other) { return other.overlaps(*candidate); });
      if (overlapped != chosen.end()) {
        go_on(overlapped->start, overlapped->end);
        continue;
      }
      const auto is_good = holds(candidate->start);
      if (!is_good) break;
      if (*is_good) {
        chosen.push_back(*candidate);
        go_on(candidate->start, candidate->end);
      } else {
        go_on(candidate->end - Seconds{1}, candidate->start + Seconds{1});
      }
    }
    std::sort(chosen.begin(), chosen.end(), [&](const Span& a, const Span& b) {
      return std::tuple(distance(a), a.start) < std::tuple(distance(b), b.start);
    });
    return chosen;
  }

  static constexpr std::size_t kMost = 3;

  /// The bounds of the first choices, as a pair: the earliest start after the wish, and the latest end before that of
  /// the wish. Where open times on both sides can stand apart, the bounds keep the first choice of one side from taking
  /// the only room of the other side.
  Span first_choices() {
    const auto first = look_ahead(within.start);
    const auto last = look_back(within.end);
    const bool has_both = first && first->start < wished.start && wished.start <= last->start;
    if (!has_both || last->start < first->end) return {wished.start, wished.end - Seconds{1}};
    return {std::max(wished.start, first->end), std::min(wished.end - Seconds{1}, last->start)};
  }

  bool is_turn_of_before(const std::vector<Span>& chosen, const Span& before, const Span& after) const {
    if (chosen.size() == 1) return chosen.front().start >= wished.start;
    return distance(before) <= distance(after);
  }

  Seconds distance(const Span& time) const { return std::chrono::abs(time.start - wished.start); }
};

/// The open times of an event in days: at the time of day of its wish, on any date (rule 2.5.2).
class OpenDates {
 public:
  OpenDates(Search& search, const Wish& wish, const Zone& zone)
      : search_(search), wish_(wish), zone_(zone), least_(std::max(kShortest, (*wish.days - 1) * kDay)) {
    if (!wish.wished_start) return;
    wish_.wished_start.reset();
    wish_.start_time = since_midnight(zone.to_wall(*wish.wished_start));
  }

  std::optional<Span> first(Instant earliest) {
    for (auto from = std::optional{std::max(earliest, search_.bounds().start)}; from;) {
      step();
      auto time = on(date_of(zone_.to_wall(*from)));
      while (time.start < *from) time = on(*wish_.date + days{1});  // twice where a midnight is shown twice
      if (time.end > search_.bounds().end) break;
      if (is_open(time)) return time;
      from = search_.first_fit(least_, {time.start + Seconds{1}, search_.bounds().end});
    }
    return std::nullopt;
  }

  std::optional<Span> last(Instant end) {
    end = std::min(end, search_.bounds().end);
    for (auto date = date_of(zone_.to_wall(end)) - days{*wish_.days};;) {
      step();
      const auto time = on(date);
      if (time.start < search_.bounds().start) return std::nullopt;
      if (time.end <= end && is_open(time)) return time;
      const auto before = std::min(time.start + least_ - Seconds{1}, search_.bounds().end);
      const auto start = search_.last_fit(least_, {search_.bounds().start, before});
      if (!start) return std::nullopt;
      date = std::min(date - days{1}, date_of(zone_.to_wall(*start)));
    }
  }

 private:
  using days = std::chrono::days;

  Span on(Date date) {
    wish_.date = date;
    return wished_time(wish_, zone_);
  }

  /// Leaves out a date that skips the time of day: booked as an instant there, the event would last different days.
  bool is_open(Span time) {
    return zone_.to_wall(time.start) == *wish_.date + *wish_.start_time &&
           search_.first_fit(time.length(), time) == time.start;
  }

  Search& search_;
  Wish wish_;
  const Zone& zone_;
  Seconds least_;  ///< no event of that many days is shorter, so a search for it leaps over taken time
};

std::vector<Span> alternatives(Judge& judge, Span wished) {
  const std::function<std::optional<bool>(Instant)> holds = [](Instant) { return true; };
  auto& search = judge.search();
  const auto bounds = search.bounds();
  if (const auto& spans = judge.options().alternatives_in) return nearest_open(search, wished, *spans, holds);
  if (!judge.event().wish.days) return nearest_open(search, wished, {&bounds, 1}, holds);
  OpenDates dates(search, judge.event().wish, judge.first().zone());
  return Alternatives{wished, bounds, [&](Instant earliest) { return dates.first(earliest); },
                      [&](Instant end) { return dates.last(end); }, holds}
      .nearest();
}

/// Places a displaced event again, or lets it wait (rules 2.4.2 and 2.4.3). Result: the move; none where the event
/// keeps its time. It keeps its time if the new neighbour took only the time of a buffer that the calendar no longer
/// has; the event then claims its time with the present buffers.
std::optional<Move> place_again(Plan& plan, const Event& before, const Decision& decision) {
  auto event = before;
  if (!decision.time) widen(plan, event);
  settle(event, decision);
  std::vector<std::string> fields;
  add_calendar_fields(fields, before, event);
  if (event.time != before.time) add_time_fields(fields, before.time, event.time);
  if (!event.time) {
    event.status = Status::waiting;
    fields.emplace_back("status");
  }
  plan.change(before, event, fields.empty() ? Verb::updated : event.time ? Verb::moved : Verb::waiting, fields);
  if (!event.time) {
    auto conflicts = others_within(plan, plan.claims_at(event, *before.time));
    plan.lose(event, {.reason = Reason::displaced, .span = before.time, .conflicts = std::move(conflicts)});
  }
  if (fields.empty()) return std::nullopt;
  return move_of(before, event);
}

}  // namespace

std::vector<Event> lower_ones(Plan& plan, const Search& search, const Event& wanted, Span within) {
  std::map<EventId, Event> found;
  for (const auto& calendar : search.calendars()) {
    for (auto& event : plan.occupants(calendar, disturbing(calendar, within), wanted.id)) {
      if (event.wish.priority < wanted.wish.priority) found.emplace(event.id, std::move(event));
    }
  }
  std::vector<Event> lower;
  for (auto& [id, event] : found) lower.push_back(std::move(event));
  return movable(plan, std::move(lower));
}

std::vector<Span> nearest_open(Search& search, Span wished, std::span<const Span> within,
                               const std::function<std::optional<bool>(Instant)>& holds) {
  if (within.empty()) return {};
  const auto length = wished.length();
  const auto ahead = [&](Instant earliest) -> std::optional<Span> {
    for (const auto& span : within) {
      step();
      if (const auto start = search.first_fit(length, {std::max(earliest, span.start), span.end}))
        return Span{*start, *start + length};
    }
    return std::nullopt;
  };
  const auto back = [&](Instant end) -> std::optional<Span> {
    for (const auto& span : std::views::reverse(within)) {
      step();
      if (const auto start = search.last_fit(length, {span.start, std::min(end, span.end)}))
        return Span{*start, *start + length};
    }
    return std::nullopt;
  };
  return Alternatives{wished, {within.front().start, within.back().end}, ahead, back, holds}.nearest();
}

namespace {

/// `wanted` on the calendars that were chosen for it, in the order in which it names them.
Event on_chosen(const Event& wanted, const Choice& choice) {
  auto event = wanted;
  event.calendars = choice.calendars;
  auto calendars = named_of(event);
  for (const auto& list : *event.one_of) std::ranges::move(pool_of(event, list), std::back_inserter(calendars));
  event.calendars = std::move(calendars);
  tell_chosen(event);
  return event;
}

/// The choice of the event: for its own time if it is fixed, otherwise for a time within `within`.
Choice chosen_for(Plan& plan, Judge& judge, const Event& wanted, const PlacingOptions& options, Span within) {
  plan.choose_from(candidates_of(wanted));
  if (judge.is_fixed()) return choose_at(plan, wanted, fixed_time(wanted, options, judge.first().zone()), options);
  return choose(plan, judge, wanted, within);
}

/// find_place() for an event that has yet to choose.
Decision find_choice(Plan& plan, const Event& wanted, const std::vector<Span>& within) {
  Judge judge(plan, wanted);
  const auto spans = judge.is_fixed() ? std::vector{kRepresentable} : within;
  Decision decision;
  for (auto span = spans.begin(); !decision.time && span != spans.end(); ++span) {
    const auto choice = chosen_for(plan, judge, wanted, {}, *span);
    decision.refusal = choice.refusal;
    if (choice.calendars.empty()) continue;
    const auto event = on_chosen(wanted, choice);
    decision = find_place(plan, event, {*span});
    if (decision.time) decision.calendars = event.calendars;
  }
  return decision;
}

/// place() for an event that has yet to choose.
Decision place_choosing(Plan& plan, const Event& wanted, const PlacingOptions& options,
                        std::optional<std::size_t> item) {
  Judge judge(plan, wanted, options);
  const auto wished = judge.is_fixed() ? fixed_time(wanted, options, judge.first().zone()) : kRepresentable;
  if (judge.is_fixed()) check_representable(wanted.wish, wished, item);
  const auto choice = chosen_for(plan, judge, wanted, options, kRepresentable);
  if (choice.refusal)
    return {.refusal = choice.refusal, .alternatives = alternatives(judge, wished), .options = options};
  if (choice.calendars.empty()) return {.refusal = refusal_of_choice(plan, judge, wanted, options), .options = options};
  const auto event = on_chosen(wanted, choice);
  auto decision = place(plan, event, options, item);
  if (decision.time) decision.calendars = event.calendars;
  return decision;
}

}  // namespace

void settle(Event& event, const Decision& decision) {
  event.time = decision.time;
  if (!decision.calendars.empty()) event.calendars = decision.calendars;
  // What only a candidate that was not chosen would have to confirm needs nobody's answer.
  if (event.time && event.one_of)
    std::erase_if(event.proposed_on, [&](const auto& name) { return !event.is_on(name); });
  tell_chosen(event);
}

void add_calendar_fields(std::vector<std::string>& names, const Event& before, const Event& after) {
  for (const std::string_view name : {"calendars", "one_of"}) std::erase(names, name);
  if (before.one_of != after.one_of) names.insert(names.begin(), "one_of");
  if (before.calendars != after.calendars) names.insert(names.begin(), "calendars");
}

Decision find_place(Plan& plan, const Event& wanted, const std::vector<Span>& within) {
  if (has_choice(wanted)) return find_choice(plan, wanted, within);
  Judge judge(plan, wanted, {});
  if (wanted.wish.is_fixed()) return place_at(judge, wished_time(wanted.wish, judge.first().zone()));
  Decision decision;
  for (auto span = within.begin(); !decision.time && span != within.end(); ++span)
    decision = first_open(judge, wanted, *span);
  return decision;
}

Decision place(Plan& plan, const Event& wanted, const PlacingOptions& options, std::optional<std::size_t> item) {
  if (has_choice(wanted)) return place_choosing(plan, wanted, options, item);
  Judge judge(plan, wanted, options);
  Decision decision;
  if (!wanted.wish.is_fixed() && !options.has_begun) {
    decision = place_automatic(plan, judge, wanted, options);
  } else {
    const auto wished = fixed_time(wanted, options, judge.first().zone());
    check_representable(wanted.wish, wished, item);
    decision = place_at(judge, wished);
    if (!decision.time && !options.has_begun) decision.alternatives = alternatives(judge, wished);
  }
  decision.options = options;
  return decision;
}

void order(const Event& event, std::size_t times) {
  spend(Budget::events, times);
  spend(Budget::claims, times * (event.calendars.size() + event.attendee_calendars.size()));
  spend(Budget::text, times * text_bytes(event));
}

void begin_status(Event& event, Instant now) {
  const bool is_held = event.hold_for && !event.expires_at;
  event.status = is_held ? Status::held : Status::scheduled;
  if (is_held) event.expires_at = now + *event.hold_for;
}

Verb placing_kind(const Event& event) { return event.status == Status::held ? Verb::held : Verb::placed; }

Event book(Plan& plan, Event event, const Decision& decision) {
  settle(event, decision);
  begin_status(event, plan.now());
  for (const auto& displaced : decision.displaced) plan.displace(displaced);
  const auto kind = placing_kind(event);
  return plan.add(std::move(event), kind);
}

Event rebook(Plan& plan, const Event& was, Event wanted, const Decision& decision, Verb kind,
             const std::vector<std::string>& fields) {
  for (const auto& displaced : decision.displaced) plan.displace(displaced);
  return plan.change(was, std::move(wanted), kind, fields);
}

std::vector<Move> place_displaced(Plan& plan) {
  auto displaced = plan.take_displaced();
  std::sort(displaced.begin(), displaced.end(), replaced_earlier);
  std::vector<Move> moves;
  const auto place_to = [&](const Event& event, const Decision& decision) {
    if (const auto move = place_again(plan, event, decision)) moves.push_back(*move);
  };
  const auto widened = [&](Event event) {
    widen(plan, event);
    return event;
  };
  // With other candidates an event may keep its time, unless another displaced event has taken it.
  std::erase_if(displaced, [&](const Event& event) {
    const auto decision = event.one_of ? find_place(plan, widened(event), {*event.time}) : Decision{};
    if (decision.time) place_to(event, decision);
    return decision.time.has_value();
  });
  for (const auto& event : displaced) place_to(event, find_place(plan, widened(event)));
  return moves;
}

Move move_of(const Event& before, const Event& after) {
  Move move{after.id, before.time, after.time};
  if (after.one_of && before.time && after.time && before.calendars != after.calendars) {
    move.from_calendars = before.calendars;
    move.to_calendars = after.calendars;
  }
  return move;
}

void add_time_fields(std::vector<std::string>& names, const std::optional<Span>& before,
                     const std::optional<Span>& after) {
  if (!before || !after || before->start != after->start) names.emplace_back("start_timestamp");
  if (!before || !after || before->end != after->end) names.emplace_back("end_timestamp");
}

Outcome answer(Plan& plan, Verb what, const Event& event) {
  const auto& first = plan.first_of(event);
  return {.outcome = what,
          .event_id = event.id != 0 ? std::optional(event.id) : std::nullopt,
          .time = event.time,
          .version = event.version != 0 ? std::optional(event.version) : std::nullopt,
          .time_zone = first.time_zone,
          .zone = first.grid().zone};
}

Outcome answer(Plan& plan, Verb what, const Event& event, const Decision& decision) {
  auto outcome = answer(plan, what, event);
  outcome.time.reset();
  outcome.refusal = decision.refusal;
  outcome.alternatives = decision.alternatives;
  outcome.failed = decision.failed;
  return outcome;
}

Outcome reject(Plan& plan, const Event& wanted, const Decision& decision) {
  auto outcome = answer(plan, Verb::rejected, wanted, decision);
  outcome.rejection = plan.reject(wanted, *decision.refusal, decision.alternatives, decision.options);
  return outcome;
}

Outcome reject(Plan& plan, const Event& wanted, Refusal refusal) {
  return reject(plan, wanted, Decision{.refusal = std::move(refusal)});
}

Outcome turn_down(Plan& plan, const Event& wanted, const Decision& decision, OnNoSlot on_no_slot) {
  return on_no_slot == OnNoSlot::leave_out ? answer(plan, Verb::skipped, wanted, decision)
                                           : reject(plan, wanted, decision);
}

}  // namespace jb
