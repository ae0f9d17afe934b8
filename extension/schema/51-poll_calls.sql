-- Polls: the functions ------------------------------------------------------------------------------------------
-- A token permits more than the caller's role, so these functions run with the owner's rights and check the caller
-- themselves. Without the organiser's token, a secretary who may know of the poll can read it, and one who may book on
-- its calendars can change it (rule 9.3). An answer needs a token from every caller (rule 9.2).

CREATE FUNCTION @extschema@.jb_poll_create(title text, from_time timestamptz, to_time timestamptz, duration interval,
                               daily_from time = NULL, daily_to time = NULL, time_zone text = NULL,
                               calendars text[] = '{ceo}', public bool = false, principal text = NULL)
RETURNS @extschema@.jb_poll_token
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'jb_poll_create';
COMMENT ON FUNCTION @extschema@.jb_poll_create(text, timestamptz, timestamptz, interval, time, time, text, text[], bool, text) IS
  'Opens a poll about an event of this duration between from_time and to_time. daily_from and daily_to bound each day on the wall clock of time_zone. Returns its id and its organiser''s token, shown only once. The caller needs the right to book on each of its calendars.';

CREATE FUNCTION @extschema@.jb_poll_create_json(poll jsonb, principal text = NULL) RETURNS @extschema@.jb_poll_token
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'jb_poll_create_json';
COMMENT ON FUNCTION @extschema@.jb_poll_create_json(jsonb, text) IS
  'jb_poll_create for a request body of POST /polls: title, from, to, duration, daily_from, daily_to, time_zone, calendars, public, show_answers.';

CREATE FUNCTION @extschema@.jb_poll(poll_id bigint, token text = NULL, principal text = NULL) RETURNS @extschema@.jb_poll_view
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_poll_one';
COMMENT ON FUNCTION @extschema@.jb_poll(bigint, text, text) IS
  'One poll, for a secretary or with the organiser''s token. Raises P0002 if there is none.';

CREATE FUNCTION @extschema@.jb_polls(after bigint = NULL, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_poll_view
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_polls';
COMMENT ON FUNCTION @extschema@.jb_polls(bigint, int, text) IS
  'The polls with id greater than after, ordered by id.';

CREATE FUNCTION @extschema@.jb_poll_schedules(poll_id bigint, token text = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_poll_schedule
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_poll_schedules';
COMMENT ON FUNCTION @extschema@.jb_poll_schedules(bigint, text, text) IS
  'The participants of a poll, ordered by name, with their schedules, for a secretary or with the organiser''s token.';

CREATE FUNCTION @extschema@.jb_poll_invite(poll_id bigint, participant text, token text = NULL, principal text = NULL) RETURNS @extschema@.jb_poll_token
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'jb_poll_invite';
COMMENT ON FUNCTION @extschema@.jb_poll_invite(bigint, text, text, text) IS
  'Adds a participant to an open poll and returns the participant''s token, shown only once, to hand on. A name already invited is refused. For the poll''s maker, callers who may book on its calendars, or with the organiser''s token.';

CREATE FUNCTION @extschema@.jb_poll_revoke(poll_id bigint, participant text, token text = NULL, principal text = NULL,
                               invited bool = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_poll_revoke';
COMMENT ON FUNCTION @extschema@.jb_poll_revoke(bigint, text, text, text, bool) IS
  'Removes a participant and schedule from a poll, open or closed, and returns true; the participant''s token becomes invalid. Of two of one name it removes the invited one, unless invited says otherwise. For the poll''s maker, callers who may book on its calendars, or with the organiser''s token. Raises P0002 if there is no such participant.';

CREATE FUNCTION @extschema@.jb_poll_revoke_guests(poll_id bigint, token text = NULL, principal text = NULL) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_poll_revoke_guests';
COMMENT ON FUNCTION @extschema@.jb_poll_revoke_guests(bigint, text, text) IS
  'Removes all uninvited participants from a poll, like jb_poll_revoke, and returns their number.';

CREATE FUNCTION @extschema@.jb_poll_set_public(poll_id bigint, public bool, token text = NULL, principal text = NULL)
RETURNS @extschema@.jb_poll_view
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'jb_poll_set_public';
COMMENT ON FUNCTION @extschema@.jb_poll_set_public(bigint, bool, text, text) IS
  'Opens a poll to everybody, or closes it to newcomers; participants keep their answers and links. For the poll''s maker, callers who may book on its calendars, or with the organiser''s token.';

CREATE FUNCTION @extschema@.jb_poll_answer(poll_id bigint, participant text, schedule jsonb, token text = NULL,
                                           principal text = NULL)
RETURNS @extschema@.jb_poll_schedule
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_poll_answer';
COMMENT ON FUNCTION @extschema@.jb_poll_answer(bigint, text, jsonb, text, text) IS
  'Stores or replaces a participant''s schedule, by the participant''s or the organiser''s token: a JSON list of start, end and preference (yes or if_need_be). In a public poll a new name needs an interval, and no token or a self-made one, jbb_ and 48 hexadecimal digits. It is given a token, for a self-made one always the same, whether or not somebody of this name was invited. A poll holds 100,000 intervals and 10,000 participants, at most half of each uninvited.';

CREATE FUNCTION @extschema@.jb_poll_withdraw(poll_id bigint, participant text, token text = NULL, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_poll_withdraw';
COMMENT ON FUNCTION @extschema@.jb_poll_withdraw(bigint, text, text, text) IS
  'Withdraws a participant''s schedule, by the participant''s or the organiser''s token, and returns true. An uninvited participant leaves the poll. Raises P0002 if there is no schedule.';

CREATE FUNCTION @extschema@.jb_poll_ranking(poll_id bigint, max_rows int = 10, token text = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_recommendation
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_poll_ranking';
COMMENT ON FUNCTION @extschema@.jb_poll_ranking(bigint, int, text, text) IS
  'The best recommendations of a poll, exact to the second: most participants first, then most of them with yes, then earliest. For a secretary or with the organiser''s token.';

CREATE FUNCTION @extschema@.jb_poll_book(poll_id bigint, start_timestamp timestamptz = NULL, token text = NULL,
                             dry_run bool = false, idempotency_key text = NULL, basis text = NULL,
                             principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_poll_book';
COMMENT ON FUNCTION @extschema@.jb_poll_book(bigint, timestamptz, text, bool, text, text, text) IS
  'Places the poll''s event as a fixed one and closes the poll, both or neither. It starts at start_timestamp, by default at the earliest start of the best recommendation. Participants free then become attendees. The poll reopens if the event expires or is denied, cancelled or deleted.';

CREATE FUNCTION @extschema@.jb_poll_delete(poll_id bigint, token text = NULL, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_poll_delete';
COMMENT ON FUNCTION @extschema@.jb_poll_delete(bigint, text, text) IS
  'Deletes a poll, open or closed, with its schedules, and returns true; its event stays. For the poll''s maker, callers who may book on its calendars, or with the organiser''s token. Raises P0002 if there is no such poll.';

-- Polls as JSON -------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_poll_schedule_json(schedule @extschema@.jb_poll_schedule) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object('participant', $1.participant, 'schedule',
         CASE WHEN $1.yes IS NOT NULL THEN coalesce(
           (SELECT json_agg(json_build_object('start', @extschema@.jb_timestamp_text(lower(r.during), $1.time_zone),
                                              'end', @extschema@.jb_timestamp_text(upper(r.during), $1.time_zone),
                                              'preference', r.preference) ORDER BY r.during)
              FROM (SELECT unnest($1.yes), 'yes' UNION ALL SELECT unnest($1.if_need_be), 'if_need_be')
                AS r (during, preference)), '[]') END,
         'answered_at', @extschema@.jb_timestamp_text($1.answered_at, $1.time_zone), 'invited', $1.invited);
COMMENT ON FUNCTION @extschema@.jb_poll_schedule_json(@extschema@.jb_poll_schedule) IS
  'A participant and the schedule, ordered by start, as GET /polls/:id returns it. schedule is null if there is none, invited where it is not disclosed.';

CREATE FUNCTION @extschema@.jb_poll_json(poll @extschema@.jb_poll_view) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'id', $1.id, 'title', $1.title,
  'from', @extschema@.jb_timestamp_text($1.from_time, $1.time_zone), 'to', @extschema@.jb_timestamp_text($1.to_time, $1.time_zone),
  'duration', extract(epoch FROM $1.duration)::bigint, 'daily_from', $1.daily_from, 'daily_to', $1.daily_to,
  'time_zone', $1.time_zone, 'calendars', $1.calendars, 'public', $1.public, 'status', $1.status,
  'event_id', $1.event_id, 'participant_count', $1.participant_count, 'answer_count', $1.answer_count,
  'created_by', $1.created_by, 'created_at', @extschema@.jb_timestamp_text($1.created_at, $1.time_zone),
  'closed_at', @extschema@.jb_timestamp_text($1.closed_at, $1.time_zone), 'show_answers', $1.show_answers);
COMMENT ON FUNCTION @extschema@.jb_poll_json(@extschema@.jb_poll_view) IS
  'A poll as GET /polls returns it.';

CREATE FUNCTION @extschema@.jb_recommendation_json(recommendation @extschema@.jb_recommendation) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'earliest_start', @extschema@.jb_timestamp_text($1.earliest_start, $1.time_zone),
  'latest_start', @extschema@.jb_timestamp_text($1.latest_start, $1.time_zone),
  'from', @extschema@.jb_timestamp_text($1.from_time, $1.time_zone), 'to', @extschema@.jb_timestamp_text($1.to_time, $1.time_zone),
  'participants', $1.participants, 'if_need_be', $1.if_need_be, 'missing', $1.missing);
COMMENT ON FUNCTION @extschema@.jb_recommendation_json(@extschema@.jb_recommendation) IS
  'A recommendation as GET /polls/:id/recommendations returns it.';
