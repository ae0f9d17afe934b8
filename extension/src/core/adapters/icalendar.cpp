// SPDX-License-Identifier: PostgreSQL
#include "icalendar.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "../ical/calendar_text.hpp"
#include "../values/input.hpp"

namespace jb {

namespace {

constexpr const char* kProduct = "-//jb_scheduler//jb_scheduler//EN";
// How often a reader should ask again. Answering that nothing has changed costs a look at one row.
constexpr const char* kRefresh = "PT15M";

constexpr std::string_view kMail = "mailto:";
constexpr std::string_view kOther = "urn:x-jb-attendee:";
constexpr std::string_view kOwn = "jb-";

/// RFC 5545, 3.3.11 allows no control characters but tab and line break, and only one kind of line break.
std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r') {
      result += '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else {
      const bool is_control = (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
      result += is_control ? ' ' : c;
    }
  }
  return result;
}

/// Puts a backslash before each of the marks.
std::string escaped(std::string_view text, std::string_view marks) {
  std::string result;
  for (const char c : printable(text)) {
    if (c == '\n' || marks.find(c) != std::string_view::npos) result += '\\';
    result += c == '\n' ? 'n' : c;
  }
  return result;
}

/// A parameter's value cannot hold a double quote or a line break (3.2), and is quoted if it holds a mark.
std::string as_parameter(std::string_view text) {
  auto result = printable(text);
  std::replace(result.begin(), result.end(), '"', '\'');
  std::replace(result.begin(), result.end(), '\n', ' ');
  return result.find_first_of(";:,") == std::string::npos ? result : '"' + result + '"';
}

/// iCalendar text in the making.
class Lines {
 public:
  /// A line whose value is written unchanged. `name` may include parameters.
  void add(const std::string& name, std::string_view value) { append(name + ":" + std::string(value)); }

  /// A line whose value is a TEXT (RFC 5545, 3.3.11).
  void add_text(const std::string& name, std::string_view text) { add(name, escaped(text, "\\;,")); }

  /// A non-standard line, ours or other programs'. Its value is not a list, so comma and semicolon have no meaning.
  void add_other(const std::string& name, std::string_view value) { add(name, escaped(value, "\\")); }

  std::size_t size() const { return text_.size(); }

  std::string finished() && { return std::move(text_); }

 private:
  /// Folds the line into pieces of at most 75 bytes, including the blank before all but the first, cut between
  /// characters (3.1).
  void append(std::string_view line) {
    for (std::size_t room = 75; line.size() > room; room = 74) {
      std::size_t cut = room;
      while ((static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80U) --cut;
      text_.append(line.substr(0, cut)).append("\r\n ");
      line.remove_prefix(cut);
    }
    text_.append(line).append("\r\n");
  }

  std::string text_;
};

/// Begins VCALENDAR with the properties that readers show. There is no METHOD, because PUBLISH allows no ATTENDEE (RFC
/// 5546, 3.2.1), and a subscriber who may read the calendar sees who attends. NAME, COLOR and REFRESH-INTERVAL are
/// those of RFC 7986; readers that do not know RFC 7986 look for the other properties.
Lines begun(const CalendarFace& face, const std::string& time_zone) {
  Lines lines;
  lines.add("BEGIN", "VCALENDAR");
  lines.add("VERSION", "2.0");
  lines.add("PRODID", kProduct);
  lines.add("CALSCALE", "GREGORIAN");
  lines.add_text("NAME", face.display_name);
  lines.add_other("X-WR-CALNAME", face.display_name);
  if (!face.color.empty()) lines.add("COLOR", face.color);
  lines.add_other("X-WR-TIMEZONE", time_zone);
  lines.add("REFRESH-INTERVAL;VALUE=DURATION", kRefresh);
  lines.add("X-PUBLISHED-TTL", kRefresh);
  return lines;
}

bool gave_back(const Event& event, Instant now) { return !event.is_claiming() || event.is_due(now); }

const char* status_of(const Event& event, Instant now) {
  if (gave_back(event, now)) return "CANCELLED";
  return event.status == Status::held ? "TENTATIVE" : "CONFIRMED";
}

/// Who attends, and the calendar as the organizer that RFC 5545, 3.8.4.3 asks for beside attendees.
void add_people(Lines& lines, const Feed& feed, const Event& event) {
  const auto attendees = event.attendees.get();
  if (attendees->empty()) return;
  lines.add("ORGANIZER;CN=" + as_parameter(feed.face.display_name), attendee_uri(feed.calendar));
  for (const auto& attendee : *attendees)
    lines.add(is_mail_address(attendee) ? "ATTENDEE" : "ATTENDEE;CN=" + as_parameter(attendee), attendee_uri(attendee));
}

void add_names(Lines& lines, const Feed& feed, const Event& event) {
  lines.add_text("SUMMARY", event.event_name);
  if (!event.event_location.empty()) lines.add_text("LOCATION", event.event_location);
  if (feed.detail != FeedDetail::all) return;
  if (event.description) lines.add_text("DESCRIPTION", *event.description->get());
  if (event.metadata) lines.add_other("X-JB-METADATA", event.metadata->get()->text);
  add_people(lines, feed, event);
}

/// The date whose midnight on the zone's wall clock is `at`; nullopt at any other time. An import reads the date back
/// as this instant.
std::optional<Date> date_at(Instant at, const Zone& zone) {
  const auto date = date_of(zone.to_wall(at));
  return zone.to_instant(date) == at ? std::optional{date} : std::nullopt;
}

/// RECURRENCE-ID has the form of DTSTART (RFC 5545, 3.8.4.4), unless no date begins there.
void add_time(Lines& lines, Span time, const Zone& zone, std::optional<Instant> recurrence_id = {}) {
  const auto first = date_at(time.start, zone);
  const auto after = date_at(time.end, zone);
  const bool is_of_days = first && after && *first < *after;
  const auto add = [&](const std::string& name, Instant at, std::optional<Date> date) {
    if (is_of_days && date)
      lines.add(name + ";VALUE=DATE", format_basic_utc(Instant{date->time_since_epoch()}).substr(0, 8));
    else
      lines.add(name, format_basic_utc(at));
  };
  add("DTSTART", time.start, first);
  add("DTEND", time.end, after);
  if (recurrence_id) add("RECURRENCE-ID", *recurrence_id, is_of_days ? date_at(*recurrence_id, zone) : std::nullopt);
}

/// A busy time, without properties that reveal more. No two events of a calendar begin at one time, so the UID is
/// unique.
void add_busy_time(Lines& lines, const Feed& feed, Span time) {
  lines.add("UID", "jb-busy-" + feed.calendar + "-" + format_basic_utc(time.start));
  lines.add("DTSTAMP", format_basic_utc(feed.day));
  add_time(lines, time, *feed.zone);
  lines.add("SUMMARY", "Busy");
}

/// When the event came to be as it is shown (write_feed).
Instant stamp_of(const FeedEvent& shown, const Feed& feed) {
  const auto& event = shown.event;
  return shown.series_made && gave_back(event, feed.now) ? std::max(event.updated_at, feed.changed_at)
                                                         : event.updated_at;
}

/// SEQUENCE, which RFC 5545 (3.3.8) limits to 31 bits: until 2088.
std::int64_t sequence_of(const FeedEvent& shown, Instant stamp) {
  if (!shown.uid.empty()) return shown.sequence;
  constexpr Instant first{std::chrono::sys_days{std::chrono::year{2020} / 1 / 1}};
  return std::clamp<std::int64_t>((stamp - first).count(), 0, std::numeric_limits<std::int32_t>::max());
}

/// The events, except those superseded in their occurrence, such as a cancelled event whose start a new rule of the
/// series has booked again.
std::vector<const FeedEvent*> one_of_each_occurrence(const Feed& feed) {
  const auto standing = [&](const FeedEvent& shown) {
    return std::tuple(!gave_back(shown.event, feed.now), shown.event.updated_at, shown.event.id);
  };
  std::map<std::pair<EventId, Instant>, const FeedEvent*> chosen;
  const auto choice = [&](const FeedEvent& shown) -> const FeedEvent*& {
    return chosen[{*shown.event.series, *shown.event.recurrence_id}];
  };
  for (const auto& shown : feed.events) {
    if (!shown.series_made) continue;
    auto& best = choice(shown);
    if (best == nullptr || standing(*best) < standing(shown)) best = &shown;
  }
  std::vector<const FeedEvent*> result;
  for (const auto& shown : feed.events)
    if (!shown.series_made || choice(shown) == &shown) result.push_back(&shown);
  return result;
}

void add_event(Lines& lines, const Feed& feed, const FeedEvent& shown) {
  const auto& event = shown.event;
  const OwnUid own = shown.series_made ? OwnUid{*event.series, *shown.series_made} : OwnUid{event.id, event.created_at};
  lines.add_text("UID", shown.uid.empty() ? own_uid(own) : shown.uid);
  const auto at = stamp_of(shown, feed);
  const auto stamp = format_basic_utc(at);
  lines.add("DTSTAMP", stamp);
  lines.add("CREATED", format_basic_utc(event.created_at));
  lines.add("LAST-MODIFIED", stamp);
  lines.add("SEQUENCE", std::to_string(sequence_of(shown, at)));
  add_time(lines, *event.time, *feed.zone, event.recurrence_id);
  add_names(lines, feed, event);
  lines.add("STATUS", status_of(event, feed.now));
  lines.add("TRANSP", gave_back(event, feed.now) ? "TRANSPARENT" : "OPAQUE");
}

void add_periods(Lines& lines, const std::vector<Span>& spans, const std::string& type) {
  for (const auto& span : spans)
    lines.add("FREEBUSY;FBTYPE=" + type, format_basic_utc(span.start) + "/" + format_basic_utc(span.end));
}

constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

std::string percent_encoded(std::string_view text, std::string_view kept) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kUnreserved.find(c) != std::string_view::npos || kept.find(c) != std::string_view::npos)
      result += c;
    else
      result += {'%', digits[byte / 16], digits[byte % 16]};
  }
  return result;
}

/// Whether the text is valid UTF-8, which is all that the JSON library writes.
bool is_utf8(const std::string& text) {
  try {
    return !nlohmann::json(text).dump().empty();
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

/// A percent sign not followed by two digits is kept. If the decoded bytes are not UTF-8, the text stays encoded.
std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const auto* digits = text.data() + i + 1;
    const bool is_escape = text[i] == '%' && i + 2 < text.size() &&
                           std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2 && value != 0;
    result += is_escape ? static_cast<char>(value) : text[i];
    if (is_escape) i += 2;
  }
  return is_utf8(result) ? result : std::string(text);
}

}  // namespace

std::optional<FeedDetail> feed_detail_from(std::string_view word) {
  if (word == "events") return FeedDetail::events;
  if (word == "busy") return FeedDetail::busy;
  return std::nullopt;
}

std::string write_feed(const Feed& feed) {
  auto lines = begun(feed.face, feed.time_zone);
  for (const auto* each : one_of_each_occurrence(feed)) {
    step();
    const auto& shown = *each;
    const bool is_busy_time = shown.is_busy_time || feed.detail == FeedDetail::busy;
    if (is_busy_time && gave_back(shown.event, feed.now)) continue;
    const auto before = lines.size();
    lines.add("BEGIN", "VEVENT");
    if (is_busy_time)
      add_busy_time(lines, feed, *shown.event.time);
    else
      add_event(lines, feed, shown);
    lines.add("END", "VEVENT");
    spend(Budget::feed, lines.size() - before);
  }
  lines.add("END", "VCALENDAR");
  return std::move(lines).finished();
}

std::string write_free_busy(const FreeBusy& taken) {
  auto lines = begun(taken.face, taken.time_zone);
  lines.add("BEGIN", "VFREEBUSY");
  lines.add("UID", "jb-busy-" + taken.calendar);
  lines.add("DTSTAMP", format_basic_utc(taken.at));
  lines.add("DTSTART", format_basic_utc(taken.within.start));
  lines.add("DTEND", format_basic_utc(taken.within.end));
  add_periods(lines, taken.busy, "BUSY");
  add_periods(lines, taken.tentative, "BUSY-TENTATIVE");
  lines.add("END", "VFREEBUSY");
  lines.add("END", "VCALENDAR");
  return std::move(lines).finished();
}

std::string own_uid(const OwnUid& own) {
  return std::string(kOwn) + std::to_string(own.id) + "-" + format_basic_utc(own.created_at);
}

std::optional<OwnUid> parse_own_uid(std::string_view uid) {
  if (!uid.starts_with(kOwn)) return std::nullopt;
  std::string_view rest = uid.substr(kOwn.size());
  OwnUid own;
  const auto number = std::from_chars(rest.data(), rest.data() + rest.size(), own.id);
  rest.remove_prefix(static_cast<std::size_t>(number.ptr - rest.data()));
  if (number.ec != std::errc{} || rest.size() != 17) return std::nullopt;
  const auto moment = parse_moment(rest.substr(1));
  if (!moment || !std::holds_alternative<Instant>(*moment)) return std::nullopt;
  own.created_at = std::get<Instant>(*moment);
  return own_uid(own) == uid ? std::optional{own} : std::nullopt;  // own_uid never writes 042
}

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

std::string attendee_uri(std::string_view attendee) {
  if (is_mail_address(attendee)) return std::string(kMail) + percent_encoded(attendee, "@+!$&'*=/");
  return std::string(kOther) + percent_encoded(attendee, "");
}

std::string attendee_of_uri(std::string_view uri) {
  for (const auto scheme : {kMail, kOther}) {
    if (is_same_name(uri.substr(0, scheme.size()), scheme)) return percent_decoded(uri.substr(scheme.size()));
  }
  return std::string(uri);
}

}  // namespace jb
