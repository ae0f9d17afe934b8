-- Outcomes ------------------------------------------------------------------------------------------------------

CREATE TYPE @extschema@.jb_move AS (
  event_id             bigint,
  old_start_timestamp  timestamptz,
  old_end_timestamp    timestamptz,
  new_start_timestamp  timestamptz,
  new_end_timestamp    timestamptz
);
COMMENT ON TYPE @extschema@.jb_move IS
  'An automatic event that gave way: where it was and where it is now; the new timestamps are null when it waits.';

CREATE TYPE @extschema@.jb_skipped AS (
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  reason           text,
  conflicts        bigint[]
);
COMMENT ON TYPE @extschema@.jb_skipped IS
  'An occurrence of a series that was left out, since it found no place: where it would have been and why it is not.';

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
  facts            jsonb
);
COMMENT ON TYPE @extschema@.jb_outcome IS
  'What a writing call did: placed, held, waiting or rejected, or updated, cancelled, confirmed, denied, unchanged; where it found no place also why, what is in the way and where the request would fit, and the facts of the reason; time_zone is that of the first calendar; event, the event as it stood then, is there under an idempotency key only; events are those of a series that the call placed or changed, skipped the occurrences that it left out.';
