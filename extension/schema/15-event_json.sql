-- Events as JSON ------------------------------------------------------------------------------------------------
-- The JSON with which HTTPS answers an event. The extension writes it, so that the front end needs no second model of
-- an event. One writer (extension/src/core/event/shown.cpp) serves events that are read and events that were just
-- written. Durations are seconds; times are RFC 3339 with the offset of the calendar's zone.

CREATE FUNCTION @extschema@.jb_event_json(event @extschema@.jb_event_view) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_event_json';
COMMENT ON FUNCTION @extschema@.jb_event_json(@extschema@.jb_event_view) IS
  'An event as GET /events/:id returns it.';
