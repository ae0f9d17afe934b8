// SPDX-License-Identifier: PostgreSQL
#include "icalendar_blocks.hpp"

#include <algorithm>

#include "../values/budget.hpp"
#include "../values/validation.hpp"

namespace jb {

namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20;
constexpr std::size_t kDeepest = 8;

Failure refused(std::size_t line, std::string_view value, const std::string& message) {
  return invalid("ics", value, "line " + std::to_string(line) + ": " + message);
}

Failure refused(const UnfoldedLine& line, const std::string& message) {
  return refused(line.number, line.text, message);
}

/// Blocks being read; the innermost open block stands last.
class Reader {
 public:
  std::vector<Block> read(Unfolding lines) {
    while (const auto line = lines.next()) {
      spend(Budget::file_lines);
      take(*line);
    }
    if (!open_.empty())
      throw refused(open_.back().line, "BEGIN:" + open_.back().name, "the file ends before this block does");
    if (calendars_.empty()) throw invalid("ics", "", "there is no BEGIN:VCALENDAR in it");
    return std::move(calendars_);
  }

 private:
  void take(const UnfoldedLine& line) {
    const auto content = parse_content_line(line);
    if (content && content->name == "BEGIN") {
      begin(line, upper(content->value));
    } else if (content && content->name == "END") {
      end(line, upper(content->value));
    } else if (open_.empty()) {
      throw refused(line, "a calendar begins with BEGIN:VCALENDAR");
    } else if (content) {
      open_.back().lines.push_back(*content);
    } else if (open_.back().problem.empty()) {
      open_.back().problem =
          "line " + std::to_string(line.number) + ", \"" + shorten(line.text, 50) + "\", is no line such as NAME:value";
    }
  }

  void begin(const UnfoldedLine& line, const std::string& name) {
    if (open_.empty() != (name == "VCALENDAR"))
      throw refused(line, open_.empty() ? "a calendar begins with BEGIN:VCALENDAR" : "a calendar holds no calendar");
    if (open_.size() == kDeepest) throw refused(line, "blocks are nested too deep");
    Block block;
    block.name = name;
    block.line = line.number;
    open_.push_back(std::move(block));
  }

  void end(const UnfoldedLine& line, const std::string& name) {
    if (open_.empty()) throw refused(line, "no block is open that this could end");
    if (open_.back().name != name)
      throw refused(line, "the block that is open is " + open_.back().name + ", begun in line " +
                              std::to_string(open_.back().line));
    Block block = std::move(open_.back());
    open_.pop_back();
    (open_.empty() ? calendars_ : open_.back().blocks).push_back(std::move(block));
  }

  std::vector<Block> open_;
  std::vector<Block> calendars_;
};

}  // namespace

const ContentLine* Block::find(std::string_view wanted) const {
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return line.name == wanted; });
  return found == lines.end() ? nullptr : &*found;
}

std::vector<Block> parse_blocks(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.size() > kMostBytes)
    throw invalid("ics", std::to_string(text.size()) + " bytes", "it must be at most 16 MiB long");
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return Reader{}.read(Unfolding(text));
}

}  // namespace jb
