// SPDX-License-Identifier: PostgreSQL
//
// Promise: a row reads back as it was written, and the same content gives the same bytes. A single flipped bit anywhere
// in a tree's rows is found, and so is a missing, exchanged or surplus row. A rebuild mends the tree.
//
// Why it could break: the numbers of a row are written in units of their common divisor, and sums that need no numbers
// have none. A flipped bit that gives a plausible length would silently book the same time twice.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cctz_zone.hpp"
#include "core/free/day_tree.hpp"
#include "pick.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Pieces random_pieces() {
  const auto unit = static_cast<std::int32_t>(pick_from(std::vector{1, 60, 300, 7, 43'200}));
  const std::int64_t most = kChunkSeconds / unit;
  Pieces pieces;
  for (std::int64_t end = once_in(2) ? 0 : pick(1, most); end < most;) {
    const std::int64_t start = end, longest = std::max<std::int64_t>(1, (most - start) / pick(1, 20));
    end = start + pick(1, longest);
    pieces.push_back({static_cast<std::int32_t>(start * unit), static_cast<std::int32_t>(end * unit)});
    end += pick(1, longest);
  }
  if (once_in(5) && !pieces.empty()) pieces.back().end = kChunkSeconds;
  return pieces;
}

Sum random_sum(std::int32_t length) {
  if (once_in(4)) return {length, length, length, true};
  const auto unit = static_cast<std::int32_t>(once_in(2) ? 300 : 1);
  const auto below = [&] { return unit * static_cast<std::int32_t>(pick(0, length / unit)); };
  const auto longest = below();
  return {std::min(longest, below()), longest, std::min(longest, below()), false};
}

Node random_node(int level) {
  Node node;
  for (int i = 0; i < kFanout; ++i) {
    node.state[i] = static_cast<ChildState>(pick(0, 2));
    if (node.state[i] != ChildState::stored || once_in(4)) continue;
    node.sum[i] = random_sum(level == 1 ? kChunkSeconds : kSaturation);
  }
  return node;
}

RC_GTEST_PROP(DayTreeBytes, ReadBackAsWritten, ()) {
  const Pieces pieces = random_pieces();
  const NodeKey day{0, pick(-1'000'000, 1'000'000)};
  RC_ASSERT(decode_pieces(day, encode(day, pieces)) == pieces);
  const NodeKey above{static_cast<int>(pick(1, 2)), pick(-1'000'000, 1'000'000)};
  const Node node = random_node(above.level);
  RC_ASSERT(decode_node(above, encode(above, node)) == node);
}

template <class Decode>
void expect_every_change_found(std::string bytes, const Decode& decode) {
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    RC_ASSERT_THROWS_AS(decode(bytes), CorruptNode);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  }
  RC_ASSERT_THROWS_AS(decode(bytes.substr(0, bytes.size() - 1)), CorruptNode);
  RC_ASSERT_THROWS_AS(decode(bytes + '\0'), CorruptNode);
}

RC_GTEST_PROP(DayTreeBytes, ShowEveryFlippedBit, ()) {
  const NodeKey day{0, pick(-100'000, 100'000)}, above{1, day.block};
  expect_every_change_found(encode(day, random_pieces()), [&](const std::string& b) { return decode_pieces(day, b); });
  expect_every_change_found(encode(above, random_node(1)), [&](const std::string& b) { return decode_node(above, b); });
}

RC_GTEST_PROP(DayTreeBytes, AreReadUnderTheirOwnKeyOnly, ()) {
  const NodeKey day{0, pick(-100'000, 100'000)};
  const std::string bytes = encode(day, random_pieces());
  RC_ASSERT_THROWS_AS(decode_pieces({0, day.block + 1}, bytes), CorruptNode);
  RC_ASSERT_THROWS_AS(decode_pieces({0, -1 - day.block}, bytes), CorruptNode);
}

RC_GTEST_PROP(DayTreeBytes, SurviveRandomBytes, ()) {
  std::string bytes(1, '\1');
  for (auto length = pick(0, 40); length > 0; --length) bytes.push_back(static_cast<char>(pick(0, 255)));
  RC_ASSERT_THROWS_AS(decode_pieces({0, 1}, bytes), CorruptNode);
  RC_ASSERT_THROWS_AS(decode_node({1, 1}, bytes), CorruptNode);
}

// Found by fuzzing: a row with a correct checksum was accepted as a day with free time of zero length.
TEST(DayTreeBytes, ThatMakeNoSenseAreRefusedThoughTheirChecksumIsRight) {
  for (const Pieces& pieces : {Pieces{{5, 5}}, Pieces{{5, 9}, {9, 20}}, Pieces{{5, kChunkSeconds + 5}}})
    EXPECT_THROW(decode_pieces({0, 1}, encode({0, 1}, pieces)), CorruptNode);
}

TEST(DayTreeBytes, AreFew) {
  Pieces five_minutes;
  for (int i = 0; i < 144; ++i) five_minutes.push_back({600 * i, 600 * i + 300});
  EXPECT_LE(encode({0, 1}, five_minutes).size(), 5U + 2U + 2U * 144U);
  EXPECT_EQ(encode({0, 1}, Pieces{}).size(), 5U);
  EXPECT_EQ(encode({1, 1}, Node{}).size(), 13U);
  Node busy;
  busy.state.fill(ChildState::stored);
  busy.sum.fill({0, 32'400, 3'600, false});
  EXPECT_LE(encode({1, 1}, busy).size(), 13U + 2U + 3U * 32U);
}

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<std::uint8_t>(byte) >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

// Rows worked out by hand from the description in day_tree.cpp, with a CRC-32C that gives E3069283 for "123456789".
// Every row that a release has written must stay readable for ever, or the format needs a new version.
TEST(DayTreeBytes, AreThoseOfVersionOne) {
  EXPECT_EQ(hex(encode({0, -3}, Pieces{{8 * 3600, 12 * 3600}, {13 * 3600, 17 * 3600}})), "01882210a4901c08040104");
  EXPECT_EQ(hex(encode({0, 20'412}, Pieces{})), "01fd5ecb4c");
  Node node;
  node.state[1] = ChildState::closed;
  node.state[2] = node.state[3] = ChildState::stored;
  node.sum[2] = {0, 9 * 3600, 3600, false};
  node.sum[3] = kFullChunk;
  EXPECT_EQ(hex(encode({1, 638}, node)), "0152aafe56e400000000000000901c000901");
}

/// A few weeks in an office with a thousand events, and the tree's rows.
struct Office {
  Office() {
    Hours hours;
    for (int day = 0; day < 5; ++day) hours.week[day] = {{std::chrono::hours{8}, std::chrono::hours{17}}};
    pattern = std::make_shared<Pattern>(Grid{zone("Europe/Berlin"), hours, minutes{5}});
    DayTree tree = this->tree();
    for (int i = 0; i < 1'000; ++i) {
      const Instant start = tree.first_fit(minutes{10 + i % 4 * 5}, {now, now + 366 * kDay}).value();
      claims.push_back({start, start + minutes{10 + i % 4 * 5}});
      tree.take(claims.back());
      if (i % 7 == 3) {
        tree.give(claims[claims.size() - 2]);
        claims.erase(claims.end() - 2);
      }
    }
    tree.flush();
    std::sort(claims.begin(), claims.end(), [](const Span& a, const Span& b) { return a.start < b.start; });
  }

  DayTree tree() { return {pattern, rows, nullptr}; }
  std::vector<std::string> differences() { return tree().compare(claims, {}); }

  Instant now = at("2026-11-20T08:30:00Z");
  std::shared_ptr<Pattern> pattern;
  std::vector<Span> claims;
  RowMap rows;
};

TEST(DayTreeCheck, FindsEachFlippedBitAndARebuildMendsIt) {
  Office office;
  ASSERT_EQ(office.differences(), std::vector<std::string>{});
  const auto sound = office.rows.rows;
  std::size_t bit = 0;
  for (const auto& [key, bytes] : sound) {
    bit += 13;  // one bit of each row; ShowEveryFlippedBit tries all bits
    std::string& row = office.rows.rows[key];
    row[bit % (8 * row.size()) / 8] = static_cast<char>(row[bit % (8 * row.size()) / 8] ^ (1 << (bit % 8)));
    const auto differences = office.differences();
    ASSERT_EQ(differences.size(), 1U);
    EXPECT_NE(differences[0].find("(" + std::to_string(key.level) + ", " + std::to_string(key.block) + ")"),
              std::string::npos)
        << differences[0];
    office.tree().rebuild(office.claims);
    ASSERT_EQ(office.differences(), std::vector<std::string>{});
    office.rows.rows = sound;
  }
}

TEST(DayTreeCheck, FindsWhatIsMissingExchangedOrLeftOver) {
  Office office;
  const auto sound = office.rows.rows;
  for (const auto& [key, bytes] : sound) {
    office.rows.rows.erase(key);
    EXPECT_FALSE(office.differences().empty()) << key.level << ", " << key.block << " is missing";
    office.rows.rows = sound;
  }
  const NodeKey stray{0, sound.begin()->first.block - 40'000};
  office.rows.rows[stray] = encode(stray, Pieces{});
  EXPECT_EQ(office.differences().size(), 1U);
  office.rows.rows = sound;
  office.rows.rows.begin()->second = std::next(office.rows.rows.begin())->second;
  EXPECT_FALSE(office.differences().empty());
}

TEST(DayTreeCheck, FindsAnotherClaimAndAnotherSum) {
  Office office;
  const Span lost = office.claims.back();
  office.claims.pop_back();
  EXPECT_EQ(office.differences().size(), 1U);
  office.claims.push_back(lost);
  office.claims.push_back({lost.end + 30 * kDay, lost.end + 31 * kDay});
  EXPECT_FALSE(office.differences().empty());
  office.claims.pop_back();
  for (auto& [key, bytes] : office.rows.rows) {
    if (key.level != 1) continue;
    Node node = decode_node(key, bytes);
    const auto stored = std::find(node.state.begin(), node.state.end(), ChildState::stored) - node.state.begin();
    node.sum[stored].longest += 300;
    bytes = encode(key, node);
    EXPECT_GE(office.differences().size(), 1U) << "a sum that is sealed, but not its child's";
    break;
  }
}

TEST(DayTreeCheck, IsWhatACallSeesAsAnError) {
  Office office;
  for (auto& [key, bytes] : office.rows.rows) bytes.back() = static_cast<char>(bytes.back() ^ 4);
  DayTree tree = office.tree();
  EXPECT_THROW(tree.first_fit(minutes{5}, {office.now, office.now + kDay}), CorruptNode);
  EXPECT_THROW(tree.first_fit(minutes{5}, {office.now, office.now + kDay}), CorruptNode) << "asked again";
  EXPECT_THROW(tree.take({office.now, office.now + hours{1}}), CorruptNode);
}

}  // namespace
}  // namespace jb::test
