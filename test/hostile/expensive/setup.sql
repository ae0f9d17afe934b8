-- Calendars with much data, made by a manager and a secretary with their own rights: a hundred ordinary calendars, one
-- whose hours are as many spans as a day may have, and one whose events together are longer than a backend may take.
SELECT count(jb_calendar_set('expensive:' || i, '{"horizon": "3660 days"}')) FROM generate_series(1, 100) AS i;

SELECT count(jb_calendar_set('expensive:dense', jsonb_build_object('horizon', '3660 days', 'slot_increment', 1, 'hours', (
         SELECT jsonb_object_agg(day, (
                  SELECT jsonb_agg(jsonb_build_object('start', to_char(time '00:00' + make_interval(mins => 5 * i), 'HH24:MI'),
                                                      'end', to_char(time '00:04' + make_interval(mins => 5 * i), 'HH24:MI')))
                    FROM generate_series(0, 287) AS i))
           FROM unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) AS day))));

SELECT count(jb_calendar_set('expensive:big', '{"horizon": "3660 days"}'));
SELECT count(jb_schedule('long', '30 seconds', start_timestamp => '2027-01-04 00:00Z'::timestamptz + make_interval(mins => i),
                         calendars => '{expensive:big}', attendees => array_fill(repeat(U&'\+01F600', 200), ARRAY[1000])))
  FROM generate_series(1, 330) AS i;
