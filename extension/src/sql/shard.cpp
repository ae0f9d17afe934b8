// SPDX-License-Identifier: PostgreSQL
//
// Which shard a calendar belongs to (jb_shard), and how a database becomes one (jb_shard_set).
#include "store/sharding.hpp"

#include <algorithm>

#include "arguments.hpp"
#include "pg/secret.hpp"
#include "pg/spi.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constexpr int kMostShards = 256;

struct WantedShard {
  std::optional<int> shard;
  std::optional<int> shards;
  std::optional<std::int64_t> first_id;
};

std::string shard_text(std::optional<std::int64_t> number) { return number ? std::to_string(*number) : "NULL"; }

void check_wanted(const WantedShard& wanted) {
  Validation validation;
  if (!wanted.shards || *wanted.shards < 2 || *wanted.shards > kMostShards)
    validation.refuse("shards", shard_text(wanted.shards), "it must be from 2 to " + std::to_string(kMostShards));
  else if (wanted.shard && (*wanted.shard < 0 || *wanted.shard >= *wanted.shards))
    validation.refuse("shard", shard_text(wanted.shard), "it must be from 0 to " + std::to_string(*wanted.shards - 1));
  if (wanted.first_id && *wanted.first_id < 1)
    validation.refuse("first_id", shard_text(wanted.first_id), "it must be at least 1");
  validation.raise();
}

/// What was decided stays: calendars and ids tell their shard by it.
void check_known(const Sharding& known, const WantedShard& wanted) {
  if (known.shard == wanted.shard && known.shards == wanted.shards &&
      wanted.first_id.value_or(known.first_id) == known.first_id)
    return;
  const auto shard = shard_text(known.shard);
  const auto shards = std::to_string(known.shards);
  const auto what = known.shard ? "shard " + shard + " of " + shards : "no shard, and knows of " + shards;
  throw Failure(Error::invalid_transition,
                "this database is " + what + " from id " + std::to_string(known.first_id) + " on, and stays it",
                "Calendars and ids tell their shard by these numbers.",
                "After a restore call jb_shard_set(" + shard + ", " + shards + ").");
}

/// A database that becomes a shard. Ids below first_id are shard 0's, so no other shard may have given any.
Sharding new_sharding(const WantedShard& wanted, std::int64_t last) {
  if (wanted.shard.value_or(0) > 0 && last > 0)
    throw Failure(Error::invalid_transition,
                  "shard " + std::to_string(*wanted.shard) + " cannot take over ids that were given before, up to " +
                      std::to_string(last),
                  "Ids below first_id are shard 0's.",
                  "Make it of an empty database; a database that has events becomes shard 0.");
  const auto first = wanted.first_id.value_or(last + 1);
  if (wanted.shard && first <= last) {
    Validation validation;
    validation.refuse("first_id", std::to_string(first),
                      "it must be greater than " + std::to_string(last) + ", which has been given");
    validation.raise();
  }
  return {*wanted.shards, wanted.shard, first};
}

/// The first id from `least` on that leaves `shard` as its remainder.
std::int64_t next_of_shard(std::int64_t least, int shard, int shards) {
  return least + ((shard - least) % shards + shards) % shards;
}

/// The first four bytes of the SHA-256: PostgreSQL promises no value of its own hash functions for the next version.
std::uint32_t hash_of_group(std::string_view group) {
  std::uint32_t hash = 0;
  for (const char byte : pg::digest(group).substr(0, 4)) hash = hash << 8U | static_cast<unsigned char>(byte);
  return hash;
}

Datum shard_body(FunctionCallInfo info) {
  const auto name = Arguments(info).text(0).value_or("");
  const auto last = name.rfind('@');
  if (last == std::string::npos) return pg::from_int(0);
  pg::Session session;
  const auto shards = static_cast<std::uint32_t>(shard_count());
  session.finish();
  return pg::from_int(static_cast<int>(hash_of_group(std::string_view(name).substr(last + 1)) % shards));
}

Datum shard_set_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const WantedShard wanted{arguments.integer(0), arguments.integer(1), arguments.bigint(2)};
  check_wanted(wanted);
  pg::Session session;
  const auto known = locked_sharding();
  if (known) check_known(*known, wanted);
  std::array<std::int64_t, kShardedSequences.size()> last{};
  if (wanted.shard) std::ranges::transform(kShardedSequences, last.begin(), locked_last_id);
  const auto sharding = known ? *known : new_sharding(wanted, std::ranges::max(last));
  if (!known) remember_sharding(sharding);
  for (std::size_t i = 0; sharding.shard && i < last.size(); ++i) {
    const auto least = std::max(last[i] + 1, sharding.first_id);
    set_sequence(kShardedSequences[i], next_of_shard(least, *sharding.shard, sharding.shards), sharding.shards);
  }
  session.finish();
  return pg::from_id(sharding.first_id);
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_shard, jb::sql::shard_body)
JB_FUNCTION(jb_shard_set, jb::sql::shard_set_body)
