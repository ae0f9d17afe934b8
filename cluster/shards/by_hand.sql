-- Functions that are more than one call to one shard, or to each.

-- A cursor is what each shard's own cursor says, in order. Each row tells the cursor after it: of the row's shard the row's
-- own, of the others that of the last row before. So a reader who goes on from any row gets each change once.
CREATE FUNCTION jb_remote.changes(jb_shard_number int, jb_role text, jb_after text, jb_max_rows int, jb_principal text, OUT change text, OUT cursor text) RETURNS SETOF record
LANGUAGE plproxy AS $$
  CLUSTER jb_remote.cluster(jb_role); RUN ON jb_shard_number;
  SELECT c.change::text AS change, c.cursor AS cursor FROM public.jb_changes_all(jb_after, jb_max_rows, jb_principal) AS c;
$$;

CREATE FUNCTION jb_remote.cursor(jb_shard_number int, jb_role text, jb_last int, jb_principal text) RETURNS SETOF text
LANGUAGE plproxy AS $$
  CLUSTER jb_remote.cluster(jb_role); RUN ON jb_shard_number;
  SELECT public.jb_changes_cursor(jb_last, jb_principal) AS cursor;
$$;

CREATE FUNCTION jb_remote.numbers(jb_shard_number int, jb_role text, jb_calendars text[], jb_rejections_after bigint, jb_polls bigint[], OUT calendar text, OUT last bigint, OUT poll bigint) RETURNS SETOF record
LANGUAGE plproxy AS $$
  CLUSTER jb_remote.cluster(jb_role); RUN ON jb_shard_number;
  SELECT n.calendar AS calendar, n.last AS last, n.poll AS poll FROM public.jb_last_numbers(jb_calendars, jb_rejections_after, jb_polls) AS n;
$$;

CREATE FUNCTION jb_remote.expire(jb_role text, jb_calendars text[], jb_principal text) RETURNS SETOF int
LANGUAGE plproxy AS $$
  CLUSTER jb_remote.cluster(jb_role); RUN ON ALL;
  SELECT public.jb_expire(jb_calendars, jb_principal) AS expired;
$$;

CREATE FUNCTION jb_remote.feed_create(jb_shard_number int, jb_role text, jb_calendar text, jb_shows text, jb_principal text) RETURNS text
LANGUAGE plproxy AS $$
  CLUSTER jb_remote.cluster(jb_role); RUN ON jb_shard_number;
  SELECT public.jb_feed_create(jb_calendar, jb_shows, jb_principal) AS token;
$$;

CREATE FUNCTION jb_remote.feed_read(jb_shard_number int, jb_role text, jb_token text, jb_free_busy bool) RETURNS text
LANGUAGE plproxy AS $$
  CLUSTER jb_remote.cluster(jb_role); RUN ON jb_shard_number;
  SELECT public.jb_feed_read(jb_token, jb_free_busy) AS feed;
$$;

CREATE FUNCTION jb_remote.feed_tag(jb_shard_number int, jb_role text, jb_token text) RETURNS text
LANGUAGE plproxy AS $$
  CLUSTER jb_remote.cluster(jb_role); RUN ON jb_shard_number;
  SELECT public.jb_feed_tag(jb_token) AS tag;
$$;

CREATE FUNCTION jb_remote.shards() RETURNS int LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT s.shards FROM public.jb_sharding s), jb_remote.shard_of_id(NULL))
$$;

CREATE FUNCTION jb_proxy.jb_changes_cursor(last int = 0, principal text = NULL) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF last > 0 THEN PERFORM jb_remote.refuse('jb_changes_cursor() with last'); END IF;
  RETURN (SELECT string_agg(c, ',' ORDER BY k)
            FROM generate_series(0, jb_remote.shards() - 1) AS k,
                 LATERAL jb_remote.cursor(k, jb_remote.role(), last, jb_remote.principal(principal)) AS c);
EXCEPTION WHEN OTHERS THEN
  @FAIL@
END $$;

-- Rows are merged by their time, those of one shard in its order, in which times may go back. Of each shard at most max_rows are asked for, so what follows the last row that is
-- returned is asked for again.
CREATE FUNCTION jb_proxy.jb_changes_all(after text = NULL, max_rows int = 100, principal text = NULL, OUT change public.jb_change, OUT cursor text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
DECLARE
  _at text[] := string_to_array($1, ',');
  _row record;
BEGIN
  IF cardinality(_at) <> jb_remote.shards() THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('after "%s" is not valid: it must be a cursor that jb_changes_all() has returned', left($1, 200)),
      DETAIL = json_build_array(json_build_object('field', 'after', 'value', left($1, 200), 'message', 'it must be a cursor that jb_changes_all() has returned')),
      HINT = 'Begin with jb_changes_cursor().';
  END IF;
  -- Without a cursor each shard's beginning is an empty element.
  _at := coalesce(_at, array_fill(''::text, ARRAY[jb_remote.shards()]));
  FOR _row IN
    SELECT k, f.change::public.jb_change AS c, f.cursor AS cur
      FROM generate_series(0, jb_remote.shards() - 1) AS k,
           LATERAL jb_remote.changes(k, jb_remote.role(), nullif(_at[k + 1], ''), max_rows, jb_remote.principal(principal)) WITH ORDINALITY AS f (change, cursor, n)
     ORDER BY coalesce(max((f.change::public.jb_change).at) OVER (PARTITION BY k ORDER BY f.n), '-infinity'), k, f.n LIMIT max_rows
  LOOP
    _at[_row.k + 1] := _row.cur;
    change := _row.c;
    cursor := array_to_string(_at, ',');
    RETURN NEXT;
  END LOOP;
EXCEPTION WHEN OTHERS THEN
  @FAIL@
END $$;

CREATE FUNCTION jb_remote.rejections(jb_shard_number int, jb_role text, jb_after text, jb_max_rows int, jb_principal text, OUT rejection text, OUT cursor text) RETURNS SETOF record
LANGUAGE plproxy AS $$
  CLUSTER jb_remote.cluster(jb_role); RUN ON jb_shard_number;
  SELECT r.rejection::text AS rejection, r.cursor AS cursor FROM public.jb_rejections_all(jb_after, jb_max_rows, jb_principal) AS r;
$$;

CREATE FUNCTION jb_remote.rejections_cursor(jb_shard_number int, jb_role text, jb_last int, jb_principal text) RETURNS SETOF text
LANGUAGE plproxy AS $$
  CLUSTER jb_remote.cluster(jb_role); RUN ON jb_shard_number;
  SELECT public.jb_rejections_cursor(jb_last, jb_principal) AS cursor;
$$;

-- Of each shard the rejections after its element of the cursor, by their time, those of one shard in the order of their ids.
CREATE FUNCTION jb_remote.rejections_of_all(after text[], max_rows int, principal text, OUT n bigint, OUT shard int, OUT rejection public.jb_rejection, OUT cursor text) RETURNS SETOF record
LANGUAGE plpgsql STABLE SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT row_number() OVER (ORDER BY f.latest, (f.r).id), f.k, f.r, f.c
      FROM (SELECT k, f.rejection::public.jb_rejection AS r, f.cursor AS c, f.place,
                   max((f.rejection::public.jb_rejection).at) OVER (PARTITION BY k ORDER BY f.place) AS latest
              FROM generate_series(0, jb_remote.shards() - 1) AS k,
                   LATERAL jb_remote.rejections(k, jb_remote.role(), nullif($1[k + 1], ''), $2, jb_remote.principal($3)) WITH ORDINALITY AS f (rejection, cursor, place)) AS f;
END $$;

CREATE FUNCTION jb_proxy.jb_rejections_all(after text = NULL, max_rows int = 100, principal text = NULL, OUT rejection public.jb_rejection, OUT cursor text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  _at text[] := string_to_array(nullif($1, '0'), ',');
  _row record;
BEGIN
  IF cardinality(_at) <> jb_remote.shards() THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('after "%s" is not valid: it must be a cursor that jb_rejections_all() has returned', left($1, 200)),
      DETAIL = json_build_array(json_build_object('field', 'after', 'value', left($1, 200), 'message', 'it must be a cursor that jb_rejections_all() has returned')),
      HINT = 'Begin with jb_rejections_cursor(); the id of a rejection alone does not tell where the other shards stand.';
  END IF;
  _at := coalesce(_at, array_fill('0'::text, ARRAY[jb_remote.shards()]));
  FOR _row IN SELECT r.shard, r.rejection AS whole, r.cursor AS place FROM jb_remote.rejections_of_all(_at, $2, $3) AS r ORDER BY r.n LIMIT coalesce($2, 100) LOOP
    _at[_row.shard + 1] := _row.place;
    rejection := _row.whole;
    cursor := array_to_string(_at, ',');
    RETURN NEXT;
  END LOOP;
EXCEPTION WHEN OTHERS THEN
  @FAIL@
END $$;

-- Of the last rejections of each shard those count that are among the last of all: the cursor stands before the first of them.
CREATE FUNCTION jb_proxy.jb_rejections_cursor(last int = 0, principal text = NULL) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  _at text[] := ARRAY(SELECT c FROM generate_series(0, jb_remote.shards() - 1) AS k,
                             LATERAL jb_remote.rejections_cursor(k, jb_remote.role(), $1, jb_remote.principal($2)) AS c ORDER BY k);
  _row record;
BEGIN
  IF $1 > 0 THEN
    FOR _row IN SELECT r.shard, r.cursor AS place FROM (SELECT a.shard, a.cursor, row_number() OVER (ORDER BY a.n) AS n, count(*) OVER () AS all_of_them
                                                              FROM jb_remote.rejections_of_all(_at, $1, $2) AS a WHERE (a.rejection::public.jb_rejection).id IS NOT NULL) AS r
                 WHERE r.n <= r.all_of_them - $1 ORDER BY r.n LOOP
      _at[_row.shard + 1] := _row.place;
    END LOOP;
  END IF;
  RETURN array_to_string(_at, ',');
EXCEPTION WHEN OTHERS THEN
  @FAIL@
END $$;

CREATE FUNCTION jb_proxy.jb_last_numbers(calendars text[], rejections_after bigint = NULL, polls bigint[] = NULL,
                                         OUT calendar text, OUT last bigint, OUT poll bigint) RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY
    SELECT n.calendar, sum(n.last)::bigint, NULL::bigint
      FROM (SELECT s.shard, array_agg(s.name) AS names
              FROM (SELECT c, public.jb_shard(c) FROM unnest(calendars) AS c WHERE c <> ''
                     UNION ALL SELECT c, k FROM unnest(calendars) AS c, generate_series(0, jb_remote.shards() - 1) AS k WHERE c = '') AS s (name, shard)
             GROUP BY s.shard) AS asked,
           LATERAL jb_remote.numbers(asked.shard, jb_remote.role(), asked.names, NULL, NULL) AS n
     GROUP BY n.calendar
    UNION ALL
    SELECT NULL, n.last, n.poll
      FROM (SELECT jb_remote.shard_of_id(p) AS shard, array_agg(p) AS ids FROM unnest(polls) AS p GROUP BY 1) AS asked,
           LATERAL jb_remote.numbers(asked.shard, jb_remote.role(), '{}', NULL, asked.ids) AS n;
  -- Who waits with a cursor asks by the clock: the ids of several shards have no order. This wakes who waits for the first of all.
  IF rejections_after IS NOT NULL THEN
    RETURN QUERY SELECT NULL::text, max(n.last), NULL::bigint
      FROM generate_series(0, jb_remote.shards() - 1) AS k, LATERAL jb_remote.numbers(k, jb_remote.role(), '{}', rejections_after, NULL) AS n;
  END IF;
EXCEPTION WHEN OTHERS THEN
  @FAIL@
END $$;

-- Shard by shard: not one transaction.
CREATE FUNCTION jb_proxy.jb_expire(calendars text[] = NULL, principal text = NULL) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM jb_remote.may_write('jb_expire');
  IF calendars IS NOT NULL THEN PERFORM jb_remote.refuse('jb_expire() with calendars'); END IF;
  RETURN (SELECT sum(e) FROM jb_remote.expire(jb_remote.role(), NULL, jb_remote.principal(principal)) AS e);
EXCEPTION WHEN OTHERS THEN
  @FAIL@
END $$;

-- A token says before a point which shard made it.
CREATE FUNCTION jb_proxy.jb_feed_create(calendar text, shows text = 'events', principal text = NULL) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  _shard int;
BEGIN
  PERFORM jb_remote.may_write('jb_feed_create');
  _shard := jb_remote.shard_of(ARRAY[calendar]);
  RETURN _shard || '.' || jb_remote.feed_create(_shard, jb_remote.role(), calendar, shows, jb_remote.principal(principal));
EXCEPTION WHEN OTHERS THEN
  @FAIL@
END $$;

CREATE FUNCTION jb_remote.shard_of_token(token text) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN token ~ '^[0-9]{1,3}\.' AND split_part(token, '.', 1)::int < jb_remote.shards() THEN split_part(token, '.', 1)::int ELSE 0 END
$$;

CREATE FUNCTION jb_proxy.jb_feed_read(token text, free_busy bool = false) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN jb_remote.feed_read(jb_remote.shard_of_token(token), jb_remote.role(), regexp_replace(token, '^[0-9]{1,3}\.', ''), free_busy);
EXCEPTION WHEN OTHERS THEN
  @FAIL@
END $$;

CREATE FUNCTION jb_proxy.jb_feed_tag(token text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN jb_remote.feed_tag(jb_remote.shard_of_token(token), jb_remote.role(), regexp_replace(token, '^[0-9]{1,3}\.', ''));
EXCEPTION WHEN OTHERS THEN
  @FAIL@
END $$;

CREATE FUNCTION jb_remote.metrics(jb_shard_number int, jb_role text, jb_calendars text[], OUT metric text, OUT calendar text, OUT value float8) RETURNS SETOF record
LANGUAGE plproxy AS $$
  CLUSTER jb_remote.cluster(jb_role); RUN ON jb_shard_number;
  SELECT m.metric AS metric, m.calendar AS calendar, m.value AS value FROM public.jb_metrics(jb_calendars) AS m;
$$;

-- The worst worker counts.
CREATE FUNCTION jb_proxy.jb_metrics(calendars text[] = '{}', OUT metric text, OUT calendar text, OUT value float8) RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY
    SELECT m.metric, m.calendar,
           CASE m.metric WHEN 'jb_worker_up' THEN min(m.value) WHEN 'jb_worker_lag_seconds' THEN max(m.value) ELSE sum(m.value) END
      FROM generate_series(0, jb_remote.shards() - 1) AS k,
           LATERAL jb_remote.metrics(k, jb_remote.role(), ARRAY(SELECT c FROM unnest(calendars) AS c WHERE public.jb_shard(c) = k)) AS m
     GROUP BY m.metric, m.calendar;
EXCEPTION WHEN OTHERS THEN
  @FAIL@
END $$;

CREATE FUNCTION jb_remote.due(jb_role text, jb_until timestamptz, OUT calendar text, OUT due timestamptz) RETURNS SETOF record
LANGUAGE plproxy AS $$
  CLUSTER jb_remote.cluster(jb_role); RUN ON ALL;
  SELECT d.calendar AS calendar, d.due AS due FROM public.jb_due(jb_until) AS d;
$$;

CREATE FUNCTION jb_proxy.jb_due(until timestamptz = NULL, OUT calendar text, OUT due timestamptz) RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' AS $$
BEGIN
  RETURN QUERY SELECT d.calendar, d.due FROM jb_remote.due(jb_remote.role(), until) AS d ORDER BY d.due, d.calendar;
EXCEPTION WHEN OTHERS THEN
  @FAIL@
END $$;
