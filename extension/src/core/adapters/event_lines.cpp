// SPDX-License-Identifier: PostgreSQL
#include "event_lines.hpp"

#include <algorithm>

#include "../values/duration.hpp"
#include "../values/time_text.hpp"
#include "../values/validation.hpp"

namespace jb {

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
  const auto* first = block_.find(name);
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
  const auto found = std::find_if(block_.lines.begin(), block_.lines.end(), [&](const ContentLine& line) {
    return line.name == first.name && line.number != first.number;
  });
  return found == block_.lines.end() ? nullptr : &*found;
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
  const auto* line = block_.find(name);
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
  const auto* length = end == nullptr ? only("DURATION") : block_.find("DURATION");
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
