// SPDX-License-Identifier: PostgreSQL
#include "mirror.hpp"

#include <algorithm>

#include "core/values/budget.hpp"
#include "core/values/time_text.hpp"

namespace jb::functions {

namespace {

using Names = std::vector<ImportedName>;

bool is_within(const std::vector<Span>& spans, Instant instant) {
  return std::any_of(spans.begin(), spans.end(),
                     [&](const Span& span) { return span.start <= instant && instant < span.end; });
}

/// The events that stand for the occurrences of a series, but for those of which the file has events of their own. An
/// event can have two names: as an occurrence, and as a change of the occurrence.
std::vector<Mirror> occurrences_in(const Names& names, const std::vector<Span>& elsewhere) {
  std::vector<Mirror> mirrors;
  std::map<EventId, std::size_t> places;
  for (const auto& name : names) {
    if (name.recurrence_id.empty() || !name.original_start || is_within(elsewhere, *name.original_start)) continue;
    const auto [known, is_new] = places.try_emplace(name.event_id, mirrors.size());
    if (is_new) mirrors.push_back({*name.original_start, name.event_id});
    if (name.said) mirrors[known->second].is_changed = true;
  }
  return mirrors;
}

/// The file beside the names that the calendar has for its events.
class Comparison {
 public:
  Comparison(const std::string& calendar, const std::vector<std::string>& uids, const ImportWish& wish)
      : calendar_(calendar), wish_(wish) {
    for (auto& name : imported_names(calendar, uids)) names_[name.uid].push_back(std::move(name));
  }

  MirroredItem of(const ImportItem& item) const {
    MirroredItem mirrored{.item = &item, .uid = item.uid};
    mirrored.source.fields = item.fields;
    mirrored.source.fields.on_no_slot = wish_.on_no_slot;
    find(mirrored, item);
    if (!mirrored.name) {
      find_own_event(mirrored, item);
    } else {
      if (mirrored.name->is_gone || mirrored.name->said == Said()) mirrored.source.returns = true;
      wish_.follows ? compare(mirrored, item) : keep(mirrored);
    }
    return mirrored;
  }

  /// The events of a UID that the file does not have.
  MirroredItem of_missing(const std::string& uid) const {
    MirroredItem mirrored{.uid = uid};
    auto& source = mirrored.source;
    source.wish = SourceEvent::Wish::cancel;
    const auto& names = names_.at(uid);
    if (has_series(names)) source.series = names.front().event_id;
    source.mirrors = occurrences_in(names, {});
    if (!source.series && names.front().recurrence_id.empty()) source.mirrors.push_back({{}, names.front().event_id});
    return mirrored;
  }

 private:
  static bool has_series(const Names& names) {
    return names.front().recurrence_id.empty() && std::any_of(names.begin(), names.end(), [](const auto& name) {
             return !name.recurrence_id.empty() && !name.said;
           });
  }

  /// Finds the name of the item, and the events that stand for it.
  void find(MirroredItem& mirrored, const ImportItem& item) const {
    const auto known = names_.find(item.uid);
    if (known == names_.end()) return;
    const auto& names = known->second;
    for (const auto& name : names) {
      const bool is_it = name.recurrence_id == item.recurrence_id ||
                         (item.replaced && name.original_start && is_within({*item.replaced}, *name.original_start));
      if (is_it && (!mirrored.name || name.recurrence_id == item.recurrence_id)) mirrored.name = name;
    }
    if (!mirrored.name) return;
    auto& source = mirrored.source;
    if (item.recurrence_id.empty() && has_series(names)) {
      source.series = mirrored.name->event_id;
      source.mirrors = occurrences_in(names, item.elsewhere);
    } else {
      source.mirrors.push_back({{}, mirrored.name->event_id});
    }
  }

  /// A feed of this calendar names events that were booked here.
  void find_own_event(MirroredItem& mirrored, const ImportItem& item) const {
    const auto own = find_own(calendar_, mirrored.uid, item.replaced);
    if (!own) return;
    mirrored.source.mirrors.push_back({{}, *own});
    mirrored.source.wish = SourceEvent::Wish::leave;
  }

  static void keep(MirroredItem& mirrored) { mirrored.source.wish = SourceEvent::Wish::keep; }

  void compare(MirroredItem& mirrored, const ImportItem& item) const {
    auto& source = mirrored.source;
    const auto& name = *mirrored.name;
    const bool is_same = name.said == item.said && !name.is_gone;
    if (name.said && is_later(name.state, item.state)) {
      source.wish = SourceEvent::Wish::leave;
      mirrored.remark = "The file has an older state of it than was imported before.";
    } else if (item.takes_no_time) {
      source.wish = is_same ? SourceEvent::Wish::leave : SourceEvent::Wish::cancel;
    } else if (is_same && !(item.fields.recurrence && item.fields.recurrence->is_endless())) {
      source.wish = SourceEvent::Wish::leave;
    } else {
      tell_changes(source, item, name);
    }
  }

  /// What the source has changed since it was last followed. An occurrence of which the file has no event of its own
  /// yet was what the series said.
  void tell_changes(SourceEvent& source, const ImportItem& item, const ImportedName& name) const {
    const auto& series = names_.at(item.uid).front();
    const bool was_of_series = !name.said && name.original_start && series.recurrence_id.empty();
    const auto before = (was_of_series ? series.said : name.said).value_or(Said());
    const auto is_other = [&](Part part) { return differs(before, item.said, part); };
    const auto& fields = item.fields;
    if (is_other(Part::event_name)) source.changes.event_name = fields.event_name;
    if (is_other(Part::event_location)) source.changes.event_location.set(fields.event_location.value.value_or(""));
    if (is_other(Part::attendees)) source.changes.attendees = fields.attendees;
    source.has_other_length = is_other(Part::length);
    source.has_other_starts =
        was_of_series ? item.time->start != *name.original_start : source.returns || is_other(Part::start);
  }

  const std::string& calendar_;
  const ImportWish& wish_;
  std::map<std::string, Names> names_;
};

/// Whether the item asks for something. What takes no time asks for something where it is followed: an event that is
/// here may have to end.
bool is_asking(const ImportItem& item, const ImportWish& wish) {
  return item.left_out.empty() || (wish.follows && item.takes_no_time);
}

}  // namespace

std::vector<MirroredItem> mirrored_items(const std::string& calendar, const std::vector<ImportItem>& items,
                                         const std::set<std::string>& uids, const ImportWish& wish) {
  std::set<std::string> asked;
  for (const auto& item : items)
    if (is_asking(item, wish)) asked.insert(item.uid);
  const auto missing =
      wish.cancels_missing ? missing_uids(calendar, {uids.begin(), uids.end()}) : std::vector<std::string>{};
  asked.insert(missing.begin(), missing.end());
  const Comparison comparison(calendar, {asked.begin(), asked.end()}, wish);
  std::vector<MirroredItem> all;
  for (const auto& item : items) {
    step();
    if (!is_asking(item, wish)) continue;
    auto mirrored = comparison.of(item);
    const bool is_known = mirrored.name || !mirrored.source.mirrors.empty();
    if (!item.left_out.empty() && !is_known) continue;  // it takes no time, and never did here
    mirrored.source.fields.item = all.size();
    all.push_back(std::move(mirrored));
  }
  for (const auto& uid : missing) all.push_back(comparison.of_missing(uid));
  return all;
}

void keep_names(const std::string& calendar, const MirroredItem& mirrored, const Followed& followed) {
  using Wish = SourceEvent::Wish;
  const auto& uid = mirrored.uid;
  if (mirrored.item == nullptr) return mark_gone(calendar, uid);
  const auto& item = *mirrored.item;
  const auto& before = mirrored.name;
  const bool is_new = followed.first.has_value();
  const bool is_series = item.fields.recurrence.has_value() && item.recurrence_id.empty();
  if (!is_new && (mirrored.source.wish == Wish::keep || !before)) return;
  if (!followed.former.empty()) forget_occurrences(calendar, uid, followed.former);
  if (is_series && !followed.mirrors.empty()) {
    std::vector<EventId> events;
    std::vector<Instant> starts;
    for (const auto& mirror : followed.mirrors) events.push_back(mirror.event_id), starts.push_back(mirror.start);
    store_occurrences(calendar, uid, events, starts);
  }
  if (!is_new) {
    const bool is_known =
        !before->is_gone && before->said == item.said && before->state.sequence == item.state.sequence;
    if (is_known || !followed.is_done || is_later(before->state, item.state)) return;
  }
  ImportedName name{.uid = uid,
                    .recurrence_id = item.recurrence_id,
                    .event_id = is_new ? *followed.first : before->event_id,
                    .state = item.state};
  if (followed.is_done) name.said = item.said;
  if (is_series && !is_new) store_rule(before->event_id, item.fields.recurrence->text);
  if (item.replaced) name.original_start = item.replaced->start;
  store_name(calendar, name);
}

}  // namespace jb::functions
