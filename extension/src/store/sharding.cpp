// SPDX-License-Identifier: PostgreSQL
#include "sharding.hpp"

#include "pg/datum.hpp"
#include "pg/schema.hpp"
#include "pg/spi.hpp"

namespace jb {

namespace {

constinit pg::Statement lock_sharding_statement{"LOCK TABLE jb_sharding IN SHARE ROW EXCLUSIVE MODE", {}};
constinit pg::Statement sharding_statement{"SELECT s.shards, s.shard, s.first_id FROM jb_sharding s", {}};
constinit pg::Statement remember_sharding_statement{
    "INSERT INTO jb_sharding (shards, shard, first_id) VALUES ($1, $2, $3)", {INT4OID, INT4OID, INT8OID}};

}  // namespace

std::optional<Sharding> locked_sharding() {
  lock_sharding_statement.run({});
  const auto row = sharding_statement.run({});
  if (row.empty()) return std::nullopt;
  Sharding found{pg::to_int(*row.at(0, 1)), std::nullopt, pg::to_id(*row.at(0, 3))};
  if (const auto shard = row.at(0, 2)) found.shard = pg::to_int(*shard);
  return found;
}

int shard_count() {
  const auto row = sharding_statement.run({}, pg::Snapshot::callers);
  return row.empty() ? 1 : pg::to_int(*row.at(0, 1));
}

void remember_sharding(const Sharding& sharding) {
  remember_sharding_statement.run({pg::from_int(sharding.shards),
                                   sharding.shard ? pg::Param(pg::from_int(*sharding.shard)) : pg::Param(),
                                   pg::from_id(sharding.first_id)});
}

// Nothing but ALTER SEQUENCE locks a sequence against nextval; OWNED BY and the like are refused for an identity's.
std::int64_t locked_last_id(const std::string& sequence) {
  pg::run_text(pg::qualified("ALTER SEQUENCE " + sequence + " NO CYCLE"), {}, {});
  const auto row = pg::run_text(
      pg::qualified("SELECT CASE WHEN s.is_called THEN s.last_value ELSE 0 END FROM " + sequence + " s"), {}, {});
  return pg::to_id(*row.at(0, 1));
}

void set_sequence(const std::string& sequence, std::int64_t next, int step) {
  pg::run_text(pg::qualified("ALTER SEQUENCE " + sequence + " INCREMENT BY " + std::to_string(step) + " RESTART WITH " +
                             std::to_string(next)),
               {}, {});
}

}  // namespace jb
