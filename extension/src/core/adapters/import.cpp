// SPDX-License-Identifier: PostgreSQL
#include "import.hpp"

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <utility>

#include "../ical/vtimezone.hpp"
#include "../values/budget.hpp"
#include "../values/time_text.hpp"
#include "icalendar.hpp"

namespace jb {

namespace {

using std::chrono::days;

constexpr std::size_t kUidLength = 1000;
constexpr const char* kNoTitle = "(no title)";
constexpr const char* kMadeUid = "jb-made-";
constexpr std::string_view kInvalid = "invalid";
constexpr std::string_view kIgnored = "ignored";
constexpr days kZonesFollowed{36'525};  // beyond the horizon, which binds no single event
constexpr std::size_t kDigest = 16;     // characters of digest_of()

/// Hexadecimal digits that follow from the text alone: FNV-1a of 64 bits (RFC 9923). Two texts that nobody has sought
/// out hardly have the same digest. It proves nothing: whoever wants to can write a second text for a digest.
std::string digest_of(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::uint64_t prime = 0x100000001B3U;
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  std::string word(kDigest, '0');
  for (auto digit = word.rbegin(); digit != word.rend(); ++digit, hash /= 16) *digit = digits[hash % 16];
  return word;
}

/// Why a VEVENT asks for nothing; thrown where that is found out.
struct LeftOut {
  std::string_view how;
  std::string detail;
};

LeftOut invalid(const ContentLine& line, const std::string& message) {
  return {kInvalid, line.name + " in line " + std::to_string(line.number) + ", \"" + shorten(line.value, 100) +
                        "\": " + message + "."};
}

/// A time as text, the same for each way in which a file may write it.
std::string told_moment(const Moment& moment) {
  if (const auto* date = std::get_if<Date>(&moment)) return format_date(*date);
  if (const auto* wall = std::get_if<WallTime>(&moment)) return std::to_string(wall->time_since_epoch().count());
  return format_basic_utc(std::get<Instant>(moment));
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

/// A date or time as a line has it, and the zone on whose wall clock it is counted.
struct Stamp {
  Moment moment;
  std::shared_ptr<const Zone> zone;
  bool is_date() const { return std::holds_alternative<Date>(moment); }
  WallTime wall() const {
    if (const auto* date = std::get_if<Date>(&moment)) return *date;
    if (const auto* time = std::get_if<WallTime>(&moment)) return *time;
    return zone->to_wall(std::get<Instant>(moment));
  }
  Instant instant() const {
    const auto* instant = std::get_if<Instant>(&moment);
    return instant != nullptr ? *instant : zone->to_instant(wall());
  }
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
    if (const auto* name = block_.find("SUMMARY")) item.event_name = unescaped(name->value);
    if (item.event_name.find_first_not_of(" \t\n") == std::string::npos) item.event_name = kNoTitle;
    item.state = state();
    return item;
  }

  /// The occurrence that this event changes; nullopt when it changes none. Throws LeftOut.
  std::optional<Moment> replaced() {
    const auto* line = only("RECURRENCE-ID");
    if (line == nullptr) return std::nullopt;
    if (line->parameters.contains("RANGE"))
      throw invalid(*line, "a change of all that follow (RANGE) is not supported");
    const auto stamp = read_stamp(*line);
    return stamp.is_date() ? stamp.moment : Moment{stamp.instant()};
  }

  /// Fills in the request; `exceptions` are the occurrences that the file has changed. Throws LeftOut.
  void read(ImportItem& item, const std::vector<Moment>& exceptions) {
    if (!block_.problem.empty()) throw LeftOut{kInvalid, "In it " + block_.problem + "."};
    check_identity(item);
    if (cancels_ || is_word("STATUS", "CANCELLED")) throw LeftOut{kIgnored, "It is cancelled."};
    const auto start = read_start();
    const auto length = read_length(start);
    const auto duration = length.elapsed(start.instant(), start.wall(), *start.zone);
    if (is_word("TRANSP", "TRANSPARENT")) throw LeftOut{kIgnored, "It takes no time: it is TRANSPARENT."};
    if (duration == Seconds{0}) throw LeftOut{kIgnored, "It takes no time: it ends when it starts."};
    item.time = Span{start.instant(), start.instant() + duration};
    fill(item, start, length, duration);
    read_series(item, start, length, exceptions);
    check(item);
    item.said = said(item, length);
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

  /// The parts as the file means them, and not as it writes them: a program may write the same time in other words each
  /// time.
  static Said said(const ImportItem& item, const Length& length) {
    const auto& fields = item.fields;
    std::string start = told_moment(item.time->start);
    if (const auto& rule = fields.recurrence) {
      start += "\n" + rule->rule;
      for (const auto& date : rule->dates) start += "\n+" + told_moment(date);
      for (const auto& exception : rule->exceptions) start += "\n-" + told_moment(exception.moment);
    }
    std::string people;
    const auto attendees = fields.attendees.value->get();
    for (const auto& each : *attendees) people += each + "\n";
    return digest_of(start) +
           digest_of(std::to_string(length.whole.count()) + " " + std::to_string(length.rest.count())) +
           digest_of(*fields.event_name.value) + digest_of(fields.event_location.value.value_or("")) +
           digest_of(people);
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
    fields.attendees.set(attendees());
    if (start.zone == context_.zone) {
      const auto wall = start.wall();
      const auto date = std::chrono::floor<days>(wall);
      fields.date.set(date);
      fields.start_time.set(wall - date);
    } else {
      fields.start_timestamp.set(start.instant());
    }
  }

  std::vector<std::string> attendees() const {
    std::vector<std::string> names;
    for (const auto& line : block_.lines) {
      if (line.name != "ATTENDEE") continue;
      auto name = attendee_of_uri(line.value);
      const auto spoken = line.parameter("CN");
      if (name == line.value && !spoken.empty()) name = spoken;
      if (!name.empty()) names.push_back(std::move(name));
    }
    return names;
  }

  void read_series(ImportItem& item, const Stamp& start, const Length& length, const std::vector<Moment>& replaced) {
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
    for (const auto& each : block_.lines) {
      if (each.name == "EXDATE" || each.name == "RDATE") add_times(*rule, each, *start.zone);
    }
    for (const auto& moment : replaced) rule->exceptions.push_back({"RECURRENCE-ID", "", moment});
    expand(item, named, *rule, start);
    item.fields.recurrence = std::move(rule);
  }

  /// The times that a line names, 1,000 at most; they are counted before they are split.
  std::vector<Moment> moments_in(const ContentLine& line, const std::string& too_many) {
    if (std::count(line.value.begin(), line.value.end(), ',') >= static_cast<std::ptrdiff_t>(kMaxOccurrences))
      throw invalid(line, too_many);
    std::vector<Moment> moments;
    const auto id = line.parameter("TZID");
    for (const auto piece : split(line.value, ',')) {
      const auto stamp = read_stamp(line, piece);
      const bool is_wall = std::holds_alternative<WallTime>(stamp.moment) && !id.empty();
      moments.push_back(is_wall ? Moment{stamp.instant()} : stamp.moment);
    }
    return moments;
  }

  /// Adds what an EXDATE or RDATE names. `zone` is that of the series, on whose wall clock each occurrence is counted.
  void add_times(Recurrence& rule, const ContentLine& line, const Zone& zone) {
    const bool excepts = line.name == "EXDATE";
    const std::string too_many = excepts ? "at most 1000 exceptions are allowed" : "at most 1000 dates are allowed";
    for (const auto& moment : moments_in(line, too_many)) {
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
    if (!found.starts.empty()) item.time = occurrence_at(rule, found.starts.front(), zone);
    if (rule.is_endless())
      item.detail = "The rule has no end: it is followed to the calendar's horizon, " +
                    format_date(std::chrono::floor<days>(zone.to_wall(context_.latest))) + ".";
  }

  static Span occurrence_at(const Recurrence& rule, WallTime start, const Zone& zone) {
    const auto at = zone.to_instant(start);
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
};

/// A file, being read. Which of its events belong together has to be known before any event is read.
class FileReader {
 public:
  explicit FileReader(const ImportContext& context) : context_(context) {}

  std::vector<ImportItem> read(const std::vector<Block>& calendars, const ImportSlice& slice,
                               std::set<std::string>* uids) {
    for (const auto& calendar : calendars) identify(calendar);
    mark_repeated();
    if (uids != nullptr)
      for (const auto& item : items_) uids->insert(item.uid);
    const auto from = std::min(slice.after, items_.size());
    const auto to = from + std::min(slice.max_rows.value_or(items_.size()), items_.size() - from);
    check_size(to - from);
    for (std::size_t i = from; i < to; ++i) {
      auto& item = items_[i];
      if (!item.left_out.empty()) continue;
      step();
      const auto& replaced = replaced_[key_of(item)];
      judged(item, [&] { events_[i].read(item, replaced); });
      item.takes_no_time = item.left_out == kIgnored;
      for (const auto& moment : replaced) item.elsewhere.push_back(span_of(moment));
    }
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
    for (const auto& block : calendar.blocks)
      if (block.name == "VEVENT") identify(events_.emplace_back(block, zones, context_, cancels));
  }

  Span span_of(const Moment& replaced) const {
    if (const auto* date = std::get_if<Date>(&replaced)) return context_.zone->day(*date);
    const auto start = std::get<Instant>(replaced);
    return {start, start + Seconds{1}};
  }

  void identify(EventReader& event) {
    step();
    auto item = event.identity();
    item.number = items_.size() + 1;
    judged(item, [&] {
      const auto replaced = event.replaced();
      if (!replaced) return;
      item.recurrence_id = told_moment(*replaced);
      item.replaced = span_of(*replaced);
      replaced_[{item.uid, ""}].push_back(*replaced);
    });
    items_.push_back(std::move(item));
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
  std::vector<EventReader> events_;  // by the places of their items
  std::map<Key, std::vector<Moment>> replaced_;
};

}  // namespace

bool is_later(const SourceState& a, const SourceState& b) {
  if (a.sequence != b.sequence) return a.sequence > b.sequence;
  return a.stamp && b.stamp && *a.stamp > *b.stamp;
}

bool differs(const Said& a, const Said& b, Part part) {
  const auto at = static_cast<std::size_t>(part) * kDigest;
  if (a.size() <= at || b.size() <= at) return a.empty() != b.empty();
  return a.compare(at, kDigest, b, at, kDigest) != 0;
}

std::vector<ImportItem> read_icalendar(std::string_view text, const ImportContext& context, const ImportSlice& slice,
                                       std::set<std::string>* uids) {
  return FileReader{context}.read(parse_blocks(text), slice, uids);
}

}  // namespace jb
