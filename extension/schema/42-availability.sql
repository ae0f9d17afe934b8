-- Hours by date as JSON -----------------------------------------------------------------------------------------

CREATE FUNCTION jb_availability_json(availability jb_availability) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, @extschema@, pg_temp
AS $$
  SELECT json_build_object(
    'date', $1.date, 'spans', $1.spans, 'overridden', $1.overridden,
    'open', coalesce((SELECT json_agg(jb_range_json(o.range, $1.time_zone) ORDER BY o.range) FROM unnest($1.open) AS o (range)), '[]'),
    'time_zone', $1.time_zone)
$$;
REVOKE ALL ON FUNCTION jb_availability_json(jb_availability) FROM PUBLIC;
COMMENT ON FUNCTION jb_availability_json(jb_availability) IS
  'A date''s hours as GET /calendars/:name/availability answers them.';
