// SPDX-License-Identifier: PostgreSQL
#include "terminal.hpp"

#include <getopt.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <algorithm>
#include <charconv>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <cwctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/values/input.hpp"
#include "core/values/time.hpp"

namespace jb::cli {

Option flag(const char* name, bool& is_given) {
  return {name, false, [&](const char*) { is_given = true; }};
}

Option text(const char* name, std::string& value) {
  return {name, true, [&](const char* given) { value = given; }};
}

Option number(const char* name, long long least, long long most, std::function<void(long long)> take) {
  return {name, true, [=](const char* given) {
            long long value = 0;
            const auto [end, error] = std::from_chars(given, given + std::strlen(given), value);
            if (error != std::errc{} || *end != '\0' || value < least || value > most)
              throw UsageError(std::string("--") + name + " must be a whole number from " + std::to_string(least) +
                               " to " + std::to_string(most) + ", not \"" + given + "\"");
            take(value);
          }};
}

Option date(std::function<void(const char*)> take) {
  return {"date", true, [=](const char* given) {
            if (!parse_date(given))
              throw UsageError(std::string("--date must be a date, YYYY-MM-DD, not \"") + given + "\"");
            take(given);
          }};
}

std::vector<std::string> read_options(int count, char** arguments, const std::vector<Option>& options,
                                      std::size_t most) {
  std::vector<option> known;
  for (const Option& each : options)
    known.push_back({each.name, each.has_value ? required_argument : no_argument, nullptr, 0});
  known.push_back({"help", no_argument, nullptr, 0});
  known.push_back({});
  const std::string command = std::string("jb ") + arguments[0];
  opterr = 0;
  optind = 0;
  int place = 0;
  for (int found; (found = getopt_long(count, arguments, "", known.data(), &place)) != -1;) {
    if (found == '?')
      throw UsageError(command + " does not know the option, or it lacks its value: " + arguments[optind - 1]);
    const auto number = static_cast<std::size_t>(place);
    if (number == options.size()) throw HelpAsked{};
    options[number].take(optarg);
  }
  const std::vector<std::string> words(arguments + optind, arguments + count);
  if (words.size() > most) throw UsageError(command + " does not know what to do with \"" + words[most] + "\"");
  return words;
}

std::string word(const std::vector<std::string>& words, std::size_t place, const std::string& otherwise) {
  return place < words.size() ? words[place] : otherwise;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

namespace {

constexpr int kUsualWidth = 80;
constexpr int kNarrowest = 20;
constexpr int kWidestCell = 33;  // two dates with their times
constexpr int kReadable = 40;    // what a sentence needs beside the other columns of a table

/// Whether the character changes the direction of writing, ends a line, or is invisible. A name with such characters
/// could make a line look like another line, or hide a whole text. The selectors that say whether an emoji has its
/// color stay.
bool is_deceptive(wchar_t c) {
  const bool ends_line = c == 0x2028 || c == 0x2029;
  const bool is_of_emoji = c == 0xFE0E || c == 0xFE0F;
  return ends_line || (!is_of_emoji && is_unseen(static_cast<char32_t>(c)));
}

/// Takes one character, and its bytes, from the front of the text. Invalid bytes give a question mark.
std::pair<wchar_t, std::string_view> take(std::string_view& text) {
  std::mbstate_t state{};
  wchar_t c = L'?';
  const std::size_t length = std::mbrtowc(&c, text.data(), text.size(), &state);
  const bool is_broken = length == 0 || length > text.size();
  const std::string_view bytes = text.substr(0, is_broken ? 1 : length);
  text.remove_prefix(bytes.size());
  return {is_broken ? L'?' : c, bytes};
}

bool shows_colors() { return isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR").empty(); }

int width_of(wchar_t c) { return std::max(0, wcwidth(c)); }

}  // namespace

void prepare_terminal() { std::setlocale(LC_CTYPE, "C.UTF-8"); }

int columns() {
  if (const char* told = std::getenv("COLUMNS"); told && std::atoi(told) > 0)
    return std::max(kNarrowest, std::atoi(told));
  winsize size{};
  const bool is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? std::max<int>(kNarrowest, size.ws_col) : kUsualWidth;
}

std::string plain(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto [c, bytes] = take(text);
    if (is_deceptive(c)) continue;
    result += c == L'?' ? "?" : iswcntrl(static_cast<wint_t>(c)) ? " " : bytes;
  }
  return result;
}

std::string plain_json(std::string_view json) {
  std::string result;
  while (!json.empty()) {
    const auto [c, bytes] = take(json);
    if (c >= 0x7F && (is_deceptive(c) || iswcntrl(static_cast<wint_t>(c)))) {
      const std::string quoted = nlohmann::json(bytes).dump(-1, ' ', /*ensure_ascii=*/true);
      result += quoted.substr(1, quoted.size() - 2);
    } else {
      result += bytes;
    }
  }
  return result;
}

int width_of(std::string_view text) {
  int width = 0;
  while (!text.empty()) width += width_of(take(text).first);
  return width;
}

std::string cut(std::string_view text, int width) {
  if (width_of(text) <= width) return std::string(text);
  std::string result;
  for (int used = 0; !text.empty();) {
    const auto [c, bytes] = take(text);
    used += width_of(c);
    if (used > width - 1) break;
    result += bytes;
  }
  return result + "…";
}

std::string fitted(std::string_view text, int width) {
  const std::string result = cut(text, width);
  return result + std::string(static_cast<std::size_t>(std::max(0, width - width_of(result))), ' ');
}

std::vector<std::string> wrapped(std::string_view text, int width) {
  std::vector<std::string> lines{""};
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    std::string word(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
    const bool fits = width_of(lines.back()) + 1 + width_of(word) <= width;
    if (lines.back().empty())
      lines.back() = cut(word, width);
    else if (fits)
      lines.back() += " " + word;
    else
      lines.push_back(cut(word, width));
  }
  return lines;
}

Paint::Paint() : enabled_(shows_colors()) {}

Option Paint::option() {
  return {"color", true, [this](const char* given) {
            const std::string word = given;
            if (word != "auto" && word != "always" && word != "never")
              throw UsageError("--color must be auto, always or never, not \"" + word + "\"");
            enabled_ = word == "always" || (word == "auto" && shows_colors());
          }};
}

std::string Paint::operator()(const std::string& code, const std::string& text) const {
  return enabled_ ? "\x1b[" + code + "m" + text + "\x1b[0m" : text;
}

std::vector<std::vector<std::string>> cells(const pg::Result& rows, int first) {
  std::vector<std::vector<std::string>> all(static_cast<std::size_t>(rows.rows()));
  for (int row = 0; row < rows.rows(); ++row)
    for (int column = first; column < rows.columns(); ++column)
      all[static_cast<std::size_t>(row)].push_back(plain(rows.view(row, column)));
  return all;
}

std::string table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows, int width,
                  const Paint& paint, const std::vector<std::string>& colors) {
  const std::size_t last = header.size() - 1;
  std::vector<int> widths;
  int used = 0;
  for (std::size_t i = 0; i < last; ++i) {
    int widest = width_of(header[i]);
    for (const auto& row : rows) widest = std::max(widest, width_of(row[i]));
    widths.push_back(std::min(widest, std::max(kWidestCell, width / 3)));
    used += widths.back() + 2;
  }
  const bool is_below = width - used < kReadable;
  const int rest = is_below ? width - 2 : width - used;
  const auto line = [&](const std::vector<std::string>& cells, const std::string& tail) {
    std::string text;
    for (std::size_t i = 0; i < last; ++i) text += fitted(cells[i], widths[i]) + "  ";
    text += tail;
    return text.substr(0, text.find_last_not_of(' ') + 1);
  };
  std::string text = paint("1", line(header, is_below ? "" : header[last])) + "\n";
  for (std::size_t number = 0; number < rows.size(); ++number) {
    const auto& row = rows[number];
    const auto add = [&](const std::string& line) {
      text += (colors.empty() ? line : paint(colors[number], line)) + "\n";
    };
    auto cells = row;
    if (is_below) add(line(row, ""));
    for (const auto& tail : wrapped(row[last], rest)) {
      if (!is_below)
        add(line(std::exchange(cells, std::vector<std::string>(header.size())), tail));
      else if (!tail.empty())
        add("  " + tail);
    }
  }
  return text;
}

}  // namespace jb::cli
