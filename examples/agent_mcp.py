#!/usr/bin/python3
# SPDX-License-Identifier: PostgreSQL
"""Holds a time for a person to confirm: agent_mcp.py REQUEST, by jb mcp. An agent's library does the same lines."""
import json, os, subprocess, sys  # noqa: E401

SERVER = subprocess.Popen([os.environ.get("JB", "jb"), "mcp", "--propose"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
sent = 0


def ask(method, params):
    global sent
    sent += 1
    SERVER.stdin.write(json.dumps({"jsonrpc": "2.0", "id": sent, "method": method, "params": params}) + "\n")
    answer = json.loads(SERVER.stdout.readline())
    if "error" in answer:
        raise SystemExit(answer["error"]["message"])
    return answer["result"]


def use(tool, **arguments):
    result = ask("tools/call", {"name": tool, "arguments": arguments})
    answer = result["structuredContent"]
    if result["isError"]:
        print(f"{tool}: {answer['type']}. {answer['next']}")
    return None if result["isError"] else answer


ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "example", "version": "1"}})
SERVER.stdin.write(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}) + "\n")
print("tools:", *(tool["name"] for tool in ask("tools/list", {})["tools"]))

wish = json.loads(sys.argv[1])
held = use("hold", **wish)
if not held:  # the time is taken, or others would have to move: the next free time
    wish = {name: value for name, value in wish.items() if name not in ("date", "start_time")}
    times = use("find_times", calendars=wish["calendars"], duration=wish["duration"], limit=1, **{"from": sys.argv[2]})["times"]
    held = use("hold", **wish, start_timestamp=times[0]["start_timestamp"], hold_for=3600)
event = held["event"]
print(f"{event['status']}: {event['start_timestamp']}")
print("withdrawn:", use("cancel", event_id=event["id"])["event"]["status"])
SERVER.stdin.close()
