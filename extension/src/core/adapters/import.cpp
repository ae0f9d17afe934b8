// SPDX-License-Identifier: PostgreSQL
#include "import.hpp"

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <utility>

#include "../ical/stamp.hpp"
#include "../ical/vtimezone.hpp"
#include "../values/budget.hpp"
#include "../values/time_text.hpp"
#include "icalendar.hpp"
#include "import_attendees.hpp"

namespace jb {

namespace {

using std::chrono::days;

constexpr std::size_t kUidLength = 1000;
constexpr const char* kNoTitle = "(no title)";
constexpr const char* kMadeUid = "jb-made-";
constexpr std::string_view kInvalid = "invalid";
constexpr std::string_view kIgnored = "ignored";
constexpr days kZonesFollowed{36'525};  // beyond the horizon, which binds no single event

/// Why a VEVENT asks for nothing; thrown where that is found out.
struct LeftOut {
  std::string_view how;
  std::string detail;
};

LeftOut invalid(const ContentLine& line, const std::string& message) {
  return {kInvalid, line.name + " in line " + std::to_string(line.number) + ", \"" + shorten(line.value, 100) +
                        "\": " + message + "."};
}

/// The zones that one VCALENDAR speaks of, each worked out once.
class Zones {
 public:
  Zones(const Block& calendar, const ImportContext& context) : context_(context) {
    for (const auto& block : calendar.blocks) {
      const auto* id = block.name == "VTIMEZONE" ? block.find("TZID") : nullptr;
      if (id != nullptr) described_.emplace(id->value, &block);
    }
  }

  std::shared_ptr<const Zone> find(const ContentLine& line, const std::string& id) {
    const auto [known, is_new] = found_.try_emplace(id);
    if (is_new) known->second = look_up(id);
    if (!known->second.zone) throw invalid(line, known->second.problem);
    return known->second.zone;
  }

 private:
  /// A zone, or the reason why there is no zone.
  struct Found {
    std::shared_ptr<const Zone> zone;
    std::string problem;
  };

  Found look_up(const std::string& id) const {
    spend(Budget::file_zones);
    const auto described = described_.find(id);
    const auto* location = described == described_.end() ? nullptr : described->second->find("X-LIC-LOCATION");
    auto zone = named(id);
    if (!zone && location != nullptr) zone = named(location->value);
    if (zone) return {std::move(zone), {}};
    std::string problem;
    if (described != described_.end())
      zone = read_vtimezone(*described->second, context_.latest + kZonesFollowed, problem);
    for (const auto& name : zone ? std::vector<std::string>{} : context_.windows_names(id))
      if (!zone) zone = named(name);
    if (zone) return {std::move(zone), {}};
    const auto name = "\"" + shorten(id, 100) + "\"";
    if (described == described_.end())
      return {nullptr, "there is no time zone " + name + ", and the file describes none of this TZID"};
    return {nullptr, "the VTIMEZONE " + name + " of line " + std::to_string(described->second->line) +
                         " cannot be used: " + problem};
  }

  /// The server's zone of this name, or of what follows a program's prefix: /example.org/20260101/Europe/Berlin.
  std::shared_ptr<const Zone> named(std::string_view id) const {
    for (;;) {
      step();
      if (same_word(id, context_.time_zone)) return context_.zone;
      if (auto zone = id.empty() || id.size() > 100 ? nullptr : context_.find_zone(std::string(id))) return zone;
      const auto slash = id.find('/');
      if (slash == std::string_view::npos) return nullptr;
      id.remove_prefix(slash + 1);
    }
  }

  const ImportContext& context_;
  std::map<std::string, const Block*> described_;
  std::map<std::string, Found> found_;
};

/// One VEVENT, being read.
class EventReader {
 public:
  /// `cancels`: the VEVENT stands in a file that cancels its events.
  EventReader(const Block& block, Zones& zones, const ImportContext& context, bool cancels)
      : block_(block), zones_(zones), context_(context), cancels_(cancels) {}

  /// What tells this event from others (its line, UID and name), and its states from each other, as far as it can be
  /// read.
  ImportItem identity() const {
    ImportItem item;
    item.line = block_.line;
    if (const auto* uid = block_.find("UID")) item.uid = unescaped(uid->value);
    if (item.uid.empty()) item.uid = made_uid();
    if (const auto* name = block_.find("SUMMARY")) item.event_name = without_controls(unescaped(name->value));
    if (item.event_name.find_first_not_of(" \t\n") == std::string::npos) item.event_name = kNoTitle;
    item.state = state();
    return item;
  }

  /// Whether it takes whole days.
  bool is_of_days() const {
    const auto* line = block_.find("DTSTART");
    const auto start = line == nullptr ? std::nullopt : parse_moment(line->value);
    return start && std::holds_alternative<Date>(*start);
  }

  bool changes_an_occurrence() const { return block_.find("RECURRENCE-ID") != nullptr; }

  /// Whether it changes all later occurrences, too.
  bool changes_all_later() const {
    const auto* line = block_.find("RECURRENCE-ID");
    return line != nullptr && same_word(line->parameter("RANGE"), "THISANDFUTURE");
  }

  /// The occurrence that this event changes; nullopt when it changes none. `of_days`: its series is one of whole days.
  /// Throws LeftOut.
  std::optional<Moment> replaced(bool of_days) {
    const auto* line = only("RECURRENCE-ID");
    if (line == nullptr) return std::nullopt;
    if (line->parameters.contains("RANGE") && !changes_all_later())
      throw invalid(*line, "of RANGE only THISANDFUTURE is supported");
    const auto stamp = read_stamp(*line);
    return of_days || stamp.is_date() ? Moment{stamp.date(*context_.zone)} : Moment{stamp.instant()};
  }

  /// An event that changes an occurrence, after it was read.
  struct Change {
    Moment replaced;
    const EventReader* event;
    const ImportItem* item;
  };

  /// Fills in the request; `changes` are those of its occurrences. Throws LeftOut.
  void read(ImportItem& item, const std::vector<Change>& changes) {
    if (!block_.problem.empty()) throw LeftOut{kInvalid, "In it " + block_.problem + "."};
    check_identity(item);
    if (cancels_ || is_word("STATUS", "CANCELLED")) throw LeftOut{kIgnored, "It is cancelled."};
    const auto start = read_start();
    const auto length = read_length(start);
    const auto duration = length.elapsed(start.instant(), start.wall(), *start.zone);
    if (is_word("TRANSP", "TRANSPARENT")) throw LeftOut{kIgnored, "It takes no time: it is TRANSPARENT."};
    if (duration == Seconds{0}) throw LeftOut{kIgnored, "It takes no time: it ends when it starts."};
    item.time = Span{start.instant(), start.instant() + duration};
    length_ = length;
    fill(item, start, length, duration);
    // What an exporter repeats of the rule in an event that changes one occurrence says nothing of this event.
    if (!changes_an_occurrence()) read_series(item, start, length, changes);
    check(item);
    if (item.is_empty) throw LeftOut{kIgnored, "It takes no time: no occurrence of the series is left."};
    item.said = said_of(item.fields, item.time->start, length);
  }

 private:
  /// The same file again gives the same UID. Only what tells events from each other counts: a program that writes no
  /// UID may still write the time of each export.
  std::string made_uid() const {
    std::string told;
    for (const auto& line : block_.lines)
      for (const char* name : {"DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID", "SUMMARY"})
        if (line.name == name) told += line.name + ":" + line.value + "\n";
    return kMadeUid + digest_of(told);
  }

  SourceState state() const {
    SourceState state;
    if (const auto* line = block_.find("SEQUENCE"))
      std::from_chars(line->value.data(), line->value.data() + line->value.size(), state.sequence);
    const auto* line = block_.find("LAST-MODIFIED");
    if (line == nullptr) line = block_.find("DTSTAMP");
    const auto moment = line == nullptr ? std::nullopt : parse_moment(line->value);
    if (moment && std::holds_alternative<Instant>(*moment)) state.stamp = std::get<Instant>(*moment);
    return state;
  }

  /// The only line of this name; nullptr where there is no such line.
  const ContentLine* only(std::string_view name) const {
    const auto* first = block_.find(name);
    if (first == nullptr) return nullptr;
    for (const auto& line : block_.lines)
      if (line.name == name && line.number != first->number) throw invalid(line, "it stands there twice");
    return first;
  }

  bool is_word(std::string_view name, std::string_view word) const {
    const auto* line = block_.find(name);
    return line != nullptr && same_word(line->value, word);
  }

  void check_identity(const ImportItem& item) const {
    const auto* uid = only("UID");
    if (uid != nullptr && item.uid.size() > kUidLength) throw invalid(*uid, "it must be at most 1000 bytes long");
    only("SUMMARY");
  }

  Stamp read_stamp(const ContentLine& line) { return read_stamp(line, line.value); }

  Stamp read_stamp(const ContentLine& line, std::string_view value) {
    const auto type = upper(line.parameter("VALUE"));
    const auto moment = parse_moment(value);
    const bool is_date = moment && std::holds_alternative<Date>(*moment);
    if (!moment || (type == "DATE" && !is_date) || (type == "DATE-TIME" && is_date) ||
        (!type.empty() && type != "DATE" && type != "DATE-TIME"))
      throw invalid(line, std::string("it is no ") + (type == "DATE" ? "date" : "date or time") +
                              " such as 20261224, 20261224T090000 or 20261224T080000Z");
    const auto id = line.parameter("TZID");
    if (std::holds_alternative<Instant>(*moment)) return {*moment, context_.find_zone("UTC")};
    if (is_date || id.empty()) return {*moment, context_.zone};
    return {*moment, zones_.find(line, id)};
  }

  Stamp read_start() {
    const auto* line = only("DTSTART");
    if (line == nullptr) throw LeftOut{kInvalid, "It has no DTSTART."};
    auto start = read_stamp(*line);
    if (start.instant() < kRepresentable.start || start.instant() >= kRepresentable.end)
      throw invalid(*line, "it must lie in the years 0001 to 9999");
    return start;
  }

  /// The length by DTEND or DURATION. Without either an event on a date lasts a day, and an event at a time has no
  /// length (RFC 5545, 3.6.1).
  Length read_length(const Stamp& start) {
    const auto* end = only("DTEND");
    const auto* length = only("DURATION");
    if (end != nullptr && length != nullptr) throw invalid(*length, "DTEND and DURATION exclude each other");
    if (end != nullptr) {
      const auto stamp = read_stamp(*end);
      if (stamp.is_date() != start.is_date())
        throw invalid(*end, "DTSTART and DTEND must both have a time, or neither");
      return checked(*end, start, from_to(start, stamp));
    }
    if (length == nullptr) return {days{start.is_date() ? 1 : 0}, Seconds{0}};
    const auto parsed = parse_length(length->value);
    if (!parsed) throw invalid(*length, "it is no length such as PT1H30M, P1D or P2W");
    if (start.is_date() && parsed->rest != Seconds{0})
      throw invalid(*length, "a DTSTART without a time takes whole days");
    return checked(*length, start, *parsed);
  }

  /// From a date to a date the length is a number of days, each as long as the calendar's day. Between two times "the
  /// same exact duration will apply to all the members" (RFC 5545, 3.8.5.3).
  static Length from_to(const Stamp& start, const Stamp& end) {
    if (start.is_date()) return {std::chrono::floor<days>(end.wall()) - std::chrono::floor<days>(start.wall())};
    return {days{0}, end.instant() - start.instant()};
  }

  static Length checked(const ContentLine& line, const Stamp& start, const Length& length) {
    const auto duration = length.elapsed(start.instant(), start.wall(), *start.zone);
    if (duration < Seconds{0}) throw invalid(line, "the event would end before it starts");
    if (duration > kLongest) throw invalid(line, "an event lasts at most 366 days");
    return length;
  }

  void fill(ImportItem& item, const Stamp& start, const Length& length, Seconds duration) const {
    auto& fields = item.fields;
    fields.event_name.set(item.event_name);
    fields.calendars.set(std::vector{context_.calendar});
    if (start.zone == context_.zone && length.rest == Seconds{0})
      fields.days.set(static_cast<int>(length.whole.count()));
    else
      fields.duration.set(duration);
    fields.allow_past = true;
    if (const auto* place = block_.find("LOCATION")) fields.event_location.set(unescaped(place->value));
    if (const auto* text = block_.find("DESCRIPTION")) fields.description.set(long_text(unescaped(text->value)));
    read_attendees(fields, block_);
    if (has_declined(fields, context_.calendar))
      throw LeftOut{kIgnored, "It takes no time: " + context_.calendar + " has declined."};
    if (start.zone == context_.zone) {
      const auto wall = start.wall();
      const auto date = std::chrono::floor<days>(wall);
      fields.date.set(date);
      fields.start_time.set(wall - date);
    } else {
      fields.start_timestamp.set(start.instant());
    }
  }

  void read_series(ImportItem& item, const Stamp& start, const Length& length, const std::vector<Change>& changes) {
    if (const auto* line = block_.find("EXRULE"))
      throw invalid(*line, "it is not supported: a series is RRULE, RDATE and EXDATE");
    const auto* line = only("RRULE");
    const auto* dates = block_.find("RDATE");
    if (line == nullptr && dates == nullptr) return;
    const auto& named = line != nullptr ? *line : *dates;
    Validation validation;
    // Without a rule a series is its first occurrence, and the times of RDATE.
    const auto text = line != nullptr ? line->value : "FREQ=DAILY;COUNT=1";
    auto rule = parse_recurrence("RRULE:" + text, validation, Leniency::of_files);
    if (!rule) throw invalid(named, validation.failure().message);
    if (start.zone != context_.zone) rule->zone = start.zone;
    rule->length = length;
    rule->past = latest_start(*rule, context_.now, *context_.zone, {});
    for (const auto& each : block_.lines) {
      if (each.name == "EXDATE" || each.name == "RDATE") add_times(*rule, each, start);
    }
    for (const auto& change : changes) {
      step();
      rule->exceptions.push_back({"RECURRENCE-ID", "", change.replaced});
      if (change.event->changes_all_later()) rule->later.push_back(later_of(change, *start.zone));
    }
    if (rule->later.size() > kMaxOccurrences) throw invalid(named, "at most 1000 changes with RANGE are allowed");
    std::sort(rule->later.begin(), rule->later.end(), [](const Later& a, const Later& b) { return a.from < b.from; });
    expand(item, named, *rule, start);
    item.fields.recurrence = std::move(rule);
  }

  /// What the event says of the later occurrences of its series, which are counted on the clock of `zone`.
  static Later later_of(const Change& change, const Zone& zone) {
    const auto* date = std::get_if<Date>(&change.replaced);
    const auto from = date != nullptr ? zone.day(*date).start : std::get<Instant>(change.replaced);
    Later later{.from = from, .takes_no_time = !change.item->left_out.empty()};
    if (later.takes_no_time) return later;
    later.shift = zone.to_wall(change.item->time->start) - zone.to_wall(from);
    later.length = change.event->length_;
    later.fields = std::make_shared<const Fields>(change.item->fields);
    return later;
  }

  /// The times that a line of the series that begins at `start` names, 1,000 at most; they are counted before they are
  /// split. Those of a series of whole days are dates.
  std::vector<Moment> moments_in(const ContentLine& line, const Stamp& start, const std::string& too_many) {
    if (std::count(line.value.begin(), line.value.end(), ',') >= static_cast<std::ptrdiff_t>(kMaxOccurrences))
      throw invalid(line, too_many);
    std::vector<Moment> moments;
    const auto id = line.parameter("TZID");
    for (const auto piece : split(line.value, ',')) {
      const auto stamp = read_stamp(line, piece);
      const bool is_wall = std::holds_alternative<WallTime>(stamp.moment) && !id.empty();
      if (start.is_date())
        moments.push_back(stamp.date(*context_.zone));
      else
        moments.push_back(is_wall ? Moment{stamp.instant()} : stamp.moment);
    }
    return moments;
  }

  /// Adds what an EXDATE or RDATE of the series that begins at `start` names.
  void add_times(Recurrence& rule, const ContentLine& line, const Stamp& start) {
    const auto& zone = *start.zone;
    const bool excepts = line.name == "EXDATE";
    const std::string too_many = excepts ? "at most 1000 exceptions are allowed" : "at most 1000 dates are allowed";
    for (const auto& moment : moments_in(line, start, too_many)) {
      const auto* at = std::get_if<Instant>(&moment);
      if (excepts)
        rule.exceptions.push_back({shorten(line.value, kShownBytes), "", moment});
      else if (at != nullptr && zone.to_instant(zone.to_wall(*at)) != *at)
        throw invalid(line, "the clock of the series shows " + format_utc(*at) + " for the second time");
      else
        rule.dates.push_back(moment);
    }
    if (std::max(rule.exceptions.size(), rule.dates.size()) > kMaxOccurrences) throw invalid(line, too_many);
    const auto id = line.parameter("TZID");
    rule.text += "\n" + line.name + (id.empty() ? "" : ";TZID=" + id) + ":" + line.value;
    if (rule.text.size() > kMaxRecurrenceText)
      throw invalid(line, "the rule and its exceptions are longer than 128 KiB");
  }

  /// Whether the rule makes a series. This is found out here, since later a rule that makes no series would refuse the
  /// whole file.
  void expand(ImportItem& item, const ContentLine& line, const Recurrence& rule, const Stamp& start) {
    const auto& zone = *context_.zone;
    const auto first = zone.to_wall(start.instant());
    if (zone.to_instant(first) != start.instant())
      throw invalid(line, "the calendar's clock shows the start of this series for the second time");
    Validation validation;
    const auto latest = latest_start(rule, context_.latest, zone, {});
    const auto found = occurrences(rule, first, zone, context_.time_zone, latest, validation);
    if (!validation.ok()) throw invalid(line, validation.failure().message);
    for (const auto each : found.starts) check_occurrence(line, duration_at(rule, each, zone), each);
    for (const auto each : found.starts) item.starts.push_back(zone.to_instant(each));
    item.is_empty = found.starts.empty() && found.beyond != first;
    if (found.is_past_left_out) item.past = rule.past;
    if (found.beyond) item.beyond = zone.to_instant(*found.beyond);
    if (found.starts.empty()) return;
    item.time = occurrence_at(rule, found.starts.front(), zone);
    item.detail = what_is_left_out(rule, found);
  }

  std::string what_is_left_out(const Recurrence& rule, const Occurrences& found) const {
    const auto told = [](WallTime time) { return format_date(std::chrono::floor<days>(time)); };
    std::string sentences;
    if (found.is_past_left_out)
      sentences =
          "It has more than 1000 occurrences: those before " + told(found.starts.front()) + " are over, and left out.";
    if (rule.is_endless() || found.beyond)
      sentences += std::string(sentences.empty() ? "" : " ") +
                   (rule.is_endless() ? "The rule has no end: it is" : "The rule ends after the horizon: it is") +
                   " followed to the calendar's horizon, " + told(context_.zone->to_wall(context_.latest)) + ".";
    return sentences;
  }

  static Span occurrence_at(const Recurrence& rule, WallTime start, const Zone& zone) {
    const auto at = zone.to_instant(place_of(rule, start, zone));
    return {at, at + duration_at(rule, start, zone)};
  }

  /// Days that are counted on the wall clock can be longer at a clock change than the first occurrence's days, and have
  /// no length at all where a zone left a day out, as Samoa left out 30 December 2011.
  static void check_occurrence(const ContentLine& line, Seconds duration, WallTime start) {
    if (duration >= kShortest && duration <= kLongest) return;
    throw invalid(line, "its occurrence of " + format_date(std::chrono::floor<days>(start)) + " would last " +
                            format_duration(duration) + "; an event lasts from 1 second to 366 days");
  }

  void check(const ImportItem& item) const {
    if (!kRepresentable.contains(*item.time))
      throw LeftOut{kInvalid, "It must begin and end in the years 0001 to 9999."};
    Validation validation;
    check_values(validation, item.fields);
    check_new(validation, item.fields);
    if (!validation.ok()) throw LeftOut{kInvalid, "It cannot be booked: " + validation.failure().message + "."};
  }

  const Block& block_;
  Zones& zones_;
  const ImportContext& context_;
  bool cancels_;
  Length length_{};  ///< once it was read
};

/// A file, being read. Which of its events belong together has to be known before any event is read.
class FileReader {
 public:
  explicit FileReader(const ImportContext& context) : context_(context) {}

  std::vector<ImportItem> read(const std::vector<Block>& calendars, const ImportSlice& slice,
                               std::set<std::string>* uids) {
    for (const auto& calendar : calendars) identify(calendar);
    for (std::size_t i = 0; i < items_.size(); ++i) find_replaced(i);
    mark_repeated();
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (items_[i].replaced && items_[i].left_out.empty()) changes_[items_[i].uid].push_back(i);
    is_read_.resize(items_.size());
    if (uids != nullptr)
      for (const auto& item : items_) uids->insert(item.uid);
    const auto from = std::min(slice.after, items_.size());
    const auto to = from + std::min(slice.max_rows.value_or(items_.size()), items_.size() - from);
    check_size(to - from);
    for (std::size_t i = from; i < to; ++i) read_event(i);
    return {std::move_iterator(items_.begin() + static_cast<std::ptrdiff_t>(from)),
            std::move_iterator(items_.begin() + static_cast<std::ptrdiff_t>(to))};
  }

 private:
  using Key = std::pair<std::string, std::string>;  // UID and RECURRENCE-ID

  static void check_size(std::size_t count) {
    if (count > kMostImported)
      throw jb::invalid("ics", std::to_string(count) + " events",
                        "a call imports at most 1000: take them in turn, by after and max_rows");
  }

  static Key key_of(const ImportItem& item) { return {item.uid, item.recurrence_id}; }

  template <class Work>
  static void judged(ImportItem& item, Work&& work) {
    try {
      work();
    } catch (const LeftOut& left_out) {
      item.left_out = left_out.how;
      item.detail = left_out.detail;
    }
  }

  /// Whether the calendar cancels its events instead of telling of them.
  bool cancels(const Block& calendar) const {
    const auto* method = calendar.find("METHOD");
    if (method == nullptr) return false;
    for (const char* word : {"PUBLISH", "REQUEST", "ADD"})
      if (same_word(method->value, word)) return false;
    if (context_.may_cancel && same_word(method->value, "CANCEL")) return true;
    throw jb::invalid("ics", "METHOD:" + method->value,
                      "line " + std::to_string(method->number) + ": what answers or cancels is no calendar to import");
  }

  void identify(const Block& calendar) {
    const bool cancels = this->cancels(calendar);
    auto& zones = zones_.emplace_back(calendar, context_);
    for (const auto& block : calendar.blocks) {
      if (block.name != "VEVENT") continue;
      step();
      auto& event = events_.emplace_back(block, zones, context_, cancels);
      auto& item = items_.emplace_back(event.identity());
      item.number = items_.size();
      if (!event.changes_an_occurrence()) of_days_.emplace(item.uid, event.is_of_days());
    }
  }

  Span span_of(const Moment& replaced) const {
    if (const auto* date = std::get_if<Date>(&replaced)) return context_.zone->day(*date);
    const auto start = std::get<Instant>(replaced);
    return {start, start + Seconds{1}};
  }

  /// Finds out which occurrence the event changes. Where the file does not have its series, the event is read as one of
  /// such a series as it is itself.
  void find_replaced(std::size_t i) {
    auto& item = items_[i];
    auto& event = events_[i];
    auto& replaced = replaced_.emplace_back();
    judged(item, [&] {
      if (!event.changes_an_occurrence()) return;
      const auto series = of_days_.find(item.uid);
      replaced = event.replaced(series != of_days_.end() ? series->second : event.is_of_days());
      item.recurrence_id = told_moment(*replaced);
      item.replaced = span_of(*replaced);
    });
    if (event.changes_an_occurrence() && !replaced) has_unknown_change_.insert(item.uid);
  }

  /// Reads the event, and before a series the events that change its occurrences: where such an event cannot be read,
  /// the series has the occurrence.
  void read_event(std::size_t i) {
    auto& item = items_[i];
    if (!item.left_out.empty() || is_read_[i]) return;
    is_read_[i] = true;
    step();
    std::vector<EventReader::Change> changes;
    if (!item.replaced) {
      item.has_unknown_change = has_unknown_change_.contains(item.uid);
      for (const auto change : changes_[item.uid]) {
        read_event(change);
        const bool is_read = items_[change].left_out != kInvalid;
        if (is_read) changes.push_back({*replaced_[change], &events_[change], &items_[change]});
        (is_read ? item.elsewhere : item.unread).push_back(*items_[change].replaced);
      }
    }
    judged(item, [&] { events_[i].read(item, changes); });
    item.takes_no_time = item.left_out == kIgnored;
    if (item.replaced && item.left_out == kInvalid) item.detail += " Its occurrence stays where the series has it.";
  }

  /// Of several states of one event the last state counts (is_later), and of equal states the first.
  void mark_repeated() {
    std::map<Key, std::size_t> best;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (!items_[i].left_out.empty()) continue;  // of these it is unknown what they are
      const auto [known, is_new] = best.try_emplace(key_of(items_[i]), i);
      if (is_new) continue;
      const bool counts = is_later(items_[i].state, items_[known->second].state);
      auto& other = items_[counts ? std::exchange(known->second, i) : i];
      other.left_out = kIgnored;
      other.detail =
          "The file has another state of this event in line " + std::to_string(items_[known->second].line) + ".";
    }
  }

  const ImportContext& context_;
  std::deque<Zones> zones_;  // of each VCALENDAR its own; they stay where they are
  std::vector<ImportItem> items_;
  std::vector<EventReader> events_;                          // by the places of their items
  std::vector<std::optional<Moment>> replaced_;              // by the places of the items that change an occurrence
  std::map<std::string, std::vector<std::size_t>> changes_;  // by UID the places of these items
  std::map<std::string, bool> of_days_;                      // by UID whether the event or series is of whole days
  std::set<std::string> has_unknown_change_;
  std::vector<bool> is_read_;
};

}  // namespace

std::vector<ImportItem> read_icalendar(std::string_view text, const ImportContext& context, const ImportSlice& slice,
                                       std::set<std::string>* uids) {
  return FileReader{context}.read(parse_blocks(text), slice, uids);
}

}  // namespace jb
