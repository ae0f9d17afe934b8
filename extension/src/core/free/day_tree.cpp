// SPDX-License-Identifier: PostgreSQL
#include "day_tree.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace jb {

//   chunk  version, CRC (4), then unless it is empty: unit, and for each piece the gap before it and its length
//   node   version, CRC (4), two bits a child (8), then if a stored child is neither full nor without free time: unit,
//          and prefix, longest, suffix of each stored child that is not full
//
// The CRC comes first, not last, because an update in place logs the bytes from the first to the last that differ.

namespace {

constexpr char kVersion = 1;
constexpr std::size_t kHead = 5;
constexpr std::size_t kStates = kFanout / 4;

// The two-bit code of a child: its state, and whether a stored child is full, which takes no numbers.
enum Code : unsigned { kAsPattern, kClosed, kStored, kStoredFull };

using CrcTables = std::array<std::array<std::uint32_t, 256>, 4>;

// tables[k][byte]: the CRC of a byte followed by k zero bytes, so that four bytes are processed at once (M. E. Kounavis
// and F. L. Berry, "A systematic approach to building high performance, software-based, CRC generators", ISCC 2005:
// slicing by 4). A day of a thousand spans is 2 kB, read and written by each booking.
constexpr CrcTables crc_tables() {
  CrcTables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? (crc >> 1) ^ 0x82F63B78U : crc >> 1;
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < tables.size(); ++k)
    for (std::size_t byte = 0; byte < 256; ++byte)
      tables[k][byte] = (tables[k - 1][byte] >> 8) ^ tables[0][tables[k - 1][byte] & 0xFF];
  return tables;
}

std::uint32_t crc_over(std::uint32_t crc, std::string_view bytes) {
  static constexpr auto tables = crc_tables();
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  for (; bytes.size() >= 4; bytes.remove_prefix(4))
    crc = tables[3][(crc ^ at(0)) & 0xFF] ^ tables[2][(crc >> 8 ^ at(1)) & 0xFF] ^
          tables[1][(crc >> 16 ^ at(2)) & 0xFF] ^ tables[0][crc >> 24 ^ at(3)];
  for (const char byte : bytes) crc = tables[0][(crc ^ static_cast<std::uint8_t>(byte)) & 0xFF] ^ (crc >> 8);
  return crc;
}

void append_fixed(std::string& bytes, std::uint64_t number, int width) {
  for (int i = 0; i < width; ++i) bytes.push_back(static_cast<char>(number >> (8 * i)));
}

std::uint32_t checksum(NodeKey key, std::string_view body) {
  std::string seed;
  append_fixed(seed, static_cast<std::uint64_t>(key.level), 1);
  append_fixed(seed, static_cast<std::uint64_t>(key.block), 8);
  return ~crc_over(crc_over(~0U, seed), body);
}

std::string sealed(NodeKey key, std::string_view body) {
  std::string bytes(1, kVersion);
  append_fixed(bytes, checksum(key, body), 4);
  return bytes.append(body);
}

std::string_view opened(NodeKey key, std::string_view bytes) {
  if (bytes.size() < kHead) throw CorruptNode(key, "is too short");
  if (bytes[0] != kVersion) throw CorruptNode(key, "has an unknown version");
  std::string crc;
  append_fixed(crc, checksum(key, bytes.substr(kHead)), 4);
  if (bytes.substr(1, 4) != crc) throw CorruptNode(key, "does not match its checksum");
  return bytes.substr(kHead);
}

void append_number(std::string& bytes, std::int32_t number) {
  auto rest = static_cast<std::uint32_t>(number);
  for (; rest >= 0x80; rest >>= 7) bytes.push_back(static_cast<char>(rest | 0x80));
  bytes.push_back(static_cast<char>(rest));
}

std::string with_unit(const std::vector<std::int32_t>& numbers) {
  std::string bytes;
  std::int32_t unit = 0;
  for (const std::int32_t number : numbers)
    if (unit != 1) unit = std::gcd(unit, number);
  if (unit == 0) return bytes;
  bytes.reserve(2 * numbers.size() + 8);
  append_number(bytes, unit);
  for (const std::int32_t number : numbers) append_number(bytes, number / unit);
  return bytes;
}

/// Reads the output of with_unit.
class Reader {
 public:
  Reader(NodeKey key, std::string_view bytes) : key_(key), rest_(bytes) {
    if (!rest_.empty()) unit_ = raw();
  }

  bool at_end() const { return rest_.empty(); }

  /// The next number. The CRC has matched, so only a bug in the writer can make the number wrong; even that must end in
  /// an error.
  std::int32_t next() {
    const std::int64_t number = std::int64_t{raw()} * unit_;
    if (number > kSaturation) throw CorruptNode(key_, "holds a number that is no length");
    return static_cast<std::int32_t>(number);
  }

 private:
  std::int32_t raw() {
    std::uint32_t number = 0;
    for (int shift = 0; shift < 21 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      number |= (byte & 0x7FU) << shift;
      if (byte < 0x80 && number <= kSaturation) return static_cast<std::int32_t>(number);
    }
    throw CorruptNode(key_, "holds a number that is no length");
  }

  NodeKey key_;
  std::string_view rest_;
  std::int32_t unit_ = 0;
};

Code code_of(ChildState state, const Sum& sum) {
  if (state == ChildState::stored && sum.full) return kStoredFull;
  return static_cast<Code>(state);
}

Sum full_sum(int level) { return level == 0 ? kFullChunk : Sum{kSaturation, kSaturation, kSaturation, true}; }

}  // namespace

CorruptNode::CorruptNode(NodeKey key, std::string_view why)
    : Failure(Error::data_corrupted,
              "day tree row (" + std::to_string(key.level) + ", " + std::to_string(key.block) + ") " + std::string{why},
              "", "Ask jb_check() which calendar it is, and make its tree anew with jb_rebuild()."),
      key(key) {}

std::string encode(NodeKey key, const Pieces& pieces) {
  std::vector<std::int32_t> numbers;
  numbers.reserve(2 * pieces.size());
  std::int32_t end = 0;
  for (const Piece& piece : pieces) {
    numbers.push_back(piece.start - end);
    numbers.push_back(piece.end - piece.start);
    end = piece.end;
  }
  return sealed(key, with_unit(numbers));
}

std::string encode(NodeKey key, const Node& node) {
  std::uint64_t codes = 0;
  std::vector<std::int32_t> numbers;
  for (int i = 0; i < kFanout; ++i) {
    const Sum& sum = node.sum[i];
    const Code code = code_of(node.state[i], sum);
    codes |= std::uint64_t{code} << (2 * i);
    if (code == kStored) numbers.insert(numbers.end(), {sum.prefix, sum.longest, sum.suffix});
  }
  std::string body;
  append_fixed(body, codes, kStates);
  return sealed(key, body + with_unit(numbers));
}

Pieces decode_pieces(NodeKey key, std::string_view bytes) {
  Reader reader{key, opened(key, bytes)};
  Pieces pieces;
  std::int64_t end = 0;
  while (!reader.at_end()) {
    const std::int64_t start = end + reader.next();
    if (start == end && !pieces.empty()) throw CorruptNode(key, "holds pieces that touch");
    end = start + reader.next();
    if (start == end) throw CorruptNode(key, "holds a piece without a length");
    if (end > kChunkSeconds) throw CorruptNode(key, "reaches beyond its day");
    pieces.push_back({static_cast<std::int32_t>(start), static_cast<std::int32_t>(end)});
  }
  return pieces;
}

Node decode_node(NodeKey key, std::string_view bytes) {
  const std::string_view body = opened(key, bytes);
  if (body.size() < kStates) throw CorruptNode(key, "is too short");
  Reader reader{key, body.substr(kStates)};
  const bool has_numbers = !reader.at_end();
  Node node;
  for (int i = 0; i < kFanout; ++i) {
    const unsigned code = static_cast<std::uint8_t>(body[i / 4]) >> (2 * (i % 4)) & 3U;
    node.state[i] = code == kStoredFull ? ChildState::stored : static_cast<ChildState>(code);
    if (code == kStoredFull) node.sum[i] = full_sum(key.level - 1);
    if (code == kStored && has_numbers) node.sum[i] = {reader.next(), reader.next(), reader.next()};
  }
  if (!reader.at_end()) throw CorruptNode(key, "has bytes left over");
  return node;
}

void NodeCache::prefetch(const std::vector<NodeKey>& keys) {
  std::vector<NodeKey> unknown;
  for (const NodeKey& key : keys)
    if (!rows_.contains(key)) unknown.push_back(key);
  if (!unknown.empty()) fetch(unknown);
}

void NodeCache::fetch(const std::vector<NodeKey>& keys) {
  std::vector<std::string> rows = store_.load(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    Row row;
    if (!rows[i].empty()) {
      if (keys[i].level == 0)
        row.content = decode_pieces(keys[i], rows[i]);
      else
        row.content = decode_node(keys[i], rows[i]);
    }
    row.stored = std::move(rows[i]);
    rows_[keys[i]] = std::move(row);
  }
}

NodeCache::Row& NodeCache::row(NodeKey key) {
  auto found = rows_.find(key);
  if (found == rows_.end()) {
    fetch({key});
    found = rows_.find(key);
  }
  return found->second;
}

// Reads an unread row first: flush() writes the row only if it differs from the store's.
void NodeCache::put(NodeKey key, Content content) {
  auto& put = row(key);
  put.content = std::move(content);
  put.changed = true;
}

void NodeCache::clear() {
  rows_.clear();
  store_.clear();
}

// In key order, so that all writers write in the same order and a run can be repeated exactly.
void NodeCache::flush() {
  for (auto& [key, row] : rows_) {
    if (!std::exchange(row.changed, false)) continue;
    const auto* pieces = std::get_if<Pieces>(&row.content);
    const auto* node = std::get_if<Node>(&row.content);
    std::string bytes = pieces ? encode(key, *pieces) : node ? encode(key, *node) : std::string{};
    if (bytes == row.stored) continue;
    if (bytes.empty())
      store_.erase(key);
    else
      store_.save(key, bytes);
    row.stored = std::move(bytes);
  }
}

// How a day tree changes. Every change is one edit: a window and its bookable time. The edit descends from the roots to
// the chunks that the window touches, and changed sums propagate back up.

namespace {

constexpr Seconds kApart = 32 * kDay;
constexpr Seconds kWeek = 7 * kDay;

NodeKey child_key(NodeKey parent, int child) { return {parent.level - 1, parent.block * kFanout + child}; }

/// The part of `spans`, sorted, that lies in the chunk beginning at `begin`, in seconds of the chunk.
Pieces pieces_of(const std::vector<Span>& spans, Instant begin) {
  Pieces pieces;
  const auto ends_before = [&](const Span& span) { return span.end <= begin; };
  for (auto span = std::partition_point(spans.begin(), spans.end(), ends_before);
       span != spans.end() && span->start < begin + kDay; ++span)
    pieces.push_back(piece_of(*span, begin));
  return pieces;
}

/// Whether a node needs no row: all its children share one state that has no row, and the node's parent can record it.
/// A root has no parent, so it needs no row only while it is untouched.
bool needs_no_row(NodeKey key, const Node& node) {
  const ChildState state = node.state[0];
  if (state == ChildState::stored || (state == ChildState::closed && key.level == kRootLevel)) return false;
  return std::all_of(node.state.begin(), node.state.end(), [&](ChildState other) { return other == state; });
}

}  // namespace

DayTree::DayTree(std::shared_ptr<const Pattern> pattern, NodeStore& store, ClaimSource* source)
    : pattern_(std::move(pattern)),
      store_(store),
      cache_(store),
      occupied_(pattern_->grid().buffer_before, pattern_->grid().buffer_after, source) {}

void DayTree::take(Span claim) {
  occupied_.take(claim);
  const Span window = pattern_->reach(occupied_.around(claim));
  if (!is_closed_by_pattern(window)) clear(window);
}

void DayTree::give(Span claim) {
  occupied_.give(claim);
  const Span window = pattern_->reach(occupied_.around(claim));
  if (!is_closed_by_pattern(window)) refill(window);
}

/// Whether nothing in `window` is bookable even without claims, so that no row needs to be read. Always false for a
/// window of more than two chunks.
bool DayTree::is_closed_by_pattern(Span window) const {
  const auto first = pattern_->block_at(0, window.start), last = pattern_->block_at(0, window.end - Seconds{1});
  if (last > first + 1) return false;
  for (auto chunk = first; chunk <= last; ++chunk) {
    const Piece wanted = piece_of(window, pattern_->span_of(0, chunk).start);
    const auto& open = pattern_->pieces(chunk);
    const auto meets = [&](const Piece& piece) { return piece.start < wanted.end && wanted.start < piece.end; };
    if (std::any_of(open.begin(), open.end(), meets)) return false;
  }
  return true;
}

// Claims that lie close together are given back by one edit, so that a chunk with many claims is rewritten once, not
// once per claim.
void DayTree::give_all(const std::vector<Span>& claims) {
  for (const Span& claim : claims) occupied_.give(claim);
  for (auto first = claims.begin(), next = first; first != claims.end(); first = next) {
    Span stretch = *first;
    for (; next != claims.end() && next->start < stretch.end + kWeek; ++next)
      stretch.end = std::max(stretch.end, next->end);
    refill(pattern_->reach(occupied_.around(stretch)));
  }
}

void DayTree::close(Span day) {
  occupied_.close(day);
  clear(pattern_->reach(day));
}

void DayTree::reopen(Span day) {
  occupied_.reopen(day);
  refill(pattern_->reach(day));
}

void DayTree::flush() {
  cache_.flush();
  occupied_.forget();
}

// Makes one edit per stretch of claims that lie close together. So each chunk is made once, and the years between two
// stretches are not walked. Stretches lie farther apart than neighbouring marks, so none affects what is bookable in
// another.
void DayTree::rebuild(const std::vector<Span>& claims, const std::vector<Span>& full_days) {
  cache_.clear();
  occupied_.forget();
  const std::vector<Span> all = occupied_.around(claims, full_days);
  for (auto first = all.begin(), next = first; first != all.end(); first = next) {
    Span stretch = *first;
    for (; next != all.end() && next->start < stretch.end + kApart; ++next)
      stretch.end = std::max(stretch.end, next->end);
    const Span window = pattern_->reach(stretch);
    edit({window, pattern_->bookable(window, {first, next})});
  }
  cache_.flush();
}

// A clock change moves the ends of a date's spans by up to a day (hours.cpp).
void DayTree::refresh(Span changed) { refill(pattern_->reach({changed.start - kDay, changed.end + kDay})); }

void DayTree::refill(Span window) {
  edit({window, pattern_->bookable(window, occupied_.within(pattern_->read_for(window)))});
}

void DayTree::edit(const Edit& edit) {
  if (edit.window.empty()) return;
  prefetch_path(edit.window.start);
  const auto last = pattern_->block_at(kRootLevel, edit.window.end - Seconds{1});
  for (auto block = pattern_->block_at(kRootLevel, edit.window.start); block <= last; ++block)
    edited({kRootLevel, block}, root(block), edit);
}

DayTree::Child DayTree::edited(NodeKey key, Child child, const Edit& edit) {
  if (is_closed_by(key, edit)) {
    if (child.state == ChildState::as_pattern && pattern_->sum(key.level, key.block).longest == 0) return child;
    if (child.state == ChildState::stored) drop(key);
    return {ChildState::closed, {}};
  }
  if (child.state == ChildState::closed && edit.free.empty()) return child;
  return key.level == 0 ? edited_chunk(key, child, edit) : edited_node(key, child, edit);
}

// A long event closes whole blocks in their parents, without a row for each of its days. A root has no parent.
bool DayTree::is_closed_by(NodeKey key, const Edit& edit) const {
  return key.level < kRootLevel && edit.free.empty() && edit.window.contains(pattern_->span_of(key.level, key.block));
}

// A chunk keeps its row even when it no longer differs from the pattern: repeatedly erasing and inserting the same row
// would cost what updating it in place saves.
DayTree::Child DayTree::edited_chunk(NodeKey key, Child child, const Edit& edit) {
  const Instant begin = pattern_->span_of(0, key.block).start;
  Pieces now = pieces(key.block, child.state);
  const bool changed = replace(now, piece_of(edit.window, begin), pieces_of(edit.free, begin));
  if (child.state != ChildState::stored) {
    if (now == pattern_->pieces(key.block)) return {};
    if (now.empty()) return {ChildState::closed, {}};
  } else if (!changed) {
    return child;
  }
  const Sum sum = sum_of(now);
  cache_.put(key.block, std::move(now));
  return {ChildState::stored, sum};
}

DayTree::Child DayTree::edited_node(NodeKey key, Child child, const Edit& edit) {
  Node node;
  const bool is_stored = child.state == ChildState::stored;
  if (is_stored)
    node = stored_node(key);
  else
    node.state.fill(child.state);
  const NodeKey below = child_key(key, 0);
  const auto first = std::max(pattern_->block_at(below.level, edit.window.start), below.block);
  const auto last = std::min(pattern_->block_at(below.level, edit.window.end - Seconds{1}), below.block + kFanout - 1);
  bool changed = false;
  for (auto block = first; block <= last; ++block) {
    const auto i = static_cast<std::size_t>(block - below.block);
    const Child before{node.state[i], node.sum[i]};
    const Child after = edited({below.level, block}, before, edit);
    if (after == before) continue;
    node.state[i] = after.state;
    node.sum[i] = after.sum;
    changed = true;
  }
  // A stored node is summed again: refresh() may have changed the sums of children that have no row.
  if (!changed) return is_stored ? Child{child.state, sum_of_node(key, node)} : child;
  if (needs_no_row(key, node)) {
    if (is_stored) cache_.erase(key);
    return {node.state[0], {}};
  }
  cache_.put(key, node);
  return {ChildState::stored, sum_of_node(key, node)};
}

/// Removes the row of a stored block and all rows below it.
void DayTree::drop(NodeKey key) {
  if (key.level > 0) {
    const Node node = stored_node(key);
    for (int i = 0; i < kFanout; ++i)
      if (node.state[i] == ChildState::stored) drop(child_key(key, i));
  }
  cache_.erase(key);
}

void DayTree::prefetch_path(Instant instant) {
  std::vector<NodeKey> path;
  for (int level = 0; level <= kRootLevel; ++level) path.push_back({level, pattern_->block_at(level, instant)});
  cache_.prefetch(path);
}

DayTree::Child DayTree::root(std::int64_t block) {
  const Node* node = cache_.node({kRootLevel, block});
  return {node ? ChildState::stored : ChildState::as_pattern, {}};
}

Sum DayTree::sum_of_child(NodeKey key, const Child& child) const {
  if (child.state == ChildState::stored) return child.sum;
  return child.state == ChildState::closed ? Sum{} : pattern_->sum(key.level, key.block);
}

// The sum of a root is never used.
Sum DayTree::sum_of_node(NodeKey key, const Node& node) const {
  if (key.level == kRootLevel) return {};
  Sum sum = sum_of_child(child_key(key, 0), {node.state[0], node.sum[0]});
  for (int i = 1; i < kFanout; ++i) sum = joined(sum, sum_of_child(child_key(key, i), {node.state[i], node.sum[i]}));
  return sum;
}

const Pieces& DayTree::pieces(std::int64_t chunk, ChildState state) {
  static const Pieces none;
  if (state == ChildState::as_pattern) return pattern_->pieces(chunk);
  if (state == ChildState::closed) return none;
  const Pieces* stored = cache_.pieces(chunk);
  if (!stored) throw CorruptNode({0, chunk}, "is missing");
  return *stored;
}

const Node& DayTree::stored_node(NodeKey key) {
  const Node* stored = cache_.node(key);
  if (!stored) throw CorruptNode(key, "is missing");
  return *stored;
}

// First fit and last fit in a day tree.
//
// Last fit is first fit with time reversed. Positions are seconds since 1970, negated when searching backwards, so both
// searches look for the lowest position at which `duration` bookable seconds begin. Backwards, the prefix of a block is
// at its far end, and children and pieces are visited from last to first.

class FitSearch {
 public:
  FitSearch(DayTree& tree, Seconds duration, Span within, bool backwards)
      : tree_(tree),
        backwards_(backwards),
        wanted_(duration.count()),
        begin_(seen(within).near),
        limit_(seen(within).far),
        run_(begin_) {}

  /// The first `duration` seconds that are bookable.
  std::optional<Span> find(Span within) {
    const Pattern& pattern = *tree_.pattern_;
    std::int64_t block = pattern.block_at(kRootLevel, within.start);
    std::int64_t last = pattern.block_at(kRootLevel, within.end - Seconds{1});
    if (backwards_) std::swap(block, last);
    for (const int step = backwards_ ? -1 : 1;; block += step) {
      const Progress reached = open({kRootLevel, block}, tree_.root(block));
      if (reached == Progress::found) return found();
      if (reached == Progress::nothing || block == last) return std::nullopt;
    }
  }

 private:
  enum class Progress { go_on, found, nothing };
  struct Range {
    std::int64_t near;
    std::int64_t far;
  };

  Range seen(Span span) const {
    const std::int64_t start = span.start.time_since_epoch().count(), end = span.end.time_since_epoch().count();
    return backwards_ ? Range{-end, -start} : Range{start, end};
  }

  Span found() const {
    const Instant near{Seconds{backwards_ ? -run_ : run_}}, far{Seconds{backwards_ ? -run_ - wanted_ : run_ + wanted_}};
    return backwards_ ? Span{far, near} : Span{near, far};
  }

  // Later runs start no earlier than the open run, so none of them can end within the limit either.
  bool is_beyond() const { return run_ + wanted_ > limit_; }

  /// Passes a block if its sum is enough to decide; otherwise opens it. A block that starts before `begin_` must be
  /// opened: its sum counts time that may not be used.
  Progress visit(NodeKey key, const DayTree::Child& child) {
    if (is_beyond()) return Progress::nothing;
    const Range range = seen(tree_.pattern_->span_of(key.level, key.block));
    if (range.near < begin_) return open(key, child);
    const Sum sum = tree_.sum_of_child(key, child);
    const std::int64_t near = backwards_ ? sum.suffix : sum.prefix;
    if (range.near - run_ + (sum.full ? range.far - range.near : near) >= wanted_) return Progress::found;
    // A saturated `longest` is a lower bound. Neither line below applies to a full block: the join above has counted
    // the block, and if it was too short the run continues through it.
    if (!sum.full && sum.longest >= std::min<std::int64_t>(wanted_, kSaturation)) return open(key, child);
    if (!sum.full) run_ = range.far - (backwards_ ? sum.prefix : sum.suffix);
    return Progress::go_on;
  }

  Progress open(NodeKey key, const DayTree::Child& child) {
    step();
    if (key.level == 0) return pass(key.block, tree_.pieces(key.block, child.state));
    const Node* node = child.state == ChildState::stored ? &tree_.stored_node(key) : nullptr;
    for (int passed = 0; passed < kFanout; ++passed) {
      const int i = backwards_ ? kFanout - 1 - passed : passed;
      const NodeKey below{key.level - 1, key.block * kFanout + i};
      if (seen(tree_.pattern_->span_of(below.level, below.block)).far <= begin_) continue;
      const Progress progress =
          visit(below, node ? DayTree::Child{node->state[i], node->sum[i]} : DayTree::Child{child.state, {}});
      if (progress != Progress::go_on) return progress;
    }
    return Progress::go_on;
  }

  Progress pass(std::int64_t chunk, const Pieces& pieces) {
    const Span span = tree_.pattern_->span_of(0, chunk);
    const Range range = seen(span);
    std::int64_t end = std::max(range.near, begin_);  // the end of the open run
    for (std::size_t passed = 0; passed < pieces.size(); ++passed) {
      const Piece& piece = pieces[backwards_ ? pieces.size() - 1 - passed : passed];
      Range free = seen({span.start + Seconds{piece.start}, span.start + Seconds{piece.end}});
      free.near = std::max(free.near, begin_);
      if (free.far <= free.near) continue;
      if (free.near > end) run_ = free.near;
      end = free.far;
      if (end - run_ >= wanted_) return Progress::found;
    }
    if (end < range.far) run_ = range.far;
    return Progress::go_on;
  }

  DayTree& tree_;
  bool backwards_;
  std::int64_t wanted_;
  std::int64_t begin_;
  std::int64_t limit_;
  std::int64_t run_;  // everything from here to the position of the search is bookable
};

std::optional<Span> DayTree::find(Seconds duration, Span within, bool backwards) {
  if (within.length() < duration) return std::nullopt;
  if (is_closed_by_pattern(within)) return std::nullopt;
  prefetch_path(backwards ? within.end - Seconds{1} : within.start);
  const auto found = FitSearch{*this, duration, within, backwards}.find(within);
  return found && within.contains(*found) ? found : std::nullopt;
}

std::optional<Instant> DayTree::first_fit(Seconds duration, Span within) {
  within = intersection(within, kRepresentable);
  if (within.empty()) return std::nullopt;
  within.start = pattern_->mark_from(within.start);
  const auto found = find(duration, within, false);
  return found ? std::optional{found->start} : std::nullopt;
}

// Every span begins on the increment. So in a span that is long enough, the last mark from which the event still ends
// in time lies within the span too.
std::optional<Instant> DayTree::last_fit(Seconds duration, Span within) {
  within = intersection(within, kRepresentable);
  if (within.empty()) return std::nullopt;
  const auto found = find(duration, within, true);
  if (!found) return std::nullopt;
  const Instant start = pattern_->mark_until(found->start);
  return start >= within.start ? std::optional{start} : std::nullopt;
}

// Compares a day tree with the claims: builds a second tree from the claims in memory, and walks both trees side by
// side.

class TreeComparison {
 public:
  TreeComparison(DayTree& actual, DayTree& expected, std::size_t most)
      : actual_(actual), expected_(expected), most_(most) {}

  std::vector<std::string> differences() {
    const auto keys = actual_.store_.keys();
    const std::set<NodeKey> rows(keys.begin(), keys.end());
    std::set<NodeKey> roots;
    for (const auto& all : {keys, expected_.store_.keys()})
      std::copy_if(all.begin(), all.end(), std::inserter(roots, roots.end()),
                   [](NodeKey key) { return key.level == kRootLevel; });
    for (const NodeKey root : roots)
      compare(root, {rows.contains(root) ? ChildState::stored : ChildState::as_pattern}, expected_.root(root.block));
    for (const NodeKey& row : rows)
      if (!unreadable_ && !known_.contains(row)) report(row, "is known to no row above it");
    return std::move(found_);
  }

 private:
  using Child = DayTree::Child;

  void report(NodeKey key, const std::string& what) {
    if (found_.size() < most_) found_.push_back(CorruptNode(key, what).what());
  }

  /// Result: whether the row of the block can be read. The rows below an unreadable row are not visited, so rows
  /// without a parent cannot be reported either.
  bool compare(NodeKey key, const Child& actual, const Child& expected) {
    if (found_.size() >= most_) return true;
    if (actual.state == ChildState::stored) known_.insert(key);
    if (actual.state == expected.state && actual.state != ChildState::stored) return true;
    try {
      key.level == 0 ? compare_pieces(key, actual, expected) : compare_children(key, actual, expected);
      return true;
    } catch (const CorruptNode& corrupt) {
      unreadable_ = true;
      if (found_.size() < most_) found_.emplace_back(corrupt.what());
      return false;
    }
  }

  void compare_children(NodeKey key, const Child& actual, const Child& expected) {
    const Node actual_node = node(actual_, key, actual), expected_node = node(expected_, key, expected);
    for (int i = 0; i < kFanout; ++i) {
      const NodeKey below{key.level - 1, key.block * kFanout + i};
      const Child child{actual_node.state[i], actual_node.sum[i]};
      const bool is_read = compare(below, child, {expected_node.state[i], expected_node.sum[i]});
      if (is_read && child.state == ChildState::stored && child.sum != sum(below))
        report(key, "does not hold the sum of its child " + std::to_string(below.block));
    }
  }

  void compare_pieces(NodeKey key, const Child& actual, const Child& expected) {
    const Pieces& is = actual_.pieces(key.block, actual.state);
    const Pieces& should = expected_.pieces(key.block, expected.state);
    if (is == should) return;
    const auto [a, b] = std::mismatch(is.begin(), is.end(), should.begin(), should.end());
    const Seconds first{
        std::min(a != is.end() ? a->start : kChunkSeconds, b != should.end() ? b->start : kChunkSeconds)};
    const Instant begin = actual_.pattern_->span_of(0, key.block).start;
    report(key, "does not agree with the claims from " + format_utc(begin + first) + " on");
  }

  static Node node(DayTree& tree, NodeKey key, const Child& child) {
    if (child.state == ChildState::stored) return tree.stored_node(key);
    Node node;
    node.state.fill(child.state);
    return node;
  }

  Sum sum(NodeKey key) {
    if (key.level == 0) return sum_of(actual_.pieces(key.block, ChildState::stored));
    return actual_.sum_of_node(key, actual_.stored_node(key));
  }

  DayTree& actual_;
  DayTree& expected_;
  std::size_t most_;
  bool unreadable_ = false;
  std::set<NodeKey> known_;
  std::vector<std::string> found_;
};

std::vector<std::string> DayTree::compare(const std::vector<Span>& claims, const std::vector<Span>& full_days,
                                          std::size_t most) {
  RowMap rows;
  DayTree expected{pattern_, rows, nullptr};
  expected.rebuild(claims, full_days);
  DayTree actual{pattern_, store_, nullptr};
  return TreeComparison{actual, expected, most}.differences();
}

namespace {

/// Keeps the rows, of which there are none, beside the tree.
struct WithoutClaims {
  explicit WithoutClaims(std::shared_ptr<const Pattern> pattern) : tree(std::move(pattern), rows, nullptr) {}
  RowMap rows;
  DayTree tree;
};

}  // namespace

std::shared_ptr<Timeline> timeline_without_claims(std::shared_ptr<const Pattern> pattern) {
  auto made = std::make_shared<WithoutClaims>(std::move(pattern));
  auto* tree = &made->tree;
  return {std::move(made), tree};
}

}  // namespace jb
