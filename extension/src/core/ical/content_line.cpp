// SPDX-License-Identifier: PostgreSQL
#include "content_line.hpp"

#include <algorithm>

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

// The pieces between separators that do not stand between double quotes.
std::vector<std::string_view> split_unquoted(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  bool quoted = false;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] != separator || quoted) continue;
    pieces.push_back(text.substr(from, i - from));
    from = i + 1;
  }
  pieces.push_back(text.substr(from));
  return pieces;
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.starts_with('"') && text.ends_with('"');
  return quoted ? text.substr(1, text.size() - 2) : text;
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
    const auto end = std::min(rest_.find('\n'), rest_.size());
    auto line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++number_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) line_ = line;
  }
}

std::string ContentLine::parameter(const std::string& wanted) const {
  const auto found = parameters.find(wanted);
  return found == parameters.end() ? std::string() : found->second;
}

std::optional<ContentLine> parse_content_line(const UnfoldedLine& given) {
  const std::string_view text = given.text;
  const std::string_view head = split_unquoted(text, ':').front();
  if (head.size() == text.size()) return {};
  ContentLine line;
  line.number = given.number;
  line.value = text.substr(head.size() + 1);
  const auto pieces = split_unquoted(head, ';');
  line.name = upper(pieces.front());
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const auto equals = pieces[i].find('=');
    if (equals == std::string_view::npos) return {};
    const std::string value{unquoted(pieces[i].substr(equals + 1))};
    if (!line.parameters.emplace(upper(pieces[i].substr(0, equals)), value).second) return {};
  }
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
