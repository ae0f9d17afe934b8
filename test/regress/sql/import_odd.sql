-- Promise: one odd line of a file costs one line. An event is booked wherever its time is clear, and its row says what was
-- odd. A TZID means what the file says, unless its name means the same everywhere.
-- Could break: a line, a parameter or a long text costs the event, or the file; the server knows another zone of a name
-- that the file describes; what was odd is not told, or told of an event that is not placed.
\i test/regress/sql/frame/open.psql

-- ---- lines ----
SELECT E'BEGIN:VCALENDAR\nstray\n'
       'BEGIN:VEVENT\nUID:lines\nSUMMARY:Lines\nX-RADIUS=49.91\nBegin: at nine\nDTSTART:20261124T080000Z\nDURATION:PT1H\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:both\nSUMMARY:Both\nSUMMARY:Again\nDTSTART:20261124T090000Z\nDTEND:20261124T100000Z\nDURATION:PT0S\n'
       'BEGIN:VEVENT\nUID:date\nSUMMARY:Time as date\nDTSTART;VALUE=DATE:20261124T120000\nDTEND;VALUE=DATE:20261124T130000\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:iso\nSUMMARY:ISO\nDTSTART:2026-11-24T14:00:00+01:00\nDTEND:2026-11-24T15:00Z\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:day\nSUMMARY:A day\nDTSTART;VALUE=DATE:20261125\nDTEND;VALUE=DATE:20261125\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:late\nSUMMARY:Taken\nodd\nDTSTART:20261124T080000Z\nDURATION:PT1H\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:when\nSUMMARY:Unclear\nDTSTART:20261124T080000Z\nDTSTART:20261124T090000Z\nEND:VEVENT\n'
       'END:VCALENDAR\n\x1a' AS ics \gset
SELECT uid, outcome, start_timestamp, end_timestamp, detail FROM jb_import('room:a', :'ics');
SELECT outcome, detail FROM jb_import('room:a', :'ics', max_rows => 1);

-- ---- texts and lists that are too long ----
SELECT outcome, detail FROM jb_import('room:a', E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:long\nSUMMARY:' || repeat('ß', 501) || E'\nLOCATION:' || repeat('l', 1001)
  || E'\n' || (SELECT string_agg(format('ATTENDEE:mailto:p%s@example.org', i), E'\n') FROM generate_series(1, 1001) i)
  || E'\nDTSTART:20261126T080000Z\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n');
SELECT length(event_name), length(event_location), cardinality(attendees) FROM jb_events('room:a', '2026-11-26', '2026-11-27');

-- ---- series ----
SELECT n, outcome, detail, cardinality(events) FROM jb_import('room:a', E'BEGIN:VCALENDAR\n'
  'BEGIN:VEVENT\nUID:off\nSUMMARY:Off the rule\nDTSTART;TZID=Europe/Berlin:20261203T200000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3;BYDAY=WE\nEND:VEVENT\n'
  'BEGIN:VEVENT\nUID:periods\nSUMMARY:Periods\nDTSTART:20261205T080000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20261205T080000Z/PT1H,20261206T080000Z/20261206T110000Z,soon\nEND:VEVENT\nEND:VCALENDAR\n');
SELECT event_name, start_timestamp, end_timestamp FROM jb_events('room:a', '2026-12-01', '2027-01-01');
-- followed: another length of one of them, by the same start
SELECT outcome FROM jb_import('room:a', E'BEGIN:VCALENDAR\n'
  'BEGIN:VEVENT\nUID:periods\nSUMMARY:Periods\nDTSTART:20261205T080000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20261206T080000Z/PT2H\nEND:VEVENT\nEND:VCALENDAR\n', sync => true);
SELECT start_timestamp, end_timestamp FROM jb_events('room:a', '2026-12-05', '2026-12-07');

-- ---- zones ----
SELECT E'BEGIN:VTIMEZONE\nTZID:%1$s\n'
       'BEGIN:STANDARD\nDTSTART:20001029T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0000\nEND:STANDARD\n'
       'BEGIN:DAYLIGHT\nDTSTART;VALUE=DATE:20000326\nRRULE:FREQ=YEARLY;BYHOUR=1;BYMINUTE=0;BYDAY=-1SU;BYMONTH=3\nTZOFFSETTO:+0100\nEND:DAYLIGHT\nEND:VTIMEZONE\n' AS zone \gset
SELECT id, outcome, i.start_timestamp AT TIME ZONE 'UTC' AS utc, detail
FROM (VALUES ('GMT'), ('EST'), ('America/New_York'), ('Mine'), ('Custom/GMT')) AS z (id),
     jb_import('room:a', E'BEGIN:VCALENDAR\n' || format(:'zone', id) || format(E'BEGIN:VEVENT\nDTSTART;TZID=%s:20270701T100000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n', id), dry_run => true) AS i;
-- of a file that describes none
SELECT id, outcome, i.start_timestamp AT TIME ZONE 'UTC' AS utc, detail
FROM (VALUES ('GMT'), ('EST'), ('US/Eastern'), ('IST'), ('Eastern Standard Time'), ('(UTC-05:00) Eastern Time (US & Canada)'), ('(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna'),
             ('(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi'), ('(UTC+13:00) Nuku''alofa'), ('(UTC) Coordinated Universal Time'),
             ('(UTC-05:00) Berlin'), ('(UTC+01:00) Nowhere'), ('(UTC+1:00) Berlin')) AS z (id),
     jb_import('room:a', format(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID="%s":20270701T100000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n', id), dry_run => true) AS i;
SELECT outcome, start_timestamp AT TIME ZONE 'UTC' AS utc, detail
FROM (VALUES ('America/Vancouver'), ('W. Europe Standard Time'), ('Mars/Olympus')) AS z (id),
     jb_import('room:a', format(E'BEGIN:VCALENDAR\nX-WR-TIMEZONE:%s\nBEGIN:VEVENT\nDTSTART:20270705T090000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n', id), dry_run => true);
\i test/regress/sql/frame/close.psql
