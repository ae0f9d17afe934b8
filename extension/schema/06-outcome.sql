-- Outcomes ------------------------------------------------------------------------------------------------------

CREATE TYPE @extschema@.jb_move AS (
  event_id             bigint,
  old_start_timestamp  timestamptz,
  old_end_timestamp    timestamptz,
  new_start_timestamp  timestamptz,
  new_end_timestamp    timestamptz,
  old_calendars        text[],
  new_calendars        text[]
);
COMMENT ON TYPE @extschema@.jb_move IS
  'A moved event with its old and new times; the old ones are null if it waited, the new ones if it is now waiting. Calendars are null unless others were chosen from its lists.';

CREATE TYPE @extschema@.jb_skipped AS (
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  reason           text,
  conflicts        bigint[]
);
COMMENT ON TYPE @extschema@.jb_skipped IS
  'An occurrence of a series that was left out for lack of a place, with its intended time and the reason.';

CREATE TYPE @extschema@.jb_outcome AS (
  outcome          text,
  event_id         bigint,
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  reason           text,
  detail           text,
  conflicts        bigint[],
  moves            @extschema@.jb_move[],
  alternatives     tstzrange[],
  rejection_id     bigint,
  version          bigint,
  time_zone        text,
  event            json,
  events           bigint[],
  skipped          @extschema@.jb_skipped[],
  facts            jsonb,
  basis            text
);
COMMENT ON TYPE @extschema@.jb_outcome IS
  'The result of a writing call: placed, held, waiting, rejected, updated, cancelled, confirmed, denied, unchanged, or undone because another item of its list was rejected. A rejection has reason, facts, detail, conflicts and alternatives. time_zone is the first calendar''s. event is the event after the call or, for a dry run, as it is. events are those of a series that the call placed or changed; skipped lists the occurrences left out. basis, of a dry run, has a call apply exactly what the dry run showed.';

CREATE TYPE @extschema@.jb_import_row AS (
  n                int,
  line             int,
  uid              text,
  recurrence_id    text,
  event_name       text,
  outcome          text,
  event_id         bigint,
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  reason           text,
  detail           text,
  conflicts        bigint[],
  moves            @extschema@.jb_move[],
  alternatives     tstzrange[],
  rejection_id     bigint,
  version          bigint,
  time_zone        text,
  events           bigint[],
  skipped          @extschema@.jb_skipped[],
  facts            jsonb
);
COMMENT ON TYPE @extschema@.jb_import_row IS
  'The result of one VEVENT, the nth of its file, beginning at line. outcome is that of a call, or unchanged, skipped (left out for lack of a place), ignored (takes no time) or invalid (unreadable). n and line are null for an event no longer in the file.';

-- Outcomes as JSON ----------------------------------------------------------------------------------------------
-- The JSON with which HTTPS answers a write (extension/src/functions/event.cpp). Every booking over HTTPS pays for it.

CREATE FUNCTION @extschema@.jb_outcome_json(outcome @extschema@.jb_outcome, is_answer boolean = false) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_outcome_json';
COMMENT ON FUNCTION @extschema@.jb_outcome_json(@extschema@.jb_outcome, boolean) IS
  'An outcome as JSON, with the event as the call left it. With is_answer, unless the call was rejected, the event itself with moves and, for a series, events and skipped.';
