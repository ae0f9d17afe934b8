// SPDX-License-Identifier: PostgreSQL
//
// Compares an iCalendar file with what earlier files left on the calendar, decides what becomes of each event, and
// books it.
#include <algorithm>
#include <map>
#include <set>

#include "core/adapters/icalendar.hpp"
#include "core/adapters/import.hpp"
#include "core/event/refusal.hpp"
#include "core/scheduling/source_events.hpp"
#include "core/values/time.hpp"
#include "pg/icu.hpp"
#include "writing.hpp"

namespace jb::functions {

namespace {

/// How a call reads its file.
struct ImportOptions {
  bool follows = false;          ///< events imported before become what the file says now
  bool cancels_missing = false;  ///< the file is the whole calendar: events missing from it are cancelled
  bool is_first_part = true;     ///< of the file; it also cancels what has a UID that the file does not have
  OnNoSlot on_no_slot = OnNoSlot::reject;
};

/// A name under which an event was imported.
struct ImportedName {
  std::string uid;
  std::string recurrence_id{};              ///< empty for an event, or a series, as a whole
  EventId event_id = kNothingHere;          ///< or the id of the series; the event may be gone
  std::optional<Instant> original_start{};  ///< of an occurrence: the start that the rule of its series gives it now
  std::optional<WallTime> local_start{};    ///< the same on the calendar's clock, if the file names no zone
  bool has_other_clock = false;             ///< when last followed, the local start was another instant
  SourceState state{};
  std::optional<Said> said{};  ///< what the file said when it was last followed; none for an occurrence without an
                               ///< event of its own in the file, or if the file could not be followed wholly
  Missed missed = 0;           ///< what its event could not follow: it had no place, had begun, or was at the horizon
  bool is_gone = false;        ///< missing from a file that was the whole calendar
  bool is_series = false;      ///< event_id is that of a series
};

/// An item of the file, or an event missing from it, in the form that the plan takes.
struct MirroredItem {
  const ImportItem* item = nullptr;  ///< nullptr: the file does not have the event
  std::string uid{};
  std::optional<ImportedName> name{};  ///< under which the event is known
  SourceEvent source{};
  bool is_older = false;  ///< a later state was imported before, and wins
  std::vector<std::string>
      missing{};  ///< if the file has other events of the UID, the recurrence ids that are missing from it
  /// Of a series, the events of occurrences that first get events of their own in this file, which may be in a part of
  /// it that is imported later.
  std::vector<EventId> apart{};

  /// Whether it took no time whenever it was followed, and nothing is to be booked.
  bool is_nothing_here() const {
    const bool asks = source.action == SourceEvent::Action::follow || source.action == SourceEvent::Action::keep;
    const bool takes_none = name ? name->event_id == kNothingHere : item != nullptr && item->takes_no_time;
    return !asks && source.mirrors.empty() && source.strays.empty() && takes_none;
  }
};

constinit auto imported_statement = pg::Statement<R"(
    SELECT i.uid, i.recurrence_id, i.event_id, i.original_start, i.sequence, i.stamped_at, i.said, i.gone,
           i.local_start, i.left_behind, i.is_series
      FROM jb_imported i JOIN jb_calendar c ON c.id = i.calendar
     WHERE c.name = :calendar AND i.uid = ANY (:uids) ORDER BY i.uid, i.recurrence_id)">();
// The events, except the first, of a series that was booked for a VEVENT that changes one occurrence. Earlier readers
// followed the rule that such a VEVENT may repeat, and gave these events no names. A series that somebody has made of
// the event here was booked at another moment.
constinit auto strays_statement = pg::Statement<R"(
    SELECT i.event_id, s.id FROM jb_imported i JOIN jb_calendar c ON c.id = i.calendar
      JOIN jb_event e ON e.id = i.event_id AND e.series = e.id
      JOIN jb_event s ON s.series = e.id AND s.id <> e.id AND s.created_at = e.created_at
       AND s.status IN ('scheduled', 'held', 'waiting')
     WHERE c.name = :calendar AND i.uid = ANY (:uids) AND i.recurrence_id <> ''
       AND NOT EXISTS (SELECT FROM jb_imported m
                        WHERE (m.calendar, m.uid, m.recurrence_id) = (i.calendar, i.uid, '')
                          AND m.event_id = i.event_id)
       AND NOT EXISTS (SELECT FROM jb_imported n WHERE n.event_id = s.id AND n.calendar = i.calendar)
     ORDER BY s.id)">();
// Cost: linear in the names that the last file had.
constinit auto missing_uids_statement = pg::Statement<R"(
    SELECT DISTINCT i.uid FROM jb_imported i JOIN jb_calendar c ON c.id = i.calendar
     WHERE c.name = :calendar AND NOT i.gone
       AND NOT EXISTS (SELECT FROM unnest(:uids::text[]) AS present (uid) WHERE present.uid = i.uid) ORDER BY 1)">();
// The UIDs whose event or series the file names by its own UID here (:ids, :made).
constinit auto own_names_statement = pg::Statement<R"(
    SELECT DISTINCT i.uid FROM unnest(:ids::bigint[], :made::timestamptz[]) AS o (id, made)
      JOIN jb_imported i ON i.event_id = o.id
      JOIN jb_calendar c ON c.id = i.calendar
     WHERE c.name = :calendar
       AND o.made = coalesce((SELECT s.created_at FROM jb_series s WHERE s.id = o.id),
                             (SELECT e.created_at FROM jb_event e WHERE e.id = o.id)))">();
constinit auto own_statement = pg::Statement<R"(
    SELECT e.id FROM jb_event e
     WHERE e.id = :event AND e.created_at = :made AND :calendar = ANY (e.calendars || e.attendee_calendars))">();
constinit auto own_occurrence_statement = pg::Statement<R"(
    SELECT e.id FROM jb_series s JOIN jb_event e ON e.series = s.id
     WHERE s.id = :series AND s.created_at = :made AND :within::tstzrange @> e.recurrence_id
       AND :calendar = ANY (e.calendars || e.attendee_calendars))">();
constinit auto forget_occurrences_statement = pg::Statement<R"(
    DELETE FROM jb_imported i USING jb_calendar c
     WHERE c.id = i.calendar AND c.name = :calendar AND i.uid = :uid AND i.event_id = ANY (:events)
       AND i.recurrence_id <> '')">();
constinit auto forget_other_names_statement = pg::Statement<R"(
    DELETE FROM jb_imported i USING jb_calendar c
     WHERE c.id = i.calendar AND c.name = :calendar AND i.uid = :uid AND i.event_id = :event
       AND i.recurrence_id <> '' AND i.recurrence_id <> :recurrence_id)">();
constinit auto store_name_statement = pg::Statement<R"(
    INSERT INTO jb_imported (calendar, uid, recurrence_id, event_id, original_start, sequence, stamped_at, said,
                             local_start, is_series)
    SELECT c.id, :uid, :recurrence_id, :event, :original_start, :sequence, :stamped_at, :said, :local_start, :is_series
      FROM jb_calendar c WHERE c.name = :calendar ON CONFLICT (calendar, uid, recurrence_id)
        DO UPDATE SET event_id = excluded.event_id, original_start = excluded.original_start,
               sequence = excluded.sequence, stamped_at = excluded.stamped_at, said = excluded.said,
               local_start = excluded.local_start, is_series = excluded.is_series, gone = false,
               left_behind = 0)">();
// Each occurrence is named as its series is written: on the calendar's clock (:is_local), or in UTC.
constinit auto store_occurrences_statement = pg::Statement<R"(
    INSERT INTO jb_imported (calendar, uid, recurrence_id, event_id, original_start, local_start)
    SELECT c.id, :uid,
           coalesce(to_char(l.start, 'YYYYMMDD"T"HH24MISS'),
                    to_char(o.start AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"')),
           o.event, o.start, l.start
      FROM jb_calendar c, unnest(:events::bigint[], :starts::timestamptz[]) AS o (event, start),
           LATERAL (SELECT CASE WHEN :is_local THEN o.start AT TIME ZONE c.time_zone END AS start) l
     WHERE c.name = :calendar ON CONFLICT (calendar, uid, recurrence_id)
        DO UPDATE SET event_id = excluded.event_id, original_start = excluded.original_start,
               local_start = excluded.local_start, sequence = NULL, stamped_at = NULL, said = NULL, gone = false,
               left_behind = 0)">();
constinit auto leave_behind_statement = pg::Statement<R"(
    UPDATE jb_imported i SET left_behind = i.left_behind | l.missed::int
      FROM jb_calendar c, unnest(:events::bigint[], :missed::bigint[]) AS l (event, missed)
     WHERE c.id = i.calendar AND c.name = :calendar AND i.uid = :uid AND i.event_id = l.event
       AND (i.recurrence_id <> '') = :are_occurrences AND i.left_behind <> i.left_behind | l.missed::int)">();
// All names of the UID, or those of the recurrence ids :missing.
constinit auto mark_gone_statement = pg::Statement<R"(
    UPDATE jb_imported i SET gone = true FROM jb_calendar c
     WHERE c.id = i.calendar AND c.name = :calendar AND i.uid = :uid
       AND (:missing::text[] = '{}' OR i.recurrence_id = ANY (:missing)))">();

using Names = std::vector<ImportedName>;

ImportedName name_in(const pg::Rows& rows, std::uint64_t i, const Zone& zone) {
  ImportedName name{.uid = pg::to_text(*rows.at(i, 1)),
                    .recurrence_id = pg::to_text(*rows.at(i, 2)),
                    .event_id = pg::to_id(*rows.at(i, 3)),
                    .original_start = rows.read(i, 4, pg::to_instant),
                    .state = {rows.read(i, 5, pg::to_int).value_or(0), rows.read(i, 6, pg::to_instant)},
                    .said = rows.read(i, 7, pg::to_text),
                    .missed = pg::to_int(*rows.at(i, 10)),
                    .is_gone = pg::to_bool(*rows.at(i, 8)),
                    .is_series = pg::to_bool(*rows.at(i, 11))};
  name.local_start = rows.read(i, 9, pg::to_wall);
  if (!name.local_start) return name;
  const auto start = zone.to_instant(*name.local_start);
  name.has_other_clock = start != name.original_start;
  name.original_start = start;
  return name;
}

bool is_within(const std::vector<Span>& spans, Instant instant) {
  return std::any_of(spans.begin(), spans.end(),
                     [&](const Span& span) { return span.start <= instant && instant < span.end; });
}

/// Whether the file leaves open what becomes of the occurrence that starts then.
bool is_untold(const ImportItem* series, Instant start) {
  return series != nullptr && ((series->past && start <= *series->past) ||
                               (series->beyond && start >= *series->beyond) || is_within(series->unread, start));
}

/// Whether the starts of the series differ from those of the events that represent its occurrences.
bool has_other_starts(const ImportItem& series, const std::vector<Mirror>& mirrors) {
  std::set<Instant> told(series.starts.begin(), series.starts.end());
  std::set<Instant> known;
  for (const auto& mirror : mirrors) {
    if (mirror.is_left)
      told.erase(mirror.start);
    else
      known.insert(mirror.start);
  }
  return told != known;
}

/// The events that represent the occurrences of a series, except those with events of their own in the file. An event
/// can have two names: as an occurrence, and as a change of the occurrence. `item`: the series in the file, or nullptr.
std::vector<Mirror> occurrences_in(const Names& names, const ImportItem* item) {
  std::vector<Mirror> mirrors;
  std::map<EventId, std::size_t> indices;
  for (const auto& name : names) {
    if (name.recurrence_id.empty() || !name.original_start || name.event_id == kNothingHere) continue;
    const auto start = *name.original_start;
    if (item != nullptr && is_within(item->elsewhere, start)) continue;
    const auto [known, is_new] = indices.try_emplace(name.event_id, mirrors.size());
    if (is_new)
      mirrors.push_back({.start = start,
                         .event_id = name.event_id,
                         .has_other_clock = name.has_other_clock,
                         .is_left = is_untold(item, start)});
    auto& mirror = mirrors[known->second];
    mirror.is_changed |= name.said.has_value();
    mirror.missed |= name.missed;
    if (!name.said) continue;
    mirror.is_over = *name.said == Said();
    mirror.is_left |= item != nullptr && item->has_unknown_change;
  }
  return mirrors;
}

/// The events of the whole file by UID.
using Identities = std::map<std::string, std::vector<const ImportIdentity*>>;

/// Compares the file with the names that the calendar has for its events.
class Comparison {
 public:
  Comparison(const std::string& calendar, const Zone& zone, const std::vector<std::string>& uids,
             const Identities& told, const ImportOptions& options)
      : calendar_(calendar), options_(options), told_(told) {
    // The names of each UID by original_start, the event or series as a whole first. What is committed now stays true
    // under the calendar's lock.
    const auto rows = imported_statement.run("calendar"_arg = calendar, "uids"_arg = uids);
    for (std::uint64_t i = 0; i < rows.size(); ++i) {
      auto name = name_in(rows, i, zone);
      names_[name.uid].push_back(std::move(name));
    }
    for (auto& [uid, names] : names_) std::ranges::stable_sort(names, {}, &ImportedName::original_start);
    // A UID whose names are all gone may return as a whole. Of any other UID the gone names no longer count.
    for (auto& [uid, names] : names_)
      if (!std::ranges::all_of(names, &ImportedName::is_gone))
        std::erase_if(names, [](const auto& name) { return name.is_gone; });
    for (const auto& [uid, items] : told_)
      for (const auto* item : items) told_as_.emplace(uid, item->known_as);
    if (!options.follows) return;
    for (const auto& [uid, items] : told_) {
      const auto known = names_.find(uid);
      if (known != names_.end() && is_older_than(known->second.front(), items)) older_.insert(uid);
    }
    const auto strays = strays_statement.run("calendar"_arg = calendar, "uids"_arg = uids);
    for (std::uint64_t i = 0; i < strays.size(); ++i)
      strays_[pg::to_id(*strays.at(i, 1))].push_back(pg::to_id(*strays.at(i, 2)));
  }

  MirroredItem of(const ImportItem& item) const {
    MirroredItem mirrored{.item = &item, .uid = item.uid};
    mirrored.source.fields = item.fields;
    mirrored.source.fields.on_no_slot = options_.on_no_slot;
    find(mirrored, item);
    mirrored.is_older = is_older(mirrored.name, item);
    if (mirrored.is_older) {
      mirrored.source.action = SourceEvent::Action::leave;
    } else if (!mirrored.name) {
      find_own_event(mirrored, item);
      if (item.takes_no_time && mirrored.source.action == SourceEvent::Action::follow)
        mirrored.source.action = SourceEvent::Action::cancel;
    } else {
      if (mirrored.name->is_gone || mirrored.name->said == Said()) mirrored.source.returns = true;
      if (options_.follows)
        compare(mirrored, item);
      else
        keep(mirrored);
    }
    return mirrored;
  }

  /// The events of a UID that is missing from the file.
  MirroredItem of_missing(const std::string& uid) const {
    MirroredItem mirrored{.uid = uid};
    auto& source = mirrored.source;
    source.action = SourceEvent::Action::cancel;
    const auto& names = names_.at(uid);
    if (has_series(names)) source.series = names.front().event_id;
    source.mirrors = occurrences_in(names, nullptr);
    if (!source.series && names.front().recurrence_id.empty()) source.mirrors.push_back({{}, names.front().event_id});
    for (const auto& name : names) add_strays(source, name);
    return mirrored;
  }

  /// The events missing from the file although it has others of their UID. nullopt if none is missing, or if the file
  /// has the event or series as a whole, which decides about the others.
  std::optional<MirroredItem> of_missing_in(const std::string& uid) const {
    const auto known = names_.find(uid);
    if (known == names_.end()) return std::nullopt;
    std::set<std::string> told;
    std::set<EventId> there;
    for (const auto* item : told_.at(uid)) {
      if (item->recurrence_id.empty() || !item->replaced) return std::nullopt;
      for (const auto& name : known->second) {
        if (fit(name, *item) == 0) continue;
        told.insert(name.recurrence_id);
        there.insert(name.event_id);
      }
    }
    MirroredItem mirrored{.uid = uid};
    mirrored.source.action = SourceEvent::Action::cancel;
    for (const auto& name : known->second) {
      if (told.contains(name.recurrence_id)) continue;
      mirrored.missing.push_back(name.recurrence_id);
      if (there.insert(name.event_id).second)
        mirrored.source.mirrors.push_back({name.original_start.value_or(Instant()), name.event_id});
    }
    return mirrored.missing.empty() ? std::nullopt : std::optional{mirrored};
  }

 private:
  static bool has_series(const Names& names) {
    return names.front().is_series && names.front().event_id != kNothingHere;
  }

  /// How well a name fits the item; 0: not at all. The name of the file's own event for an occurrence fits better than
  /// that of the occurrence. A name that another item of the file has fits only that one.
  int fit(const ImportedName& name, const ImportIdentity& item) const {
    const bool is_equal = name.recurrence_id == item.known_as;
    const bool is_within_it = item.replaced && name.original_start &&
                              is_within({*item.replaced}, *name.original_start) &&
                              !told_as_.contains({name.uid, name.recurrence_id});
    return is_equal || is_within_it ? 1 + (is_equal ? 1 : 0) + (name.said ? 2 : 0) : 0;
  }

  /// Finds the name of the item, and the events that represent it.
  void find(MirroredItem& mirrored, const ImportItem& item) const {
    const auto known = names_.find(item.uid);
    if (known == names_.end()) return;
    const auto& names = known->second;
    auto& source = mirrored.source;
    for (const auto& name : names)
      if (fit(name, item) > (mirrored.name ? fit(*mirrored.name, item) : 0)) mirrored.name = name;
    for (const auto& name : names)
      if (!name.said && fit(name, item) > 0 && name.event_id != mirrored.name->event_id)
        source.strays.push_back(name.event_id);
    if (!mirrored.name) source.returns = true;
    if (item.recurrence_id.empty() && has_series(names)) {
      source.series = names.front().event_id;
      source.mirrors = occurrences_in(names, &item);
      for (const auto& each : names)
        if (!each.said && each.original_start && is_within(item.elsewhere, *each.original_start))
          mirrored.apart.push_back(each.event_id);
      return;
    }
    // Events that earlier files had for occurrences of a series. One of them may have been the event of the name.
    const auto own = mirrored.name ? mirrored.name->event_id : kNothingHere;
    if (item.recurrence_id.empty() && options_.follows)
      for (const auto& mirror : occurrences_in(names, &item))
        if (!mirror.is_left && (mirror.is_changed || mirror.event_id != own)) source.strays.push_back(mirror.event_id);
    if (own == kNothingHere || is_named_elsewhere(names, item, own) || std::ranges::count(source.strays, own) > 0)
      return;
    source.mirrors.push_back({{}, own});
    add_strays(source, *mirrored.name);
  }

  /// Whether the file has an event of its own for the occurrence of the item that the event represents.
  static bool is_named_elsewhere(const Names& names, const ImportItem& item, EventId event) {
    return std::any_of(names.begin(), names.end(), [&](const auto& name) {
      return name.event_id == event && name.original_start && is_within(item.elsewhere, *name.original_start);
    });
  }

  void add_strays(SourceEvent& source, const ImportedName& name) const {
    const auto known = strays_.find(name.event_id);
    if (known != strays_.end()) source.strays.insert(source.strays.end(), known->second.begin(), known->second.end());
  }

  /// A feed of this calendar names events that were booked here, and occurrences by the UID of their series.
  void find_own_event(MirroredItem& mirrored, const ImportItem& item) const {
    const auto own = parse_own_uid(mirrored.uid);
    if (!own) return;
    const pg::Param calendar = calendar_, id = own->id, made = own->created_at;
    const auto rows = item.replaced ? own_occurrence_statement.run("calendar"_arg = calendar, "series"_arg = id,
                                                                   "made"_arg = made, "within"_arg = *item.replaced)
                                    : own_statement.run("calendar"_arg = calendar, "event"_arg = id, "made"_arg = made);
    if (rows.empty()) return;
    mirrored.source.mirrors.push_back({{}, pg::to_id(*rows.at(0, 1))});
    mirrored.source.action = SourceEvent::Action::leave;
  }

  /// Whether the file's newest state of an event or series as a whole is older than that of this name.
  static bool is_older_than(const ImportedName& name, const std::vector<const ImportIdentity*>& items) {
    const ImportIdentity* newest = nullptr;
    for (const auto* item : items)
      if (item->recurrence_id.empty() && (newest == nullptr || is_later(item->state, newest->state))) newest = item;
    return newest != nullptr && name.recurrence_id.empty() && name.said && is_later(name.state, newest->state);
  }

  /// Whether the item was imported in a later state. An item without a state of its own is as old as its series, since
  /// the numbers of a series and of its changed occurrences count separately.
  bool is_older(const std::optional<ImportedName>& name, const ImportItem& item) const {
    if (name && name->said) return options_.follows && is_later(name->state, item.state);
    return older_.contains(item.uid) || is_of_ended_series(item);
  }

  /// Whether the file has the occurrence without its series, which a later file has ended. Their numbers count
  /// separately, so the stamps decide.
  bool is_of_ended_series(const ImportItem& item) const {
    const auto known = names_.find(item.uid);
    if (!options_.follows || known == names_.end() || item.recurrence_id.empty()) return false;
    const auto& series = known->second.front();
    const bool has_ended = series.recurrence_id.empty() && series.said == Said();
    const auto is_whole = [](const auto* told) { return told->recurrence_id.empty(); };
    return has_ended && std::ranges::none_of(told_.at(item.uid), is_whole) && series.state.stamp && item.state.stamp &&
           *series.state.stamp > *item.state.stamp;
  }

  static void keep(MirroredItem& mirrored) { mirrored.source.action = SourceEvent::Action::keep; }

  void compare(MirroredItem& mirrored, const ImportItem& item) const {
    auto& source = mirrored.source;
    const auto& name = *mirrored.name;
    const bool is_behind = std::ranges::any_of(names_.at(item.uid), [&](const auto& other) {
      return other.missed != 0 && (source.series || other.recurrence_id == name.recurrence_id);
    });
    // An event of its own for an occurrence that a file of the whole calendar no longer has.
    const bool lacks_change = options_.cancels_missing && std::ranges::any_of(source.mirrors, [](const auto& mirror) {
                                return mirror.is_changed && !mirror.is_left;
                              });
    const bool says_same = name.said == item.said && !name.is_gone && !lacks_change;
    const bool is_same = says_same && !is_behind;
    // Sent again alone, for occurrences that the horizon brings, a series says nothing of its exceptions.
    if (says_same && source.series && !options_.cancels_missing && !is_later(item.state, name.state)) {
      for (auto& mirror : source.mirrors) {
        if (!mirror.is_changed) continue;
        mirror.is_left = true;
        mirror.is_changed = mirror.is_over = false;
      }
    }
    if (item.takes_no_time) {
      // A change that was rejected left its occurrence to the series.
      const bool is_all_ended = source.strays.empty() && (!source.series || source.mirrors.empty());
      source.action = is_same && is_all_ended ? SourceEvent::Action::leave : SourceEvent::Action::cancel;
    } else if (is_same && !(source.series && has_other_starts(item, source.mirrors))) {
      source.action = SourceEvent::Action::leave;
    } else {
      tell_changes(source, item, name);
    }
  }

  /// What the source has changed since it was last followed. An occurrence without an event of its own in the earlier
  /// file was as the series said.
  void tell_changes(SourceEvent& source, const ImportItem& item, const ImportedName& name) const {
    const auto& series = names_.at(item.uid).front();
    const bool was_of_series = !name.said && name.original_start && series.recurrence_id.empty();
    const auto before = (was_of_series ? series.said : name.said).value_or(Said());
    // An event differs from its series if a change of all later occurrences altered it, or if it could not follow. So
    // all of it is set anew.
    const bool was_changed = was_of_series && (name.missed != 0 || differs(before, Said(), Part::later));
    const auto is_other = [&](Part part) { return was_changed || differs(before, item.said, part); };
    const auto& fields = item.fields;
    if (is_other(Part::event_name)) source.changes.event_name = fields.event_name;
    if (is_other(Part::event_location)) source.changes.event_location.set(fields.event_location.value.value_or(""));
    if (is_other(Part::attendees)) {
      source.changes.attendees = fields.attendees;
      source.changes.guests = fields.guests;
    }
    const bool has_other_start = is_other(Part::start);
    source.has_other_rule = source.series.has_value() && has_other_start;
    source.has_other_length = name.missed != 0 || is_other(Part::length);
    source.differs_from = differs_from(before, item.said);
    source.has_other_starts = was_of_series
                                  ? was_changed || name.has_other_clock || item.time->start != *name.original_start
                                  : source.returns || name.missed != 0 || has_other_start;
  }

  const std::string& calendar_;
  const ImportOptions& options_;
  const Identities& told_;
  std::set<std::pair<std::string, std::string>> told_as_;  // the UIDs and recurrence ids in it
  std::map<std::string, Names> names_;
  std::set<std::string> older_;  // UIDs whose event or series is older in the file than the imported state
  std::map<EventId, std::vector<EventId>> strays_;  // by the event that has the name
};

/// The UIDs of earlier files whose events a feed of this calendar names by UIDs of its own.
std::set<std::string> named_by_own_feed(const std::string& calendar, const Identities& told) {
  std::vector<EventId> ids;
  std::vector<Instant> made;
  for (const auto& [uid, items] : told) {
    const auto own = parse_own_uid(uid);
    if (!own) continue;
    ids.push_back(own->id);
    made.push_back(own->created_at);
  }
  std::set<std::string> uids;
  if (ids.empty()) return uids;
  const auto rows = own_names_statement.run("calendar"_arg = calendar, "ids"_arg = ids, "made"_arg = made);
  for (std::uint64_t i = 0; i < rows.size(); ++i) uids.insert(pg::to_text(*rows.at(i, 1)));
  return uids;
}

/// Whether the item asks for something. In a file that is followed, even one that takes no time does: its event here
/// may have to end, and an older state must not be booked later.
bool is_asking(const ImportItem& item, const ImportOptions& options) {
  return item.left_out.empty() || (options.follows && item.takes_no_time);
}

/// Reads what the calendar knows of the items' UIDs, and decides what each item asks for. Items that ask for nothing
/// are left out. `all` is the whole file, of which the items may be a part. `zone`: the calendar's.
std::vector<MirroredItem> mirrored_items(const std::string& calendar, const Zone& zone,
                                         const std::vector<ImportItem>& items, const std::vector<ImportIdentity>& all,
                                         const ImportOptions& options) {
  std::set<std::string> asked;
  for (const auto& item : items)
    if (is_asking(item, options)) asked.insert(item.uid);
  Identities told;
  for (const auto& each : all) told[each.uid].push_back(&each);
  std::vector<std::string> missing;
  std::set<std::string> named_here;
  if (options.cancels_missing) named_here = named_by_own_feed(calendar, told);
  if (options.cancels_missing && options.is_first_part) {
    std::vector<std::string> uids(named_here.begin(), named_here.end());
    for (const auto& [uid, own] : told) uids.push_back(uid);
    const auto rows = missing_uids_statement.run("calendar"_arg = calendar, "uids"_arg = uids);
    missing = rows.map([&](auto row) { return pg::to_text(*rows.at(row, 1)); });
  }
  auto sought = asked;
  sought.insert(missing.begin(), missing.end());
  const Comparison comparison(calendar, zone, {sought.begin(), sought.end()}, told, options);
  std::vector<MirroredItem> mirrored_all;
  for (const auto& item : items) {
    step();
    if (!is_asking(item, options)) continue;
    auto mirrored = comparison.of(item);
    mirrored.source.fields.item = mirrored_all.size();
    mirrored_all.push_back(std::move(mirrored));
  }
  if (!options.cancels_missing) return mirrored_all;
  for (const auto& uid : missing) mirrored_all.push_back(comparison.of_missing(uid));
  for (const auto& uid : asked) {
    if (named_here.contains(uid)) continue;
    if (auto mirrored = comparison.of_missing_in(uid)) mirrored_all.push_back(std::move(*mirrored));
  }
  return mirrored_all;
}

void store_names(const std::string& calendar, const Zone& zone, const MirroredItem& mirrored,
                 const Followed& followed) {
  using Action = SourceEvent::Action;
  const auto& uid = mirrored.uid;
  if (mirrored.item == nullptr) {
    mark_gone_statement.run("calendar"_arg = calendar, "uid"_arg = uid, "missing"_arg = mirrored.missing);
    return;
  }
  const auto& item = *mirrored.item;
  const auto& before = mirrored.name;
  const bool is_new = followed.first.has_value();
  const bool is_series = item.fields.recurrence.has_value() && item.recurrence_id.empty();
  if (!followed.former.empty())
    forget_occurrences_statement.run("calendar"_arg = calendar, "uid"_arg = uid, "events"_arg = followed.former);
  const bool is_remembered = before || (item.takes_no_time && mirrored.source.mirrors.empty());
  if (!is_new && (mirrored.source.action == Action::keep || !is_remembered)) return;
  if (is_series && !followed.mirrors.empty()) {
    std::vector<EventId> events;
    std::vector<Instant> starts;
    for (const auto& mirror : followed.mirrors) events.push_back(mirror.event_id), starts.push_back(mirror.start);
    store_occurrences_statement.run("calendar"_arg = calendar, "uid"_arg = uid, "events"_arg = events,
                                    "starts"_arg = starts, "is_local"_arg = item.has_local_start);
  }
  if (!is_new) {
    const bool is_known = before && !before->is_gone && before->missed == 0 && before->said == item.said &&
                          !is_later(item.state, before->state);
    const bool is_back = before && before->is_gone && !followed.mirrors.empty();
    if (is_known || mirrored.is_older || !(followed.is_done || is_back)) return;
  }
  std::optional<Said> said;
  if (followed.is_done) said = item.said;
  auto original_start = item.replaced ? std::optional{item.replaced->start} : std::nullopt;
  auto local_start = item.local_start;
  const auto event = is_new ? *followed.first : before ? before->event_id : kNothingHere;
  // A file may name an occurrence by its date, or by an instant. The event has one of these names.
  if (item.replaced && event != kNothingHere && before && before->recurrence_id != item.known_as) {
    original_start = before->original_start;
    if (local_start && original_start) local_start = zone.to_wall(*original_start);
    forget_other_names_statement.run("calendar"_arg = calendar, "uid"_arg = uid, "event"_arg = before->event_id,
                                     "recurrence_id"_arg = item.known_as);
  }
  store_name_statement.run("calendar"_arg = calendar, "uid"_arg = uid, "recurrence_id"_arg = item.known_as,
                           "event"_arg = event, "original_start"_arg = original_start,
                           "sequence"_arg = item.state.sequence, "stamped_at"_arg = item.state.stamp, "said"_arg = said,
                           "local_start"_arg = local_start,
                           "is_series"_arg = is_new || !before ? is_series : before->is_series);
}

/// Stores which parts of the source's changes these events, or occurrences of a series, could not follow.
void leave_behind(const std::string& calendar, const std::string& uid, const std::map<EventId, Missed>& left_behind,
                  bool are_occurrences) {
  std::vector<EventId> events;
  std::vector<std::int64_t> missed;
  for (const auto& [event, parts] : left_behind) {
    events.push_back(event);
    missed.push_back(parts);
  }
  if (!events.empty())
    leave_behind_statement.run("calendar"_arg = calendar, "uid"_arg = uid, "events"_arg = events, "missed"_arg = missed,
                               "are_occurrences"_arg = are_occurrences);
}

/// Until the events of their own are imported that the file has for occurrences of the series, these have not followed
/// what the series says now.
void leave_apart(const std::string& calendar, const MirroredItem& mirrored, const Followed& followed) {
  const auto& name = mirrored.name;
  if (mirrored.apart.empty() || !name || !followed.is_done || name->said == mirrored.item->said) return;
  std::map<EventId, Missed> left_behind;
  for (const auto id : mirrored.apart) left_behind.emplace(id, kMissedAll);
  leave_behind(calendar, mirrored.uid, left_behind, true);
}

/// Stores the names of the item after it was carried out.
void keep_names(const std::string& calendar, const Zone& zone, const MirroredItem& mirrored, const Followed& followed) {
  store_names(calendar, zone, mirrored, followed);
  auto left_behind = followed.left_behind;
  const auto& name = mirrored.name;
  const bool is_occurrence = mirrored.item != nullptr && mirrored.item->replaced;
  // An occurrence whose own event is refused has not followed its series either.
  if (!followed.is_done && is_occurrence && name && !name->said) left_behind[name->event_id] = kMissedAll;
  leave_behind(calendar, mirrored.uid, left_behind, is_occurrence || mirrored.source.fields.recurrence.has_value());
}

// Books the events of an iCalendar text, or tries to; each event of the text gets a row.

constinit auto imported_names_statement = pg::Statement<R"(
    SELECT coalesce((SELECT i.uid FROM jb_imported i JOIN jb_calendar c ON c.id = i.calendar
                      WHERE i.event_id = :event AND c.name = :calendar LIMIT 1),
                    ''),
           coalesce((SELECT e.event_name FROM jb_event e WHERE e.id = :event), ''))">();

/// The part of the file that the call imports: all items, or `max_rows` items after item number `after`.
ImportSlice slice_of(std::optional<int> after, std::optional<int> max_rows) {
  Validation validation;
  if (after && *after < 0) validation.refuse("after", std::to_string(*after), "it must not be below 0");
  if (max_rows && (*max_rows < 1 || *max_rows > static_cast<int>(kMostImported)))
    validation.refuse("max_rows", std::to_string(*max_rows), "it must be from 1 to 1000");
  validation.raise();
  ImportSlice slice{.after = static_cast<std::size_t>(after.value_or(0))};
  if (max_rows) slice.max_rows = static_cast<std::size_t>(*max_rows);
  return slice;
}

/// How the call reads its file: the arguments sync, cancel_missing and on_no_slot.
ImportOptions options_of(const Arguments& arguments, const ImportSlice& slice) {
  Validation validation;
  ImportOptions options{.follows = arguments.flag("sync")};
  const bool cancels = arguments.flag("cancel_missing");
  const auto word = arguments.text("on_no_slot").value_or("reject");
  if (cancels && !options.follows) validation.refuse("cancel_missing", "true", "it goes with sync only");
  if (word != "reject" && word != "skip") validation.refuse("on_no_slot", word, "it must be reject or skip");
  validation.raise();
  options.cancels_missing = cancels;
  options.is_first_part = slice.after == 0;
  if (word == "skip") options.on_no_slot = OnNoSlot::leave_out;
  return options;
}

/// A file as it was read.
struct ReadFile {
  std::string calendar;   ///< its own name
  std::string time_zone;  ///< that of the calendar, in which the file was read
  std::shared_ptr<const Zone> zone;
  std::vector<ImportItem> items;
  std::vector<ImportIdentity> all;  ///< of the whole file, even if the call imports a part
};

/// The items of the slice, read in the calendar's zone. Errors: 22023.
ReadFile read_file(const Calendar& calendar, const std::string& text, const ImportSlice& slice,
                   const ImportOptions& options) {
  ReadFile file;
  const auto now = pg::now();
  const ImportContext context{.calendar = calendar.name,
                              .time_zone = calendar.time_zone,
                              .zone = calendar.grid().zone,
                              .latest = now + calendar.horizon,
                              .find_zone = pg::find_zone,
                              .other_names = pg::other_names,
                              .may_cancel = options.follows && !options.cancels_missing,
                              .now = now};
  file.calendar = calendar.name;
  file.time_zone = calendar.time_zone;
  file.zone = calendar.grid().zone;
  file.items = read_icalendar(text, context, slice, &file.all);
  return file;
}

/// The outcome of an item that the call does not try to place.
Outcome untried(const ImportItem& item, const std::string& time_zone) {
  Outcome outcome;
  outcome.outcome = item.left_out == "invalid" ? Verb::invalid : Verb::ignored;
  outcome.remark = item.detail;
  outcome.time = item.time;
  outcome.time_zone = time_zone;
  return outcome;
}

/// Completes the outcome of an item with its remark and, if it was refused, with its time.
void tell(Outcome& outcome, const MirroredItem& mirrored) {
  const auto& item = *mirrored.item;
  if (outcome.refusal) {
    if (!outcome.time) outcome.time = item.time;
  } else if (!outcome.remark.empty()) {
    if (item.left_out.empty() && !item.detail.empty()) outcome.remark += " " + item.detail;
  } else if (mirrored.is_older) {
    outcome.remark = "The file has an older state of it than was imported before.";
  } else if (outcome.outcome == Verb::unchanged && item.left_out.empty()) {
    const bool stands_elsewhere = !item.fields.recurrence && outcome.time != item.time;
    outcome.remark = "It was imported before, as event " + std::to_string(*outcome.event_id) +
                     (stands_elsewhere ? ", which stands at another time here." : ".");
  } else if (outcome.outcome == Verb::ignored && item.left_out.empty()) {
    outcome.remark = "It is over, and had no place here.";
  } else {
    outcome.remark = item.detail;
  }
}

/// On a dry run one event of the file may stand in the way of another. The outcome's remark then names the event in
/// the way by its name and line; the refusal's facts give the event's number in the file.
void name_lines(Outcome& outcome, const std::vector<MirroredItem>& asking) {
  if (!outcome.refusal || outcome.refusal->requests.empty()) return;
  outcome.remark = sentence(*outcome.refusal, *outcome.zone, [&](std::size_t i) {
    return "\"" + shorten(asking[i].item->event_name, 100) + "\" in line " + std::to_string(asking[i].item->line) +
           " of this file";
  });
  for (auto& place : outcome.refusal->requests) place = asking[place].item->number;
}

/// The news that the call brings from the source. If a file comes in parts, the last one completes the news.
News news_of(const ReadFile& file, const ImportSlice& slice, const ImportOptions& options) {
  if (!options.follows) return News::none;
  const bool is_last = !slice.max_rows || slice.after + *slice.max_rows >= file.all.size();
  return is_last ? News::whole : News::part;
}

/// Carries out what the file asks for. Result: the outcome of each item, then those of the events that were cancelled
/// because the file does not have them.
std::vector<Outcome> import_items(Scheduler& scheduler, ReadFile& file, const std::string& text,
                                  const ImportSlice& slice, const ImportOptions& options, bool dry_run) {
  const auto calendar = file.calendar;
  // The report of an import that follows its source shows how the file differs from the calendar, so it needs the right
  // to read. The right is checked before the call waits for the calendar, and again once the call holds it (rule 13.5).
  const auto require_reading = [&] {
    if (options.follows) require_right(calendar, Right::read);
  };
  require_reading();
  std::vector<MirroredItem> asking;
  auto followed = scheduler.follow(calendar, news_of(file, slice, options), [&] {
    require_reading();
    // While the call waited for the calendar, somebody may have given it another zone.
    const auto locked = find_calendar(calendar, pg::Snapshot::fresh);
    if (locked && locked->time_zone != file.time_zone) file = read_file(*locked, text, slice, options);
    asking = mirrored_items(calendar, *file.zone, file.items, file.all, options);
    std::vector<SourceEvent> sources;
    for (const auto& each : asking) sources.push_back(each.source);
    return sources;
  });
  std::vector<Outcome> outcomes;
  if (!dry_run)
    for (std::size_t i = 0; i < asking.size(); ++i) leave_apart(calendar, asking[i], followed[i]);
  std::size_t next = 0;
  for (const auto& item : file.items) {
    const bool is_asking = next < asking.size() && asking[next].item == &item;
    if (!is_asking) {
      outcomes.push_back(untried(item, file.time_zone));
      continue;
    }
    auto& outcome = followed[next].outcome;
    if (!dry_run) keep_names(calendar, *file.zone, asking[next], followed[next]);
    if (asking[next].is_nothing_here()) outcome = untried(item, file.time_zone);
    tell(outcome, asking[next]);
    name_lines(outcome, asking);
    outcomes.push_back(std::move(outcome));
    ++next;
  }
  for (; next < asking.size(); ++next) {
    if (!dry_run) keep_names(calendar, *file.zone, asking[next], followed[next]);
    if (followed[next].outcome.outcome != Verb::cancelled) continue;
    followed[next].outcome.remark = "The file does not have it.";
    outcomes.push_back(std::move(followed[next].outcome));
  }
  return outcomes;
}

/// The rows of an answer: the items, then the cancelled events that the file does not have. The calendar knows their
/// UIDs and, while they are stored, their names.
std::vector<Datum> rows_of(const pg::RowType& type, const ReadFile& file, const std::vector<Outcome>& outcomes) {
  std::vector<Datum> rows;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto& outcome = outcomes[i];
    if (i < file.items.size()) {
      const auto& item = file.items[i];
      const auto recurrence_id = item.recurrence_id.empty() ? pg::Param() : pg::Param(item.recurrence_id);
      rows.push_back(row_with(type,
                              {static_cast<std::int32_t>(item.number), static_cast<std::int32_t>(item.line), item.uid,
                               recurrence_id, item.event_name},
                              outcome));
      continue;
    }
    const auto names = imported_names_statement.run("calendar"_arg = file.calendar, "event"_arg = *outcome.event_id);
    rows.push_back(
        row_with(type, {pg::Param(), pg::Param(), names.param(0, 1), pg::Param(), names.param(0, 2)}, outcome));
  }
  return rows;
}

}  // namespace

JB_CALL_ROWS(jb_import) {
  const bool dry_run = arguments.flag("dry_run");
  const auto slice = slice_of(arguments.integer("after"), arguments.integer("max_rows"));
  const auto options = options_of(arguments, slice);
  const auto text = arguments.word("ics");
  auto key = call_key(arguments, dry_run);
  if (const auto kept = key ? take_import(*key) : std::nullopt) {
    for (const auto& row : *kept) rows.add_row(*row);
    return;
  }
  auto file =
      connected([&] { return read_file(require_named_calendar(arguments.word("calendar")), text, slice, options); });
  const auto outcomes = with_scheduler(arguments, dry_run, [&](Scheduler& scheduler) {
    return import_items(scheduler, file, text, slice, options, dry_run);
  });
  pg::SpiConnection spi;
  const auto answer = rows_of(rows.type(), file, outcomes);
  if (key) keep_import(*key, answer);
  for (const Datum row : answer) rows.add_row(row);
  spi.finish();
}

}  // namespace jb::functions
