"""A client with classes made by quicktype: neither Debian nor npm has a generator of whole clients in Python. Reads the
wish from standard input, and prints its findings."""
import json
import os
import ssl
import sys
import urllib.request

sys.path.insert(0, "build/clients/quicktype")
from event import Event, event_from_dict  # noqa: E402
from eventrequest import event_request_from_dict, event_request_to_dict  # noqa: E402
from outcome import outcome_from_dict  # noqa: E402

CONTEXT = ssl.create_default_context(cafile=os.environ["JB_CA"])
CONTEXT.load_cert_chain(os.environ["JB_CERT"], os.environ["JB_KEY"])


def call(method, path, body=None):
    request = urllib.request.Request(os.environ["JB_URL"] + path, body and json.dumps(body).encode(),
                                     {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, context=CONTEXT) as answer:
        return json.load(answer)


def told(answer):
    """An event, or the outcome of a dry run: each class accepts only its own."""
    try:
        return event_from_dict(answer)
    except AssertionError:
        return outcome_from_dict(answer)


request = event_request_from_dict(json.load(sys.stdin))
booked = told(call("POST", "/events", event_request_to_dict(request)))
assert isinstance(booked, Event)
request.dry_run = True
tried = told(call("POST", "/events", event_request_to_dict(request)))
read = told(call("GET", f"/events/{booked.id}"))
cancelled = told(call("POST", f"/events/{read.id}/cancel", {"dry_run": True}))
print(json.dumps({"tried": tried.outcome.value, "booked": read.id, "metadata": read.metadata, "cancelled": cancelled.outcome.value}))
