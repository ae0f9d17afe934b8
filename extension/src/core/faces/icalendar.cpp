// SPDX-License-Identifier: PostgreSQL
#include "icalendar.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "../ical/libical.hpp"
#include "../values/budget.hpp"
#include "../values/time_text.hpp"

namespace jb {

namespace {

constexpr const char* kProduct = "-//jb_scheduler//jb_scheduler//EN";
// How often a reader should ask again. The answer that nothing has changed costs a look at one row.
constexpr const char* kRefresh = "PT15M";

constexpr std::string_view kMail = "mailto:";
constexpr std::string_view kOther = "urn:x-jb-attendee:";
constexpr std::string_view kOwn = "jb-";

icaltimetype utc(Instant instant) {
  return icaltime_from_timet_with_zone(instant.time_since_epoch().count(), 0, icaltimezone_get_utc_timezone());
}

/// RFC 5545, 3.3.11 knows no control characters but the line break, and only one kind of line break.
std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r') {
      result += '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else {
      const bool is_control = (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F;
      result += is_control ? ' ' : c;
    }
  }
  return result;
}

/// A parameter's value cannot hold a double quote, nor a line break (3.2).
std::string as_parameter(std::string_view text) {
  auto result = printable(text);
  std::replace(result.begin(), result.end(), '"', '\'');
  std::replace(result.begin(), result.end(), '\n', ' ');
  return result;
}

void add(icalcomponent* component, icalproperty* property) {
  if (property == nullptr) throw std::bad_alloc();
  icalcomponent_add_property(component, property);
}

/// A property whose value is written as it is.
icalproperty* add_other(icalcomponent* component, const char* name, const std::string& value) {
  icalproperty* property = icalproperty_new_x(value.c_str());
  add(component, property);
  icalproperty_set_x_name(property, name);
  return property;
}

/// VCALENDAR with the properties that readers show. NAME, COLOR and REFRESH-INTERVAL are those of RFC 7986; readers
/// that do not know RFC 7986 look for the other properties.
Component calendar(const CalendarFace& face, const std::string& time_zone) {
  Component whole{icalcomponent_new(ICAL_VCALENDAR_COMPONENT)};
  if (!whole) throw std::bad_alloc();
  add(whole.get(), icalproperty_new_version("2.0"));
  add(whole.get(), icalproperty_new_prodid(kProduct));
  add(whole.get(), icalproperty_new_calscale("GREGORIAN"));
  add(whole.get(), icalproperty_new_method(ICAL_METHOD_PUBLISH));
  add(whole.get(), icalproperty_new_name(face.display_name.c_str()));
  add_other(whole.get(), "X-WR-CALNAME", face.display_name);
  if (!face.color.empty()) add_other(whole.get(), "COLOR", face.color);
  add_other(whole.get(), "X-WR-TIMEZONE", time_zone);
  icalproperty_add_parameter(add_other(whole.get(), "REFRESH-INTERVAL", kRefresh),
                             icalparameter_new_value(ICAL_VALUE_DURATION));
  add_other(whole.get(), "X-PUBLISHED-TTL", kRefresh);
  return whole;
}

/// Without folds (RFC 5545, 3.1).
std::string unfolded(std::string_view text) {
  constexpr std::string_view fold = "\r\n ";
  std::string whole;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(fold, at), text.size());
    whole += text.substr(at, end - at);
    at = end + fold.size();
  }
  return whole;
}

/// A line in pieces of at most 75 bytes, the blank before each but the first included, cut between characters.
void append_folded(std::string& text, std::string_view line) {
  for (std::size_t room = 75; line.size() > room; room = 74) {
    std::size_t cut = room;
    while ((static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80U) --cut;
    text.append(line.substr(0, cut)).append("\r\n ");
    line.remove_prefix(cut);
  }
  text.append(line).append("\r\n");
}

/// The text with its lines folded anew: at some lengths of a line, libical 3 puts a fold between the CR and the LF that
/// end the line.
std::string folded_anew(std::string_view text) {
  const std::string whole = unfolded(text);
  std::string result;
  for (std::size_t at = 0; at < whole.size();) {
    const auto end = std::min(whole.find("\r\n", at), whole.size());
    append_folded(result, std::string_view(whole).substr(at, end - at));
    at = end + 2;
  }
  return result;
}

/// Puts `parts` before the end of the calendar. The parts become text one by one, so that libical's objects of a long
/// feed are never in memory all at once.
std::string closed(icalcomponent* whole, const std::string& parts) {
  constexpr std::string_view end = "END:VCALENDAR\r\n";
  std::string text = text_of(whole);
  text.insert(text.size() - end.size(), parts);
  return folded_anew(text);
}

bool gave_back(const Event& event, Instant now) { return !event.is_claiming() || event.is_due(now); }

icalproperty_status status_of(const Event& event, Instant now) {
  if (gave_back(event, now)) return ICAL_STATUS_CANCELLED;
  return event.status == Status::held ? ICAL_STATUS_TENTATIVE : ICAL_STATUS_CONFIRMED;
}

void add_attendee(icalcomponent* component, const std::string& attendee) {
  icalproperty* property = icalproperty_new_attendee(attendee_uri(attendee).c_str());
  add(component, property);
  if (!is_mail_address(attendee))
    icalproperty_add_parameter(property, icalparameter_new_cn(as_parameter(attendee).c_str()));
}

void add_names(icalcomponent* component, const Event& event, FeedDetail detail) {
  add(component, icalproperty_new_summary(printable(event.event_name).c_str()));
  if (!event.event_location.empty()) add(component, icalproperty_new_location(printable(event.event_location).c_str()));
  if (detail != FeedDetail::all) return;
  if (event.description) add(component, icalproperty_new_description(printable(*event.description->get()).c_str()));
  if (event.metadata) add_other(component, "X-JB-METADATA", event.metadata->get()->text);
  const auto attendees = event.attendees.get();
  for (const auto& attendee : *attendees) add_attendee(component, attendee);
}

/// The date whose midnight on the zone's wall clock is `at`; nullopt at any other time. An import reads the date as
/// this instant again.
std::optional<Date> date_at(Instant at, const Zone& zone) {
  const auto date = std::chrono::floor<std::chrono::days>(zone.to_wall(at));
  return zone.to_instant(date) == at ? std::optional{date} : std::nullopt;
}

void add_date(icalcomponent* component, const char* name, Date date) {
  const auto text = format_basic_utc(Instant{date.time_since_epoch()}).substr(0, 8);
  icalproperty_add_parameter(add_other(component, name, text), icalparameter_new_value(ICAL_VALUE_DATE));
}

/// DTSTART and DTEND, as text: libical holds no year after 3000, and writes 00000000T000000 for one. RECURRENCE-ID is
/// told as DTSTART is (RFC 5545, 3.8.4.4), unless no date begins there.
void add_time(icalcomponent* component, Span time, const Zone& zone, std::optional<Instant> recurrence_id = {}) {
  const auto first = date_at(time.start, zone);
  const auto after = date_at(time.end, zone);
  const bool is_of_days = first && after && *first < *after;
  if (is_of_days) {
    add_date(component, "DTSTART", *first);
    add_date(component, "DTEND", *after);
  } else {
    add_other(component, "DTSTART", format_basic_utc(time.start));
    add_other(component, "DTEND", format_basic_utc(time.end));
  }
  if (!recurrence_id) return;
  const auto date = is_of_days ? date_at(*recurrence_id, zone) : std::nullopt;
  if (date)
    add_date(component, "RECURRENCE-ID", *date);
  else
    add_other(component, "RECURRENCE-ID", format_basic_utc(*recurrence_id));
}

FeedDetail detail_of(const Feed& feed, const FeedEvent& shown) {
  return shown.is_busy_time ? FeedDetail::busy : feed.detail;
}

/// A busy time, and no property that tells more of it. No two events of a calendar begin at one time.
void add_busy_time(icalcomponent* component, const Feed& feed, Span time) {
  const auto uid = "jb-busy-" + feed.calendar + "-" + format_basic_utc(time.start);
  add(component, icalproperty_new_uid(uid.c_str()));
  add(component, icalproperty_new_dtstamp(utc(feed.day)));
  add_time(component, time, *feed.zone);
  add(component, icalproperty_new_summary("Busy"));
}

void add_event(icalcomponent* component, const Feed& feed, const FeedEvent& shown) {
  const auto& event = shown.event;
  add(component, icalproperty_new_uid(shown.uid.empty() ? own_uid(event).c_str() : printable(shown.uid).c_str()));
  add(component, icalproperty_new_dtstamp(utc(event.updated_at)));
  add(component, icalproperty_new_created(utc(event.created_at)));
  add(component, icalproperty_new_lastmodified(utc(event.updated_at)));
  add(component, icalproperty_new_sequence(static_cast<int>(event.version)));
  add_time(component, *event.time, *feed.zone, event.recurrence_id);
  add_names(component, event, feed.detail);
  add(component, icalproperty_new_status(status_of(event, feed.now)));
  add(component, icalproperty_new_transp(gave_back(event, feed.now) ? ICAL_TRANSP_TRANSPARENT : ICAL_TRANSP_OPAQUE));
}

std::string vevent(const Feed& feed, const FeedEvent& shown) {
  const Component owner{icalcomponent_new(ICAL_VEVENT_COMPONENT)};
  if (!owner) throw std::bad_alloc();
  if (detail_of(feed, shown) == FeedDetail::busy)
    add_busy_time(owner.get(), feed, *shown.event.time);
  else
    add_event(owner.get(), feed, shown);
  return text_of(owner.get());
}

void add_periods(icalcomponent* component, const std::vector<Span>& spans, icalparameter_fbtype type) {
  for (const auto& span : spans) {
    icalproperty* property =
        add_other(component, "FREEBUSY", format_basic_utc(span.start) + "/" + format_basic_utc(span.end));
    icalproperty_add_parameter(property, icalparameter_new_fbtype(type));
  }
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

/// Whether the text is valid UTF-8: the JSON library writes no other text.
bool is_utf8(const std::string& text) {
  try {
    return !nlohmann::json(text).dump().empty();
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

/// A percent sign that is not followed by two digits stands for itself. Where the decoded bytes are no UTF-8, the text
/// stays encoded.
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

/// `word` is in lower case, the text in any.
bool starts_with_word(std::string_view text, std::string_view word) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [&](char a, char b) { return a == lower(b); });
}

template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

std::string uid_of(const OwnUid& own) {
  return std::string(kOwn) + std::to_string(own.id) + "-" + format_basic_utc(own.created_at);
}

}  // namespace

std::optional<FeedDetail> feed_detail_from(std::string_view word) {
  if (word == "events") return FeedDetail::events;
  if (word == "busy") return FeedDetail::busy;
  return std::nullopt;
}

std::string write_feed(const Feed& feed) {
  const ErrorsAreNotFatal guard;
  std::string parts;
  for (const auto& shown : feed.events) {
    step();
    const bool is_shown = detail_of(feed, shown) != FeedDetail::busy || !gave_back(shown.event, feed.now);
    if (!is_shown) continue;
    const auto text = vevent(feed, shown);
    spend(Budget::feed, text.size());
    parts += text;
  }
  return closed(calendar(feed.face, feed.time_zone).get(), parts);
}

std::string write_free_busy(const FreeBusy& taken) {
  const ErrorsAreNotFatal guard;
  const Component component{icalcomponent_new(ICAL_VFREEBUSY_COMPONENT)};
  if (!component) throw std::bad_alloc();
  add(component.get(), icalproperty_new_uid(("jb-busy-" + taken.calendar).c_str()));
  add(component.get(), icalproperty_new_dtstamp(utc(taken.at)));
  add_other(component.get(), "DTSTART", format_basic_utc(taken.within.start));
  add_other(component.get(), "DTEND", format_basic_utc(taken.within.end));
  add_periods(component.get(), taken.busy, ICAL_FBTYPE_BUSY);
  add_periods(component.get(), taken.tentative, ICAL_FBTYPE_BUSYTENTATIVE);
  return closed(calendar(taken.face, taken.time_zone).get(), text_of(component.get()));
}

std::string own_uid(const Event& event) { return uid_of({event.id, event.created_at}); }

std::string series_uid(EventId series, Instant created_at) { return uid_of({series, created_at}); }

std::optional<OwnUid> parse_own_uid(std::string_view uid) {
  if (!uid.starts_with(kOwn)) return std::nullopt;
  std::string_view rest = uid.substr(kOwn.size());
  OwnUid own;
  if (!take_number(rest, own.id) || rest.size() != 17) return std::nullopt;
  const std::string at(rest.substr(1));
  const auto instant = parse_timestamp(at.substr(0, 4) + "-" + at.substr(4, 2) + "-" + at.substr(6, 5) + ":" +
                                       at.substr(11, 2) + ":" + at.substr(13));
  if (!instant) return std::nullopt;
  own.created_at = *instant;
  return uid_of(own) == uid ? std::optional{own} : std::nullopt;  // 042 is no number of ours
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
    if (starts_with_word(uri, scheme)) return percent_decoded(uri.substr(scheme.size()));
  }
  return std::string(uri);
}

}  // namespace jb
