// SPDX-License-Identifier: PostgreSQL
#include "calendar_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "../values/input.hpp"

namespace jb {

namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// The length, in bytes, of the character with this first byte.
std::size_t size_by(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
}

/// The number of bytes before `end` that belong to an incomplete character.
std::size_t begun_before(const std::string& text, std::size_t end) {
  for (std::size_t size = 1; size < 4 && size <= end; ++size) {
    const char c = text[end - size];
    if (!continues_character(c)) return size_by(c) > size ? size : 0;
  }
  return 0;
}

// YYYYMMDD and HHMMSS are the forms of time.hpp without their separators.
std::optional<Date> basic_date(std::string_view text) {
  if (text.size() != 8) return {};
  return parse_date(std::string(text.substr(0, 4)) + "-" + std::string(text.substr(4, 2)) + "-" +
                    std::string(text.substr(6)));
}

std::optional<Seconds> basic_time(std::string_view text) {
  if (text.size() != 6) return {};
  return parse_time_of_day(std::string(text.substr(0, 2)) + ":" + std::string(text.substr(2, 2)) + ":" +
                           std::string(text.substr(4)));
}

// The first position of `mark` outside quotes. A quote begins after = or a comma, and ends where the value can end
// (3.2): everything between is text, including stray quotation marks of other programs.
std::size_t find_unquoted(std::string_view text, char mark) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' && quoted)
      quoted = i + 1 < text.size() && std::string_view(";:,").find(text[i + 1]) == std::string_view::npos;
    else if (text[i] == '"')
      quoted = i > 0 && (text[i - 1] == '=' || text[i - 1] == ',');
    else if (text[i] == mark && !quoted)
      return i;
  }
  return std::string_view::npos;
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.starts_with('"') && text.ends_with('"');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

// Reads the parameters (";NAME=VALUE;…") into the line.
void read_parameters(ContentLine& line, std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(1);
    const auto size = std::min(find_unquoted(text, ';'), text.size());
    const auto piece = text.substr(0, size);
    text.remove_prefix(size);
    const auto equals = piece.find('=');
    if (equals == std::string_view::npos) {
      line.odd = "it has a parameter without a value";
      continue;
    }
    const auto value = unquoted(piece.substr(equals + 1));
    if (value.find('"') != std::string_view::npos) line.odd = "it has a quotation mark within a parameter";
    if (!line.parameters.emplace(upper(piece.substr(0, equals)), value).second)
      line.odd = "it has a parameter twice, of which the first counts";
  }
}

}  // namespace

std::string with_whole_characters(std::string file) {
  for (auto at = file.find('\n'); at != std::string::npos; at = file.find('\n', at + 1)) {
    if (at + 2 >= file.size() || (file[at + 1] != ' ' && file[at + 1] != '\t')) continue;
    if (!continues_character(file[at + 2])) continue;
    const std::size_t begin = at > 0 && file[at - 1] == '\r' ? at - 1 : at;
    const auto from = file.begin() + static_cast<std::ptrdiff_t>(begin - begun_before(file, begin));
    std::rotate(from, file.begin() + static_cast<std::ptrdiff_t>(begin),
                file.begin() + static_cast<std::ptrdiff_t>(at + 2));
  }
  return file;
}

std::string upper(std::string_view text) {
  std::string result{text};
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const auto end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::optional<Moment> parse_moment(std::string_view text) {
  const auto date = basic_date(text.substr(0, text.find_first_of("Tt")));
  if (!date || text.size() == 8) return date ? std::optional<Moment>{*date} : std::nullopt;
  const bool utc = text.ends_with('Z') || text.ends_with('z');
  if (utc) text.remove_suffix(1);
  const auto time = basic_time(text.substr(9));
  if (!time) return {};
  if (utc) return Instant{Date{*date}.time_since_epoch() + *time};
  return WallTime{Date{*date} + *time};
}

std::optional<Seconds> parse_offset(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (!negative && !text.starts_with('+')) return {};
  text.remove_prefix(1);
  if (text.size() != 4 && text.size() != 6) return {};
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return {};
  int digits = 0;
  std::from_chars(text.data(), text.data() + text.size(), digits);
  if (text.size() == 4) digits *= 100;
  const Seconds size =
      std::chrono::hours{digits / 10'000} + std::chrono::minutes{digits / 100 % 100} + Seconds{digits % 100};
  if (size >= kDay) return {};
  return negative ? -size : size;
}

// RFC 5545, 3.1: a line break and the blank or tab after it are a fold, and are removed.
std::optional<UnfoldedLine> Unfolding::next() {
  if (!line_) return std::nullopt;
  UnfoldedLine unfolded{number_, std::string(*line_)};
  for (read(); line_ && (line_->front() == ' ' || line_->front() == '\t'); read()) unfolded.text += line_->substr(1);
  return unfolded;
}

void Unfolding::read() {
  line_.reset();
  while (!line_ && !rest_.empty()) {
    step();
    const auto end = std::min(rest_.find_first_of("\r\n"), rest_.size());
    const auto line = rest_.substr(0, end);
    const auto after = std::min(rest_.find_first_not_of('\r', end), rest_.size());
    const bool has_feed = after < rest_.size() && rest_[after] == '\n';
    rest_.remove_prefix(after + (has_feed ? 1 : 0));
    ++number_;
    if (!line.empty()) line_ = line;
  }
}

std::string ContentLine::parameter(const std::string& wanted) const {
  const auto found = parameters.find(wanted);
  return found == parameters.end() ? std::string() : found->second;
}

std::optional<ContentLine> parse_content_line(const UnfoldedLine& given) {
  const std::string_view text = given.text;
  ContentLine line;
  auto colon = find_unquoted(text, ':');
  if (colon == std::string_view::npos) {
    colon = text.find(':');
    line.odd = "it has a quotation mark without its pair";
  }
  if (colon == std::string_view::npos) return {};
  const auto head = text.substr(0, colon);
  const auto size = std::min(head.find(';'), head.size());
  auto name = head.substr(0, size);
  while (name.ends_with(' ')) name.remove_suffix(1), line.odd = "it has a blank after its name";
  if (!is_name(name)) return {};
  line.number = given.number;
  line.name = upper(name);
  line.value = text.substr(colon + 1);
  read_parameters(line, head.substr(size));
  return line;
}

std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      result += text[i];
      continue;
    }
    const char next = text[++i];
    result += next == 'n' || next == 'N' ? '\n' : next;
  }
  return result;
}

namespace {

using std::chrono::days;

constexpr std::size_t kMostNotes = 5;

bool is_all_digits(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

/// The text without `mark` at these two positions, if it is at both.
std::string without(std::string_view text, char mark, std::size_t first, std::size_t second) {
  std::string result{text};
  if (text.size() > second && text[first] == mark && text[second] == mark) result.erase(second, 1).erase(first, 1);
  return result;
}

/// HHMMSS from 09:00:00.000, 0900 or 235960; empty for any other text.
std::string basic_clock(std::string_view text) {
  const auto point = std::min(text.find('.'), text.size());
  if (!is_all_digits(text.substr(std::min(point + 1, text.size())))) return {};
  auto clock = without(text.substr(0, point), ':', 2, 5);
  if (clock.size() == 5 && clock[2] == ':') clock.erase(2, 1);
  if (clock.size() == 4) clock += "00";
  if (clock.size() != 6 || !is_all_digits(clock)) return {};
  if (clock.ends_with("60")) clock.replace(4, 2, "59");
  return clock;
}

/// The offset that follows a time: +0200 or +02:00.
std::optional<Seconds> offset_after(std::string_view text) {
  std::string digits{text};
  std::erase(digits, ':');
  return parse_offset(digits);
}

}  // namespace

void Notes::add(std::string sentence) {
  if (contains(sentences_, sentence)) return;
  if (sentences_.size() == kMostNotes)
    ++more_;
  else
    sentences_.push_back(std::move(sentence));
}

void Notes::add(const Notes& others) {
  for (const auto& sentence : others.sentences_) add(sentence);
  more_ += others.more_;
}

std::string Notes::told() const {
  std::string text;
  for (const auto& sentence : sentences_) text += (text.empty() ? "" : " ") + sentence;
  if (more_ > 0) text += " There is more that is odd: " + std::to_string(more_) + " times.";
  return text;
}

std::string_view without_blanks(std::string_view text, std::string_view blanks) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

std::optional<Moment> parse_lenient_moment(std::string_view text) {
  text = without_blanks(text);
  if (auto strict = parse_moment(text)) return strict;
  const bool has_dashes = text.size() >= 10 && text[4] == '-' && text[7] == '-';
  const std::size_t size = std::min<std::size_t>(has_dashes ? 10 : 8, text.size());
  const auto date = parse_moment(without(text.substr(0, size), '-', 4, 7));
  text.remove_prefix(size);
  if (!date || text.empty()) return date;
  if (text.front() != 'T' && text.front() != 't' && text.front() != ' ') return {};
  text.remove_prefix(1);
  const auto end = std::min(text.find_first_of("Zz+-"), text.size());
  const auto clock = basic_clock(text.substr(0, end));
  const auto zone = text.substr(end);
  const bool is_midnight = clock == "240000";
  const auto day = std::get<Date>(*date) + days{is_midnight ? 1 : 0};
  const auto at = parse_moment(without(format_date(day), '-', 4, 7) + "T" + (is_midnight ? "000000" : clock));
  if (!at || zone.empty()) return at;
  const auto offset = zone == "Z" || zone == "z" ? Seconds{0} : offset_after(zone);
  if (!offset) return {};
  const Instant instant{std::get<WallTime>(*at).time_since_epoch() - *offset};
  if (instant < kRepresentable.start || instant >= kRepresentable.end) return {};
  return instant;
}

std::string shown_moment(const Moment& moment) {
  if (const auto* date = std::get_if<Date>(&moment)) return format_date(*date);
  if (const auto* instant = std::get_if<Instant>(&moment)) return format_utc(*instant);
  const auto wall = std::get<WallTime>(moment);
  return format_date(date_of(wall)) + "T" + format_time_of_day(since_midnight(wall));
}

namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20;
constexpr std::size_t kDeepest = 8;

Failure refused(std::size_t line, std::string_view value, const std::string& message) {
  return invalid("ics", value, "line " + std::to_string(line) + ": " + message);
}

Failure refused(const UnfoldedLine& line, const std::string& message) {
  return refused(line.number, line.text, message);
}

/// The components of a calendar (RFC 5545, 3.6; RFC 7953; RFC 9073), first the six that are not nested in another
/// component.
constexpr std::array<std::string_view, 12> kBlocks{"VEVENT",    "VTODO",         "VJOURNAL",    "VFREEBUSY",
                                                   "VTIMEZONE", "VAVAILABILITY", "VALARM",      "STANDARD",
                                                   "DAYLIGHT",  "AVAILABLE",     "PARTICIPANT", "VLOCATION"};

/// Whether BEGIN or END with this name marks a component. A line of text that was not folded may look like one: "Begin:
/// at nine".
bool is_component(std::string_view name) {
  return name == "VCALENDAR" || name == "VRESOURCE" || name.starts_with("X-") || contains(kBlocks, name);
}

bool stands_in_calendar(std::string_view name) {
  const auto end = kBlocks.begin() + 6;
  return std::find(kBlocks.begin(), end, name) != end;
}

std::string about(const UnfoldedLine& line) {
  return "Line " + std::to_string(line.number) + ", \"" + shorten(line.text, 50) + "\"";
}

/// Reads the components; the innermost open one is last in `open_`.
class Reader {
 public:
  std::vector<Component> read(Unfolding lines) {
    while (const auto line = lines.next()) {
      spend(Budget::file_lines);
      take(*line);
    }
    if (!open_.empty())
      throw refused(open_.back().line, "BEGIN:" + open_.back().name, "the file ends before this component does");
    if (calendars_.empty()) throw invalid("ics", "", "there is no BEGIN:VCALENDAR in it");
    telling().odd.add(around_);
    return std::move(calendars_);
  }

 private:
  void take(const UnfoldedLine& line) {
    auto content = parse_content_line(line);
    const bool is_mark = content && (content->name == "BEGIN" || content->name == "END");
    const auto name = is_mark ? upper(without_blanks(content->value)) : std::string();
    if (is_mark && is_component(name)) {
      content->name == "BEGIN" ? begin(line, name) : end(line, name);
    } else if (!open_.empty() && content && !is_mark) {
      if (!content->odd.empty()) open_.back().odd.add(about(line) + ": " + std::string(content->odd) + ".");
      open_.back().lines.push_back(std::move(*content));
    } else {
      overlook(line, open_.empty() ? "it stands outside of the calendar" : "it is no line such as NAME:value");
    }
  }

  void overlook(const UnfoldedLine& line, const std::string& why) {
    (open_.empty() ? around_ : open_.back().odd).add(about(line) + ", was overlooked: " + why + ".");
  }

  /// The first calendar with an event, since only events are reported; if there is none, the first calendar.
  Component& telling() {
    const auto found = std::find_if(calendars_.begin(), calendars_.end(), [](const Component& calendar) {
      return std::any_of(calendar.components.begin(), calendar.components.end(),
                         [](const Component& component) { return component.name == "VEVENT"; });
    });
    return found == calendars_.end() ? calendars_.front() : *found;
  }

  void begin(const UnfoldedLine& line, const std::string& name) {
    if (open_.empty() != (name == "VCALENDAR"))
      throw refused(line, open_.empty() ? "a calendar begins with BEGIN:VCALENDAR" : "a calendar holds no calendar");
    while (stands_in_calendar(name) && open_.size() > 1) end_without_line();
    if (open_.size() == kDeepest) throw refused(line, "components are nested too deep");
    Component component;
    component.name = name;
    component.line = line.number;
    open_.push_back(std::move(component));
  }

  void end(const UnfoldedLine& line, const std::string& name) {
    if (std::none_of(open_.begin(), open_.end(), [&](const Component& component) { return component.name == name; }))
      return overlook(line, "no such component is open");
    while (open_.back().name != name) end_without_line();
    end_innermost();
  }

  /// Ends the innermost component, whose END is missing. An empty one is dropped: an event takes kilobytes in memory,
  /// but its BEGIN only 13 bytes in the file.
  void end_without_line() {
    if (open_.back().lines.empty() && open_.back().components.empty()) return open_.pop_back();
    open_.back().odd.add("Its END:" + open_.back().name + " is missing.");
    end_innermost();
  }

  void end_innermost() {
    Component component = std::move(open_.back());
    open_.pop_back();
    (open_.empty() ? calendars_ : open_.back().components).push_back(std::move(component));
  }

  std::vector<Component> open_;
  std::vector<Component> calendars_;
  Notes around_;  ///< about lines outside all calendars
};

}  // namespace

const ContentLine* Component::find(std::string_view wanted) const {
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return line.name == wanted; });
  return found == lines.end() ? nullptr : &*found;
}

std::vector<Component> parse_components(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.size() > kMostBytes)
    throw invalid("ics", std::to_string(text.size()) + " bytes", "it must be at most 16 MiB long");
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  while (text.ends_with('\x1A')) text.remove_suffix(1);  // Ctrl-Z, with which MS-DOS ends a file
  return Reader{}.read(Unfolding(text));
}

}  // namespace jb
