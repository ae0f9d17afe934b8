-- SPDX-License-Identifier: PostgreSQL
-- Makes a database with jb_scheduler in schema public a shard, which holds some of the calendars of one name space
-- (docs/cluster.md). A calendar's shard follows from its name alone, and the shard that made an id from the id: no list
-- has to be kept, or to be right at the moment of a booking. A dump keeps a sequence's position, but not its increment:
-- so the row of jb_sharding is kept, and jb_shard_problems() compares. The proxy has all of this too.

CREATE TABLE IF NOT EXISTS public.jb_sharding (
  shards    int    PRIMARY KEY,
  shard     int,
  first_id  bigint NOT NULL
);
COMMENT ON TABLE public.jb_sharding IS
  'How many shards there are, and which of them this database is, null for none of them; ids from first_id on tell their shard, older ids are shard 0''s. Without a row the database is no shard.';

-- PostgreSQL may change its own hash functions in the next version.
CREATE OR REPLACE FUNCTION public.jb_shard(calendar text) RETURNS int
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN $1 LIKE '%@%'
            THEN ('x' || left(encode(sha256(convert_to(lower(substring($1 FROM '[^@]*$') COLLATE "C"), 'UTF8')), 'hex'), 8))::bit(32)::bigint
                 % coalesce((SELECT s.shards FROM public.jb_sharding s), 1)
            ELSE 0 END;
COMMENT ON FUNCTION public.jb_shard(text) IS
  'The shard that a calendar belongs to: the first four bytes of the SHA-256 of what follows the last @ of its name, in small letters, modulo the number of shards; 0 for a name without @, and where there are no shards.';

CREATE OR REPLACE FUNCTION public.jb_shard_refuse(field text, value text, problem text, hint text) RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('invalid %s "%s": %s', $1, left($2, 200), $3),
    DETAIL = json_build_array(json_build_object('field', $1, 'value', left($2, 200), 'message', $3)), HINT = $4;
END $$;
COMMENT ON FUNCTION public.jb_shard_refuse(text, text, text, text) IS
  'Refuses a value as jb_scheduler does: 22023 with the field in the detail.';

CREATE OR REPLACE FUNCTION public.jb_shard_set(shard int, shards int, first_id bigint = NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  sequences constant text[] := '{jb_event_id_seq,jb_rejection_id_seq,jb_poll_id_seq}';
  known public.jb_sharding;
  given bigint[] := '{}';
  last bigint := 0;
  first bigint;
BEGIN
  IF ($2 BETWEEN 2 AND 256) IS NOT TRUE THEN
    PERFORM public.jb_shard_refuse('shards', $2::text, 'it must be from 2 to 256', 'Begin with as many as there may ever be servers.');
  ELSIF $1 NOT BETWEEN 0 AND $2 - 1 THEN
    PERFORM public.jb_shard_refuse('shard', $1::text, format('it must be from 0 to %s', $2 - 1), 'Shards are numbered from 0.');
  ELSIF $3 < 1 THEN
    PERFORM public.jb_shard_refuse('first_id', $3::text, 'it must be at least 1', 'Give what shard 0 returned.');
  END IF;
  LOCK TABLE public.jb_sharding IN SHARE ROW EXCLUSIVE MODE;
  SELECT * INTO known FROM public.jb_sharding;
  FOR i IN 1..3 LOOP
    EXIT WHEN $1 IS NULL;
    -- Only ALTER SEQUENCE locks a sequence against nextval; OWNED BY and the like are refused for an identity's.
    EXECUTE format('ALTER SEQUENCE public.%I NO CYCLE', sequences[i]);
    EXECUTE format('SELECT s.last_value - CASE WHEN s.is_called THEN 0 ELSE 1 END FROM public.%I s', sequences[i]) INTO first;
    given := given || first;
    last := greatest(last, first);
  END LOOP;
  IF known.shards IS NULL THEN
    -- Ids below first_id are shard 0's, so no other shard may have given any.
    IF $1 > 0 AND last > 0 THEN
      RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
        MESSAGE = format('shard %s cannot take over ids that were given before, up to %s', $1, last),
        DETAIL = 'Ids below first_id are shard 0''s.', HINT = 'Make it of an empty database; a database that has events becomes shard 0.';
    ELSIF $1 IS NOT NULL AND $3 <= last THEN
      PERFORM public.jb_shard_refuse('first_id', $3::text, format('it must be greater than %s, which has been given', last), 'Leave it out.');
    END IF;
    INSERT INTO public.jb_sharding VALUES ($2, $1, coalesce($3, last + 1)) RETURNING * INTO known;
  ELSIF (known.shards, known.shard, known.first_id) IS DISTINCT FROM ($2, $1, coalesce($3, known.first_id)) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('this database is %s from id %s on, and stays it',
                       coalesce(format('shard %s of %s', known.shard, known.shards), format('no shard, and knows of %s', known.shards)), known.first_id),
      DETAIL = 'Calendars and ids tell their shard by these numbers.',
      HINT = format('After a restore call jb_shard_set(%s, %s).', coalesce(known.shard::text, 'NULL'), known.shards);
  END IF;
  FOR i IN 1..3 LOOP
    EXIT WHEN $1 IS NULL;
    first := greatest(given[i] + 1, known.first_id);
    EXECUTE format('ALTER SEQUENCE public.%I INCREMENT BY %s RESTART WITH %s', sequences[i], $2, first + (($1 - first) % $2 + $2) % $2);
  END LOOP;
  RETURN known.first_id;
END $$;
COMMENT ON FUNCTION public.jb_shard_set(int, int, bigint) IS
  'Makes this database shard number shard of so many, numbered from 0, for ever: from first_id on it gives ids that leave shard as their remainder. Returns first_id, which is without it the id after the last one that has been given. After a restore it is called again with the same numbers. A null shard makes it none of them that knows the shards.';

CREATE OR REPLACE FUNCTION public.jb_shard_problems() RETURNS SETOF public.jb_problem
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off
BEGIN ATOMIC
  SELECT 'calendars stand on their shard', c.name, NULL::bigint, format('The calendar belongs to shard %s of %s, this database is shard %s.', public.jb_shard(c.name), s.shards, s.shard)
    FROM public.jb_sharding s JOIN public.jb_calendar c ON public.jb_shard(c.name) <> s.shard
   WHERE public.jb_require_operator()
  UNION ALL
  SELECT 'ids tell their shard', i.calendar, i.event_id, format('%s %s would be looked for on shard %s of %s, this database is shard %s.', i.kind, i.id, CASE WHEN i.id < s.first_id THEN 0 ELSE i.id % s.shards END, s.shards, s.shard)
    FROM public.jb_sharding s
    JOIN (SELECT 'Event' AS kind, e.id, e.calendars[1] AS calendar, e.id AS event_id FROM public.jb_event e
           UNION ALL
          SELECT 'Rejection', r.id, r.calendars[1], NULL FROM public.jb_rejection r
           UNION ALL
          SELECT 'Poll', p.id, p.calendars[1], NULL FROM public.jb_poll p) i
      ON CASE WHEN i.id < s.first_id THEN 0 ELSE i.id % s.shards END <> s.shard
  UNION ALL
  SELECT 'ids tell their shard', NULL, NULL, format('The next %s gets an id of another shard: jb_shard_set(%s, %s) mends it.', q.kind, s.shard, s.shards)
    FROM public.jb_sharding s
   CROSS JOIN (SELECT 'event' AS kind, 'public.jb_event_id_seq'::regclass AS id, n.last_value, n.is_called FROM public.jb_event_id_seq n
                UNION ALL
               SELECT 'rejection', 'public.jb_rejection_id_seq', n.last_value, n.is_called FROM public.jb_rejection_id_seq n
                UNION ALL
               SELECT 'poll', 'public.jb_poll_id_seq', n.last_value, n.is_called FROM public.jb_poll_id_seq n) q
    JOIN pg_sequence i ON i.seqrelid = q.id
   CROSS JOIN LATERAL (SELECT q.last_value + CASE WHEN q.is_called THEN i.seqincrement ELSE 0 END AS next) t
   WHERE s.shard IS NOT NULL AND (i.seqincrement <> s.shards OR t.next < s.first_id OR t.next % s.shards <> s.shard);
END;
COMMENT ON FUNCTION public.jb_shard_problems() IS
  'The calendars, ids and sequences that are another shard''s, as jb_check() has what else is wrong; no row when there are none, or where the database is no shard.';

REVOKE ALL ON FUNCTION public.jb_shard(text), public.jb_shard_refuse(text, text, text, text), public.jb_shard_set(int, int, bigint), public.jb_shard_problems() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.jb_shard(text) TO jb_viewer;
GRANT EXECUTE ON FUNCTION public.jb_shard_problems() TO jb_manager, jb_operator;
