-- Functions that are more than one call to one shard, or to each. jb_remote.jb_NAME calls one shard; its columns come
-- as text. Of a proxy function only the body is here, from "by hand: NAME" to "end"; the rest is as in jb_scheduler.

CREATE FUNCTION jb_remote.shards() RETURNS int LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT s.shards FROM public.jb_sharding s), jb_remote.shard_of_id(NULL))
$$;

-- ---- lists that grow ----
-- The changes and the rejections of all shards. A cursor is the list of all shards' own cursors, in order. Each row has
-- the cursor after it: its own for the row's shard, and for the others that of the row before. So a reader who
-- continues from any row gets each once.

-- Rows are merged by time, those of one shard in its order, in which times may go back.
CREATE FUNCTION jb_remote.merged(list text, at text[], max_rows int, principal text, OUT n bigint, OUT shard int, OUT item text, OUT cursor text, OUT is_shown bool)
RETURNS SETOF record
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT row_number() OVER (ORDER BY coalesce(f.latest, ''-infinity''), f.k, f.place), f.k, f.item, f.cursor, f.at IS NOT NULL
       FROM (SELECT k, f.*, i.at, max(i.at) OVER (PARTITION BY k ORDER BY f.place) AS latest
               FROM generate_series(0, jb_remote.shards() - 1) AS k,
                    LATERAL jb_remote.%I(k, jb_remote.role(), nullif($1[k + 1], ''''), $2, jb_remote.principal($3)) WITH ORDINALITY AS f (item, cursor, place),
                    LATERAL (SELECT (f.item::public.%I).at) AS i) AS f', list || '_all', rtrim(list, 's')) USING at, max_rows, principal;
END $$;

-- Each shard gives at most max_rows rows, so rows after the last one returned are fetched again.
CREATE FUNCTION jb_remote.listed(list text, after text, max_rows int, principal text, OUT item text, OUT cursor text) RETURNS SETOF record
LANGUAGE plpgsql STABLE AS $$
DECLARE
  places text[] := coalesce(string_to_array(after, ','), array_fill(''::text, ARRAY[jb_remote.shards()]));
  found record;
BEGIN
  IF cardinality(places) <> jb_remote.shards() THEN
    PERFORM public.jb_shard_refuse('after', after, format('it must be a cursor that %s_all() has returned', list),
                                   format('Begin with %s_cursor(); what one shard tells does not tell where the others stand.', list));
  END IF;
  FOR found IN SELECT * FROM jb_remote.merged(list, places, max_rows, principal) AS m ORDER BY m.n LIMIT max_rows LOOP
    places[found.shard + 1] := found.cursor;
    item := found.item;
    cursor := array_to_string(places, ',');
    RETURN NEXT;
  END LOOP;
END $$;

-- Of each shard's last rows those count that are among the last of all: the cursor precedes the first of them.
CREATE FUNCTION jb_remote.end_of(list text, last int, principal text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  places text[];
  found record;
BEGIN
  EXECUTE format('SELECT array_agg(c ORDER BY k) FROM generate_series(0, jb_remote.shards() - 1) AS k, LATERAL jb_remote.%I(k, jb_remote.role(), $1, jb_remote.principal($2)) AS c',
                 list || '_cursor') INTO places USING last, principal;
  IF last > 0 THEN
    FOR found IN SELECT m.* FROM (SELECT m.*, count(*) OVER (ORDER BY m.n DESC) AS from_end FROM jb_remote.merged(list, places, last, principal) AS m WHERE m.is_shown) AS m
                  WHERE m.from_end > last ORDER BY m.n LOOP
      places[found.shard + 1] := found.cursor;
    END LOOP;
  END IF;
  RETURN array_to_string(places, ',');
END $$;

-- by hand: jb_changes_all
RETURN QUERY SELECT l.item::public.jb_change, l.cursor FROM jb_remote.listed('jb_changes', $1, $2, $3) AS l;
-- end

-- by hand: jb_changes_cursor
RETURN jb_remote.end_of('jb_changes', $1, $2);
-- end

-- by hand: jb_rejections_all
RETURN QUERY SELECT l.item::public.jb_rejection, l.cursor FROM jb_remote.listed('jb_rejections', coalesce(nullif($1, '0'), repeat('0,', jb_remote.shards() - 1) || '0'), $2, $3) AS l;
-- end

-- by hand: jb_rejections_cursor
RETURN jb_remote.end_of('jb_rejections', $1, $2);
-- end

-- by hand: jb_last_numbers
RETURN QUERY
  SELECT n.calendar, sum(n.last::bigint)::bigint, NULL::bigint
    FROM (SELECT s.shard, array_agg(s.name) AS names
            FROM (SELECT c, public.jb_shard(c) FROM unnest(calendars) AS c WHERE c <> ''
                   UNION ALL SELECT c, k FROM unnest(calendars) AS c, generate_series(0, jb_remote.shards() - 1) AS k WHERE c = '') AS s (name, shard)
           GROUP BY s.shard) AS asked,
         LATERAL jb_remote.jb_last_numbers(asked.shard, jb_remote.role(), asked.names, NULL, NULL) AS n
   GROUP BY n.calendar
  UNION ALL
  SELECT NULL, n.last::bigint, n.poll::bigint
    FROM (SELECT jb_remote.shard_of_id(p) AS shard, array_agg(p) AS ids FROM unnest(polls) AS p GROUP BY 1) AS asked,
         LATERAL jb_remote.jb_last_numbers(asked.shard, jb_remote.role(), '{}', NULL, asked.ids) AS n;
-- A reader with a cursor polls by the clock: ids of several shards have no order. This wakes one waiting for the first.
IF rejections_after IS NOT NULL THEN
  RETURN QUERY SELECT NULL::text, max(n.last::bigint), NULL::bigint
    FROM generate_series(0, jb_remote.shards() - 1) AS k, LATERAL jb_remote.jb_last_numbers(k, jb_remote.role(), '{}', rejections_after, NULL) AS n;
END IF;
-- end

-- ---- over all shards ----

-- Shard by shard: not one transaction.
-- by hand: jb_expire
IF calendars IS NOT NULL THEN PERFORM jb_remote.refuse('jb_expire() with calendars'); END IF;
RETURN (SELECT sum(e::int) FROM generate_series(0, jb_remote.shards() - 1) AS k, LATERAL jb_remote.jb_expire(k, jb_remote.role(), NULL, jb_remote.principal(principal)) AS e);
-- end

-- The worst worker counts.
-- by hand: jb_metrics
RETURN QUERY
  SELECT m.metric, m.calendar,
         CASE m.metric WHEN 'jb_worker_up' THEN min(v) WHEN 'jb_worker_lag_seconds' THEN max(v) ELSE sum(v) END
    FROM generate_series(0, jb_remote.shards() - 1) AS k,
         LATERAL jb_remote.jb_metrics(k, jb_remote.role(), ARRAY(SELECT c FROM unnest(calendars) AS c WHERE public.jb_shard(c) = k)) AS m,
         LATERAL (SELECT m.value::float8) AS n (v)
   GROUP BY m.metric, m.calendar;
-- end

-- by hand: jb_due
RETURN QUERY SELECT d.calendar, d.due::timestamptz FROM generate_series(0, jb_remote.shards() - 1) AS k, LATERAL jb_remote.jb_due(k, jb_remote.role(), until) AS d ORDER BY 2, 1;
-- end

-- Includes the signs that a shard is in the wrong place.
CREATE FUNCTION jb_remote.shard_problems(jb_shard_number int, jb_role text) RETURNS SETOF text LANGUAGE plproxy AS $$
  CLUSTER jb_remote.cluster(jb_role); RUN ON jb_shard_number;
  SELECT p::text AS answer FROM public.jb_shard_problems() AS p;
$$;

-- by hand: jb_check
RETURN QUERY
  SELECT (p.v).* FROM generate_series(0, jb_remote.shards() - 1) AS k,
         LATERAL (SELECT c::public.jb_problem FROM jb_remote.jb_check(k, jb_remote.role()) AS c
                   UNION ALL SELECT s::public.jb_problem FROM jb_remote.shard_problems(k, jb_remote.role()) AS s) AS p (v)
   ORDER BY (p.v).rule;
-- end

-- ---- feeds ----

-- A token begins with the number of its shard and a point.
-- by hand: jb_feed_create
_shard := jb_remote.shard_of(ARRAY[calendar]);
RETURN _shard || '.' || jb_remote.jb_feed_create(_shard, jb_remote.role(), calendar, shows, jb_remote.principal(principal));
-- end

CREATE FUNCTION jb_remote.shard_of_token(token text) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN token ~ '^[0-9]{1,3}\.' AND split_part(token, '.', 1)::int < jb_remote.shards() THEN split_part(token, '.', 1)::int ELSE 0 END
$$;
