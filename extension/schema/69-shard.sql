-- Shards --------------------------------------------------------------------------------------------------------
-- A shard is a database that holds some of the calendars of one name space (docs/cluster.md). Which shard a calendar
-- belongs to follows from its name alone, and which shard made an id from the id: no list has to be kept, or to be
-- right in the moment of a booking. A dump keeps the position of a sequence, but not its increment: so the row below is
-- kept, and jb_id_problems() compares.

CREATE TABLE @extschema@.jb_sharding (
  shards    int    PRIMARY KEY,
  shard     int,
  first_id  bigint NOT NULL
);
COMMENT ON TABLE @extschema@.jb_sharding IS
  'How many shards there are, and which of them this database is, null for none of them; ids from first_id on tell their shard, older ids are shard 0''s. Without a row the database is no shard.';
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_sharding', '');

CREATE FUNCTION @extschema@.jb_shard(calendar text) RETURNS int
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_shard';
COMMENT ON FUNCTION @extschema@.jb_shard(text) IS
  'The shard that a calendar belongs to: the first four bytes of the SHA-256 of what follows the last @ of its name, modulo the number of shards; 0 for a name without @, and where there are no shards.';

CREATE FUNCTION @extschema@.jb_shard_set(shard int, shards int, first_id bigint = NULL) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_shard_set';
COMMENT ON FUNCTION @extschema@.jb_shard_set(int, int, bigint) IS
  'Makes this database shard number shard of so many, numbered from 0, for ever: from first_id on it gives ids that leave shard as their remainder. Returns first_id, which is without it the id after the last one that has been given. After a restore it is called again with the same numbers. A null shard makes it none of them that knows the shards.';
