-- Half hours one after the other on each calendar; the calendars take turns, so that no two bookings overlap.
\set n :n + 1
\set slot :n * :clients + :client_id
\set calendar (:slot * 617) % :calendars
\set start 4102444800 + :run * 31536000 + :slot / :calendars * 1800
SELECT * FROM jb_schedule('Visit', '30 minutes', start_timestamp => to_timestamp(:start::float8), idempotency_key => 'Visit ' || :run::text || '-' || :slot::text, calendars => ARRAY['c' || :calendar::text]);
