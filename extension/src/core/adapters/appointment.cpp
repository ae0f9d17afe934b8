// SPDX-License-Identifier: PostgreSQL
#include "appointment.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "../values/json.hpp"
#include "../values/time.hpp"
#include "icalendar.hpp"

namespace jb {

using nlohmann::json;

namespace {

/// A status by the clock, and the word for it: once an appointment is confirmed, the clock makes no difference.
constexpr std::array<std::pair<Status, std::string_view>, 8> kWords{{{Status::held, "PENDING"},
                                                                     {Status::pending, "CONFIRMED"},
                                                                     {Status::in_progress, "CONFIRMED"},
                                                                     {Status::completed, "CONFIRMED"},
                                                                     {Status::denied, "DENIED"},
                                                                     {Status::expired, "EXPIRED"},
                                                                     {Status::cancelled, "CANCELLED"},
                                                                     {Status::waiting, "WAITING"}}};

std::string_view appointment_status(const Event& event, Instant now) {
  const auto status = status_at(event, now);
  return std::find_if(kWords.begin(), kWords.end(), [&](const auto& word) { return word.first == status; })->second;
}

/// A member that was refused when it was read is not reported as missing too.
void require(Validation& validation, bool given, std::string_view name) {
  if (!given && !validation.has_refused(name)) validation.refuse(name, "NULL", "it is required");
}

constexpr std::size_t kMostOfName = 200, kMostOfContact = 200, kMostOfNote = 2'000, kMostOfReply = 1'000;
constexpr std::size_t kFewestDigits = 5, kMostDigits = 20;
constexpr int kMostPending = 50;

constexpr std::string_view kTokenBegins = "jbb_";
constexpr std::size_t kTokenDigits = 48;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_telephone(std::string_view text) {
  const auto digits = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_digit));
  return digits >= kFewestDigits && digits <= kMostDigits &&
         text.find_first_not_of("0123456789+-./() ") == std::string_view::npos;
}

/// `lines` may have line breaks and tabs; a `word` must not have other invisible characters either.
enum class Kind { word, lines };

/// Why this is no text of 1 to `most` characters; empty: it is one.
std::string fault_of(std::string_view words, std::size_t most, Kind kind) {
  if (words.empty() || characters(words) > most) return "it must have 1 to " + std::to_string(most) + " characters";
  if (!has_visible(words)) return std::string(fault_of_unseen(words));
  if (kind == Kind::word) return has_invisible(words) ? std::string(kInvisible) : "";
  return has_control(words, kOfLines) ? std::string(kControlInLines) : "";
}

/// The text of a member, its blanks trimmed, with 1 to `most` characters.
std::optional<std::string> read_words(Validation& validation, const std::string& name, const json& value,
                                      std::size_t most, Kind kind) {
  const auto text = read_text(validation, name, value);
  if (!text) return std::nullopt;
  std::string words{without_blanks(*text, " \t\r\n")};
  const auto fault = fault_of(words, most, kind);
  if (fault.empty()) return words;
  validation.refuse(name, *text, fault);
  return std::nullopt;
}

std::optional<std::string> read_contact(Validation& validation, const json& value) {
  auto contact = read_words(validation, "contact", value, kMostOfContact, Kind::word);
  if (!contact || is_mail_address(*contact) || is_telephone(*contact)) return contact;
  validation.refuse("contact", *contact, "it must be a mail address, or a telephone number of 5 to 20 digits");
  return std::nullopt;
}

bool is_blank(const json& value) {
  return value.is_null() || (value.is_string() && !has_visible(value.get<std::string>()));
}

Metadata one_member(const char* name, const std::string& value, bool is_patch) {
  return {json{{name, value}}.dump(), is_patch};
}

/// `facts`: for programs, a JSON object; empty if the limit is not a setting.
Failure one_too_many(const std::string& who, int most, const std::string& which, const char* hint,
                     const std::string& facts = "") {
  return {Error::too_many_bookings, who + " may have at most " + std::to_string(most) + " bookings " + which, facts,
          hint};
}

constexpr const char* kAll = "all visitors together";
constexpr const char* kSender = "one network";

}  // namespace

Reservation read_reservation(Validation& validation, const std::string& text, const IntervalReader& intervals) {
  Reservation reservation;
  auto& time = reservation.time;
  const auto read_length = [&](const auto& name, const json& value) {  // null is the provider's duration
    if (!value.is_null()) time.duration.set_if_given(read_duration(validation, name, value, intervals));
  };
  const auto into = [&](auto& member, auto read) {
    return [&, read](const auto& name, const json& value) { member = read(validation, name, value); };
  };
  const auto wished = [&](auto& field, auto read) {
    return [&, read](const auto& name, const json& value) { field.set_if_given(read(validation, name, value)); };
  };
  read_object(validation, "request", parse_json(text), "an appointment has no such field",
              {{"provider_id", into(reservation.provider_id, read_text)},
               {"client", into(reservation.client, read_text)},
               {"date", wished(time.date, read_date)},
               {"start_time", wished(time.start_time, read_time_of_day)},
               {"start_timestamp", wished(time.start_timestamp, read_timestamp)},
               {"duration", read_length}});
  return reservation;
}

void check_reservation(Validation& validation, const Reservation& reservation, const FieldNames& names) {
  if (validation.has_refused("request")) return;
  const auto& [provider_id, client, time] = reservation;
  require(validation, provider_id.has_value(), "provider_id");
  require(validation, client.has_value(), "client");
  const auto fault = client ? fault_of(*client, kMostOfName, Kind::word) : "";
  if (!fault.empty()) validation.refuse("client", *client, fault);
  if (!time.start_timestamp.has_value() && !validation.has_refused("start_timestamp")) {
    require(validation, time.date.has_value(), names.date);
    require(validation, time.start_time.has_value(), "start_time");
  }
  if (!validation.ok()) return;
  Fields named = time;
  named.event_name.set("Appointment");
  check_values(validation, named, names);
  check_new(validation, named, names);
}

Fields new_appointment(const Reservation& reservation) {
  Fields fields = reservation.time;
  fields.event_name.set("Appointment");
  fields.attendees.set(std::vector{*reservation.client});
  fields.calendars.set(std::vector{std::string(kProvider) + *reservation.provider_id});
  return fields;
}

OpenDate read_open_date(Validation& validation, const std::string& text) {
  const auto request = parse_json(text);
  OpenDate open;
  const MemberReaders members{
      {"date", [&](const auto& name, const json& value) { open.date = read_date(validation, name, value); }},
      {"slots", [&](const auto&, const json& value) { open.spans = read_slots(validation, value.dump()); }}};
  if (!read_object(validation, "request", request, "availability has no such field", members)) return open;
  require(validation, request.contains("date"), "date");
  require(validation, request.contains("slots"), "slots");
  return open;
}

bool is_appointment(const Event& event) {
  return event.calendars.size() == 1 && event.calendars.front().starts_with(kProvider);
}

std::optional<Status> wished_status(std::string_view word) {
  if (word == "CONFIRMED") return Status::scheduled;
  if (word == "DENIED") return Status::denied;
  if (word == "EXPIRED") return Status::expired;
  return std::nullopt;
}

bool is_appointment_status(std::string_view word) { return !statuses_of_appointment(word).empty(); }

std::vector<std::string> statuses_of_appointment(std::string_view word) {
  std::vector<std::string> statuses;
  for (const auto& [status, shown] : kWords)
    if (shown == word) statuses.emplace_back(name_of(status));
  return statuses;
}

void check_decision(const Event& event, std::string_view word, Instant now) {
  const auto status = appointment_status(event, now);
  const bool was_held = status == "PENDING" || (event.is_ended_hold(now) && word == "CONFIRMED");
  if (was_held || status == word) return;
  throw Failure(Error::invalid_transition,
                "appointment " + std::to_string(event.id) + " is " + std::string(status) + " and cannot become " +
                    std::string(word),
                "", "What was decided stays so: cancel its event, or reserve another appointment.");
}

GuestRequest read_guest_request(Validation& validation, const std::string& text, const IntervalReader& intervals) {
  const auto request = parse_json(text);
  GuestRequest wanted;
  const MemberReaders members{
      {"client",
       [&](const auto& name, const json& value) {
         wanted.client = read_words(validation, name, value, kMostOfName, Kind::word);
       }},
      {"contact", [&](const auto&, const json& value) { wanted.contact = read_contact(validation, value); }},
      {"start_timestamp",
       [&](const auto& name, const json& value) { wanted.start = read_timestamp(validation, name, value); }},
      {"note",
       [&](const auto& name, const json& value) {
         if (!is_blank(value)) wanted.note = read_words(validation, name, value, kMostOfNote, Kind::lines);
       }},
      {"duration",
       [&](const auto& name, const json& value) {
         if (!value.is_null()) wanted.duration.set_if_given(read_duration(validation, name, value, intervals));
       }},
      {"confirm_within", [&](const auto& name, const json& value) {
         wanted.confirm_within.set(value.is_null() ? std::nullopt : read_duration(validation, name, value, intervals));
       }}};
  if (!read_object(validation, "request", request, "a booking has no such field", members)) return wanted;
  for (const char* name : {"client", "contact", "start_timestamp"}) {
    if (!request.contains(name)) validation.refuse(name, "NULL", "it is required");
  }
  return wanted;
}

Fields new_guest_booking(const std::string& calendar, const GuestRequest& wanted) {
  auto fields =
      new_appointment({.provider_id = calendar.substr(kProvider.size()), .client = wanted.client, .time = {}});
  fields.start_timestamp.set(wanted.start);
  fields.guests = std::vector{*wanted.client};
  fields.only_slots = true;
  if (wanted.note) fields.description.set(*wanted.note);
  fields.metadata.set(one_member("contact", *wanted.contact, false));
  return fields;
}

void check_as_told(const GuestRequest& wanted, const Calendar& page) {
  const auto check = [](const char* name, const Field<Seconds>& told, std::optional<Seconds> now) {
    const auto text = [](std::optional<Seconds> length) {
      return length ? std::to_string(length->count()) + " s" : std::string("none");
    };
    if (!told.named || told.value == now) return;
    throw Failure(Error::version_mismatch,
                  std::string("the page has ") + name + " " + text(now) + ", not " + text(told.value), "",
                  "Read the page again, and repeat the booking if that will do.");
  };
  check("duration", wanted.duration, page.default_duration);
  check("confirm_within", wanted.confirm_within, page.confirm_within);
}

std::optional<Metadata> read_reply(Validation& validation, const std::string& text) {
  const auto reply = read_words(validation, "reply", text, kMostOfReply, Kind::lines);
  if (!reply) return std::nullopt;
  return one_member("reply", *reply, true);
}

void check_room(const GuestBookingRoom& others) {
  const auto facts = [&] { return json{{"max_guest_bookings", others.most_ahead}}.dump(); };
  const auto check = [&](const GuestBookingCounts& counts, const char* who, int most_pending, int most_ahead) {
    if (counts.pending >= most_pending)
      throw one_too_many(who, most_pending, "that wait for the provider's answer",
                         "Try again when the provider has answered some of them.");
    if (counts.ahead >= most_ahead)
      throw one_too_many(who, most_ahead, "with the provider that have not begun",
                         "Come back when one is over, or ask the provider.", facts());
  };
  check(others.of_sender, kSender, share_of_sender(kMostPending), share_of_sender(others.most_ahead));
  if (others.made_by_sender >= others.most_ahead)
    throw one_too_many(kSender, others.most_ahead, "that were made within 24 hours, cancelled ones included",
                       "Come back a day later, or ask the provider.", facts());
  check(others.all, kAll, kMostPending, others.most_ahead);
}

void check_moves(int moves, int most) {
  if (moves <= most) return;
  throw Failure(Error::too_many_bookings,
                "a booking may be moved at most " + std::to_string(most) + " times within 24 hours",
                json{{"max_guest_bookings", most}}.dump(), "Come back a day later, or ask the provider.");
}

bool has_room_on_day(const GuestBookingRoom& others) {
  return others.of_sender.on_day < share_of_sender(others.most_on_day) && others.all.on_day < others.most_on_day;
}

void check_room_on_day(const GuestBookingRoom& others, Instant midnight, const Zone& zone) {
  if (has_room_on_day(others)) return;
  const bool is_all = others.all.on_day >= others.most_on_day;
  const json facts{{"max_guest_bookings_per_day", others.most_on_day}, {"limit", format_timestamp(midnight, zone)}};
  throw one_too_many(is_all ? kAll : kSender, is_all ? others.most_on_day : share_of_sender(others.most_on_day),
                     "on one day", "Choose a slot on another day.", facts.dump());
}

bool is_visitors_token(std::string_view text) {
  if (text.size() != kTokenBegins.size() + kTokenDigits || !text.starts_with(kTokenBegins)) return false;
  text.remove_prefix(kTokenBegins.size());
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace jb
