# SPDX-License-Identifier: PostgreSQL
"""Promise: GET /metrics on loopback is readable by Prometheus, and shows requests by route and status, outcomes,
rejections, how many events are held or waiting, how overbooked a calendar is; also without the database.

Could break: Prometheus silently misreads a family in two pieces, or a bucket that shrinks. promtool (Debian's
prometheus) also checks the text if it is installed."""

import json
import re
import shutil
import subprocess


NAME = re.compile(r"[a-z_]+\Z")
SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)\Z')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def read(text):
    """{(name, labels): value} of a text in the exposition format; anything not in this format is an AssertionError."""
    assert text.endswith("\n")
    samples, seen, family, kind = {}, set(), None, None
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("# HELP "):
            family, described = line.split(" ", 3)[2:]
            assert NAME.match(family) and family not in seen and described.endswith("."), line
            seen.add(family)
            words = next(lines).split(" ")
            assert words[:3] == ["#", "TYPE", family], f"{family} has no type"
            kind = words[3]
            assert kind in ("counter", "gauge", "histogram")
            assert (kind == "counter") == family.endswith("_total"), f"{family} is a {kind}"
            continue
        match = SAMPLE.match(line)
        assert match, f"no sample: {line}"
        suffixes = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
        assert match[1] in {family + suffix for suffix in suffixes}, f"{line} stands below {family}"
        key = match[1], tuple(sorted(LABEL.findall(match[2] or "")))
        assert key not in samples, f"twice: {line}"
        samples[key] = float(match[3])
    return samples


def check_histograms(samples):
    buckets = {}
    for (name, labels), value in samples.items():
        if name.endswith("_bucket"):
            rest = tuple(label for label in labels if label[0] != "le")
            buckets.setdefault((name.removesuffix("_bucket"), rest), []).append((float(dict(labels)["le"]), value))
    assert buckets
    for (name, labels), counts in buckets.items():
        assert counts == sorted(counts) and [c for _, c in counts] == sorted(c for _, c in counts), f"{name} {labels}"
        assert counts[-1] == (float("inf"), samples[name + "_count", labels])


def scrape(service, calendars=()):
    target = "/metrics" + (f"?calendar={','.join(calendars)}" if calendars else "")
    answer = service.call("GET", target, certificate="probe")
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return answer.body.decode()


def value(samples, name, **labels):
    return samples.get((name, tuple(sorted(labels.items()))), 0)


def book(service, calendar, status, **fields):
    body = {"event_name": "Counted", "duration": 3600, "calendars": [calendar], **fields}
    answer = service.send("POST", "/events", body)
    assert answer.status == status, answer.body
    return json.loads(answer.body)


def test_they_have_the_form_of_prometheus(service, calendar):
    book(service, calendar, 201)
    text = scrape(service, [calendar])
    check_histograms(read(text))
    if promtool := shutil.which("promtool"):
        checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True)
        assert checked.returncode == 0 and not checked.stderr, checked


def test_they_count_what_was_done(service, calendar, days):
    before = read(scrape(service))
    at_nine = {"date": days["monday"], "start_time": "09:00"}
    event = book(service, calendar, 201, **at_nine)["id"]
    book(service, calendar, 409, **at_nine)
    book(service, calendar, 409, dry_run=True, **at_nine)
    batch = [{"event_name": "One", "duration": 60, "calendars": [calendar]}, {"event_name": "Two", "duration": 60, "calendars": [calendar], **at_nine},
             {"event_name": "Three", "duration": 60, "calendars": [calendar], "dry_run": True}]
    assert service.send("POST", "/events/batch", batch).status == 200
    assert service.call("POST", f"/events/{event}/cancel").status == 200
    assert service.call("GET", f"/events/{event}").status == 200
    assert service.call("GET", "/no/such/route").status == 404
    assert service.call("GET", "/events", certificate="stranger").status == 403
    after = read(scrape(service))

    def grew(name, **labels):
        return value(after, name, **labels) - value(before, name, **labels)

    assert grew("jb_http_requests_total", method="POST", route="/events", status="201") == 1
    assert grew("jb_http_requests_total", method="POST", route="/events", status="409") == 2
    assert grew("jb_http_requests_total", method="GET", route="/events/:id", status="200") == 1
    assert grew("jb_http_requests_total", method="", route="", status="404") == 1
    assert grew("jb_http_requests_total", method="GET", route="/events", status="403") == 1
    assert grew("jb_http_request_duration_seconds_count", method="POST", route="/events") == 3
    assert grew("jb_outcomes_total", outcome="placed") == 2
    assert grew("jb_outcomes_total", outcome="rejected") == 2
    assert grew("jb_outcomes_total", outcome="cancelled") == 1
    assert grew("jb_rejections_total", reason="conflict") == 2
    assert value(after, "jb_threads_busy") >= 1 and value(after, "jb_threads") >= value(after, "jb_threads_busy")
    assert "no/such" not in scrape(service)


def test_they_tell_how_overbooked_a_calendar_is(service, calendar):
    samples = read(scrape(service, [calendar, "ceo"]))
    assert 0 <= value(samples, "jb_first_free_seconds", calendar=calendar) < 8 * 86400
    assert ("jb_first_free_seconds", (("calendar", "ceo"),)) in samples


def test_they_are_for_loopback_or_a_certificate(service):
    assert service.call("GET", "/metrics", certificate="nobody").status == 401
    assert service.call("GET", "/metrics", certificate="manager").status == 200
    assert service.call("GET", "/metrics", certificate="viewer").status == 403
