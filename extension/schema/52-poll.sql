-- Polls as JSON -------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_poll_schedule_json(schedule @extschema@.jb_poll_schedule) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object('participant', $1.participant, 'schedule',
           CASE WHEN $1.yes IS NOT NULL THEN coalesce(
             (SELECT json_agg(json_build_object('start', @extschema@.jb_timestamp_text(lower(r.during), $1.time_zone),
                                                'end', @extschema@.jb_timestamp_text(upper(r.during), $1.time_zone),
                                                'preference', r.preference) ORDER BY r.during)
                FROM (SELECT unnest($1.yes), 'yes' UNION ALL SELECT unnest($1.if_need_be), 'if_need_be')
                  AS r (during, preference)), '[]') END,
           'answered_at', @extschema@.jb_timestamp_text($1.answered_at, $1.time_zone));
END;
COMMENT ON FUNCTION @extschema@.jb_poll_schedule_json(@extschema@.jb_poll_schedule) IS
  'A participant and the schedule that was left, by start, as GET /polls/:id answers it; schedule is null where there is none.';

CREATE FUNCTION @extschema@.jb_poll_json(poll @extschema@.jb_poll_view) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'id', $1.id, 'title', $1.title,
  'from', @extschema@.jb_timestamp_text($1.from_time, $1.time_zone), 'to', @extschema@.jb_timestamp_text($1.to_time, $1.time_zone),
  'duration', extract(epoch FROM $1.duration)::bigint, 'daily_from', $1.daily_from, 'daily_to', $1.daily_to,
  'time_zone', $1.time_zone, 'calendars', $1.calendars, 'public', $1.public, 'status', $1.status,
  'event_id', $1.event_id, 'participant_count', $1.participant_count, 'answer_count', $1.answer_count,
  'created_by', $1.created_by, 'created_at', @extschema@.jb_timestamp_text($1.created_at, $1.time_zone),
  'closed_at', @extschema@.jb_timestamp_text($1.closed_at, $1.time_zone));
COMMENT ON FUNCTION @extschema@.jb_poll_json(@extschema@.jb_poll_view) IS
  'A poll as GET /polls answers it.';

CREATE FUNCTION @extschema@.jb_recommendation_json(recommendation @extschema@.jb_recommendation) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'earliest_start', @extschema@.jb_timestamp_text($1.earliest_start, $1.time_zone),
  'latest_start', @extschema@.jb_timestamp_text($1.latest_start, $1.time_zone),
  'from', @extschema@.jb_timestamp_text($1.from_time, $1.time_zone), 'to', @extschema@.jb_timestamp_text($1.to_time, $1.time_zone),
  'participants', $1.participants, 'if_need_be', $1.if_need_be, 'missing', $1.missing);
COMMENT ON FUNCTION @extschema@.jb_recommendation_json(@extschema@.jb_recommendation) IS
  'A recommendation as GET /polls/:id/recommendations answers it.';
