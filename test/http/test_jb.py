# SPDX-License-Identifier: PostgreSQL
"""jb shows a week, explains, imports a file and checks, for a person at a terminal and for a program; jb.1 says what
--help says.

Could break: a name moves the cursor or is cut in the middle of a character; a table is wider than the terminal; colours
go into a file; a file is booked before the user agreed, or twice."""

import datetime
import fcntl
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import termios
import unicodedata

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
JB = SOURCE / "build" / "jb"
COMMANDS = ("week", "why", "import", "listen", "relay", "check", "mcp")
PATIENCE = 60


def jb(*arguments, columns=None, status=0, stdin=None):
    environment = {**os.environ, **({"COLUMNS": str(columns)} if columns else {})}
    result = subprocess.run([JB, *arguments], capture_output=True, text=True, timeout=PATIENCE, env=environment, input=stdin)
    assert result.returncode == status, (result.stdout, result.stderr)
    return result.stdout if status == 0 else result


def at_terminal(*arguments, columns=80, keys=b""):
    """The output for a person: standard input, output and error are one terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        for name in ("COLUMNS", "NO_COLOR"):
            os.environ.pop(name, None)
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.execv(JB, [str(JB), *arguments])
    os.write(terminal, keys)
    seen = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        seen += piece
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()


def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def booked(psql, calendar, name, day, time, more=""):
    return int(psql.value(f"SELECT event_id FROM jb_schedule($name${name}$name$, '90 minutes', '{day}', '{time}', calendars => '{{{calendar}}}'{more})"))


EVENT = "BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{name}\r\nDTSTART;TZID=Europe/Berlin:{day}T{time}\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"


def ics(days, *events):
    blocks = "".join(EVENT.format(uid=uid, name=name, day=days[day].replace("-", ""), time=time) for uid, name, day, time in events)
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + blocks + "END:VCALENDAR\r\n"


@pytest.fixture
def file(tmp_path, days):
    """A file of three talks, two of which overlap, and of a talk that cannot be read."""
    path = tmp_path / "talks.ics"
    path.write_text(ics(days, ("a", "Opening", "monday", "090000"), ("b", "Overlap", "monday", "093000"), ("c", "Closing", "friday", "160000"))
                    .replace("END:VCALENDAR", "BEGIN:VEVENT\r\nUID:d\r\nSUMMARY:Broken\r\nDTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR"))
    return str(path)


# ---- week ----

def test_a_week_is_a_table_with_a_column_for_each_day(psql, calendar, days):
    booked(psql, calendar, "Vorstand 董事會 é́", days["monday"], "09:00")
    booked(psql, calendar, "Late", days["sunday"], "23:00")
    psql.value(f"SELECT outcome FROM jb_schedule('Automatic', '1 hour', '{days['tuesday']}', calendars => '{{{calendar}}}')")
    booked(psql, calendar, "Offer", days["friday"], "10:00", ", hold_for => '1 hour'")
    cancelled = booked(psql, calendar, "Gone", days["friday"], "14:00")
    psql.value(f"SELECT outcome FROM jb_cancel({cancelled})")
    for columns in (100, 120, 160):
        text = jb("week", "--date", days["wednesday"], calendar, columns=columns)
        lines = text.splitlines()
        assert "Europe/Berlin" in lines[0] and days["monday"] in lines[0]
        assert lines[1].count("│") == 6 and lines[1].startswith("Mon ")
        assert max(map(width, lines)) <= columns
        cells = [[cell.strip() for cell in line.split("│")] for line in lines[2:]]
        assert cells[0][0] == "=09:00–10:30" and cells[1][0].startswith("Vorstand") and "董事會" in text
        assert cells[0][1] == "~08:00–09:00" and cells[0][4] == "?10:00–11:30" and cells[0][6] == "=23:00–…"
        assert "Gone" not in text and "\x1b" not in text


def test_a_narrow_terminal_gets_a_list(psql, calendar, days):
    booked(psql, calendar, "A name that is longer than the terminal is wide, and has to go on below", days["monday"], "09:00", ", event_location => 'Room 1'")
    for columns in (30, 60):
        lines = jb("week", "--date", days["monday"], calendar, columns=columns).splitlines()
        assert max(map(width, lines)) <= columns
        assert lines[2].startswith(" =09:00–10:30 A name")
        assert "".join(lines).replace(" ", "").endswith("goonbelow(Room1)" + "".join(line.replace(" ", "") for line in lines[-6:]))


def test_a_day_ends_at_24_where_the_clock_changes_at_midnight(psql, calendar):
    psql.value(f"SELECT count(jb_calendar_set('{calendar}', '{{\"time_zone\": \"America/Santiago\", \"horizon\": \"3660 days\"}}'))")
    psql.value(f"SELECT outcome FROM jb_schedule('Whole', event_date => '2027-09-04', start_time => '00:00', days => 1, calendars => '{{{calendar}}}')")
    assert "=00:00–24:00" in jb("week", "--date", "2027-09-04", calendar, columns=60)  # the next midnight is skipped
    other = calendar + "-2"
    psql.value(f"SELECT count(jb_calendar_set('{other}', '{{\"time_zone\": \"America/Havana\", \"horizon\": \"3660 days\"}}'))")
    psql.value(f"SELECT outcome FROM jb_schedule('First', '30 minutes', start_timestamp => '2027-11-07T04:30:00Z', calendars => '{{{other}}}')")
    assert "=00:30–00:00" in jb("week", "--date", "2027-11-07", other, columns=60)  # the second of two midnights


def test_what_waits_stands_below(psql, calendar, days):
    booked(psql, calendar, "Talk", days["monday"], "09:00")
    booked(psql, calendar, "Waits for it", days["monday"], "09:00", ", on_no_slot => 'wait'")
    assert jb("week", "--date", days["monday"], calendar).splitlines()[-1] == "waits: Waits for it"


def test_a_week_with_nothing_to_come_tells_of_the_next_event(psql, calendar, days):
    """On a weekend the week is over, and looks as if it had no events."""
    assert jb("week", calendar).splitlines()[-1] == "next: nothing is booked"
    booked(psql, calendar, "Past", days["yesterday"], "00:00", ", allow_past => true")
    next_week = booked(psql, calendar, "Next week", days["monday"], "09:00")
    # The scheduler refuses such a name; a database of an older version may contain one.
    psql.value(f"UPDATE jb_event SET event_name = E'Next\\nweek' WHERE id = {next_week} RETURNING 1")
    booked(psql, calendar, "Waits", days["monday"], "09:00", ", on_no_slot => 'wait'")
    on = datetime.date.fromisoformat(days["monday"])
    last = [line for line in jb("week", calendar, columns=60).splitlines() if not line.startswith("waits: ")][-1]
    assert last == f"next: {on:%a %d %b %Y} 09:00, Next week"
    assert "next: " not in jb("week", "--date", days["sunday"], calendar)
    yesterday = datetime.date.fromisoformat(days["yesterday"])
    assert ("next: " in jb("week", "--date", str(yesterday), calendar)) == (yesterday.weekday() < 6)  # else the week is over
    assert jb("week", "--date", str(on - datetime.timedelta(7)), calendar).splitlines()[-2] == last


def test_a_name_cannot_move_the_cursor(psql, calendar, days):
    # The scheduler refuses such a name; a database of an older version may contain one.
    event = booked(psql, calendar, "old", days["monday"], "09:00")
    psql.value(f"UPDATE jb_event SET event_name = $name$a\x1b[2Jb\nc\u202ed\u200be$name$ WHERE id = {event} RETURNING 1")
    text = jb("week", "--date", days["monday"], calendar, columns=60)
    assert "a [2Jb cde" in text and "\x1b" not in text and "\u202e" not in text


def test_colours_are_for_terminals(psql, calendar, days):
    booked(psql, calendar, "Talk", days["monday"], "09:00")
    status, seen = at_terminal("week", "--date", days["monday"], calendar, columns=120)
    assert status == 0 and "\x1b[36m" in seen
    assert "\x1b" not in at_terminal("week", "--color", "never", "--date", days["monday"], calendar)[1]
    assert "\x1b[36m" in jb("week", "--color", "always", "--date", days["monday"], calendar)


def test_a_week_as_json_is_what_http_gives(service, psql, calendar, days):
    event = booked(psql, calendar, "Talk", days["monday"], "09:00")
    (row,) = json.loads(jb("week", "--json", "--date", days["sunday"], calendar))
    assert row == json.loads(service.call("GET", f"/events/{event}").body)


# ---- why ----

def test_why_tells_what_is_in_the_way(psql, calendar, days):
    event = booked(psql, calendar, "Talk", days["monday"], "09:00")
    text = jb("why", "--calendar", calendar, "--date", days["monday"], "--time", "09:30", "--duration", "PT1H", columns=200)
    assert text.splitlines()[-1] == "rejected" and f"taken by event {event}" in text
    rows = json.loads(jb("why", "--json", "--calendar", calendar, "--date", days["monday"], "--duration", "3600"))
    assert rows[-1]["verdict"] == "placed" and rows[-1]["candidate"]["start_timestamp"].startswith(f"{days['monday']}T08:00")
    asked = ("why", "--json", "--calendar", calendar, "--date", days["monday"], "--within")
    assert json.loads(jb(*asked, '{"from": "13:00"}'))[-1]["candidate"]["start_timestamp"].startswith(f"{days['monday']}T13:00")
    assert 'invalid within "afternoon"' in jb(*asked, "afternoon", status=1).stderr


def test_why_tells_of_lists(psql, calendar, days):
    booked(psql, calendar, "Talk", days["monday"], "09:00")
    other = psql.value(f"SELECT name FROM jb_calendar_set('{calendar}:other', '{{}}')")
    asked = ("why", "--json", "--date", days["monday"], "--time", "09:00", "--duration", "3600", "--one-of")
    assert json.loads(jb(*asked, json.dumps([{"calendars": [calendar]}])))[-1]["verdict"] == "rejected"
    assert json.loads(jb(*asked, json.dumps([{"calendars": [calendar, other]}])))[-1]["verdict"] == "placed"
    assert 'invalid one_of "room"' in jb(*asked, "room", status=1).stderr


def test_why_tells_of_a_rejection(psql, calendar, days):
    event = booked(psql, calendar, "Talk", days["monday"], "09:00")
    rejection = psql.value(f"SELECT rejection_id FROM jb_schedule('Press', '1 hour', '{days['monday']}', '10:00', calendars => '{{{calendar}}}')")
    assert jb("why", "--rejection", rejection, columns=200).splitlines()[-1] == "rejected"
    psql.value(f"SELECT outcome FROM jb_cancel({event})")
    assert jb("why", "--rejection", rejection).splitlines()[-1] == "placed"
    assert "does not exist" in jb("why", "--rejection", "9000000000", status=1).stderr


def test_why_tells_of_a_rejection_with_all_that_was_asked(psql, calendar, days):
    room, monday = f"{calendar}-room", days["monday"]
    psql.value(f"SELECT count(*) FROM jb_calendar_set('{room}', '{{}}')")
    booked(psql, room, "Talk", monday, "09:00")
    rejection = psql.value(f"SELECT rejection_id FROM jb_schedule('Press', '1 hour', '{monday}', '09:00', calendars => '{{{calendar}}}', attendees => '{{{room}}}', check_attendees => true)")
    assert jb("why", "--rejection", rejection, columns=200).splitlines()[-1] == "rejected"
    # A change is explained with its event set aside: otherwise the event would be in its own way.
    first, last = booked(psql, calendar, "First", monday, "10:00"), booked(psql, calendar, "Last", monday, "12:00")
    refused = psql.value(f"SELECT rejection_id FROM jb_reschedule({first}, start_time => '11:00')")
    text = jb("why", "--rejection", refused, columns=200)
    assert f"is taken by event {last}.\n" in text and text.splitlines()[-1] == "rejected"
    psql.value(f"SELECT outcome FROM jb_cancel({last})")
    assert jb("why", "--rejection", refused, columns=200).splitlines()[-1] == "placed"


def test_why_tells_what_a_rejection_said(psql, calendar, days):
    event, monday, offset = booked(psql, calendar, "Talk", days["monday"], "09:00"), days["monday"], days["offset"]
    rejection = psql.value(f"SELECT rejection_id FROM jb_schedule('Press', '1 hour', '{monday}', '10:00', calendars => '{{{calendar}}}')")
    status, seen = at_terminal("why", "--rejection", rejection, columns=120)
    assert status == 0 and seen.splitlines()[0] == (
        f"It was refused for conflict: From {monday}T10:00:00{offset} to {monday}T11:00:00{offset} is taken by event {event}.")
    (told,) = [json.loads(line) for line in jb("listen", "--once", "--json", "--after", str(int(rejection) - 1)).splitlines() if f'"id" : {rejection},' in line]
    assert told["facts"] == {"start_timestamp": told["facts"]["start_timestamp"], "end_timestamp": told["facts"]["end_timestamp"]}
    assert told["conflicts"] == [event] and len(told["alternatives"]) == 3


def test_why_tells_why_an_event_stands_where_it_stands(psql, calendar, days):
    monday = days["monday"]
    talk = booked(psql, calendar, "Talk", monday, "09:00")
    where = f"event_date => '{monday}', calendars => '{{{calendar}}}'"
    reading = psql.value(f"SELECT event_id FROM jb_schedule('Reading', '2 hours', {where})")
    text = jb("why", "--event", reading, columns=200)
    assert re.search(rf"{monday} 08:00–10:30 +passed_over +conflict +{talk} +Event {talk} is in the way until {monday}T10:30:00{re.escape(days['offset'])}\.\n", text)
    assert re.search(rf"{monday} 10:30–12:30 +placed ", text) and f"event {reading}" not in text
    waiting = psql.value(f"SELECT event_id FROM jb_schedule('Press', '1 hour', '{monday}', '09:30', on_no_slot => 'wait', calendars => '{{{calendar}}}')")
    rows = json.loads(jb("why", "--event", waiting, "--json"))
    assert rows[-1]["verdict"] == "rejected" and rows[-1]["conflicts"] == [talk]
    asked = ("why", "--calendar", calendar, "--date", monday, "--duration", "PT2H")
    assert re.search(rf"{monday} 12:30–14:30 +placed ", jb(*asked, columns=200))
    assert re.search(rf"{monday} 10:30–12:30 +placed ", jb(*asked, "--aside", reading, columns=200))
    for option in ("--event", "--aside"):
        assert "does not exist" in jb("why", option, "9000000000", status=1).stderr


def test_why_asks_of_an_event_what_the_event_claims(psql, calendar, days):
    late, monday = f"{calendar}-late", days["monday"]
    event = psql.value(f"SELECT event_id FROM jb_schedule('Talk', '1 hour', '{monday}', calendars => '{{{calendar}}}', attendees => '{{{late}}}', check_attendees => true)")
    # The attendee gets a calendar, on which the hour is taken. The event does not claim it, and stays where it is.
    psql.value(f"SELECT count(*) FROM jb_calendar_set('{late}', '{{}}')")
    booked(psql, late, "Other", monday, "08:00")
    (*_, placed, verdict) = jb("why", "--event", event, columns=200).splitlines()
    assert placed.split()[:3] == [monday, "08:00–09:00", "placed"] and verdict == "placed"


def test_why_is_read_at_a_narrow_terminal_on_the_wall_clock(psql, calendar, days):
    event, day = booked(psql, calendar, "Talk", days["monday"], "09:00"), days["monday"]
    asked = ("why", "--calendar", calendar, "--date", day, "--time", "10:00", "--duration", "PT1H")
    for columns in (75, 80):
        lines = jb(*asked, columns=columns).splitlines()
        assert max(map(width, lines)) <= columns
        assert lines[0].split() == ["when", "verdict", "reason", "events"]
        assert lines[-1] == "rejected" and f"is taken by event {event}." in " ".join(line.strip() for line in lines)
    assert f"{day} 10:00–11:00" in jb(*asked, columns=120)
    # On the night of a clock change the offset shows which hour is meant.
    night = days["spring"]
    booked(psql, calendar, "Night", night, "01:00")
    text = jb("why", "--calendar", calendar, "--date", night, "--time", "01:30", "--duration", "PT1H", columns=200)
    assert f"{night} 01:30+01:00–03:30+02:00" in text
    # Seconds are shown where there are any, and both dates where they differ.
    late = psql.value(f"SELECT event_id FROM jb_schedule('Late', '90 minutes 15 seconds', '{day}', '23:00', calendars => '{{{calendar}}}')")
    next_day = datetime.date.fromisoformat(day) + datetime.timedelta(1)
    assert f"{day} 23:00–{next_day} 00:30:15" in jb("why", "--event", late, columns=200)


def test_why_names_the_field_that_is_wrong(calendar):
    bad = jb("why", "--calendar", calendar, "--time", "09:00", status=1)
    assert "start_time" in bad.stderr


# ---- import ----

def test_a_file_is_tried_before_it_is_booked(psql, calendar, days, file):
    trial = jb("import", "--dry-run", "--calendar", calendar, file, columns=300, status=1)
    lines = trial.stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["placed", "rejected", "placed", "invalid", "2"]
    monday, offset = days["monday"], days["offset"]
    assert f'conflict: From {monday}T09:30:00{offset} to {monday}T10:30:00{offset} is taken by "Opening" in line 3 of this file.' in lines[2]
    assert lines[-1] == "2 placed, 1 rejected, 1 invalid" and "line 21: DTSTART in line 24" in trial.stdout
    assert psql.value(f"SELECT count(*) FROM jb_events('{calendar}')") == "0"
    refused = jb("import", "--calendar", calendar, file, status=1)
    assert "nothing was booked" in refused.stderr
    assert psql.value(f"SELECT count(*) FROM jb_events('{calendar}')") == "0"


def test_a_file_is_booked_once(psql, calendar, file):
    assert jb("import", "--yes", "--calendar", calendar, file, status=1).stdout.splitlines()[-1] == "2 placed, 1 rejected, 1 invalid"
    again = jb("import", "--yes", "--calendar", calendar, file, status=1).stdout.splitlines()
    assert again[-1] == "1 rejected, 1 invalid, 2 unchanged"
    assert psql.value(f"SELECT count(*) FROM jb_events('{calendar}')") == "2"


def test_a_fold_within_a_character_is_undone(psql, calendar, days, tmp_path):
    path = tmp_path / "folded.ics"
    path.write_bytes(ics(days, ("u1", "Gr@TORN@ße", "monday", "090000")).encode().replace(b"@TORN@", b"\xc3\n \xbc"))
    jb("import", "--yes", "--calendar", calendar, path)
    assert psql.value(f"SELECT event_name FROM jb_events('{calendar}')") == "Grüße"


def test_a_person_is_asked_and_sees_a_bar(psql, calendar, days, tmp_path):
    path = tmp_path / "many.ics"
    path.write_text(ics(days, *((f"u{i}", f"Talk {i}", "monday", f"{8 + i // 2:02}{i % 2 * 30:02}00") for i in range(30))).replace("PT1H", "PT30M"))
    status, seen = at_terminal("import", "--calendar", calendar, str(path), keys=b"n\n")
    assert status == 1 and "Book them? [y/N]" in seen
    assert psql.value(f"SELECT count(*) FROM jb_events('{calendar}')") == "0"
    status, seen = at_terminal("import", "--json", "--calendar", calendar, str(path), keys=b"y\n")
    assert status == 1 and "Book them?" not in seen and "--yes" in seen
    status, seen = at_terminal("import", "--calendar", calendar, str(path), keys=b"Yes\n")
    assert status == 0 and re.search(r"\[#+\.+\] 20/30", seen)
    assert psql.value(f"SELECT count(*) FROM jb_events('{calendar}', max_rows => 1000)") == "30"


def test_a_source_is_followed(psql, calendar, days, tmp_path):
    path = tmp_path / "source.ics"

    def run(*options, events, status=0):
        path.write_text(ics(days, *events).replace("DURATION", f"SEQUENCE:{run.sequence}\nDURATION"))
        run.sequence += 1
        return jb("import", "--yes", "--calendar", calendar, *options, str(path), status=status)

    run.sequence = 0
    opening, closing = ("a", "Opening", "monday", "090000"), ("b", "Closing", "monday", "110000")
    assert run("--sync", "--cancel-missing", events=[opening, closing]).splitlines()[-1] == "2 placed"
    moved = ("a", "Opening", "monday", "110000")
    told = run("--sync", "--cancel-missing", events=[moved]).splitlines()
    assert told[-1] == "1 updated, 1 cancelled" and "The file does not have it." in told[2]
    assert psql.value(f"SELECT string_agg(event_name || ' ' || status, ', ' ORDER BY id) FROM jb_events('{calendar}')") == "Opening pending, Closing cancelled"
    in_the_way = ("c", "Third", "monday", "113000")
    assert run("--sync", events=[moved, in_the_way], status=1).stdout.splitlines()[-1] == "1 rejected, 1 unchanged"
    assert run("--sync", "--skip", events=[moved, in_the_way]).splitlines()[-1] == "1 skipped, 1 unchanged"


def test_a_larger_file_has_larger_steps(psql, calendar, days, tmp_path):
    path = tmp_path / "many.ics"
    path.write_text(ics(days, *((f"u{i}", f"Talk {i}", "monday", f"{i // 60:02}{i % 60:02}00") for i in range(600))).replace("PT1H", "PT1M"))
    assert jb("import", "--yes", "--calendar", calendar, str(path)).splitlines()[-1] == "600 placed"
    assert psql.value(f"SELECT count(DISTINCT i.xmin::text) FROM jb_imported i JOIN jb_calendar c ON c.id = i.calendar WHERE c.name = '{calendar}'") == "20"


def test_standard_input_and_json_are_for_programs(psql, calendar, days):
    text = ics(days, ("a", "Opening", "monday", "090000"))
    rows = json.loads(jb("import", "--json", "--yes", "--calendar", calendar, "-", stdin=text))
    assert [(row["outcome"], row["event_name"]) for row in rows] == [("placed", "Opening")]
    assert "BEGIN:VCALENDAR" in jb("import", "--dry-run", "--calendar", calendar, "-", stdin="hello", status=1).stderr
    assert "nowhere" in jb("import", "--dry-run", "--calendar", "nowhere", "-", stdin=text, status=1).stderr
    assert "/no/such/file" in jb("import", "--calendar", calendar, "/no/such/file", status=1).stderr
    assert "BEGIN:VCALENDAR" in jb("import", "--dry-run", "--calendar", calendar, "/dev/null", status=1).stderr


# ---- check ----

def test_check_tells_what_is_sound(psql):
    assert jb("check") == "sound\n"
    assert json.loads(jb("check", "--json")) == []
    assert jb("check", "host=/nonexistent", status=3).stdout == ""


# ---- usage ----

@pytest.mark.parametrize("arguments", [
    [], ["nonsense"], ["week", "--nonsense"], ["week", "a", "b", "c"], ["week", "--date", "2026-02-30"], ["week", "--date"], ["week", "--color", "red"],
    ["why", "a", "b"], ["why", "--priority", "101"], ["why", "--rejection", "1", "--date", "2026-11-23"],
    ["why", "--rejection", "1", "--event", "1"], ["why", "--event", "1", "--aside", "1"], ["why", "--aside", "0"], ["import"], ["import", "a", "b", "c"], ["import", "--cancel-missing", "a"], ["check", "a", "b"],
])
def test_wrong_usage_is_told(arguments):
    result = jb(*arguments, status=2)
    assert result.stdout == "" and "usage: jb" in result.stderr


def unrolled(text):
    """A man page's text without its marks."""
    return re.sub(r"\\f[BIRP]", "", text.replace("\\-", "-"))


def test_the_man_page_says_what_help_says():
    page = (SOURCE / "build" / "jb.1").read_text()
    synopsis = unrolled(re.search(r"^\.SH SYNOPSIS\n\.nf\n(.*?)\n\.fi$", page, re.S | re.M).group(1)).splitlines()
    assert synopsis == [jb(command, "--help").splitlines()[0].removeprefix("usage: ") for command in COMMANDS]
    assert all(f"  {command} " in jb("--help") for command in COMMANDS)
    for command in COMMANDS:
        section = unrolled(re.search(rf"^\.SS jb {command}\n(.*?)(?=^\.S[HS] )", page, re.S | re.M).group(1))
        told = set(re.findall(r"^ +(--[a-z-]+)|, (--[a-z-]+)", jb(command, "--help"), re.M))
        for option in {name for pair in told for name in pair if name} - {"--json", "--color"}:
            assert option in section, f"jb {command} {option} is not in the man page"
