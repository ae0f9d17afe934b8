// SPDX-License-Identifier: PostgreSQL
#include "content_line.hpp"

#include <algorithm>
#include <charconv>

#include "../values/budget.hpp"
#include "../values/time_text.hpp"

namespace jb {

namespace {

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

// Where a mark stands first outside of quotes. A quote begins after = or a comma, and ends where the value can end
// (3.2): what lies between is text, also where some program has put another quote into it.
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

// Takes the parameters (";NAME=VALUE;…") into the line.
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

std::string upper(std::string_view text) {
  std::string result{text};
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

bool same_word(std::string_view a, std::string_view b) { return a.size() == b.size() && upper(a) == upper(b); }

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

// RFC 5545, 3.1: a line break followed by one blank or tab is none.
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

}  // namespace jb
