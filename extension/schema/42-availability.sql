-- Hours by date as JSON -----------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_availability_json(availability @extschema@.jb_availability) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object(
    'date', $1.date, 'spans', $1.spans, 'overridden', $1.overridden,
    'open', coalesce((SELECT json_agg(@extschema@.jb_range_json(o.range, $1.time_zone) ORDER BY o.range) FROM unnest($1.open) AS o (range)), '[]'),
    'time_zone', $1.time_zone);
END;
COMMENT ON FUNCTION @extschema@.jb_availability_json(@extschema@.jb_availability) IS
  'A date''s hours as GET /calendars/:name/availability answers them.';
