// SPDX-License-Identifier: PostgreSQL
//
// Covers the starts that a refused request leaves with the ranges that single facts forbid. From the first start that
// is not covered, the fact is taken that reaches farthest. On one calendar no cover has fewer facts: by induction, no
// choice covers more starts with as many. Where an event needs several calendars, or some of a list, a fact can turn
// out needless later, so each is tried without at the end.
#include <algorithm>
#include <deque>
#include <list>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "../values/input.hpp"
#include "../values/json.hpp"
#include "choice.hpp"
#include "explanation.hpp"
#include "rule.hpp"
#include "series.hpp"

namespace jb {

namespace {

constexpr Seconds kSecond{1};

/// The starts at which an event of this length would overlap `closed`.
Span starts_over(Span closed, Seconds length) { return {closed.start - length + kSecond, closed.end}; }

/// The time of `within` that is not within the hours.
std::vector<Span> closed_between(const Hours& hours, const Zone& zone, Span within) {
  return subtract({within}, open_spans(hours, zone, within));
}

/// The last of the sorted spans that begins before `end`; nullptr: there is none.
const Span* last_before(const std::vector<Span>& spans, Instant end) {
  const auto after = std::ranges::lower_bound(spans, end, {}, &Span::start);
  return after == spans.begin() ? nullptr : &*std::prev(after);
}

bool have_same_marks(const Calendar& one, const Calendar& other) {
  const auto& a = one.grid();
  const auto& b = other.grid();
  return one.time_zone == other.time_zone && a.slot_increment == b.slot_increment && a.from_opening == b.from_opening &&
         (!a.from_opening || a.hours == b.hours);
}

/// One of the event's calendars, judged alone.
class Ground {
 public:
  Ground(Plan& plan, Event alone, const Requested& requested)
      : event_(std::move(alone)), judge_(plan, event_, requested.options), is_of_series_(requested.rule.has_value()) {}
  Ground(const Ground&) = delete;  // the judge refers to the event

  const Calendar& calendar() const { return judge_.first(); }

  /// Of the facts that forbid the start, the one that reaches farthest; of two such, the one whose rule comes first. Of
  /// a fixed event, which has one start, the fact of the first rule. none: the start is open. `within`: where the event
  /// lies at any start that is asked.
  std::optional<Fact> closed(Instant start, Span within) {
    std::optional<Fact> farthest;
    step();
    for (const auto* rule : rules()) {
      const bool binds =
          !judge_.is_fixed() || !rule->is_strict_only || calendar().strict || judge_.options().only_slots;
      if (!binds && !is_of_series_) continue;
      auto refused = rule->at(judge_, calendar(), start);
      // The horizon binds a series even on a calendar that is not strict (rule 2.14.3).
      if (!refused || (!binds && refused->reason != Reason::beyond_horizon)) continue;
      auto fact = fact_of(std::move(*refused), start, within);
      if (!farthest || fact.starts.end > farthest->starts.end) farthest = std::move(fact);
      if (judge_.is_fixed()) break;
    }
    return farthest;
  }

 private:
  Fact fact_of(Refusal refused, Instant start, Span within) {
    const auto length = judge_.length();
    const auto& grid = calendar().grid();
    Fact fact{.refusal = std::move(refused), .starts = kRepresentable};
    auto& [refusal, starts, event_id, version] = fact;
    if (refusal.reason != Reason::in_the_past) refusal.calendar = calendar().name;
    switch (refusal.reason) {
      case Reason::conflict: {
        const auto event = judge_.plan().find(refusal.conflicts.front()).value();
        event_id = event.id;
        version = judge_.plan().as_read(event).version;
        refusal.is_bound = refusal.is_bound && !event.wish.is_fixed();
        for (const auto& claim : judge_.plan().claims_of(event, *event.time))
          if (claim.calendar == calendar().id) refusal.span = claim.during;
        starts = starts_over({refusal.span->start - grid.buffer_after, refusal.span->end + grid.buffer_before}, length);
        refusal.limit.reset();
        break;
      }
      case Reason::outside_hours:
        if (!closed_) closed_ = closed_between(calendar().grid().hours, calendar().zone(), within);
        refusal.span = *last_before(*closed_, start + length);
        starts = starts_over(*refusal.span, length);
        refusal.limit.reset();
        break;
      case Reason::over_limit:
        refusal.span = last_full_day(start);
        starts = starts_over(*refusal.span, length);
        break;
      case Reason::off_increment:
        starts = {calendar().pattern->mark_until(start) + kSecond, calendar().pattern->mark_from(start)};
        break;
      case Reason::too_soon:
        starts.end = *refusal.limit;
        break;
      case Reason::beyond_horizon:
        refusal.span.reset();
        starts.start = *refusal.limit - length + kSecond;
        break;
      case Reason::source_stale:
        break;
      default:
        starts = {start, refusal.limit.value_or(kRepresentable.end)};
        break;
    }
    if (judge_.is_fixed()) starts = {start, start + kSecond};
    return fact;
  }

  /// The last full day that forbids the start (rule 2.8.6). The rule has found one.
  Span last_full_day(Instant start) {
    const auto& zone = calendar().zone();
    const bool is_start_enough = judge_.is_fixed() && !calendar().strict && !judge_.options().only_slots;
    auto day = zone.day_at(is_start_enough ? start : start + judge_.length() - kSecond);
    while (!judge_.plan().is_full(calendar(), day.start)) day = zone.day_at(day.start - kSecond);
    return day;
  }

  Event event_;
  Judge judge_;
  bool is_of_series_;
  std::optional<std::vector<Span>> closed_{};  ///< by the hours; none: not looked for yet
};

/// The calendars of an event, and the hours that it asks for.
class Grounds {
 public:
  /// `fixed`: the time of an event that goes there or nowhere.
  Grounds(Plan& plan, const Requested& requested, const std::optional<Span>& fixed)
      : length_(fixed ? fixed->length() : *requested.wanted.wish.duration),
        asked_(fixed ? std::nullopt : requested.wanted.wish.within),
        first_(plan.first_of(requested.wanted)) {
    const auto& event = requested.wanted;
    const auto add = [&](const std::vector<std::string>& names, std::size_t count) {
      if (names.empty()) return;
      auto& pool = pools_.emplace_back();
      pool.count = count;
      for (const auto& name : names) {
        auto alone = alone_on(event, {name});
        alone.wish.duration = length_;
        if (fixed) alone.wish.wished_start = fixed->start;
        pool.grounds.emplace_back(plan, std::move(alone), requested);
      }
    };
    const auto needs = needs_of(event);
    add(needs.all, needs.all.size());
    for (const auto& [candidates, count] : needs.some) add(candidates, count);
  }

  Seconds length() const { return length_; }

  /// Says where the event lies at any start that refute() is asked for.
  void look(Span within) {
    within_ = within;
    if (asked_) unasked_ = closed_between(hours_of(*asked_), first_.zone(), within);
  }

  std::vector<Need> needs() const {
    std::vector<Need> needs;
    for (const auto& pool : pools_) {
      auto& [names, count] = needs.emplace_back(Need{{}, pool.count});
      for (const auto& ground : pool.grounds) names.push_back(ground.calendar().name);
    }
    return needs;
  }

  /// The calendars on whose increments a start can be: the one named first, or each candidate of the first list. Of
  /// those with the same marks, one.
  std::vector<const Calendar*> leading() const {
    const auto& [grounds, count] = pools_.front();
    std::vector<const Calendar*> leading;
    for (const auto& ground : grounds) {
      const auto is_like_it = [&](const Calendar* other) { return have_same_marks(ground.calendar(), *other); };
      if (std::ranges::none_of(leading, is_like_it)) leading.push_back(&ground.calendar());
    }
    if (count == grounds.size()) leading.resize(1);
    return leading;
  }

  /// The last start that the horizon of some calendar allows.
  Instant last_start(Instant now) const {
    auto last = now;
    for (const auto& pool : pools_)
      for (const auto& ground : pool.grounds) last = std::max(last, bounds_of(ground.calendar(), now).end - length_);
    return last;
  }

  /// Facts that forbid the start together. Of the sets that do, it is the one that reaches farthest. Empty: the start
  /// is open. `until`: the first later start that one of them does not forbid.
  std::vector<Fact> refute(Instant start, Instant& until) {
    std::vector<Fact> facts;
    until = start;
    if (const auto* closed = last_before(unasked_, start + length_); closed != nullptr && start < closed->end) {
      facts.push_back(
          {.refusal = {.reason = Reason::outside_window, .span = *closed}, .starts = starts_over(*closed, length_)});
      until = facts.front().starts.end;
    }
    for (auto& pool : pools_) {
      std::vector<Fact> closed;
      for (auto& ground : pool.grounds)
        if (auto fact = ground.closed(start, within_)) closed.push_back(std::move(*fact));
      const auto open = pool.grounds.size() - closed.size();
      if (open >= pool.count) continue;
      std::ranges::stable_sort(closed, [](const Fact& a, const Fact& b) { return a.starts.end > b.starts.end; });
      closed.resize(pool.grounds.size() - pool.count + 1);
      if (closed.back().starts.end <= until) continue;
      until = closed.back().starts.end;
      facts = std::move(closed);
    }
    return facts;
  }

 private:
  struct Pool {
    std::deque<Ground> grounds{};
    std::size_t count = 0;
  };

  Seconds length_;
  std::optional<Within> asked_;
  const Calendar& first_;
  std::list<Pool> pools_{};  ///< a judge stays where it is
  Span within_{};
  std::vector<Span> unasked_{};  ///< outside the hours that the event asks for
};

/// The starts that the request leaves an automatic event, on the increment of a leading calendar. If the request sets
/// no end, the last one is the first that lies beyond every horizon: a horizon forbids it and all later ones.
std::vector<Instant> starts_left(const Grounds& grounds, Span window, Instant now) {
  std::vector<Instant> starts;
  const auto leading = grounds.leading();
  const auto last = grounds.last_start(now);
  for (const auto* calendar : leading) {
    const auto& pattern = *calendar->pattern;
    for (auto start = pattern.mark_from(std::max(window.start, now)); start <= window.end - grounds.length();
         start = pattern.mark_from(start + kSecond)) {
      step();
      spend(Budget::starts);
      starts.push_back(start);
      if (start > last) break;
    }
  }
  std::ranges::sort(starts);
  starts.erase(std::ranges::unique(starts).begin(), starts.end());
  return starts;
}

/// Leaves facts out as long as the others forbid every allowed start, too.
class Pruning {
 public:
  explicit Pruning(const Proof& proof) {
    const auto index = [&](Instant at) {
      return static_cast<std::size_t>(std::ranges::lower_bound(proof.allowed, at) - proof.allowed.begin());
    };
    std::map<std::string, std::size_t> grounds{{"", 0}};
    for (const auto& [names, count] : proof.needs) {
      needs_.push_back({grounds.size(), names.size(), count});
      for (const auto& name : names) grounds.emplace(name, grounds.size());
    }
    std::vector<std::size_t> borders{0, proof.allowed.size()};
    for (const auto& fact : proof.facts) {
      covered_.push_back({index(fact.starts.start), index(fact.starts.end), grounds.at(fact.refusal.calendar)});
      borders.insert(borders.end(), {covered_.back().first, covered_.back().end});
    }
    std::ranges::sort(borders);
    borders.erase(std::ranges::unique(borders).begin(), borders.end());
    width_ = grounds.size();
    cells_.resize((borders.size() - 1) * width_);
    for (auto& fact : covered_) {
      for (auto* border : {&fact.first, &fact.end})
        *border = static_cast<std::size_t>(std::ranges::lower_bound(borders, *border) - borders.begin());
      add(fact, 1);
    }
  }

  /// Whether the fact is needless. If so, it counts as left out from then on.
  bool leave_out(std::size_t which) {
    const auto& fact = covered_[which];
    add(fact, -1);
    for (auto cell = fact.first; cell < fact.end; ++cell) {
      if (is_refuted(cell)) continue;
      add(fact, 1);
      return false;
    }
    return true;
  }

 private:
  /// A fact that forbids the starts from one border to another. The grounds are numbered: 0 is the request itself.
  struct Covered {
    std::size_t first;
    std::size_t end;
    std::size_t ground;
  };
  struct Numbered {
    std::size_t first;
    std::size_t size;
    std::size_t count;
  };

  void add(const Covered& fact, int by) {
    for (auto cell = fact.first; cell < fact.end; ++cell) cells_[cell * width_ + fact.ground] += by;
  }

  /// Whether no start between this border and the next is open.
  bool is_refuted(std::size_t cell) const {
    step();
    const auto forbids = cells_.begin() + static_cast<std::ptrdiff_t>(cell * width_);
    if (forbids[0] > 0) return true;
    return std::ranges::any_of(needs_, [&](const Numbered& need) {
      const auto first = forbids + static_cast<std::ptrdiff_t>(need.first);
      const auto open = std::count(first, first + static_cast<std::ptrdiff_t>(need.size), 0);
      return static_cast<std::size_t>(open) < need.count;
    });
  }

  std::vector<Numbered> needs_{};
  std::vector<Covered> covered_{};
  std::size_t width_ = 0;
  std::vector<int> cells_{};  ///< how many facts of each ground forbid the starts between two borders
};

void prune(Proof& proof) {
  Pruning pruning(proof);
  std::vector<Fact> needed;
  for (std::size_t i = 0; i < proof.facts.size(); ++i)
    if (!pruning.leave_out(i)) needed.push_back(std::move(proof.facts[i]));
  proof.facts = std::move(needed);
}

/// Covers the allowed starts. Result: whether facts forbid all of them.
bool cover(Grounds& grounds, Proof& proof) {
  std::set<std::tuple<std::string, Instant, Instant>> known;
  for (auto next = proof.allowed.begin(); next != proof.allowed.end();) {
    Instant until;
    auto facts = grounds.refute(*next, until);
    if (facts.empty()) return false;
    for (auto& fact : facts) {
      if (!known.emplace(fact.refusal.calendar, fact.starts.start, fact.starts.end).second) continue;
      spend(Budget::facts);
      proof.facts.push_back(std::move(fact));
    }
    next = std::lower_bound(next + 1, proof.allowed.end(), until);
  }
  return true;
}

}  // namespace

Proof prove(Plan& plan, Requested requested) {
  const auto before = plan.mark();
  const auto outcome = request(plan, requested);
  plan.back_to(before);
  Proof proof{.at = plan.now(),
              .outcome = outcome.outcome,
              .time = outcome.time,
              .time_zone = outcome.time_zone,
              .zone = outcome.zone};
  if (!outcome.refusal) return proof;
  // A later time of an offer may be refused because of the earlier ones, which nobody could look up.
  const bool is_later_time = std::exchange(requested.options.offer, 0) > 0 && !request(plan, requested).refusal;
  plan.back_to(before);
  const auto& event = requested.wanted;
  proof.reason = outcome.refusal->reason;
  std::optional<Span> fixed;
  if (event.wish.is_fixed()) fixed = outcome.failed.value_or(wished_time(event.wish, plan.first_of(event).zone()));
  if (!fixed && requested.options.preempt && !has_choice(event)) set_aside_lower(plan, event, kRepresentable.end);
  Grounds grounds(plan, requested, fixed);
  proof.needs = grounds.needs();
  proof.duration = grounds.length();
  if (is_later_time) return proof;
  if (fixed)
    proof.allowed = {fixed->start};
  else
    proof.allowed = starts_left(grounds, Judge(plan, event).window(), plan.now());
  if (!proof.allowed.empty()) grounds.look({proof.allowed.front(), proof.allowed.back() + proof.duration});
  proof.is_proved = cover(grounds, proof);
  prune(proof);
  std::ranges::stable_sort(proof.facts, {}, [](const Fact& fact) { return fact.starts.start; });
  return proof;
}

namespace {

/// The starts as runs with the same distance: {"first", "last", "step"}, the step in seconds.
std::string runs_json(const std::vector<Instant>& starts, const Zone& zone) {
  std::string json;
  for (std::size_t i = 0; i < starts.size();) {
    auto last = std::min(i + 1, starts.size() - 1);
    const auto distance = std::max(starts[last] - starts[i], kSecond);
    while (last + 1 < starts.size() && starts[last + 1] - starts[last] == distance) ++last;
    JsonObject run;
    run.add("first", format_timestamp(starts[i], zone));
    run.add("last", format_timestamp(starts[last], zone));
    run.add("step", distance.count());
    json.append(json.empty() ? "[" : ", ").append(std::move(run).finished());
    i = last + 1;
  }
  return json.empty() ? "[]" : json + "]";
}

std::string fact_json(const Fact& fact, const Zone& zone) {
  JsonObject starts;
  if (fact.starts.start != kRepresentable.start) starts.add("from", format_timestamp(fact.starts.start, zone));
  if (fact.starts.end != kRepresentable.end) starts.add("until", format_timestamp(fact.starts.end, zone));
  JsonObject json;
  json.add("reason", name_of(fact.refusal.reason));
  json.add("forbids", RawJson{std::move(starts).finished()});
  if (fact.event_id) json.add("event_id", *fact.event_id);
  if (fact.version) json.add("version", *fact.version);
  json.add("facts", RawJson{facts_json(fact.refusal, zone)});
  return std::move(json).finished();
}

/// The texts as a JSON array.
template <class List, class Write>
std::string array_of(const List& list, Write write) {
  std::string json;
  for (const auto& each : list) json.append(json.empty() ? "[" : ", ").append(write(each));
  return json.empty() ? "[]" : json + "]";
}

}  // namespace

std::string proof_json(const Proof& proof, const std::function<std::int64_t(const std::string&)>& change_seq) {
  const auto& zone = *proof.zone;
  JsonObject json;
  json.add("at", format_timestamp(proof.at, zone));
  json.add("time_zone", proof.time_zone);
  json.add("outcome", name_of(proof.outcome));
  if (proof.time) {
    json.add("start_timestamp", format_timestamp(proof.time->start, zone));
    json.add("end_timestamp", format_timestamp(proof.time->end, zone));
  }
  if (!proof.reason) return std::move(json).finished();
  json.add("reason", name_of(*proof.reason));
  json.add("is_proved", proof.is_proved);
  json.add("duration", proof.duration.count());
  json.add("allowed", RawJson{runs_json(proof.allowed, zone)});
  json.add("needs", RawJson{array_of(proof.needs, [](const Need& need) {
             JsonObject one;
             one.add("calendars", need.calendars);
             one.add("count", need.count);
             return std::move(one).finished();
           })});
  JsonObject changes;
  for (const auto& need : proof.needs)
    for (const auto& name : need.calendars) changes.add(name, change_seq(name));
  json.add("change_seq", RawJson{std::move(changes).finished()});
  json.add("facts", RawJson{array_of(proof.facts, [&](const Fact& fact) { return fact_json(fact, zone); })});
  return std::move(json).finished();
}

}  // namespace jb
