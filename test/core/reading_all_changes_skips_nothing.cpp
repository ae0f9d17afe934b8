// SPDX-License-Identifier: PostgreSQL
//
// Promise (rule 4.28): a reader that continues from its last cursor gets every committed change once, and the changes
// of a calendar in order. This holds in whatever order transactions draw numbers, commit and roll back, and however
// short the pages are.
//
// Why it could break: a number below the last one seen is forgotten while its transaction is open; a number of a
// transaction that rolled back is kept for ever; a page ends between two rows of one change.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/event/shown.hpp"

namespace jb::test {
namespace {

struct ChangeRow {
  std::int64_t number;
  int calendar;
  friend auto operator<=>(const ChangeRow&, const ChangeRow&) = default;
};

/// A server as a reader of changes sees it: open transactions with their rows, and the committed rows.
class Server {
 public:
  void begin() { open_[next_++] = {}; }
  void draw(std::size_t which, int calendars) {
    if (open_.empty()) begin();
    auto& rows = std::next(open_.begin(), static_cast<std::ptrdiff_t>(which % open_.size()))->second;
    ++number_;
    for (int calendar = 1; calendar <= calendars; ++calendar) rows.push_back({number_, calendar});
  }
  void end(std::size_t which, bool commits) {
    if (open_.empty()) return;
    const auto ended = std::next(open_.begin(), static_cast<std::ptrdiff_t>(which % open_.size()));
    if (commits) committed_.insert(ended->second.begin(), ended->second.end());
    open_.erase(ended);
  }
  Transactions transactions() const { return {open_.empty() ? next_ : open_.begin()->first, next_}; }

  /// The rows that the statement of jb_changes_all reads.
  std::vector<ChangeRow> page(const ChangeCursor& cursor, std::size_t most) const {
    std::vector<ChangeRow> rest, rows;
    for (const auto& row : committed_) {
      const bool was_open = std::any_of(cursor.open.begin(), cursor.open.end(), [&](const auto& range) {
        return range.first <= row.number && row.number <= range.last;
      });
      if (row.number == cursor.within && row.calendar > cursor.calendar) rest.push_back(row);
      if (was_open || row.number > cursor.last) rows.push_back(row);
    }
    rows.insert(rows.begin(), rest.begin(), rest.end());
    rows.resize(std::min(rows.size(), most));
    return rows;
  }
  const std::set<ChangeRow>& committed() const { return committed_; }

 private:
  std::map<std::uint64_t, std::vector<ChangeRow>> open_;
  std::set<ChangeRow> committed_;
  std::uint64_t next_ = 100;
  std::int64_t number_ = 0;
};

/// A reader that keeps its cursor as text.
class Reader {
 public:
  void read(const Server& server, std::size_t most) {
    auto cursor = text_.empty() ? ChangeCursor{} : *parse_change_cursor(text_);
    for (const auto& row : server.page(cursor, most)) {
      if (!cursor.pass(row.number, row.calendar, server.transactions())) return;
      given.push_back(row);
      text_ = change_cursor_text(cursor);
    }
  }
  const std::string& text() const { return text_; }

  std::vector<ChangeRow> given;

 private:
  std::string text_;
};

RC_GTEST_PROP(AReaderOfAllChanges, IsGivenEachOnce, ()) {
  Server server;
  Reader reader;
  for (const auto step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1000))) {
    const auto which = static_cast<std::size_t>(step / 10);
    const int what = step % 10;
    if (what < 2) server.begin();
    if (what >= 2 && what < 5) server.draw(which, 1 + step % 3);
    if (what == 5 || what == 6) server.end(which, true);
    if (what == 7) server.end(which, false);
    if (what >= 8) reader.read(server, 1 + which % 4);
  }
  for (std::size_t i = 0; i < 200; ++i) server.end(0, i % 3 != 0);
  for (std::size_t i = 0, before = 1; before != reader.given.size() || i < 2; ++i) {
    before = reader.given.size();
    reader.read(server, 3);
  }
  const std::set<ChangeRow> once(reader.given.begin(), reader.given.end());
  RC_ASSERT(once.size() == reader.given.size());
  RC_ASSERT(once == server.committed());
}

TEST(AReaderOfAllChanges, GetsTheRestOfAChangeThoughAnEarlierOneCommitsMeanwhile) {
  Server server;
  Reader reader;
  server.begin();
  server.begin();
  server.draw(0, 1);
  server.draw(1, 3);
  server.end(1, true);
  reader.read(server, 1);
  server.end(0, true);
  reader.read(server, 10);
  EXPECT_EQ(reader.given, (std::vector<ChangeRow>{{2, 1}, {2, 2}, {2, 3}, {1, 1}}));
}

TEST(AReaderOfAllChanges, GetsWhatCommitsLateAndForgetsWhatWasRolledBack) {
  Server server;
  Reader reader;
  server.begin();
  server.begin();
  server.begin();
  server.draw(0, 1);
  server.draw(1, 1);
  server.draw(2, 2);
  server.end(2, true);
  reader.read(server, 10);
  EXPECT_EQ(reader.given, (std::vector<ChangeRow>{{3, 1}, {3, 2}}));
  EXPECT_EQ(parse_change_cursor(reader.text())->open, (std::vector<OpenNumbers>{{1, 2, 103}}));
  server.end(0, true);
  reader.read(server, 10);
  EXPECT_EQ(reader.given.back(), (ChangeRow{1, 1}));
  EXPECT_EQ(parse_change_cursor(reader.text())->open, (std::vector<OpenNumbers>{{2, 2, 103}}));
  server.end(0, false);
  server.draw(0, 1);
  server.end(0, true);
  reader.read(server, 10);
  EXPECT_EQ(reader.given.back(), (ChangeRow{4, 1}));
  EXPECT_TRUE(parse_change_cursor(reader.text())->open.empty());
}

TEST(AReaderOfAllChanges, WaitsRatherThanKeepTooMuch) {
  Server server;
  Reader reader;
  server.begin();
  for (std::size_t i = 0; i < 2 * ChangeCursor::kMostOpen; ++i) {
    server.draw(0, 1);
    server.begin();
    server.draw(1, 1);
    server.end(1, true);
  }
  reader.read(server, 1000);
  EXPECT_EQ(reader.given.size(), ChangeCursor::kMostOpen);
  EXPECT_TRUE(parse_change_cursor(reader.text()));
  server.end(0, true);
  reader.read(server, 1000);
  EXPECT_EQ(reader.given.size(), 4 * ChangeCursor::kMostOpen);
}

TEST(AChangeCursor, TellsWhetherAPurgeTookWhatIsUnseen) {
  ChangeCursor cursor{
      .purged = 5, .last = 20, .within = 20, .calendar = ChangeCursor::kLastRow, .open = {{10, 12, 103}}};
  EXPECT_FALSE(cursor.has_lost({.sum = 5, .greatest = 5}));
  EXPECT_FALSE(cursor.has_lost({.sum = 9, .greatest = 9}));
  EXPECT_TRUE(cursor.has_lost({.sum = 10, .greatest = 10}));
  EXPECT_TRUE(cursor.has_lost({.sum = 21, .greatest = 21}));
  cursor.open.clear();
  EXPECT_FALSE(cursor.has_lost({.sum = 20, .greatest = 20}));
  // the change seen last may have rows on further calendars
  cursor.calendar = 1;
  EXPECT_TRUE(cursor.has_lost({.sum = 20, .greatest = 20}));
  EXPECT_FALSE(cursor.has_lost({.sum = 19, .greatest = 19}));
}

TEST(AChangeCursor, TellsThatAPurgeBelowAnEarlierOneTookWhatIsUnseen) {
  const ChangeCursor cursor{.purged = 100, .last = 20, .within = 20, .calendar = ChangeCursor::kLastRow, .open = {}};
  EXPECT_FALSE(cursor.has_lost({.sum = 100, .greatest = 100}));
  EXPECT_TRUE(cursor.has_lost({.sum = 140, .greatest = 100}));
}

TEST(AChangeCursor, IsReadAsItWasWritten) {
  const ChangeCursor cursor{.log = 0xfedcba9876543210,
                            .timeline = 2,
                            .position = 77,
                            .floor = 30,
                            .purged = 3,
                            .last = 40,
                            .within = 38,
                            .calendar = 9,
                            .open = {{1, 5, 100}, {7, 7, 101}}};
  EXPECT_EQ(parse_change_cursor(change_cursor_text(cursor)), cursor);
  for (const char* text :
       {"", "1", "2-1-1-1-1-0-0-0-0", "1-1-1-1-1-0-0-0", "1-1-1-1-1-0-0-0-0-1", "1-1-1-1-1-0-5-5-0-5-5-1",
        "1-1-1-1-1-0-9-9-0-4-3-1", "1-1-1-1-1-0-9-a-0", "1-1-1-1-1-0-0-0-0 ", "1-g-1-1-1-0-0-0-0", "1--1-1-1-0-0-0-0-0",
        "1-1-1-1-1-0-0-0-80000000", "1-1-1-1-1-0-ffffffffffffffff-0-0", "1-1-100000000-1-1-0-0-0-0"})
    EXPECT_FALSE(parse_change_cursor(text)) << text;
}

}  // namespace
}  // namespace jb::test
