// SPDX-License-Identifier: PostgreSQL
#include "event_lines.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "../ical/vtimezone.hpp"
#include "../values/budget.hpp"
#include "../values/input.hpp"
#include "../values/time.hpp"
#include "icalendar.hpp"

namespace jb {

void read_attendees(Fields& fields, const Component& component, const Fitting& fitting) {
  std::vector<std::string> names, declined;
  std::set<std::string, FoldedLess> coming;
  for (const auto& line : component.lines) {
    if (line.name != "ATTENDEE") continue;
    auto name = attendee_of_uri(line.value);
    const auto spoken = line.parameter("CN");
    if (name == line.value && !spoken.empty()) name = spoken;
    name = without_controls(name);
    if (has_visible(name)) name = fitting(line, name);
    if (!has_visible(name)) continue;
    names.push_back(name);
    if (same_word(line.parameter("PARTSTAT"), "DECLINED"))
      declined.push_back(std::move(name));
    else
      coming.insert(std::move(name));
  }
  std::erase_if(declined, [&](const auto& name) { return coming.contains(name); });
  fields.attendees.set(std::move(names));
  fields.guests = std::move(declined);
}

bool has_declined(const Fields& fields, const std::string& name) {
  return std::any_of(fields.guests->begin(), fields.guests->end(),
                     [&](const auto& guest) { return is_same_name(guest, name); });
}

namespace {

/// Whether the server's zone of this name is whatever its machine is set to, which no file can mean.
bool is_of_machine(std::string_view id) { return same_word(id, "localtime") || same_word(id, "posixrules"); }

constexpr std::chrono::days kZonesFollowed{36'525};  // beyond the horizon, which binds no single event

}  // namespace

FileZones::FileZones(const Component& calendar, const ImportContext& context)
    : context_(context), floating_(calendar.find("X-WR-TIMEZONE")) {
  if (floating_ != nullptr && without_blanks(floating_->value).empty()) floating_ = nullptr;
  for (const auto& component : calendar.components) {
    const auto* id = component.name == "VTIMEZONE" ? component.find("TZID") : nullptr;
    if (id != nullptr) described_.emplace(without_blanks(id->value), &component);
  }
}

const FileZones::Found& FileZones::find(const std::string& id) {
  const auto [known, is_new] = found_.try_emplace(id);
  if (is_new) known->second = look_up(id);
  return known->second;
}

/// RFC 5545, 3.2.19: the file's VTIMEZONE says what a TZID means. Only a name such as Europe/Berlin means the same
/// everywhere, and many programs describe such a zone incompletely.
FileZones::Found FileZones::look_up(const std::string& id) const {
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

/// The server's zone of this name, or of what follows a program's prefix: /example.org/20260101/Europe/Berlin. Looks up
/// only names with a slash, or only those without.
std::shared_ptr<const Zone> FileZones::named(std::string_view id, bool has_slash) const {
  for (id = without_blanks(id);;) {
    step();
    const auto slash = id.find('/');
    if ((slash != std::string_view::npos) == has_slash) {
      if (same_word(id, context_.time_zone)) return context_.zone;
      if (auto zone =
              id.empty() || id.size() > 100 || is_of_machine(id) ? nullptr : context_.find_zone(std::string(id)))
        return zone;
    }
    if (slash == std::string_view::npos) return nullptr;
    id.remove_prefix(slash + 1);
  }
}

namespace {

using std::chrono::days;

/// A sentence about a line.
std::string about(const ContentLine& line, const std::string& message) {
  return line.name + " in line " + std::to_string(line.number) + ", \"" + shorten(line.value, 100) + "\": " + message +
         ".";
}

Length checked(const ContentLine& line, const Stamp& start, const Length& length) {
  const auto duration = length.elapsed(start.instant(), start.wall(), *start.zone);
  if (duration < Seconds{0}) throw invalid(line, "the event would end before it starts");
  if (duration > kLongest) throw invalid(line, "an event lasts at most 366 days");
  return length;
}

}  // namespace

LeftOut invalid(const ContentLine& line, const std::string& message) { return {kInvalid, about(line, message)}; }

void EventLines::note(const ContentLine& line, const std::string& message) { notes_.add(about(line, message)); }

const ContentLine* EventLines::first(std::string_view name) {
  const auto* first = component_.find(name);
  if (first != nullptr && other_than(*first) != nullptr) note(*first, "it stands there twice, and the first counts");
  return first;
}

const ContentLine* EventLines::only(std::string_view name) {
  const auto* first = this->first(name);
  const auto* other = first == nullptr ? nullptr : other_than(*first);
  if (other != nullptr && (other->value != first->value || other->parameters != first->parameters))
    throw invalid(*other, "it stands there twice");
  return first;
}

const ContentLine* EventLines::other_than(const ContentLine& first) const {
  const auto found = std::find_if(component_.lines.begin(), component_.lines.end(), [&](const ContentLine& line) {
    return line.name == first.name && line.number != first.number;
  });
  return found == component_.lines.end() ? nullptr : &*found;
}

std::string EventLines::text_of(const ContentLine& line, std::size_t most) {
  return fitting(line, unescaped(line.value), most);
}

std::string EventLines::fitting(const ContentLine& line, const std::string& text, std::size_t most) {
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

bool EventLines::is_word(std::string_view name, std::string_view word) const {
  const auto* line = component_.find(name);
  return line != nullptr && same_word(without_blanks(line->value), word);
}

Stamp EventLines::read_stamp(const ContentLine& line, std::string_view value) {
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

Stamp EventLines::floating(const Moment& moment) {
  const Stamp local{moment, context_.zone, true};
  const auto* line = zones_.line_of_floating();
  if (line == nullptr) return local;
  const auto& found = zones_.find(std::string(without_blanks(line->value)));
  if (!found.zone) note(*line, found.problem + "; the calendar's zone is used");
  return found.zone ? Stamp{moment, found.zone} : local;
}

Length EventLines::read_length(const Stamp& start) {
  const auto* end = only("DTEND");
  const auto* length = end == nullptr ? only("DURATION") : component_.find("DURATION");
  if (end != nullptr && length != nullptr) note(*length, "it was overlooked, since DTEND counts");
  if (end != nullptr) return checked(*end, start, length_until(*end, start));
  if (length == nullptr) return {days{start.is_date() ? 1 : 0}, Seconds{0}};
  auto parsed = parse_length(upper(without_blanks(length->value)));
  if (!parsed) throw invalid(*length, "it is no length such as PT1H30M, P1D or P2W");
  if (start.is_date() && parsed->rest != Seconds{0}) {
    if (parsed->rest % kDay != Seconds{0}) throw invalid(*length, "a DTSTART without a time takes whole days");
    *parsed = {parsed->whole + std::chrono::duration_cast<days>(parsed->rest)};
    note(*length, "it was read as whole days, " + std::to_string(parsed->whole.count()) + " of them");
  }
  return checked(*length, start, *parsed);
}

Length EventLines::length_until(const ContentLine& line, const Stamp& start) {
  auto end = read_stamp(line);
  if (start.is_date() && end.is_date()) {
    const Length length{std::chrono::floor<days>(end.wall()) - std::chrono::floor<days>(start.wall())};
    if (length.whole != days{0}) return length;
    note(line, "it is the day of DTSTART, and the event was read as one whole day");
    return {days{1}};
  }
  if (start.is_date() != end.is_date())
    note(line, "only one of DTSTART and DTEND has a time, and the other was read as the midnight that begins its day");
  if (end.is_date() && !std::holds_alternative<Instant>(start.moment)) end.zone = start.zone;
  return {days{0}, end.instant() - start.instant()};
}

Seconds EventLines::read_period(const ContentLine& line, const Stamp& start, std::string_view end) {
  const auto length = parse_length(upper(without_blanks(end)));
  return length ? length->elapsed(start.instant(), start.wall(), *start.zone)
                : read_stamp(line, end).instant() - start.instant();
}

}  // namespace jb
