-- Books the next half hour and cancels it: two calls.
\set n :n + 1
\set start 4102444800 + :run * 31536000 + :n * 1800
SELECT event_id FROM jb_schedule('Visit', '30 minutes', start_timestamp => to_timestamp(:start::float8), calendars => '{cancelled}') \gset
SELECT outcome FROM jb_cancel(:event_id);
