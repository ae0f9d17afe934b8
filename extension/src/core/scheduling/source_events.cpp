// SPDX-License-Identifier: PostgreSQL
#include "source_events.hpp"

#include <algorithm>
#include <set>

#include "../values/input.hpp"
#include "edits.hpp"
#include "place.hpp"
#include "powers.hpp"
#include "series.hpp"

namespace jb {

namespace {

using Action = SourceEvent::Action;

/// The most attempts before every event keeps its time until its turn comes, which keeps the cost linear.
constexpr int kAttempts = 4;

/// A mirror whose event exists.
struct Here {
  Mirror mirror;
  Event event;
};

/// A change of one event here.
struct EventEdit {
  EventId event_id = 0;
  Edit edit;
  bool opens_time = false;  ///< the event moves or ends
  bool ends = false;
};

void copy_start(Fields& to, const Fields& from) {
  to.date = from.date;
  to.start_time = from.start_time;
  to.start_timestamp = from.start_timestamp;
}

void copy_length(Fields& to, const Fields& from) {
  to.duration = from.duration;
  to.days = from.days;
}

void copy_names(Fields& to, const Fields& from, Missed parts) {
  const auto is_missed = [&](Missed part) { return (parts & (part | kMissedAll)) != 0; };
  if (is_missed(kMissedName)) to.event_name = from.event_name;
  if (is_missed(kMissedPlace)) to.event_location.set(from.event_location.value);
  if (!is_missed(kMissedPeople)) return;
  to.attendees = from.attendees;
  to.guests = from.guests;
}

/// One event of the source. What to do is decided for all events of the source before any of it is done.
class SourceSync {
 public:
  SourceSync(Plan& plan, const SourceEvent& source) : plan_(plan), source_(source) {
    read();
    decide();
  }

  /// Frees the time of the events that move or end.
  void set_aside() {
    for (const auto& each : edits_) {
      const auto event = plan_.find(each.event_id);
      if (!each.opens_time || !event->is_claiming()) continue;
      plan_.set_aside(*event);
      aside_.push_back(each.event_id);
    }
  }

  /// `keeps_time`: the events were not set aside before. Result: nullopt if an event can go neither to its new time nor
  /// back to its old time; the plan is then void.
  std::optional<Followed> carry_out(const std::string& calendar, bool keeps_time) {
    const auto before = plan_.mark();
    if (keeps_time) set_aside();
    book_ended_anew();
    if (!refused_ && take_all() && book_all() && book_new() && keeps_some()) {
      tell_rule();
      return answered(calendar);
    }
    plan_.back_to(before);
    const auto back = [&](EventId id) { return put_back(id); };
    if (!keeps_time && !std::all_of(aside_.begin(), aside_.end(), back)) return std::nullopt;
    Followed followed;
    followed.outcome = turn_down(plan_, refused_->wanted, refused_->decision, source_.fields.on_no_slot);
    followed.is_done = false;
    return followed;
  }

 private:
  /// Why the source cannot be followed.
  struct Refused {
    Event wanted;
    Decision decision;
  };

  void read() {
    std::map<EventId, Event> members;
    const bool needs_one = source_.action == Action::leave || source_.action == Action::keep;
    if (source_.series && !needs_one)
      for (auto& event : plan_.series(*source_.series)) members.emplace(event.id, std::move(event));
    is_empty_ = members.empty();
    for (const auto& mirror : source_.mirrors) {
      step();
      const auto known = members.find(mirror.event_id);
      auto event = known != members.end() ? std::optional{known->second} : plan_.find(mirror.event_id);
      if (!event && source_.action == Action::cancel) former_.push_back(mirror.event_id);
      if (!event) continue;
      members.erase(mirror.event_id);
      here_.push_back({mirror, std::move(*event)});
      if (needs_one) break;
    }
    for (auto& [id, event] : members)
      if (event.recurrence_id && event.stands())
        unnamed_.push_back({{.start = *event.recurrence_id, .event_id = id, .is_changed = true}, std::move(event)});
    for (const auto id : needs_one ? std::vector<EventId>{} : source_.strays)
      if (auto event = plan_.find(id))
        strays_.push_back({{.event_id = id}, std::move(*event)});
      else
        former_.push_back(id);
    std::vector<Event> events;
    for (const auto* all : {&here_, &strays_, &unnamed_})
      for (const auto& here : *all)
        if (!is_out_of_reach(here.event)) events.push_back(here.event);
    plan_.need_all_of(events);
  }

  /// Whether the caller may neither read the event nor book where it is, so that its calendars are neither locked nor
  /// named.
  bool is_out_of_reach(const Event& event) {
    return !plan_.store().may_read(event) && !has_right_on_each(plan_.store(), event.calendars, Right::book);
  }

  void decide() {
    end(strays_);
    const auto action = source_.action;
    if (action == Action::leave && here_.empty() && !source_.mirrors.empty()) remark_ = "It has been deleted here.";
    if (action == Action::keep) is_new_ = here_.empty();
    if (action == Action::cancel) end(here_);
    if (action == Action::follow) follow();
  }

  void follow() {
    const bool any_stands = std::any_of(here_.begin(), here_.end(), [](const Here& h) { return h.event.stands(); });
    // Events that only the source has ended come back. If the source itself returns, all its events do.
    const bool has_ended_all = std::ranges::all_of(here_, [](const Here& h) { return h.mirror.is_over; });
    if (here_.empty() || (!any_stands && (source_.returns || has_ended_all))) {
      is_new_ = true;
    } else if (!any_stands) {
      remark_ = "It has been cancelled here.";
    } else if (source_.series.has_value() != source_.fields.recurrence.has_value()) {
      end(here_);
      is_new_ = true;
    } else if (source_.fields.recurrence) {
      decide_series();
    } else {
      decide_single(here_.front());
    }
  }

  void end(const std::vector<Here>& all) {
    const auto edit = cancelling();
    for (const auto& here : all) {
      if (here.mirror.is_left) continue;
      if (is_out_of_reach(here.event)) throw file_changes_hidden();
      order(here.event);
      if (is_possible(intent_of(plan_, here.event, edit), plan_.now()))
        edits_.push_back({here.event.id, edit, true, true});
      else if (here.event.has_ended(plan_.now()))
        former_.push_back(here.event.id);
    }
  }

  void decide_single(const Here& here) {
    auto fields = source_.changes;
    if (source_.has_other_starts) copy_start(fields, source_.fields);
    if (source_.has_other_length) copy_length(fields, source_.fields);
    if (is_another(here.event, time_in(fields, here.event)))
      is_new_ = true;
    else
      change(here, std::move(fields));
  }

  /// The time that the event has with these fields.
  Span time_in(const Fields& fields, const Event& event) {
    const auto wanted = apply(fields, event, kShortest).wish;
    return wanted.is_fixed() ? wished_time(wanted, plan_.first_of(event).zone()) : *event.time;
  }

  /// Whether the time is still to come and needs another event: one that has ended stays as a record, and one in
  /// progress goes on.
  bool is_another(const Event& event, const Span& time) const {
    if (!event.stands() || event.is_ahead(plan_.now()) || is_over(time)) return false;
    return event.has_ended(plan_.now()) || event.time->end <= time.start;
  }

  void decide_series() {
    const auto requested = resolve(plan_, source_.fields);
    auto asked = occurrences_of(plan_, requested);
    if (asked.refused) {
      refused_ = Refused{requested.wanted, std::move(*asked.refused)};
      return;
    }
    const auto stored = plan_.rule(*source_.series);
    const auto& told = source_.fields.recurrence->text;
    has_other_rule_ = stored != told && (source_.has_other_rule || is_empty_ || !stored);
    rule_ = has_other_rule_ ? told : *stored;
    std::map<Instant, Event> wanted;
    for (auto& event : asked.events) wanted.emplace(*event.recurrence_id, std::move(event));
    const auto all = wanted.size();
    const auto near = smallest_gap(wanted) / 2;
    auto left = match(wanted);
    // Occurrences that a longer rule has added here are those that the source adds now.
    for (const auto& here : unnamed_) {
      const auto found = wanted.find(here.mirror.start);
      if (found == wanted.end() || is_given_up(here, wanted, found->second)) continue;
      stay(here, found->second);
      wanted.erase(found);
    }
    const bool is_all_elsewhere = wanted.size() == all;
    pair(left, wanted, near, is_all_elsewhere && left.size() == all);
    for (auto& [start, event] : wanted) new_.push_back(std::move(event));
    leave_recurrence_ids();
  }

  /// Whether the event is one of the series that the source has, not of another one that a rule here has made of it.
  bool is_of_series(const Event& event) const { return event.series && event.series == source_.series; }

  /// If an occurrence goes to another event now, gives another RECURRENCE-ID to the event that has stood for it: a rule
  /// moved that event there, and it keeps its time.
  void leave_recurrence_ids() {
    std::set<EventId> settled;  // events that end, or get another occurrence
    std::set<Instant> given;
    for (const auto& each : edits_) {
      if (each.ends || each.edit.recurrence_id) settled.insert(each.event_id);
      if (each.edit.recurrence_id) given.insert(*each.edit.recurrence_id);
    }
    for (const auto& event : new_) given.insert(*event.recurrence_id);
    for (const auto* all : {&here_, &unnamed_}) {
      for (const auto& [mirror, event] : *all) {
        const bool stands_for_one = is_of_series(event) && event.stands() && event.recurrence_id;
        if (stands_for_one && given.contains(*event.recurrence_id) && !settled.contains(event.id))
          leave_recurrence_id(event, given);
      }
    }
  }

  /// A mirror whose occurrence the rule no longer names; without an event if that was deleted here.
  struct Left {
    Mirror mirror;
    const Here* here = nullptr;
  };

  /// The smallest gap between the starts of two occurrences, as the source has them now or had them before.
  Seconds smallest_gap(const std::map<Instant, Event>& wanted) const {
    std::vector<Instant> by_now, before;
    for (const auto& [start, event] : wanted) by_now.push_back(start);
    for (const auto& mirror : source_.mirrors) before.push_back(mirror.start);
    auto gap = kLongest;
    for (const auto* starts : {&by_now, &before})
      for (std::size_t i = 1; i < starts->size(); ++i) gap = std::min(gap, (*starts)[i] - (*starts)[i - 1]);
    return gap;
  }

  /// Changes the events whose occurrences the rule still names, and takes these from `wanted`. Events that have ended
  /// or were deleted here stay so. A separate event beside the series ends, and the series takes its occurrence back.
  /// The series also takes back an occurrence that only the source had ended, and all of them if the source returns.
  /// Result: the other mirrors, by start.
  std::vector<Left> match(std::map<Instant, Event>& wanted) {
    std::map<EventId, const Here*> known;
    for (const auto& here : here_) known.emplace(here.event.id, &here);
    std::vector<Left> left;
    for (const auto& mirror : source_.mirrors) {
      const auto at = known.find(mirror.event_id);
      const auto* here = at == known.end() ? nullptr : at->second;
      if (here != nullptr && (mirror.is_over || source_.returns) && !here->event.stands()) continue;
      if (here != nullptr && is_outside(*here)) {
        end({*here});
        continue;
      }
      const auto found = wanted.find(mirror.start);
      if (found != wanted.end() && here == nullptr && !takes({mirror}, found->second)) continue;
      if (here != nullptr && mirror.is_left) leave_for_later(*here);
      if (found == wanted.end()) {
        if (!mirror.is_left) left.push_back({mirror, here});
        continue;
      }
      if (here != nullptr && is_given_up(*here, wanted, found->second)) continue;
      if (here != nullptr && !mirror.is_left)
        stay(*here, found->second);
      else if (source_.returns)
        rename(mirror.event_id, mirror.start);
      wanted.erase(found);
    }
    return left;
  }

  /// An event whose occurrence lies beyond the horizon, for one, follows once the source can be followed there.
  void leave_for_later(const Here& here) {
    if (!here.event.stands() || !here.event.is_ahead(plan_.now())) return;
    const auto fields = names_for(here, here.mirror.start);
    Missed missed = is_told_anew(here) ? kMissedAll : 0;
    if (fields.event_name.has_value()) missed |= kMissedName;
    if (fields.event_location.named) missed |= kMissedPlace;
    if (fields.attendees.has_value()) missed |= kMissedPeople;
    if (source_.has_other_length) missed |= kMissedLength;
    if (missed != 0) left_behind_[here.event.id] |= missed;
  }

  /// Whether the event has taken place, while the source now has its occurrence still to come. The event then stays as
  /// a record, in its series as an occurrence that no other event stands for, and the occurrence gets another event.
  bool is_given_up(const Here& here, const std::map<Instant, Event>& wanted, const Event& occurrence) {
    const auto& event = here.event;
    const bool is_told = !here.mirror.is_left && (is_told_anew(here) || here.mirror.has_other_clock);
    if (!is_told || !is_another(event, time_of(occurrence))) return false;
    former_.push_back(event.id);
    if (is_of_series(event)) leave_recurrence_id(event, wanted);
    return true;
  }

  /// The event becomes an occurrence of its series that is neither in `taken` nor another event's: the first from its
  /// start on.
  void leave_recurrence_id(const Event& event, const auto& taken) {
    if (recurrence_ids_.empty())
      for (const auto* all : {&here_, &unnamed_})
        for (const auto& here : *all)
          if (here.event.recurrence_id) recurrence_ids_.insert(*here.event.recurrence_id);
    auto start = event.time->start;
    while (taken.contains(start) || !recurrence_ids_.insert(start).second) start += Seconds{1};
    Edit edit;
    edit.recurrence_id = start;
    edits_.push_back({event.id, std::move(edit)});
  }

  /// Whether the event of the occurrence belongs to no series, and can give way to one of the series.
  bool is_outside(const Here& here) const {
    return !here.mirror.is_left && !here.event.series && here.event.stands() && here.event.is_ahead(plan_.now());
  }

  /// Whether the event gets all that the source says of the occurrence, not only the changes to the series.
  bool is_told_anew(const Here& here) const {
    return here.mirror.is_changed || (here.mirror.missed & kMissedAll) != 0 ||
           (source_.differs_from && here.mirror.start >= *source_.differs_from);
  }

  /// The name, place and people that the event gets as the occurrence at `start`.
  Fields names_for(const Here& here, Instant start) const {
    const auto* later = source_.fields.recurrence->later_at(start);
    const auto& told = later != nullptr && later->fields ? *later->fields : source_.fields;
    auto fields = later == nullptr ? source_.changes : Fields();
    const bool may_be_named_anew = start != here.mirror.start && !source_.fields.recurrence->later.empty();
    const bool is_all = is_told_anew(here) || may_be_named_anew;
    copy_names(fields, told, is_all ? kMissedAll : here.mirror.missed);
    return fields;
  }

  /// The event keeps its occurrence.
  void stay(const Here& here, const Event& wanted) {
    const auto start = here.mirror.start;
    const bool moves = here.mirror.has_other_clock && here.event.is_ahead(plan_.now());
    auto fields = names_for(here, start);
    if (moves || is_told_anew(here)) {
      set_time(fields, wanted);
    } else if (source_.has_other_length || (here.mirror.missed & kMissedLength) != 0) {
      set_length(fields, wanted.wish);
      // Days are counted from the wall clock of the start, on the calendar's present clock.
      if (here.event.time && here.event.time->start == start) set_time(fields, wanted);
    }
    if (moves || here.mirror.is_changed || here.mirror.missed != 0 || source_.returns) rename(here.event.id, start);
    const bool is_behind = (here.mirror.missed & kMissedAll) != 0;
    change(here, std::move(fields), moves || is_behind ? std::optional{start} : std::nullopt);
  }

  /// Gives the mirrors that are left the occurrences that are new in the rule, and ends the others. If the whole series
  /// has moved, with as many occurrences as before, they go in order of time (`in_order`). Otherwise each goes to an
  /// occurrence that is `near`, so that what people wrote for one day does not end up on another.
  void pair(const std::vector<Left>& left, std::map<Instant, Event>& wanted, Seconds near, bool in_order) {
    std::vector<Here> ending;
    auto next = wanted.begin();
    for (const auto& each : left) {
      if (!in_order) next = wanted.upper_bound(each.mirror.start - near);
      const bool is_near = next != wanted.end() && next->first < each.mirror.start + near;
      const bool is_ahead = each.here != nullptr && each.here->event.is_ahead(plan_.now());
      const bool is_taken = next != wanted.end() && (in_order || is_near) && takes(each, next->second);
      if (is_taken) {
        if (is_ahead) {
          auto fields = names_for(*each.here, next->first);
          set_time(fields, next->second);
          change(*each.here, std::move(fields), next->first);
        }
        rename(each.mirror.event_id, next->first);
        next = wanted.erase(next);
      } else {
        if (is_ahead) ending.push_back(*each.here);
        if (next != wanted.end()) ++next;
      }
    }
    end(ending);
  }

  /// Whether the mirror may take the occurrence. A future event does not go where it would have ended. One that has
  /// ended stays as a record, and takes only an occurrence that has ended; one in progress takes only an occurrence
  /// that has begun, or begins before the event ends. A mirror that has begun, and whose event was deleted here, takes
  /// no occurrence that is still to come.
  bool takes(const Left& left, const Event& wanted) {
    const auto time = time_of(wanted);
    if (left.here == nullptr) return plan_.now() < left.mirror.start || time.start <= plan_.now();
    if (!left.here->event.stands()) return true;
    const auto& event = left.here->event;
    if (event.is_ahead(plan_.now())) return !is_over(time);
    return event.has_ended(plan_.now()) ? is_over(time) : time.start <= plan_.now() || time.start < event.time->end;
  }

  static void set_time(Fields& fields, const Event& wanted) {
    fields.date.set_if_given(wanted.wish.date);
    fields.start_time.set_if_given(wanted.wish.start_time);
    fields.start_timestamp.set_if_given(wanted.wish.wished_start);
    set_length(fields, wanted.wish);
  }

  static void set_length(Fields& fields, const Wish& wish) {
    fields.duration.set_if_given(wish.duration);
    fields.days.set_if_given(wish.days);
  }

  void rename(EventId id, Instant start) {
    former_.push_back(id);
    mirrors_.push_back({start, id});
  }

  /// `recurrence_id`: the event becomes this occurrence, if it is of the series.
  void change(const Here& here, Fields fields, std::optional<Instant> recurrence_id = {}) {
    if (is_out_of_reach(here.event)) throw file_changes_hidden();
    if (!here.event.stands()) return;
    order(here.event);
    // An event that was made automatic here has no length in days of the wall clock.
    if (fields.days.has_value() && !apply(fields, here.event, kShortest).wish.is_fixed()) {
      fields.duration.set(*fields.days.value * kDay);
      fields.days.drop();
    }
    drop_unchanged(fields, here.event);
    fields.allow_past = true;
    Edit edit{.fields = std::move(fields)};
    if (is_of_series(here.event)) edit.recurrence_id = recurrence_id;
    auto intent = intent_of(plan_, here.event, edit);
    if (intent.moves && !may_move(plan_, intent)) {
      remarked_ = here.event.id;
      remark_ = "The file has another time for event " + std::to_string(here.event.id) + ", which is " +
                std::string(name_of(status_at(here.event, plan_.now()))) + " here and stays where it is.";
      if (!here.event.has_ended(plan_.now())) left_behind_[here.event.id] = kMissedAll;
      copy_start(edit.fields, {});
      copy_length(edit.fields, {});
      intent = intent_of(plan_, here.event, edit);
      if (intent.moves) return;
    }
    if (intent.moves || !intent.changed.empty()) edits_.push_back({here.event.id, std::move(edit), intent.moves});
  }

  /// Steps that end an event go first.
  bool take_all() {
    std::stable_partition(edits_.begin(), edits_.end(), [](const EventEdit& each) { return each.ends; });
    return std::all_of(edits_.begin(), edits_.end(), [&](const EventEdit& each) { return take(each); });
  }

  bool take(const EventEdit& each) {
    step();
    const auto before = plan_.mark();
    auto intent = intent_of(plan_, *plan_.find(each.event_id), each.edit);
    if (tells_rule(intent.wanted)) intent.changed.emplace_back(kRecurrenceField);
    const auto outcome = jb::carry_out(plan_, intent);
    if (outcome.outcome != Verb::rejected) {
      // An event that was already cancelled here is also reported as cancelled, since the file says this of it.
      if (each.ends || outcome.outcome != Verb::unchanged) changed_.push_back(each.event_id);
      if (each.ends) ended_.insert(each.event_id);
      if (!each.ends)
        own_ = outcome;
      else if (source_.action != Action::cancel || source_.series || is_stray(each.event_id))
        former_.push_back(each.event_id);
      return true;
    }
    refuse(intent.wanted, outcome);
    const bool is_one = !source_.fields.recurrence;
    const bool is_past = is_over(time_of(intent.wanted));
    if (!is_past && (is_one || !skips(source_.fields.on_no_slot))) return false;
    plan_.back_to(before);
    with_rule_.erase(each.event_id);
    if (is_past) {
      std::erase_if(mirrors_, [&](const Mirror& mirror) { return mirror.event_id == each.event_id; });
      if (is_one)
        leave_out(intent.wanted);
      else
        pass_over(*refused_);
      return take({each.event_id, cancelling(), true, true});
    }
    if (each.opens_time && !put_back(each.event_id)) return false;
    skip(std::move(*refused_));
    // It stays where it is under the name of its new occurrence, so the next sync tries again.
    left_behind_[each.event_id] = kMissedAll;
    return true;
  }

  /// Every event of a series shows its rule (rule 2.14.9). The first that is changed stores the new one. Result:
  /// whether the event gets the rule now.
  bool tells_rule(Event& event) {
    const bool is_first = with_rule_.empty();
    if (!has_other_rule_ || !is_of_series(event) || !with_rule_.insert(event.id).second) return false;
    if (is_first) event.recurrence = rule_;
    return true;
  }

  /// Gives the events of the series that otherwise stay as they are a version with its new rule.
  void tell_rule() {
    if (!has_other_rule_) return;
    auto events = plan_.series(*source_.series);
    std::erase_if(events, [&](const Event& event) {
      return plan_.is_new(event.id) || with_rule_.contains(event.id) || !may_change(plan_.store(), event);
    });
    plan_.need_all_of(events);
    for (const auto& each : events) {
      step();
      order(each);
      const auto event = *plan_.find(each.id);
      auto wanted = event;
      tells_rule(wanted);
      plan_.change(event, std::move(wanted), Verb::updated, {std::string(kRecurrenceField)});
      changed_.push_back(event.id);
    }
  }

  bool is_stray(EventId id) const {
    return std::any_of(strays_.begin(), strays_.end(), [&](const Here& here) { return here.event.id == id; });
  }

  bool book_all() {
    if (!new_.empty()) {
      auto all = new_.front();  // resolve() has asked the bounds for one event only
      bind(plan_, all, {}, new_.size());
    }
    for (auto& wanted : new_) {
      step();
      order(wanted);
      wanted.series = source_.series;
      auto decision = place(plan_, wanted, {.allow_past = true});
      if (decision.time) {
        // The first event that joins the series stores its rule, too: jb_purge deletes that of a series that others
        // have left, and may be at it now.
        if (with_rule_.empty()) wanted.recurrence = rule_;
        const auto event = book(plan_, wanted, decision);
        with_rule_.insert(event.id);
        changed_.push_back(event.id);
        mirrors_.push_back({*event.recurrence_id, event.id});
        continue;
      }
      decision.failed = time_of(wanted);
      if (is_over(*decision.failed)) {
        pass_over({wanted, std::move(decision)});
      } else if (skips(source_.fields.on_no_slot)) {
        skip({wanted, std::move(decision)});
      } else {
        refused_ = Refused{wanted, std::move(decision)};
        return false;
      }
    }
    return true;
  }

  bool book_new() {
    if (!is_new_) return true;
    const auto before = plan_.mark();
    auto requested = resolve(plan_, source_.fields);
    requested.may_be_over = true;
    auto outcome = request(plan_, requested);
    const bool all_over = std::ranges::all_of(outcome.skipped, [&](const auto& each) { return is_over(each.time); });
    if (outcome.outcome == Verb::rejected || outcome.outcome == Verb::skipped) {
      refuse(requested.wanted, outcome);
      if (requested.rule ? outcome.skipped.empty() || !all_over : !is_over(time_of(requested.wanted))) return false;
      plan_.back_to(before);
      leave_out(requested.wanted);
      own_->skipped = std::move(outcome.skipped);
      return true;
    }
    forget_all();
    for (const auto id : outcome.events) mirrors_.push_back({*plan_.find(id)->recurrence_id, id});
    if (outcome.events.empty()) mirrors_.push_back({outcome.time->start, *outcome.event_id});
    own_ = std::move(outcome);
    return true;
  }

  void refuse(const Event& wanted, const Outcome& outcome) {
    refused_ =
        Refused{wanted, {.refusal = outcome.refusal, .alternatives = outcome.alternatives, .failed = outcome.failed}};
    if (outcome.rejection) refused_->decision.options = outcome.rejection->options;
  }

  /// The time that the source asks for is over, and taken: it needs no place any more, and nothing stands for it here.
  void leave_out(const Event& wanted) {
    own_ = turn_down(plan_, wanted, refused_->decision, OnNoSlot::leave_out);
    refused_.reset();
    is_nothing_here_ = true;
    forget_all();
  }

  /// The same for one occurrence of a series.
  void pass_over(const Refused& refused) {
    skipped_.push_back({time_of(refused.wanted), *refused.decision.refusal});
    refused_.reset();
  }

  void forget_all() {
    for (const auto& mirror : source_.mirrors) former_.push_back(mirror.event_id);
  }

  bool is_over(const Span& time) const { return time.end <= plan_.now(); }

  void skip(Refused refused) {
    pass_over(refused);
    left_out_ = std::move(refused);
  }

  /// Whether an event of the source is left. If all would end, and no occurrence that takes their place finds one, the
  /// source is refused as a whole (rule 4.24). Otherwise, if none is left, nothing stands here for the source.
  bool keeps_some() {
    if (skipped_.empty() || is_known_by_one()) return true;
    if (left_out_ && !ended_.empty()) {
      refused_ = std::move(left_out_);
      return false;
    }
    is_done_ = !left_out_;
    is_nothing_here_ = true;
    forget_all();
    return true;
  }

  /// Whether an event of the series stands under the name of its occurrence. If the source returns, only the events
  /// that it has again keep their names.
  bool is_known_by_one() {
    const auto stands = [&](const Mirror& mirror) {
      const auto event = plan_.find(mirror.event_id);  // none if it was deleted here
      return event && event->stands() && event->series == source_.series;
    };
    const auto is_known = [&](const Here& here) {
      return stands(here.mirror) && (!here.mirror.is_changed || here.event.is_ahead(plan_.now()));
    };
    return std::ranges::any_of(mirrors_, stands) || (!source_.returns && std::ranges::any_of(here_, is_known));
  }

  /// The time that was asked for. An event that was made automatic here has none of its own.
  Span time_of(const Event& wanted) {
    if (wanted.wish.is_fixed()) return wished_time(wanted.wish, plan_.first_of(wanted).zone());
    const auto start = wanted.time ? wanted.time->start : plan_.now();
    return {start, start + *wanted.wish.duration};
  }

  /// What another part of the file has ended meanwhile is booked anew.
  void book_ended_anew() {
    const auto has_ended = [&](const EventEdit& each) { return !each.ends && !plan_.find(each.event_id)->stands(); };
    if (source_.fields.recurrence || std::erase_if(edits_, has_ended) == 0) return;
    is_new_ = true;
  }

  bool put_back(EventId id) {
    const auto event = plan_.find(id);
    if (!event->is_claiming()) return true;
    if (!others_within(plan_, plan_.claims_of(*event, *event->time)).empty()) return false;
    plan_.put_back(*event);
    return true;
  }

  Followed answered(const std::string& calendar) {
    Followed followed;
    followed.outcome = is_new_ || (own_ && !source_.fields.recurrence) ? *own_ : told(calendar);
    for (auto& move : place_displaced(plan_)) followed.outcome.moves.push_back(std::move(move));
    if (is_new_) followed.first = own_->event_id;
    if (is_nothing_here_) followed.first = kNothingHere;
    if (followed.outcome.remark.empty()) followed.outcome.remark = remark_.empty() ? told_of_ended() : remark_;
    followed.remarked = remarked_;
    followed.mirrors = std::move(mirrors_);
    followed.former = std::move(former_);
    followed.is_done = is_done_;
    followed.left_behind = std::move(left_behind_);
    return followed;
  }

  /// The outcome of an event that ends or stays, or of a series.
  Outcome told(const std::string& calendar) {
    const auto word = changed_.empty()                   ? Verb::unchanged
                      : source_.action == Action::cancel ? Verb::cancelled
                                                         : Verb::updated;
    const auto event = shown();
    const auto& on = plan_.calendar(calendar);
    auto outcome = event ? answer(plan_, word, *event)
                         : Outcome{.outcome = word, .time_zone = on.time_zone, .zone = on.grid().zone};
    if (source_.series) outcome.events = changed_;
    outcome.skipped = std::move(skipped_);
    return outcome;
  }

  /// The cancelled events, as a remark on an answer that names an event that stands.
  std::string told_of_ended() const {
    if (source_.action == Action::cancel || ended_.empty()) return "";
    const std::vector<EventId> ids(ended_.begin(), ended_.end());
    return (ids.size() == 1 ? "This event was cancelled: " : "These events were cancelled: ") +
           ten_of(ids.size(), [&](std::size_t i) { return std::to_string(ids[i]); }) + ".";
  }

  /// The event that the outcome names: the first that was changed, else the first here; one that did not end, if there
  /// is one.
  std::optional<Event> shown() {
    std::vector<EventId> ids;
    if (strays_.empty() || here_.empty()) ids = changed_;
    for (const auto& here : here_) ids.push_back(here.event.id);
    if (ids.empty()) return std::nullopt;
    if (source_.action == Action::cancel) return plan_.find(ids.front());
    for (const auto id : ids)
      if (auto event = plan_.find(id); event && event->stands()) return event;
    return plan_.find(ids.front());
  }

  Plan& plan_;
  const SourceEvent& source_;
  std::vector<Here> here_;
  std::vector<Here> strays_;
  std::vector<Here> unnamed_;         // events of the series without a mirror
  std::set<Instant> recurrence_ids_;  // of all these events, once one of them gives its own up
  // What there is to do.
  std::vector<EventEdit> edits_;
  std::vector<Event> new_;       // occurrences that the series gets
  bool is_new_ = false;          // the event or series is booked anew
  bool is_empty_ = false;        // the series has no event left: its rule, if still stored, is nobody's
  bool has_other_rule_ = false;  // the rule that the series has here becomes another
  std::string rule_;             // that of the series from now on
  std::vector<EventId> aside_;
  // What was done.
  std::optional<Outcome> own_;
  std::vector<EventId> changed_;
  std::set<EventId> ended_;
  std::vector<Skipped> skipped_;
  std::vector<Mirror> mirrors_;
  std::vector<EventId> former_;
  std::optional<Refused> refused_;
  std::optional<Refused> left_out_;  // the last occurrence that was skipped
  bool is_nothing_here_ = false;
  std::string remark_;
  std::optional<EventId> remarked_;  // the event that the remark names
  std::map<EventId, Missed> left_behind_;
  std::set<EventId> with_rule_;  // the events that got the rule, told or with their booking; the first has stored it
  bool is_done_ = true;
};

/// Follows the source, whose events in `late` keep their time until their turn. Result: nullopt if further events have
/// to, which are then added to `late`.
std::optional<std::vector<Followed>> try_all(Plan& plan, const std::string& calendar,
                                             const std::vector<SourceEvent>& sources, std::set<std::size_t>& late) {
  std::vector<SourceSync> syncs;
  syncs.reserve(sources.size());
  for (const auto& source : sources) syncs.emplace_back(plan, source);
  for (std::size_t i = 0; i < syncs.size(); ++i)
    if (!late.contains(i)) syncs[i].set_aside();
  std::vector<Followed> all;
  std::set<std::size_t> refused;
  for (std::size_t i = 0; i < syncs.size(); ++i) {
    step();
    const OfItem item(sources[i].fields.item);
    auto followed = syncs[i].carry_out(calendar, late.contains(i));
    if (!followed) {
      late.insert(i);
      late.merge(refused);
      return std::nullopt;
    }
    if (!followed->is_done) refused.insert(i);
    all.push_back(std::move(*followed));
  }
  return all;
}

}  // namespace

std::vector<Followed> follow_all(Plan& plan, const std::string& calendar, const std::vector<SourceEvent>& sources) {
  std::set<std::size_t> late;
  for (int attempt = 1;; ++attempt) {
    const auto before = plan.mark();
    if (auto all = try_all(plan, calendar, sources, late)) return std::move(*all);
    plan.back_to(before);
    if (attempt < kAttempts) continue;
    for (std::size_t i = 0; i < sources.size(); ++i) late.insert(i);
  }
}

}  // namespace jb
