// SPDX-License-Identifier: PostgreSQL
#include "input.hpp"

#include <unicode/uchar.h>
#include <nlohmann/json.hpp>

namespace jb {

namespace {

// A body of 1 MiB can name 100,000 fields that do not exist. Refusing each of them would make the answer and the
// server's log twenty times as long as the body.
constexpr std::size_t kMostErrors = 1000;

// What each field takes, as a hint for a value that it does not take; kept in one place so that SQL and HTTP say the
// same. Functions have their SQL names; the front end replaces them with routes (fcgi/message.cpp).
constexpr std::pair<std::string_view, std::string_view> kHints[] = {
    {"event_name", "Give a name of 1 to 500 characters."},
    {"duration", "Give whole seconds from 1 second to 366 days: interval '30 minutes' in SQL, 1800 in JSON."},
    {"durations", "Give each as whole seconds from 1 second to 366 days, such as interval '30 minutes'."},
    {"days",
     "Give whole days of the wall clock, 1 to 366, in place of a duration, and a start: a date with start_time, "
     "or start_timestamp."},
    {"event_date", "Give a date as YYYY-MM-DD, years 0001 to 9999."},
    {"date", "Give a date as YYYY-MM-DD, years 0001 to 9999."},
    {"start_time", "Give a wall clock time as HH:MM:SS together with a date."},
    {"start_timestamp",
     "Give an instant with its offset, such as 2026-11-23T09:00:00+01:00, and neither date nor start_time."},
    {"attendees", "Give at most 1000 texts of 1 to 200 characters each."},
    {"max_attendees", "Give a whole number from 1 to 1000, and not fewer than attend."},
    {"event_location", "Give a text of at most 1000 characters."},
    {"description", "Give a text of at most 8000 characters."},
    {"metadata", R"(Give a JSON object such as {"order": "A-17"}, of at most 16 kB, nested at most 64 deep.)"},
    {"q", "Give 1 to 20 words, 200 characters in all."},
    {"calendars", "Name existing calendars; jb_calendars() lists them."},
    {"calendar",
     "A name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics; jb_calendars() lists those that "
     "exist."},
    {"not_before", "Give an instant with its offset before not_after; leave it out for a fixed event."},
    {"not_after", "Give an instant with its offset after not_before; leave it out for a fixed event."},
    {"within",
     R"(Give {"days": ["monday"], "from": "10:00", "to": "16:00"}, or a part of it; leave it out for a fixed event.)"},
    {"one_of",
     R"(Give 1 to 4 lists such as [{"calendars": ["room:1", "room:2"], "count": 1}], no name in two places.)"},
    {"priority", "Give a whole number from 0 to 100."},
    {"recurrence",
     "Give RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=10 or the like, ended by COUNT or UNTIL, and a date with "
     "start_time, or start_timestamp; EXDATE lines may follow."},
    {"trigger argument",
     "Name the columns of duration, calendars, start and end, or give field=column or field:=constant."},
    {"status", "Give pending, in_progress, completed, cancelled or waiting; a change of status leaves the time alone."},
    {"time_zone", "Give a name of the IANA time zone database, such as Europe/Berlin."},
    {"slots_from", "Give midnight, or opening, which counts from the start of each span of the hours."},
    {"display_name", "Give a text of 1 to 200 characters, or null: then the calendar is called by its name."},
    {"color", "Give the name of a colour in CSS, such as teal or steelblue, or null."},
    {"hours", R"(Give spans by day, such as {"monday": [{"start": "08:00", "end": "12:00"}]}; an end may be 24:00.)"},
    {"from_time", "Give an instant in the years 0001 to 9999."},
    {"to_time", "Give an instant that is not before the begin of the range."},
    {"attachments",
     "Give at most 100 objects of name, media_type, and data in base64 or url; a url where a series is long."},
    {"attachment", "Give an object of name, media_type, and data in base64 or url."},
    {"name",
     "Give 1 to 255 characters without slashes to a file, 1 to 200 to a participant, each only once in a poll."},
    {"media_type", "Give a media type such as application/pdf; text/plain; charset=utf-8 is one too."},
    {"data", "Give base64 of 1 byte to 10 MiB, or a url in its place."},
    {"url", "Give an http or https address of at most 2000 characters, or data in its place."},
    {"idempotency_key", "Give 1 to 255 printable characters of ASCII, a new key for each request."},
    {"older_than", "Give a length of time, such as interval '1 year'."},
    {"seq", "Give the seq of a change that jb_changes() shows; change_seq of jb_calendar() is the last."},
    {"provider_id", "Name a provider: 1 to 191 of A-Z a-z 0-9 . _ : @ + -; its first availability makes it."},
    {"slots", R"(Give starts and ends, such as {"09:00": "12:00", "13:00": "17:00"}; an end may be 24:00.)"},
    {"client", "Name a client in 1 to 200 characters."},
    {"start", "Give an instant with its offset, such as 2022-12-01T14:30:00Z."},
    {"title", "Give a title of 1 to 500 characters."},
    {"from", "Give the begin of the frame with its offset, such as 2026-11-23T09:00:00+01:00."},
    {"to", "Give the end of the frame with its offset, at most 366 days after its begin."},
    {"daily_from", "Give a wall clock time as HH:MM:SS before daily_to, or leave it out for midnight."},
    {"daily_to", "Give a wall clock time as HH:MM:SS after daily_from; 24:00 is one."},
    {"schedule", R"(Give a list such as [{"start": "…", "end": "…", "preference": "yes"}] within the frame.)"},
    {"participant", "Give a name of 1 to 200 characters."},
    {"ics",
     "Give an iCalendar file (RFC 5545): BEGIN:VCALENDAR, events from BEGIN:VEVENT to END:VEVENT, END:VCALENDAR."},
    {"shows", "Give events, for names and places, or busy, for nothing but when the calendar is taken."},
    {"max_rows", "Give a whole number from 1 to 1000."},
};

constexpr std::string_view kGenericHint = "Correct every field that is named and call again.";

std::string_view hint_for(std::string_view field) {
  const auto base = field.substr(0, field.find_first_of(".["));
  const auto* found = std::ranges::find(kHints, base, [](const auto& row) { return row.first; });
  return found == std::end(kHints) ? kGenericHint : found->second;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Joiners are visible in scripts that join their letters, and combine several emoji into one; a variation selector
/// gives an emoji its color.
constexpr char32_t kNonJoiner = 0x200C, kJoiner = 0x200D, kInColor = 0xFE0F;
constexpr char32_t kFirstJoined = 0x600, kLastJoined = 0x1FFF;
/// Blank by name, though not by property: of Braille, music, hieroglyphs and Khitan.
constexpr char32_t kBlanks[] = {0x2800, 0x1D159, 0x13441, 0x13442, 0x16FE4};

bool has_property(char32_t c, UProperty property) {
  return u_hasBinaryProperty(static_cast<UChar32>(c), property) != 0;
}

/// Whether the character is in one of the general categories.
bool is_of(char32_t c, std::uint32_t categories) { return (U_GET_GC_MASK(static_cast<UChar32>(c)) & categories) != 0; }

/// Whether a joiner between the two is visible. Letters join, as do marks between letters.
bool is_joined(char32_t previous, char32_t next) {
  const auto is_near = [](char32_t c) { return kFirstJoined <= c && c <= kLastJoined; };
  const auto joins = [](char32_t c) {
    return u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_JOINING_TYPE) != U_JT_NON_JOINING;
  };
  return is_near(previous) && is_near(next) && (joins(previous) || joins(next));
}

bool is_picture(char32_t c) {
  return has_property(c, UCHAR_EXTENDED_PICTOGRAPHIC) || has_property(c, UCHAR_EMOJI_MODIFIER);
}

/// Removes and returns the first character of valid UTF-8 text; 0 if the text is empty.
char32_t take(std::string_view& text) {
  if (text.empty()) return 0;
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t c = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) c = c << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(length);
  return c;
}

/// Controls, line and paragraph separators, and characters that embed, override or isolate a direction (UAX #9).
bool is_control(char32_t c) {
  if (c < 0x7F) return c < ' ';
  // Directional marks have a direction, but do not change that of other text.
  constexpr auto marks = U_MASK(U_LEFT_TO_RIGHT) | U_MASK(U_RIGHT_TO_LEFT) | U_MASK(U_RIGHT_TO_LEFT_ARABIC);
  return is_of(c, U_GC_CC_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK) ||
         (has_property(c, UCHAR_BIDI_CONTROL) && (U_MASK(u_charDirection(static_cast<UChar32>(c))) & marks) == 0);
}

/// `taken`: ASCII controls that are allowed.
bool is_control(char32_t c, std::string_view taken) {
  return is_control(c) && (c >= 0x80 || taken.find(static_cast<char>(c)) == std::string_view::npos);
}

struct Row {
  std::string_view field;
  std::size_t limit;
  std::string_view unit;
};

constexpr std::array kRows{
#define JB_BUDGET(name, field, limit, unit, what) Row{field, limit, unit},
#include "../../../budgets.def"
#undef JB_BUDGET
};

std::size_t index_of(Budget budget) { return static_cast<std::size_t>(budget); }

Failure over(const Row& row, std::size_t wanted, std::optional<std::size_t> item) {
  const auto unit = " " + std::string(row.unit);
  return invalid(row.field, std::to_string(wanted) + unit,
                 "one call may take at most " + std::to_string(row.limit) + unit, item,
                 "Ask for less at once: split the call into several. docs/limits.md tells what is counted.");
}

}  // namespace

bool is_unseen(char32_t c) {
  if (c < 0x80) return false;
  return has_property(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
         (is_of(c, U_GC_CF_MASK) && !has_property(c, UCHAR_PREPENDED_CONCATENATION_MARK)) ||
         std::ranges::find(kBlanks, c) != std::end(kBlanks);
}

std::string shorten(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && continues_character(text[bytes])) --bytes;
  return std::string(text.substr(0, bytes)) + "…";
}

bool has_control(std::string_view text, std::string_view taken) {
  while (!text.empty())
    if (is_control(take(text), taken)) return true;
  return false;
}

std::string without_controls(std::string_view text, std::string_view taken) {
  std::string result;
  while (!text.empty()) {
    const auto before = text;
    result += is_control(take(text), taken) ? " " : before.substr(0, before.size() - text.size());
  }
  return result;
}

bool has_invisible(std::string_view text) {
  for (char32_t previous = 0; !text.empty();) {
    const auto c = take(text);
    auto rest = text;
    const auto next = take(rest);
    const bool is_after_picture = is_picture(previous);
    const bool shows = ((c == kNonJoiner || c == kJoiner) && is_joined(previous, next)) ||
                       (c == kInColor && is_after_picture) ||
                       (c == kJoiner && (is_after_picture || previous == kInColor) && is_picture(next));
    if (is_control(c) || (is_unseen(c) && !shows)) return true;
    previous = c;
  }
  return false;
}

bool has_visible(std::string_view text) {
  while (!text.empty()) {
    const auto c = take(text);
    if (is_of(c, U_GC_L_MASK | U_GC_N_MASK | U_GC_P_MASK | U_GC_S_MASK) && !is_unseen(c)) return true;
  }
  return false;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

std::string_view first_characters(std::string_view text, std::size_t most) {
  const auto begins = [&](char c) { return !continues_character(c) && most-- == 0; };
  return text.substr(0, static_cast<std::size_t>(std::find_if(text.begin(), text.end(), begins) - text.begin()));
}

void Validation::refuse(std::string_view field, std::string_view value, std::string_view message,
                        std::string_view hint) {
  if (faults_.size() < kMostErrors)
    faults_.push_back({index_, shorten(field, kShownBytes), shorten(value, kShownBytes), std::string(message), hint});
}

bool Validation::has_refused(std::string_view field) const {
  return std::any_of(faults_.begin(), faults_.end(),
                     [&](const Fault& fault) { return fault.index == index_ && fault.field == field; });
}

Failure Validation::failure() const {
  auto list = nlohmann::ordered_json::array();
  for (const auto& fault : faults_) {
    auto& entry = list.emplace_back(nlohmann::ordered_json::object());
    if (fault.index) entry["index"] = *fault.index;
    entry["field"] = fault.field;
    entry["value"] = fault.value;
    entry["message"] = fault.message;
  }
  const auto& first = faults_.front();
  auto message = "invalid " + first.field + " \"" + first.value + "\": " + first.message;
  if (first.index) message = "request " + std::to_string(*first.index) + ": " + message;
  return {Error::invalid_value, std::move(message),
          list.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace),
          std::string(first.hint.empty() ? hint_for(first.field) : first.hint)};
}

Failure invalid(std::string_view field, std::string_view value, std::string_view message,
                std::optional<std::size_t> item, std::string_view hint) {
  Validation validation;
  if (item) validation.at_index(*item);
  validation.refuse(field, value, message, hint);
  return validation.failure();
}

bool is_reserved_principal(std::string_view name) {
  constexpr std::string_view organiser = "organiser of poll ";  // a guest's principal in fcgi/routes/polls.cpp
  return name == kBookingPage || name.starts_with(organiser);
}

void check_principal(Validation& validation, const std::string& name) {
  if (name.empty() || characters(name) > kLongestPrincipal)
    validation.refuse("principal", name, "it must be 1 to 200 characters long");
  else if (is_reserved_principal(name))
    validation.refuse("principal", name, kIsReserved);
}

Account* Account::current_ = nullptr;

std::size_t limit_of(Budget budget) { return kRows.at(index_of(budget)).limit; }

void Account::spend(Budget budget, std::size_t amount) {
  interrupt_();
  const auto& row = kRows[index_of(budget)];
  auto& spent = spent_[index_of(budget)];
  const auto left = row.limit - spent;
  if (amount <= left) {
    spent += amount;
    return;
  }
  const auto wanted = spent + amount;
  spent = row.limit;
  throw over(row, wanted, item_);
}

std::size_t Account::spent(Budget budget) const { return spent_[index_of(budget)]; }

bool has_left(Budget budget, std::size_t amount) {
  return Account::current() == nullptr || limit_of(budget) - spent(budget) >= amount;
}

std::size_t spent(Budget budget) {
  const auto* account = Account::current();
  return account == nullptr ? 0 : account->spent(budget);
}

namespace {

bool takes(std::string_view& text, char c) {
  const bool is_next = text.starts_with(c);
  text.remove_prefix(is_next ? 1 : 0);
  return is_next;
}

/// Removes the leading characters for which `belongs` holds, and returns them in lower case.
template <class Belongs>
std::string taken(std::string_view& text, Belongs&& belongs) {
  const auto end = std::find_if_not(text.begin(), text.end(), belongs);
  auto found = folded(std::string_view(text.begin(), end));
  text.remove_prefix(found.size());
  return found;
}

/// A token (RFC 9110, 5.6.2); empty if there is none.
std::string token(std::string_view& text) {
  constexpr std::string_view signs = "!#$%&'*+-.^_`|~";
  return taken(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           signs.find(c) != std::string_view::npos;
  });
}

void skip_blanks(std::string_view& text) {
  taken(text, [](char c) { return c == ' ' || c == '\t'; });
}

/// A token, or a quoted string without its quotes and escapes (RFC 9110, 5.6.4).
std::optional<std::string> value(std::string_view& text) {
  if (!takes(text, '"')) {
    auto word = token(text);
    return word.empty() ? std::nullopt : std::optional(std::move(word));
  }
  std::string all;
  while (true) {
    all += taken(text, [](char c) { return c != '"' && c != '\\'; });
    if (takes(text, '"')) return all;
    if (!takes(text, '\\') || text.empty()) return std::nullopt;
    all += text.front();
    text.remove_prefix(1);
  }
}

}  // namespace

std::optional<MediaType> parse_media_type(std::string_view text) {
  MediaType type{.name = token(text), .charset = {}};
  if (type.name.empty() || !takes(text, '/')) return std::nullopt;
  const auto subtype = token(text);
  if (subtype.empty()) return std::nullopt;
  type.name += "/" + subtype;
  for (skip_blanks(text); !text.empty(); skip_blanks(text)) {
    if (!takes(text, ';')) return std::nullopt;
    skip_blanks(text);
    const auto name = token(text);
    if (name.empty()) continue;  // a semicolon may stand alone
    const auto given = takes(text, '=') ? value(text) : std::nullopt;
    if (!given) return std::nullopt;
    if (name == "charset" && type.charset.empty()) type.charset = *given;
  }
  return type;
}

}  // namespace jb
