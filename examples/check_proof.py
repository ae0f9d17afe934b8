#!/usr/bin/python3
# SPDX-License-Identifier: PostgreSQL
"""Checks over HTTPS that a request has no place (rule 2.19), by what its caller may read: check_proof.py /rejections/17/proof

Instead of the proof's route a file will do. It prints what it found, and succeeds if the facts are true and refute all starts."""
import bisect, datetime, functools, json, os, ssl, sys, urllib.error, urllib.parse, urllib.request, zoneinfo  # noqa: E401

EVER = 1e12


@functools.cache
def tls():
    context = ssl.create_default_context(cafile=os.environ["JB_CA"])
    context.load_cert_chain(os.environ["JB_CERT"], os.environ["JB_KEY"])
    return context


def get(path, **query):
    target = os.environ["JB_URL"] + path + ("?" + urllib.parse.urlencode(query) if query else "")
    with urllib.request.urlopen(target, context=tls(), timeout=60) as answer:
        return json.load(answer)


def at(text, otherwise=None):
    return otherwise if text is None else datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def spans(ranges):
    return [(at(one["start_timestamp"]), at(one["end_timestamp"])) for one in ranges]


def forbidden(proof, reason, facts, fact):
    """The starts that a fact forbids, both ends excluded; None if it is not true."""
    now, length, first, last = at(proof["at"]), proof["duration"], at(facts.get("start_timestamp")), at(facts.get("end_timestamp"))
    if "calendar" not in facts:  # the caller knows the hours that the request asks for
        return {"in_the_past": (-EVER, now), "outside_window": (first and first - length, last)}.get(reason)
    name = urllib.parse.quote(facts["calendar"], "")
    calendar, zone = get("/calendars/" + name), zoneinfo.ZoneInfo(proof["time_zone"])

    def hours(begin, end):
        dates = [datetime.datetime.fromtimestamp(time, zone).date() + datetime.timedelta(more) for time, more in ((begin, -1), (end, 1))]
        return get(f"/calendars/{name}/availability", **dict(zip(("from", "to"), dates)))

    def within(begin, end):
        return {key: datetime.datetime.fromtimestamp(time, zone).isoformat() for key, time in (("from", begin), ("to", end))}
    if reason == "too_soon":
        return -EVER, now + calendar["min_notice"]
    if reason == "beyond_horizon":
        return now + calendar["horizon"] - length, EVER
    if reason == "source_stale":
        as_of = at(get("/busy", calendars=facts["calendar"], **within(now, now + 1))[0]["as_of"], -EVER)
        return (-EVER, EVER) if calendar["max_source_age"] is not None and as_of + calendar["max_source_age"] < now else None
    if reason == "conflict":
        event = get(f"/events/{fact['event_id']}") if "event_id" in fact else None  # a hidden event shows only that the time is taken
        is_its = event is None or (event["version"] == fact["version"] and facts["calendar"] in event["calendars"] + event["attendee_calendars"]
                                   and first <= at(event["start_timestamp"]) and at(event["end_timestamp"]) <= last)
        is_taken = any(begin <= first and last <= end for begin, end in spans(get("/busy", calendars=facts["calendar"], **within(first, last))[0]["busy"]))
        return (first - calendar["buffer_after"] - length, last + calendar["buffer_before"]) if is_its and is_taken else None
    if reason == "outside_hours":
        is_open = any(begin < last and first < end for date in hours(first, last) for begin, end in spans(date["open"]))
        return None if is_open else (first - length, last)
    if reason == "over_limit":
        events = get("/events", calendar=facts["calendar"], status="pending,in_progress,completed,held", limit=1000, **within(first, last))
        return (first - length, last) if sum(first <= at(event["start_timestamp"]) < last for event in events) >= calendar["max_events_per_day"] else None
    if reason == "off_increment":
        begin, end = at(fact["forbids"]["from"]), at(fact["forbids"]["until"])
        own, dates = zoneinfo.ZoneInfo(calendar["time_zone"]), {date["date"]: date["spans"] for date in hours(begin, end)}
        for time in range(int(begin), int(end)):
            wall = datetime.datetime.fromtimestamp(time, own)
            starts = [0] + [sum(int(part) * size for part, size in zip(span["start"].split(":"), (3600, 60, 1))) for span in dates[str(wall.date())]
                            if calendar["slots_from"] == "opening"]
            second = wall.hour * 3600 + wall.minute * 60 + wall.second
            if (second - max(start for start in starts if start <= second)) % calendar["slot_increment"] == 0:
                return None
        return begin - 1, end
    return None


def starts_left(proof):
    """The starts that the request leaves, sorted."""
    return sorted({at(run["first"]) + i * run["step"] for run in proof.get("allowed", ())
                   for i in range(int(at(run["last"]) - at(run["first"])) // run["step"] + 1)})


def closed_by(proof, fact, starts):
    """Which of the starts a fact forbids, as two indices, and on which calendar; None if the fact is not true."""
    begin, end = at(fact["forbids"].get("from"), -EVER), at(fact["forbids"].get("until"), EVER)
    try:
        limits = forbidden(proof, fact["reason"], fact["facts"], fact)
    except urllib.error.HTTPError as problem:
        limits = print(f"{problem.url}: {problem.code}", file=sys.stderr)
    if limits is None or None in limits or not (begin > limits[0] or begin == limits[0] == -EVER) or end > limits[1]:
        return None
    return bisect.bisect_left(starts, begin), bisect.bisect_left(starts, end), fact["facts"].get("calendar")


def open_starts(proof, starts, closed):
    """The starts that are open on as many calendars as the event needs."""
    borders = sorted({0, len(starts), *(index for first, end, _ in closed for index in (first, end))})
    left = []
    for first, end in zip(borders, borders[1:]):
        by = {calendar for begin, until, calendar in closed if begin <= first < until}
        if None not in by and all(len(set(need["calendars"]) - by) >= need["count"] for need in proof["needs"]):
            left += starts[first:end]
    return left


if __name__ == "__main__":
    proof = json.load(open(sys.argv[1])) if os.path.exists(sys.argv[1]) else get(sys.argv[1])
    starts = starts_left(proof)
    closed = [closed_by(proof, fact, starts) for fact in proof.get("facts", ())]
    left, wrong = open_starts(proof, starts, [each for each in closed if each]), closed.count(None)
    print(f"{proof['outcome']}; {len(closed)} facts, {wrong} of them not true; {len(left)} starts left open")
    sys.exit(bool(left or wrong or "allowed" not in proof))
