// SPDX-License-Identifier: PostgreSQL
#include "icalendar_blocks.hpp"

#include <algorithm>
#include <array>

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

/// The blocks of a calendar (RFC 5545, 3.6; RFC 7953; RFC 9073), those that stand in no other block first.
constexpr std::array<std::string_view, 12> kBlocks{"VEVENT",    "VTODO",         "VJOURNAL",    "VFREEBUSY",
                                                   "VTIMEZONE", "VAVAILABILITY", "VALARM",      "STANDARD",
                                                   "DAYLIGHT",  "AVAILABLE",     "PARTICIPANT", "VLOCATION"};

/// Whether a BEGIN or END of this name is one, and no line of a text that was written without folds: "Begin: at nine".
bool is_block(std::string_view name) {
  return name == "VCALENDAR" || name == "VRESOURCE" || name.starts_with("X-") ||
         std::find(kBlocks.begin(), kBlocks.end(), name) != kBlocks.end();
}

bool stands_in_calendar(std::string_view name) {
  const auto end = kBlocks.begin() + 6;
  return std::find(kBlocks.begin(), end, name) != end;
}

std::string about(const UnfoldedLine& line) {
  return "Line " + std::to_string(line.number) + ", \"" + shorten(line.text, 50) + "\"";
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
    telling().odd.add(around_);
    return std::move(calendars_);
  }

 private:
  void take(const UnfoldedLine& line) {
    auto content = parse_content_line(line);
    const bool is_mark = content && (content->name == "BEGIN" || content->name == "END");
    const auto name = is_mark ? upper(without_blanks(content->value)) : std::string();
    if (is_mark && is_block(name)) {
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

  /// The first calendar with an event, since events are what is reported; without one, the first.
  Block& telling() {
    const auto found = std::find_if(calendars_.begin(), calendars_.end(), [](const Block& calendar) {
      return std::any_of(calendar.blocks.begin(), calendar.blocks.end(),
                         [](const Block& block) { return block.name == "VEVENT"; });
    });
    return found == calendars_.end() ? calendars_.front() : *found;
  }

  void begin(const UnfoldedLine& line, const std::string& name) {
    if (open_.empty() != (name == "VCALENDAR"))
      throw refused(line, open_.empty() ? "a calendar begins with BEGIN:VCALENDAR" : "a calendar holds no calendar");
    while (stands_in_calendar(name) && open_.size() > 1) end_without_line();
    if (open_.size() == kDeepest) throw refused(line, "blocks are nested too deep");
    Block block;
    block.name = name;
    block.line = line.number;
    open_.push_back(std::move(block));
  }

  void end(const UnfoldedLine& line, const std::string& name) {
    if (std::none_of(open_.begin(), open_.end(), [&](const Block& block) { return block.name == name; }))
      return overlook(line, "no such block is open");
    while (open_.back().name != name) end_without_line();
    end_innermost();
  }

  /// A block that holds nothing either is no block: an event takes kilobytes once it is read, and its BEGIN 13 bytes.
  void end_without_line() {
    if (open_.back().lines.empty() && open_.back().blocks.empty()) return open_.pop_back();
    open_.back().odd.add("Its END:" + open_.back().name + " is missing.");
    end_innermost();
  }

  void end_innermost() {
    Block block = std::move(open_.back());
    open_.pop_back();
    (open_.empty() ? calendars_ : open_.back().blocks).push_back(std::move(block));
  }

  std::vector<Block> open_;
  std::vector<Block> calendars_;
  Notes around_;  ///< lines outside of all calendars
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
  while (text.ends_with('\x1A')) text.remove_suffix(1);  // Ctrl-Z, with which MS-DOS ends a file
  return Reader{}.read(Unfolding(text));
}

}  // namespace jb
