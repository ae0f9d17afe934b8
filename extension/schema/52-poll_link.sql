-- Polls as participants see them, by a link that holds a token -----------------------------------------------------
-- These functions run with the owner's rights and check the token themselves (rule 9.11).

CREATE TYPE @extschema@.jb_invitation AS (
  poll_id          bigint,
  title            text,
  from_time        timestamptz,
  to_time          timestamptz,
  duration         interval,
  daily_from       time,
  daily_to         time,
  time_zone        text,
  public           bool,
  show_answers     bool,
  status           text,
  participant      text,
  yes              tstzmultirange,
  if_need_be       tstzmultirange,
  answered_at      timestamptz,
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  event_status     text,
  invited          bool
);
COMMENT ON TYPE @extschema@.jb_invitation IS
  'A poll as a participant sees it, with the participant''s own name and schedule, null without a participant''s token. The booked time is null while the poll is open.';

CREATE FUNCTION @extschema@.jb_poll_invitation(poll_id bigint, token text = NULL, principal text = NULL) RETURNS @extschema@.jb_invitation
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_poll_invitation';
COMMENT ON FUNCTION @extschema@.jb_poll_invitation(bigint, text, text) IS
  'A poll as the participant with this token sees it, with the participant''s own schedule. Without a token, a public poll as everybody sees it; with the organiser''s token, as seen by somebody without a schedule.';

CREATE FUNCTION @extschema@.jb_poll_others(poll_id bigint, token text = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_poll_schedule
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_poll_others';
COMMENT ON FUNCTION @extschema@.jb_poll_others(bigint, text, text) IS
  'The first 100 schedules of the other participants, ordered by name, for a participant of a poll with show_answers. No rows for any other poll, or without a token.';

CREATE FUNCTION @extschema@.jb_invitation_json(invitation @extschema@.jb_invitation) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'id', $1.poll_id, 'title', $1.title,
  'from', @extschema@.jb_timestamp_text($1.from_time, $1.time_zone), 'to', @extschema@.jb_timestamp_text($1.to_time, $1.time_zone),
  'duration', extract(epoch FROM $1.duration)::bigint, 'daily_from', $1.daily_from, 'daily_to', $1.daily_to,
  'time_zone', $1.time_zone, 'public', $1.public, 'show_answers', $1.show_answers, 'status', $1.status,
  'answer', @extschema@.jb_poll_schedule_json(ROW($1.poll_id, $1.participant, $1.yes, $1.if_need_be, $1.answered_at, $1.time_zone, NULL, $1.invited)::@extschema@.jb_poll_schedule),
  'event', CASE WHEN $1.start_timestamp IS NOT NULL THEN json_build_object(
    'start_timestamp', @extschema@.jb_timestamp_text($1.start_timestamp, $1.time_zone),
    'end_timestamp', @extschema@.jb_timestamp_text($1.end_timestamp, $1.time_zone), 'status', $1.event_status) END);
COMMENT ON FUNCTION @extschema@.jb_invitation_json(@extschema@.jb_invitation) IS
  'A poll as GET /polls/:id/invitation returns it, without the others'' schedules.';
