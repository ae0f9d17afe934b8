// SPDX-License-Identifier: PostgreSQL
//
// Which shard the database is (jb_sharding), and the sequences whose ids tell it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace jb {

struct Sharding {
  int shards = 0;
  std::optional<int> shard;  ///< nullopt: none of them
  std::int64_t first_id = 1;

  bool operator==(const Sharding&) const = default;
};

/// What the database is; nullopt where it is no shard. Locks the table: one call at a time.
std::optional<Sharding> locked_sharding();

/// How many shards there are, by the calling query's snapshot; 1 where there are none.
int shard_count();

void remember_sharding(const Sharding& sharding);

/// The sequences of the ids that callers see.
inline constexpr std::array<const char*, 3> kShardedSequences{"jb_event_id_seq", "jb_rejection_id_seq",
                                                              "jb_poll_id_seq"};

/// Locks the sequence, so that nobody is given an id until the transaction ends. Result: the last id that was given, 0
/// for none.
std::int64_t locked_last_id(const std::string& sequence);

/// From now on the sequence gives `next`, and each time `step` more.
void set_sequence(const std::string& sequence, std::int64_t next, int step);

}  // namespace jb
