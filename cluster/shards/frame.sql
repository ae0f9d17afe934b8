-- Shared by functions of every kind. jb_proxy is the callers' schema. jb_remote has the calls to the shards, which only
-- the owner may make: a shard trusts the principal that a call of the proxy names.

CREATE SCHEMA jb_remote;
SELECT pg_catalog.pg_extension_config_dump('public.jb_sharding', '');
GRANT USAGE ON SCHEMA jb_proxy TO jb_viewer, jb_guest, jb_operator, jb_gateway;

-- One cluster for each role: its logins on the shards have this role's rights and no others.
CREATE FUNCTION jb_remote.cluster(role text) RETURNS text LANGUAGE sql IMMUTABLE RETURN 'jb_shards_' || $1;

-- The role that the session has taken determines the caller's rights, as in the extension itself.
CREATE FUNCTION jb_remote.role() RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  taken name := nullif(current_setting('role'), 'none');
  held text;
BEGIN
  FOREACH held IN ARRAY ARRAY['manager', 'secretary', 'viewer', 'guest', 'operator', 'gateway'] LOOP
    IF pg_has_role(coalesce(taken, session_user), 'jb_' || held, 'USAGE') THEN RETURN held; END IF;
  END LOOP;
  RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
    MESSAGE = format('role "%s" is none of jb_viewer, jb_secretary, jb_manager, jb_operator and jb_guest', coalesce(taken, session_user)),
    HINT = 'Ask an administrator to grant one of them.';
END $$;

CREATE FUNCTION jb_remote.principal(named text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF named IS NOT NULL AND named <> session_user AND NOT pg_has_role(session_user, 'jb_gateway', 'MEMBER') THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = format('role "%s" may not name principal "%s"', session_user, left(named, 200)),
      DETAIL = 'Only a session user that is a member of jb_gateway may name another principal.',
      HINT = 'Leave principal out: it is the session''s user then.';
  END IF;
  RETURN coalesce(named, session_user);
END $$;

CREATE FUNCTION jb_remote.may_write(call text) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF current_setting('transaction_read_only')::bool THEN
    RAISE EXCEPTION USING ERRCODE = 'read_only_sql_transaction', MESSAGE = format('cannot execute %s() in a read-only transaction', call),
      HINT = 'Call it in a transaction that may write.';
  END IF;
END $$;

-- ---- where to ----

CREATE FUNCTION jb_remote.shard_of_id(id bigint) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
  known public.jb_sharding;
BEGIN
  SELECT * INTO known FROM public.jb_sharding;
  IF known.shards IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = 'this database knows no shards',
      HINT = 'Call jb_shard_set(NULL, shards, first_id), and jb_remote.connect.';
  END IF;
  RETURN CASE WHEN coalesce(id, 0) < known.first_id THEN 0 ELSE id % known.shards END;
END $$;

-- The calendars of one call are locked in one transaction, on one shard. Two groups may share a shard by chance, where
-- two others would not: so two groups are always refused.
CREATE FUNCTION jb_remote.shard_of(names text[]) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
  groups text[] := ARRAY(SELECT DISTINCT coalesce('@' || substring(n FROM '@([^@]*)$'), '') FROM unnest(names) AS n WHERE n IS NOT NULL ORDER BY 1);
BEGIN
  IF cardinality(groups) > 1 THEN
    PERFORM public.jb_shard_refuse('calendars', array_to_string(names, ','), 'they must be of one group, which is what follows the last @ of their names', 'Call once for each group.');
  END IF;
  PERFORM jb_remote.shard_of_id(NULL);
  RETURN coalesce(public.jb_shard((SELECT n FROM unnest(names) AS n WHERE n IS NOT NULL LIMIT 1)), 0);
END $$;

-- An event keeps its id, and with it its shard.
CREATE FUNCTION jb_remote.stays(shard int, names text[]) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF jb_remote.shard_of(names) <> shard THEN
    PERFORM public.jb_shard_refuse('calendars', array_to_string(names, ','), 'they must be of the group of the event''s calendars', 'Book it there, and cancel it here.');
  END IF;
END $$;

-- The events of a list are changed in one transaction, on one shard.
CREATE FUNCTION jb_remote.shard_of_changes(changes jsonb) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
  items jsonb := CASE jsonb_typeof(changes) WHEN 'array' THEN changes ELSE jsonb_build_array(changes) END;
  ids text[] := ARRAY(SELECT item ->> 'id' FROM jsonb_array_elements(items) AS item WHERE item ->> 'id' ~ '^[0-9]{1,18}$');
  shards int[] := ARRAY(SELECT DISTINCT jb_remote.shard_of_id(id::bigint) FROM unnest(ids) AS id);
  names text[] := ARRAY(SELECT jsonb_array_elements_text(CASE jsonb_typeof(item -> 'calendars') WHEN 'array' THEN item -> 'calendars' ELSE '[]' END)
                          FROM jsonb_array_elements(items) AS item);
BEGIN
  IF cardinality(shards) > 1 THEN
    PERFORM public.jb_shard_refuse('id', array_to_string(ids, ','), 'they must be of one shard', 'Call once for the events of each group.');
  END IF;
  IF names <> '{}' THEN PERFORM jb_remote.stays(coalesce(shards[1], 0), names); END IF;
  RETURN coalesce(shards[1], jb_remote.shard_of_id(NULL));
END $$;

CREATE FUNCTION jb_remote.names_in(request jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY(
    SELECT n FROM jsonb_array_elements(CASE jsonb_typeof(request) WHEN 'array' THEN request ELSE jsonb_build_array(request) END) AS item,
           LATERAL (SELECT CASE jsonb_typeof(item -> 'session') WHEN 'object' THEN item -> 'session' ELSE item END AS part) AS p,
           LATERAL (SELECT jsonb_array_elements_text(CASE jsonb_typeof(part -> 'calendars') WHEN 'array' THEN part -> 'calendars' ELSE '["ceo"]' END) AS n
                     WHERE NOT part ?| '{provider_id,coach_hash_id,client_hash_id}'
                     UNION ALL SELECT part ->> k FROM unnest('{provider_id,coach_hash_id,client_hash_id}'::text[]) AS k WHERE part ? k) AS found)
$$;

-- ---- errors ----
-- PL/Proxy puts its function's name before a message, and raises XX000 if it has no connection.
CREATE FUNCTION jb_remote.fail(state text, message text, detail text, hint text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  is_remote bool := message ~ 'REMOTE (ERROR|FATAL|PANIC): ';
BEGIN
  message := regexp_replace(message, '^.*?REMOTE (ERROR|FATAL|PANIC): ', '');
  detail := regexp_replace(detail, '^Remote detail: ', '');
  hint := regexp_replace(hint, '^Remote hint: ', '');
  IF NOT is_remote AND state = 'XX000' AND message ~ '^PL/Proxy function ' OR state LIKE '57P%' THEN
    state := CASE WHEN NOT is_remote AND message ~ 'PQconnect' THEN '08001' ELSE '08006' END;
    detail := regexp_replace(message, '^PL/Proxy function [^ ]* ', '');
    message := 'the shard of this call cannot be reached';
    hint := 'The other shards answer. Try again later; where a booking may have been made, under its idempotency key.';
  END IF;
  IF detail <> '' AND hint <> '' THEN RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, DETAIL = detail, HINT = hint;
  ELSIF detail <> '' THEN RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, DETAIL = detail;
  ELSIF hint <> '' THEN RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, HINT = hint;
  ELSE RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message; END IF;
END $$;

CREATE FUNCTION jb_remote.refuse(call text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s cannot be called through the proxy', call),
    HINT = 'Call it on the shard: jb_shard(calendar) tells which one it is.';
END $$;

-- ---- the map ----
-- The k-th text, from the first on, is the place of shard k in libpq's form, without a user. Call it again when a shard
-- has moved: sessions take the new map with their next transaction.
CREATE FUNCTION jb_remote.connect(shards text[], first int = 0) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  held text;
  server text;
  options text;
  old text[];
BEGIN
  FOREACH held IN ARRAY ARRAY['manager', 'secretary', 'viewer', 'guest', 'operator', 'gateway'] LOOP
    server := jb_remote.cluster(held);
    old := (SELECT s.srvoptions FROM pg_foreign_server s WHERE s.srvname = server);
    options := (SELECT string_agg(format('%s p%s %L', CASE WHEN old IS NULL THEN '' ELSE 'SET' END, first + n - 1, c), ', ' ORDER BY n) FROM unnest(shards) WITH ORDINALITY AS s (c, n));
    IF old IS NULL THEN
      EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER plproxy OPTIONS (modular_mapping %L, connection_lifetime %L, query_timeout %L, %s)', server, '1', '1800', '30', options);
      EXECUTE format('CREATE USER MAPPING FOR CURRENT_USER SERVER %I OPTIONS (user %L)', server, 'jb_proxy_' || held);
    ELSE
      EXECUTE format('ALTER SERVER %I OPTIONS (%s)', server, options);
    END IF;
  END LOOP;
END $$;

-- One shard has moved.
CREATE FUNCTION jb_remote.move(shard int, place text) RETURNS void LANGUAGE sql AS $$ SELECT jb_remote.connect(ARRAY[place], shard) $$;
