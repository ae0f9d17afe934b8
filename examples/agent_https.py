#!/usr/bin/python3
# SPDX-License-Identifier: PostgreSQL
"""Plans a booking, shows the plan, and applies it if it is agreed to: agent_https.py REQUEST, over HTTPS."""
import json, os, ssl, sys, urllib.error, urllib.request, uuid  # noqa: E401

TLS = ssl.create_default_context(cafile=os.environ["JB_CA"])
TLS.load_cert_chain(os.environ["JB_CERT"], os.environ["JB_KEY"])


def post(target, body, key=None):
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    request = urllib.request.Request(os.environ["JB_URL"] + target, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, context=TLS, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as problem:
        return problem.code, json.load(problem)


def agreed(plan):
    moves = [f"event {move['event_id']} to {move['new_start_timestamp']}" for move in plan["moves"]]
    print(f"plan: {plan['start_timestamp']}, moves {', '.join(moves) or 'nobody'}")
    return True  # here somebody is asked


def book(wish):
    status, plan = post("/events", wish | {"dry_run": True})
    if status == 409 and plan.get("alternatives"):
        print(f"refused: {plan['reason']}; the first alternative is planned")
        wish = {name: value for name, value in wish.items() if name not in ("date", "start_time")}
        return book(wish | {"start_timestamp": plan["alternatives"][0]["start_timestamp"]})
    while status == 200 and agreed(plan):
        status, answer = post(f"/events?basis={plan['basis']}", wish, str(uuid.uuid4()))
        if status != 412:
            return status, answer
        status, plan = 200, answer["outcomes"][0] | {"basis": answer["basis"]}  # somebody was faster: show it again
    return status, plan


status, answer = book(json.loads(sys.argv[1]))
print(status, answer.get("start_timestamp") or answer["detail"])
