// SPDX-License-Identifier: PostgreSQL
#include "import.hpp"

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "../values/input.hpp"
#include "icalendar.hpp"

namespace jb {

namespace {

using std::chrono::days;

constexpr std::size_t kDigest = 16;  // characters of digest_of()

/// A digest of the text in hexadecimal: 64-bit FNV-1a (RFC 9923). Two texts are unlikely to share a digest by accident.
/// It proves nothing, since a second text for a digest is easily made.
std::string digest_of(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::uint64_t prime = 0x100000001B3U;
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  std::string word(kDigest, '0');
  for (auto digit = word.rbegin(); digit != word.rend(); ++digit, hash /= 16) *digit = digits[hash % 16];
  return word;
}

/// A time as text, the same for every way in which a file may write it.
std::string told_moment(const Moment& moment) {
  if (const auto* date = std::get_if<Date>(&moment)) return format_date(*date);
  if (const auto* wall = std::get_if<WallTime>(&moment)) return std::to_string(wall->time_since_epoch().count());
  return format_basic_utc(std::get<Instant>(moment));
}

std::string said_of_names(const Fields& fields, const Length& length, std::string_view clock) {
  std::string people;
  const auto attendees = fields.attendees.value->get();
  for (const auto& each : *attendees) people += each + "\n";
  for (const auto& each : fields.guests.value_or(std::vector<std::string>{})) people += "-" + each + "\n";
  std::string lasts = std::to_string(length.whole.count()) + " " + std::to_string(length.rest.count());
  if (fields.recurrence)
    for (const auto& [at, period] : fields.recurrence->periods)
      lasts += "\n" + told_moment(at) + " " + std::to_string(period.count());
  if (length.whole.count() != 0) lasts += clock;
  return digest_of(lasts) + digest_of(*fields.event_name.value) + digest_of(fields.event_location.value.value_or("")) +
         digest_of(people);
}

std::string said_of_later(const std::vector<Later>& all, std::string_view clock) {
  std::string text;
  for (const auto& later : all)
    text += told_moment(later.from) + " " + std::to_string(later.shift.count()) +
            (later.takes_no_time ? "-\n" : said_of_names(*later.fields, later.length, clock));
  return all.empty() ? text : digest_of(text) + told_moment(all.front().from);
}

/// The parts as the file means them, not as it writes them, since a program may write the same time differently on each
/// export. `start`: DTSTART. `clock`: the calendar's zone if that start is read on the calendar's clock, else empty; in
/// another zone the same text means another time.
Said said_of(const Fields& fields, Instant start, const Length& length, std::string_view clock) {
  const auto& rule = fields.recurrence;
  const auto from = told_moment(start).append(clock);
  if (!rule) return digest_of(from) + said_of_names(fields, length, clock);
  std::string starts = from + "\n" + rule->rule;
  std::string changed;
  for (const auto& date : rule->dates) starts += "\n+" + told_moment(date);
  for (const auto& each : rule->exceptions)
    (each.text == "RECURRENCE-ID" ? changed : starts) += "\n-" + told_moment(each.moment);
  return digest_of(starts) + said_of_names(fields, length, clock) + digest_of(changed) +
         said_of_later(rule->later, clock);
}

// The time zones of an iCalendar file: what a TZID means there, and the zone of a time without one.

/// Whether the server's zone of this name is whatever its machine is set to, which no file can mean.
bool is_of_machine(std::string_view id) { return is_same_name(id, "localtime") || is_same_name(id, "posixrules"); }

constexpr std::chrono::days kZonesFollowed{36'525};  // beyond the horizon, which binds no single event

/// The zones of one VCALENDAR, each worked out once.
class FileZones {
 public:
  /// Both outlive this object.
  FileZones(const Component& calendar, const ImportContext& context)
      : context_(context), floating_(calendar.find("X-WR-TIMEZONE")) {
    if (floating_ != nullptr && without_blanks(floating_->value).empty()) floating_ = nullptr;
    for (const auto& component : calendar.components) {
      const auto* id = component.name == "VTIMEZONE" ? component.find("TZID") : nullptr;
      if (id != nullptr) described_.emplace(without_blanks(id->value), &component);
    }
  }

  /// A zone, or the reason why there is none, as the end of a sentence.
  struct Found {
    std::shared_ptr<const Zone> zone;
    std::string problem;
  };

  /// The zone of a TZID. Cost: Budget::file_zones, zone_components.
  const Found& find(const std::string& id) {
    const auto [known, is_new] = found_.try_emplace(id);
    if (is_new) known->second = look_up(id);
    return known->second;
  }

  /// The line that names the zone of times without a zone (X-WR-TIMEZONE); nullptr where none does.
  const ContentLine* line_of_floating() const { return floating_; }

 private:
  /// RFC 5545, 3.2.19: the file's VTIMEZONE says what a TZID means. Only a name such as Europe/Berlin means the same
  /// everywhere, and many programs describe such a zone incompletely.
  Found look_up(const std::string& id) const {
    spend(Budget::file_zones);
    const auto described = described_.find(without_blanks(id));
    const auto* component = described == described_.end() ? nullptr : described->second;
    const auto* location = component == nullptr ? nullptr : component->find("X-LIC-LOCATION");
    std::string problem;
    auto zone = named(id, true);
    if (!zone && component != nullptr) zone = read_vtimezone(*component, context_.latest + kZonesFollowed, problem);
    if (!zone && location != nullptr) zone = named(location->value, true);
    if (!zone) zone = named(id, false);
    if (!zone && location != nullptr) zone = named(location->value, false);
    for (const auto& name : zone ? std::vector<std::string>{} : context_.other_names(id))
      for (const bool has_slash : {true, false})
        if (!zone) zone = named(name, has_slash);
    if (zone) return {std::move(zone), {}};
    const auto name = "\"" + shorten(id, 100) + "\"";
    if (component == nullptr)
      return {nullptr, "there is no time zone " + name + ", and the file describes none of this TZID"};
    return {nullptr,
            "the VTIMEZONE " + name + " of line " + std::to_string(component->line) + " cannot be used: " + problem};
  }

  /// The server's zone of this name, or of what follows a program's prefix: /example.org/20260101/Europe/Berlin. Looks
  /// up only names with a slash, or only those without.
  std::shared_ptr<const Zone> named(std::string_view id, bool has_slash) const {
    for (id = without_blanks(id);;) {
      step();
      const auto slash = id.find('/');
      if ((slash != std::string_view::npos) == has_slash) {
        if (is_same_name(id, context_.time_zone)) return context_.zone;
        if (auto zone =
                id.empty() || id.size() > 100 || is_of_machine(id) ? nullptr : context_.find_zone(std::string(id)))
          return zone;
      }
      if (slash == std::string_view::npos) return nullptr;
      id.remove_prefix(slash + 1);
    }
  }

  const ImportContext& context_;
  const ContentLine* floating_;
  std::map<std::string, const Component*, std::less<>> described_;
  std::map<std::string, Found> found_;
};

// The lines of a VEVENT as texts, times and lengths. They are read as far as they are clear, with notes on what was
// odd.

constexpr std::string_view kInvalid = "invalid";
constexpr std::string_view kIgnored = "ignored";

/// Why a VEVENT is left out; thrown where this is found.
struct LeftOut {
  std::string_view how;
  std::string detail;
};

/// A sentence about a line.
std::string about(const ContentLine& line, const std::string& message) {
  return line.name + " in line " + std::to_string(line.number) + ", \"" + shorten(line.value, 100) + "\": " + message +
         ".";
}

LeftOut invalid(const ContentLine& line, const std::string& message) { return {kInvalid, about(line, message)}; }

Length checked(const ContentLine& line, const Stamp& start, const Length& length) {
  const auto duration = length.elapsed(start.instant(), start.wall(), *start.zone);
  if (duration < Seconds{0}) throw invalid(line, "the event would end before it starts");
  if (duration > kLongest) throw invalid(line, "an event lasts at most 366 days");
  return length;
}

constexpr std::size_t kUidLength = 1000;
constexpr const char* kNoTitle = "(no title)";
constexpr const char* kMadeUid = "jb-made-";

/// One VEVENT, being read.
class EventReader {
 public:
  /// All outlive this object. `cancels`: the VEVENT stands in a file that cancels its events.
  EventReader(const Component& component, FileZones& zones, const ImportContext& context, bool cancels)
      : component_(component), context_(context), zones_(zones), notes_(component.odd), cancels_(cancels) {}

  /// Adds to the notes for the event's reader.
  void note(const Notes& others) { notes_.add(others); }

  /// What distinguishes this event from others (its line, UID and name) and its states from each other, as far as it
  /// can be read.
  ImportItem identity() {
    ImportItem item;
    item.line = component_.line;
    if (const auto* uid = first("UID")) item.uid = unescaped(uid->value);
    if (item.uid.size() > kUidLength) {
      note(*component_.find("UID"), "it is longer than 1000 bytes, and another one was made of it");
      item.uid = kMadeUid + digest_of(item.uid);
    }
    if (item.uid.empty()) item.uid = made_uid();
    if (const auto* name = first("SUMMARY")) item.event_name = without_controls(text_of(*name, kNameLength));
    if (!has_visible(item.event_name)) item.event_name = kNoTitle;
    item.state = state();
    return item;
  }

  /// Whether it takes whole days.
  bool is_of_days() const {
    const auto* line = component_.find("DTSTART");
    const auto start = line == nullptr ? std::nullopt : parse_lenient_moment(line->value);
    return start && std::holds_alternative<Date>(*start);
  }

  /// Its start, read for its clock; a placeholder on the calendar's clock if it cannot be read.
  Stamp start_or_local() {
    try {
      return read_start();
    } catch (const LeftOut&) {
      return {Date(), context_.zone, true};
    }
  }

  bool changes_an_occurrence() const { return component_.find("RECURRENCE-ID") != nullptr; }

  /// Whether it changes all later occurrences, too.
  bool changes_all_later() const {
    const auto* line = component_.find("RECURRENCE-ID");
    return line != nullptr && is_same_name(line->parameter("RANGE"), "THISANDFUTURE");
  }

  /// The occurrence that this event changes; nullopt when it changes none. `of_days`: its series is one of whole days.
  /// Throws LeftOut.
  std::optional<Moment> replaced(bool of_days) {
    const auto* line = only("RECURRENCE-ID");
    if (line == nullptr) return std::nullopt;
    if (line->parameters.contains("RANGE") && !changes_all_later())
      throw invalid(*line, "of RANGE only THISANDFUTURE is supported");
    replaced_ = read_stamp(*line);
    return of_days || replaced_.is_date() ? Moment{replaced_.date(*context_.zone)} : Moment{replaced_.instant()};
  }

  /// The wall clock time by which the file names that occurrence, if it names no zone.
  std::optional<WallTime> replaced_locally() const {
    return replaced_.is_local ? std::optional{replaced_.wall()} : std::nullopt;
  }

  /// An event that changes an occurrence, after it was read.
  struct Change {
    Moment replaced;
    const EventReader* event;
    const ImportItem* item;
  };

  /// Fills in the request; `changes` are those of its occurrences. Throws LeftOut.
  void read(ImportItem& item, const std::vector<Change>& changes) {
    if (cancels_ || is_word("STATUS", "CANCELLED")) throw LeftOut{kIgnored, "It is cancelled."};
    start_ = read_start();
    length_ = read_length();
    item.has_local_start = start_.is_local;
    const auto duration = length_.elapsed(start_.instant(), start_.wall(), *start_.zone);
    if (is_word("TRANSP", "TRANSPARENT")) throw LeftOut{kIgnored, "It takes no time: it is TRANSPARENT."};
    if (duration == Seconds{0}) throw LeftOut{kIgnored, "It takes no time: it ends when it starts."};
    item.time = Span{start_.instant(), start_.instant() + duration};
    fill(item, duration);
    // A rule that an exporter repeats in an event that changes one occurrence does not apply to this event.
    if (!changes_an_occurrence()) read_series(item, changes);
    check(item);
    if (item.is_empty) throw LeftOut{kIgnored, "It takes no time: no occurrence of the series is left."};
    item.said = said_of(item.fields, start_.instant(), length_, start_.is_local ? context_.time_zone : "");
    item.detail = notes_.told();
  }

 private:
  void note(const ContentLine& line, const std::string& message) { notes_.add(about(line, message)); }

  /// The first line of this name; nullptr where there is no such line.
  const ContentLine* first(std::string_view name) {
    const auto* first = component_.find(name);
    if (first != nullptr && other_than(*first) != nullptr) note(*first, "it stands there twice, and the first counts");
    return first;
  }

  /// The same for a line that affects the time. Throws LeftOut if two of them differ.
  const ContentLine* only(std::string_view name) {
    const auto* first = this->first(name);
    const auto* other = first == nullptr ? nullptr : other_than(*first);
    if (other != nullptr && (other->value != first->value || other->parameters != first->parameters))
      throw invalid(*other, "it stands there twice");
    return first;
  }

  const ContentLine* other_than(const ContentLine& first) const {
    const auto found = std::find_if(component_.lines.begin(), component_.lines.end(), [&](const ContentLine& line) {
      return line.name == first.name && line.number != first.number;
    });
    return found == component_.lines.end() ? nullptr : &*found;
  }

  /// Whether the first line of this name has this value, ignoring case.
  bool is_word(std::string_view name, std::string_view word) const {
    const auto* line = component_.find(name);
    return line != nullptr && is_same_name(without_blanks(line->value), word);
  }

  /// A line's text, cut to `most` characters, with its control characters as blanks.
  std::string text_of(const ContentLine& line, std::size_t most) { return fitting(line, unescaped(line.value), most); }

  std::string fitting(const ContentLine& line, const std::string& text, std::size_t most) {
    std::string kept{first_characters(text, most)};
    if (kept.size() < text.size())
      note(line, "it is longer than " + std::to_string(most) + " characters, and its end was left out");
    const auto is_control = [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
    };
    if (std::any_of(kept.begin(), kept.end(), is_control)) note(line, "its control characters were read as blanks");
    std::replace_if(kept.begin(), kept.end(), is_control, ' ');
    return kept;
  }

  /// A date or a time, as the value has it; a VALUE that says otherwise is ignored. Throws LeftOut.
  Stamp read_stamp(const ContentLine& line) { return read_stamp(line, line.value); }

  Stamp read_stamp(const ContentLine& line, std::string_view value) {
    const auto moment = parse_lenient_moment(value);
    if (!moment) throw invalid(line, "it is no date or time such as 20261224, 20261224T090000 or 20261224T080000Z");
    const auto type = upper(line.parameter("VALUE"));
    const bool is_date = std::holds_alternative<Date>(*moment);
    if (!parse_moment(value) || type == (is_date ? "DATE-TIME" : "DATE"))
      note(line, "it was read as " + shown_moment(*moment));
    const auto id = line.parameter("TZID");
    if (std::holds_alternative<Instant>(*moment)) return {*moment, context_.find_zone("UTC")};
    if (is_date) return {*moment, context_.zone, true};
    if (id.empty()) return floating(*moment);
    const auto& found = zones_.find(id);
    if (!found.zone) throw invalid(line, found.problem);
    return {*moment, found.zone};
  }

  /// A time without a zone, on the clock of X-WR-TIMEZONE, else of the calendar.
  Stamp floating(const Moment& moment) {
    const Stamp local{moment, context_.zone, true};
    const auto* line = zones_.line_of_floating();
    if (line == nullptr) return local;
    const auto& found = zones_.find(std::string(without_blanks(line->value)));
    if (!found.zone) note(*line, found.problem + "; the calendar's zone is used");
    return found.zone ? Stamp{moment, found.zone} : local;
  }

  /// The length by DTEND or DURATION. Without either an event on a date lasts a day, and an event at a time has no
  /// length (RFC 5545, 3.6.1). Throws LeftOut.
  Length read_length() {
    const auto* end = only("DTEND");
    const auto* length = end == nullptr ? only("DURATION") : component_.find("DURATION");
    if (end != nullptr && length != nullptr) note(*length, "it was overlooked, since DTEND counts");
    if (end != nullptr) return checked(*end, start_, length_until(*end));
    if (length == nullptr) return {days{start_.is_date() ? 1 : 0}, Seconds{0}};
    auto parsed = parse_length(upper(without_blanks(length->value)));
    if (!parsed) throw invalid(*length, "it is no length such as PT1H30M, P1D or P2W");
    if (start_.is_date() && parsed->rest != Seconds{0}) {
      if (parsed->rest % kDay != Seconds{0}) throw invalid(*length, "a DTSTART without a time takes whole days");
      *parsed = {parsed->whole + std::chrono::duration_cast<days>(parsed->rest)};
      note(*length, "it was read as whole days, " + std::to_string(parsed->whole.count()) + " of them");
    }
    return checked(*length, start_, *parsed);
  }

  /// From a date to a date the length is a number of days, each as long as the calendar's day. Between two times "the
  /// same exact duration will apply to all the members" (RFC 5545, 3.8.5.3).
  Length length_until(const ContentLine& line) {
    auto end = read_stamp(line);
    if (start_.is_date() && end.is_date()) {
      const Length length{date_of(end.wall()) - date_of(start_.wall())};
      if (length.whole != days{0}) return length;
      note(line, "it is the day of DTSTART, and the event was read as one whole day");
      return {days{1}};
    }
    if (start_.is_date() != end.is_date())
      note(line,
           "only one of DTSTART and DTEND has a time, and the other was read as the midnight that begins its day");
    if (end.is_date() && !std::holds_alternative<Instant>(start_.moment)) end.zone = start_.zone;
    return {days{0}, end.instant() - start_.instant()};
  }

  /// The length of a PERIOD (RFC 5545, 3.3.9) that begins with `start`, by its end or its duration.
  Seconds read_period(const ContentLine& line, const Stamp& start, std::string_view end) {
    const auto length = parse_length(upper(without_blanks(end)));
    return length ? length->elapsed(start.instant(), start.wall(), *start.zone)
                  : read_stamp(line, end).instant() - start.instant();
  }

  /// Reads the attendees. Those who have declined (PARTSTAT) are guests, unless another line has them attend (rule
  /// 2.7.4).
  void read_attendees(Fields& fields) {
    std::vector<std::string> names, declined;
    std::set<std::string, FoldedLess> coming;
    std::size_t count = 0;
    for (const auto& line : component_.lines) {
      if (line.name != "ATTENDEE") continue;
      auto name = attendee_of_uri(line.value);
      const auto spoken = line.parameter("CN");
      if (name == line.value && !spoken.empty()) name = spoken;
      name = without_controls(name);
      if (!has_visible(name)) continue;
      if (++count > kTexts) {
        note(line, "an event has at most 1000 attendees, and the others were left out");
        continue;
      }
      name = fitting(line, name, kTextOfListLength);
      if (!has_visible(name)) continue;
      names.push_back(name);
      if (is_same_name(line.parameter("PARTSTAT"), "DECLINED"))
        declined.push_back(std::move(name));
      else
        coming.insert(std::move(name));
    }
    std::erase_if(declined, [&](const auto& name) { return coming.contains(name); });
    fields.attendees.set(std::move(names));
    fields.guests = std::move(declined);
  }

  /// Importing the same file again gives the same UID. Only lines that distinguish events count, since a program that
  /// writes no UID may still write the time of each export.
  std::string made_uid() const {
    std::string told;
    for (const auto& line : component_.lines)
      for (const char* name : {"DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID", "SUMMARY"})
        if (line.name == name) told += line.name + ":" + line.value + "\n";
    return kMadeUid + digest_of(told);
  }

  SourceState state() const {
    SourceState state;
    if (const auto* line = component_.find("SEQUENCE"))
      std::from_chars(line->value.data(), line->value.data() + line->value.size(), state.sequence);
    const auto* line = component_.find("LAST-MODIFIED");
    if (line == nullptr) line = component_.find("DTSTAMP");
    const auto moment = line == nullptr ? std::nullopt : parse_lenient_moment(line->value);
    if (moment && std::holds_alternative<Instant>(*moment)) state.stamp = std::get<Instant>(*moment);
    return state;
  }

  Stamp read_start() {
    const auto* line = only("DTSTART");
    if (line == nullptr) throw LeftOut{kInvalid, "It has no DTSTART."};
    auto start = read_stamp(*line);
    if (start.instant() < kRepresentable.start || start.instant() >= kRepresentable.end)
      throw invalid(*line, "it must lie in the years 0001 to 9999");
    return start;
  }

  void fill(ImportItem& item, Seconds duration) {
    auto& fields = item.fields;
    fields.event_name.set(item.event_name);
    fields.calendars.set(std::vector{context_.calendar});
    if (start_.zone == context_.zone && length_.rest == Seconds{0})
      fields.days.set(static_cast<int>(length_.whole.count()));
    else
      fields.duration.set(duration);
    fields.allow_past = fields.is_confirmed = true;
    if (const auto* place = first("LOCATION"))
      fields.event_location.set(without_controls(text_of(*place, kTextLength), kOfLines));
    if (const auto* text = first("DESCRIPTION")) fields.description.set(text_of(*text, kLongTextLength));
    read_attendees(fields);
    if (std::ranges::any_of(*fields.guests, [&](const auto& guest) { return is_same_name(guest, context_.calendar); }))
      throw LeftOut{kIgnored, "It takes no time: " + context_.calendar + " has declined."};
    if (start_.zone == context_.zone) {
      fields.date.set(date_of(start_.wall()));
      fields.start_time.set(since_midnight(start_.wall()));
    } else {
      fields.start_timestamp.set(start_.instant());
    }
  }

  void read_series(ImportItem& item, const std::vector<Change>& changes) {
    if (const auto* line = component_.find("EXRULE"))
      throw invalid(*line, "it is not supported: a series is RRULE, RDATE and EXDATE");
    const auto* line = only("RRULE");
    const auto* dates = component_.find("RDATE");
    const bool is_single = line == nullptr && dates == nullptr;
    if (is_single && changes.empty() && component_.find("EXDATE") == nullptr) return;
    const auto& named = line != nullptr ? *line : dates != nullptr ? *dates : *only("DTSTART");
    Validation validation;
    // Without a rule a series is its first occurrence, and the times of RDATE.
    auto text = line != nullptr ? std::string(without_blanks(line->value)) : "FREQ=DAILY;COUNT=1";
    if (start_.is_date()) text = without_times(named, text);
    auto rule = parse_recurrence("RRULE:" + text, validation, Leniency::of_files);
    if (!rule) throw invalid(named, validation.failure().message);
    if (start_.zone != context_.zone) rule->zone = start_.zone;
    rule->start = start_.wall();
    rule->length = length_;
    rule->past = latest_start(*rule, context_.now, *start_.zone, {});
    for (const auto& each : component_.lines) {
      if (each.name == "EXDATE" || each.name == "RDATE") add_times(*rule, each);
    }
    for (const auto& change : changes) {
      step();
      rule->exceptions.push_back({"RECURRENCE-ID", "", change.replaced});
      if (!is_single && change.event->changes_all_later()) rule->later.push_back(later_of(change));
    }
    if (rule->later.size() > kMaxOccurrences) throw invalid(named, "at most 1000 changes with RANGE are allowed");
    std::sort(rule->later.begin(), rule->later.end(), [](const Later& a, const Later& b) { return a.from < b.from; });
    if (is_single) {  // not a series; takes no time if its own start is excepted
      item.is_empty = occurrences(*rule, start_.wall(), *start_.zone, context_.time_zone, start_.instant(), validation)
                          .starts.empty();
      return;
    }
    if (times_until(*rule, start_.wall(), start_.wall(), 1).empty())
      note(named, "it does not name DTSTART, which is the first occurrence all the same");
    expand(item, named, *rule);
    item.fields.recurrence = std::move(rule);
  }

  /// The rule without the parts that name times of day, which "MUST be ignored" where DTSTART is a date (RFC 5545,
  /// 3.3.10).
  std::string without_times(const ContentLine& line, std::string_view rule) {
    auto kept = without_parts(rule, {"BYHOUR", "BYMINUTE", "BYSECOND"});
    if (kept != without_parts(rule, {})) note(line, "its times of day were overlooked, since DTSTART has no time");
    return kept;
  }

  /// What the event says of the later occurrences of this series.
  Later later_of(const Change& change) const {
    const auto* date = std::get_if<Date>(&change.replaced);
    const auto from = date != nullptr ? start_.zone->day(*date).start : std::get<Instant>(change.replaced);
    Later later{.from = from, .takes_no_time = !change.item->left_out.empty()};
    if (later.takes_no_time) return later;
    later.shift = change.event->start_.on(start_.zone) - change.event->replaced_on(start_, from);
    later.length = change.event->length_;
    later.fields = std::make_shared<const Fields>(change.item->fields);
    return later;
  }

  /// Where the rule of the series that begins at `start` puts the occurrence that this event changes. If the event
  /// names it by date or as an instant, it may start at a time that the clock skips, when the series has this time of
  /// day.
  WallTime replaced_on(const Stamp& start, Instant from) const {
    const auto shown =
        start.zone == replaced_.zone && !replaced_.is_date() ? replaced_.wall() : start.zone->to_wall(from);
    const auto usual = date_of(shown) + since_midnight(start.wall());
    return start.zone->to_instant(usual) == from || replaced_.is_date() ? usual : shown;
  }

  /// The times named by a line of the series, at most 1,000, counted before they are split. In a series of whole days
  /// they are dates. The length of each PERIOD goes into `periods`. An unreadable time in an RDATE is left out, and the
  /// others take place; an unreadable EXDATE is refused, since it leaves open what does not take place.
  std::vector<Moment> moments_in(const ContentLine& line, std::map<Instant, Seconds>& periods,
                                 const std::string& too_many) {
    if (std::count(line.value.begin(), line.value.end(), ',') >= static_cast<std::ptrdiff_t>(kMaxOccurrences))
      throw invalid(line, too_many);
    std::vector<Moment> moments;
    const auto id = line.parameter("TZID");
    for (const auto piece : split(line.value, ',')) {
      const auto slash = std::min(piece.find('/'), piece.size());
      const auto first = piece.substr(0, slash);
      if (without_blanks(piece).empty()) continue;
      if (line.name == "RDATE" && !parse_lenient_moment(first)) {
        note(line, "\"" + shorten(piece, 50) + "\" is no date or time, and was overlooked");
        continue;
      }
      const auto stamp = read_stamp(line, first);
      if (slash < piece.size()) periods[stamp.instant()] = read_period(line, stamp, piece.substr(slash + 1));
      const bool is_wall = std::holds_alternative<WallTime>(stamp.moment) && !id.empty();
      if (start_.is_date())
        moments.push_back(stamp.date(*context_.zone));
      else
        moments.push_back(is_wall ? Moment{stamp.instant()} : stamp.moment);
    }
    return moments;
  }

  /// Adds what an EXDATE or RDATE of the series names.
  void add_times(Recurrence& rule, const ContentLine& line) {
    const auto& zone = *start_.zone;
    const bool excepts = line.name == "EXDATE";
    const std::string too_many = excepts ? "at most 1000 exceptions are allowed" : "at most 1000 dates are allowed";
    for (const auto& moment : moments_in(line, rule.periods, too_many)) {
      const auto* at = std::get_if<Instant>(&moment);
      if (excepts)
        rule.exceptions.push_back({shorten(line.value, kShownBytes), "", moment});
      else if (at != nullptr && zone.to_instant(zone.to_wall(*at)) != *at)
        note(line, "the clock of the series shows " + format_utc(*at) + " for the second time, and it was overlooked");
      else
        rule.dates.push_back(moment);
    }
    if (std::max(rule.exceptions.size(), rule.dates.size()) > kMaxOccurrences) throw invalid(line, too_many);
    const auto id = line.parameter("TZID");
    rule.text += "\n" + line.name + (rule.periods.empty() || excepts ? "" : ";VALUE=PERIOD") +
                 (id.empty() ? "" : ";TZID=" + id) + ":" + line.value;
    if (rule.text.size() > kMaxRecurrenceText)
      throw invalid(line, "the rule and its exceptions are longer than 128 KiB");
  }

  /// Expands the rule, and checks that it makes a series. Later, a rule that makes none would refuse the whole file.
  void expand(ImportItem& item, const ContentLine& line, const Recurrence& rule) {
    const auto& zone = *start_.zone;
    Validation validation;
    const auto latest = latest_start(rule, context_.latest, zone, {});
    const auto found = occurrences(rule, start_.wall(), zone, context_.time_zone, latest, validation);
    if (!validation.ok()) throw invalid(line, validation.failure().message);
    for (const auto each : found.starts) check_occurrence(line, duration_at(rule, each, zone), each);
    for (const auto each : found.starts) item.starts.push_back(zone.to_instant(each));
    item.is_empty = found.starts.empty() && found.beyond != start_.wall();
    if (found.is_past_left_out) item.past = rule.past;
    if (found.beyond) item.beyond = zone.to_instant(*found.beyond);
    if (found.starts.empty()) return;
    item.time = occurrence_at(rule, found.starts.front(), zone);
    tell_what_is_left_out(rule, found, item.starts.front());
  }

  void tell_what_is_left_out(const Recurrence& rule, const Occurrences& found, Instant first) {
    const auto told = [&](Instant time) { return format_date(date_of(context_.zone->to_wall(time))); };
    if (found.is_past_left_out)
      notes_.add("It has more than 1000 occurrences: those before " + told(first) + " are over, and left out.");
    if (rule.is_endless() || found.beyond)
      notes_.add((rule.is_endless() ? "The rule has no end: it is" : "The rule ends after the horizon: it is") +
                 (" followed to the calendar's horizon, " + told(context_.latest) + "."));
  }

  static Span occurrence_at(const Recurrence& rule, WallTime start, const Zone& zone) {
    const auto at = zone.to_instant(place_of(rule, start, zone));
    return {at, at + duration_at(rule, start, zone)};
  }

  /// Days counted on the wall clock can be longer at a clock change than those of the first occurrence, and have no
  /// length at all where a zone left a day out, as Samoa left out 30 December 2011.
  static void check_occurrence(const ContentLine& line, Seconds duration, WallTime start) {
    if (duration >= kShortest && duration <= kLongest) return;
    throw invalid(line, "its occurrence of " + format_date(date_of(start)) + " would last " +
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

  const Component& component_;
  const ImportContext& context_;
  FileZones& zones_;
  Notes notes_;
  bool cancels_;
  Stamp replaced_{};  ///< RECURRENCE-ID, once read; likewise DTSTART and the length
  Stamp start_{};
  Length length_{};
};

/// A file, being read. Which of its events belong together has to be known before any event is read.
class FileReader {
 public:
  explicit FileReader(const ImportContext& context) : context_(context) {}

  std::vector<ImportItem> read(const std::vector<Component>& calendars, const ImportSlice& slice,
                               std::vector<ImportIdentity>* all) {
    for (const auto& calendar : calendars) identify(calendar);
    for (std::size_t i = 0; i < items_.size(); ++i) find_replaced(i);
    mark_repeated();
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (items_[i].replaced && items_[i].left_out.empty()) changes_[items_[i].uid].push_back(i);
    is_read_.resize(items_.size());
    if (all != nullptr) all->assign(items_.begin(), items_.end());
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
    if (count <= kMostImported) return;
    throw jb::invalid("ics", std::to_string(count) + " events", "a call imports at most 1000", {},
                      "Import 1000 at a time: max_rows says how many, after how many to pass over.");
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

  /// Whether the calendar cancels its events instead of publishing them.
  bool cancels(const Component& calendar) const {
    const auto* method = calendar.find("METHOD");
    if (method == nullptr) return false;
    for (const char* word : {"PUBLISH", "REQUEST", "ADD"})
      if (is_same_name(method->value, word)) return false;
    if (context_.may_cancel && is_same_name(method->value, "CANCEL")) return true;
    throw jb::invalid("ics", "METHOD:" + method->value,
                      "line " + std::to_string(method->number) + ": what answers or cancels is no calendar to import");
  }

  void identify(const Component& calendar) {
    const bool cancels = this->cancels(calendar);
    auto& zones = zones_.emplace_back(calendar, context_);
    const auto* odd = &calendar.odd;
    for (const auto& component : calendar.components) {
      if (component.name != "VEVENT") continue;
      step();
      auto& event = events_.emplace_back(component, zones, context_, cancels);
      if (odd != nullptr) event.note(*std::exchange(odd, nullptr));  // the first one gets the calendar's own notes
      auto& item = items_.emplace_back(event.identity());
      item.number = items_.size();
      if (!event.changes_an_occurrence()) wholes_.emplace(item.uid, items_.size() - 1);
    }
  }

  /// Sets the span in which the occurrence of the series begins. A date names a day on the clock of the series.
  void set_replaced(ImportItem& item, const Moment& replaced, const EventReader& event, EventReader& series) const {
    if (const auto* date = std::get_if<Date>(&replaced)) {
      const auto start = series.start_or_local();
      const bool is_local = series.is_of_days() || start.is_local;
      item.replaced = (is_local ? context_.zone : start.zone)->day(*date);
      if (is_local) item.local_start = *date;
    } else {
      const auto start = std::get<Instant>(replaced);
      item.replaced = Span{start, start + Seconds{1}};
      item.local_start = event.replaced_locally();
      if (item.local_start) item.known_as = format_basic(*item.local_start);
    }
  }

  /// Finds out which occurrence the event changes. If the file lacks its series, the series is assumed to be of the
  /// event's own kind.
  void find_replaced(std::size_t i) {
    auto& item = items_[i];
    auto& event = events_[i];
    auto& replaced = replaced_.emplace_back();
    judged(item, [&] {
      if (!event.changes_an_occurrence()) return;
      const auto whole = wholes_.find(item.uid);
      auto& series = events_[whole == wholes_.end() ? i : whole->second];
      replaced = event.replaced(series.is_of_days());
      item.recurrence_id = item.known_as = told_moment(*replaced);
      set_replaced(item, *replaced, event, series);
    });
    if (event.changes_an_occurrence() && !replaced) has_unknown_change_.insert(item.uid);
  }

  /// Reads the event and, before a series, the events that change its occurrences. If such an event cannot be read, the
  /// series keeps the occurrence.
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

  /// Of several states of one event the latest counts (is_later), and of equal states the first.
  void mark_repeated() {
    std::map<Key, std::size_t> best;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (!items_[i].left_out.empty()) continue;  // their identity is unknown
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
  std::deque<FileZones> zones_;  // one per VCALENDAR, at stable addresses
  std::vector<ImportItem> items_;
  std::vector<EventReader> events_;                          // in the order of items_
  std::vector<std::optional<Moment>> replaced_;              // likewise; set for those that change an occurrence
  std::map<std::string, std::vector<std::size_t>> changes_;  // by UID, the indexes of these items
  std::map<std::string, std::size_t> wholes_;                // by UID, the index of the event or series as a whole
  std::set<std::string> has_unknown_change_;
  std::vector<bool> is_read_;
};

}  // namespace

bool is_later(const SourceState& a, const SourceState& b) {
  if (a.sequence != b.sequence) return a.sequence > b.sequence;
  return a.stamp && b.stamp && *a.stamp > *b.stamp;
}

bool differs(const Said& a, const Said& b, Part part) {
  const auto at = static_cast<std::size_t>(part) * kDigest;
  const auto of = [&](const Said& said) {
    return said.size() > at ? std::string_view(said).substr(at, kDigest) : std::string_view();
  };
  return of(a) != of(b);
}

std::optional<Instant> differs_from(const Said& a, const Said& b) {
  constexpr auto at = (static_cast<std::size_t>(Part::later) + 1) * kDigest;
  std::optional<Instant> first;
  if (!differs(a, b, Part::later)) return first;
  for (const auto* said : {&a, &b}) {
    const auto from = said->size() > at ? parse_moment(std::string_view(*said).substr(at)) : std::nullopt;
    if (from) first = std::min(first.value_or(Instant::max()), std::get<Instant>(*from));
  }
  return first;
}

std::vector<ImportItem> read_icalendar(std::string_view text, const ImportContext& context, const ImportSlice& slice,
                                       std::vector<ImportIdentity>* all) {
  return FileReader{context}.read(parse_components(text), slice, all);
}

}  // namespace jb
