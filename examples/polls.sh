#!/usr/bin/env bash
# A team of three looks for an hour in a week to talk about their project: the story of the Event Scheduler seed. Needs
# curl and a running stack (make up), and removes everything that it makes.
set -euo pipefail

[ -n "${JB_URL:-}" ] || . "$(dirname "$0")/../.run/env"

# Prints the answer's body.
call() { # method path [token [body]]
  local arguments=(-sS -X "$1" --cacert "$JB_CA" --cert "$JB_CERT" --key "$JB_KEY" "$JB_URL$2")
  if [ -n "${3:-}" ]; then arguments+=(-H "Authorization: Bearer $3"); fi
  if [ -n "${4:-}" ]; then arguments+=(-H 'Content-Type: application/json' -d "$4"); fi
  curl "${arguments[@]}"
}

# A text or a number of a JSON object, by its name.
member() { sed -E "s/.*\"$1\" ?: ?\"([^\"]*)\".*/\\1/; t; s/.*\"$1\" ?: ?([^,}]*).*/\\1/"; echo; }

# A JSON list, its long objects in three lines each.
lines() { sed -E 's/, "(from|participants)"/,\n  "\1"/g; s/^\{/ {/'; echo; }

call PUT /calendars/room:project "" '{"time_zone": "Europe/Berlin"}' >/dev/null
clean_up() {
  if [ -n "${event:-}" ]; then call DELETE "/events/$event"; fi
  if [ -n "${poll:-}" ]; then call DELETE "/polls/$poll" "$organiser"; fi
  call DELETE /calendars/room:project
}
trap clean_up EXIT

echo '* The organiser opens a poll: an hour in that week, by day.'
answer=$(call POST /polls "" '{"title": "Project decision", "from": "2031-03-03T00:00:00+01:00", "to": "2031-03-08T00:00:00+01:00",
  "duration": 3600, "daily_from": "09:00", "daily_to": "18:00", "time_zone": "Europe/Berlin", "calendars": ["room:project"]}')
poll=$(member id <<<"$answer")
organiser=$(member organiser_token <<<"$answer")

echo '* Everybody is invited, and gets a token of their own.'
invite() { call POST "/polls/$poll/participants" "$organiser" "{\"name\": \"$1\"}" | member token; }
anna=$(invite Anna) ben=$(invite Ben) carla=$(invite Carla)

echo '* Anna is free on Tuesday, and if need be until late; Ben around noon.'
call PUT "/polls/$poll/schedules/Anna" "$anna" '[
  {"start": "2031-03-04T09:00:00+01:00", "end": "2031-03-04T12:00:00+01:00", "preference": "yes"},
  {"start": "2031-03-04T12:00:00+01:00", "end": "2031-03-04T20:00:00+01:00", "preference": "if_need_be"}]' >/dev/null
call PUT "/polls/$poll/schedules/Ben" "$ben" '[
  {"start": "2031-03-04T11:30:00+01:00", "end": "2031-03-04T14:00:00+01:00", "preference": "yes"}]' >/dev/null
call GET "/polls/$poll/recommendations?limit=2" "$organiser" | lines

echo '* Carla names the next week by mistake, and is told so.'
call PUT "/polls/$poll/schedules/Carla" "$carla" '[
  {"start": "2031-03-11T12:00:00+01:00", "end": "2031-03-11T15:00:00+01:00"}]' | member message

echo '* With her right answer, all three can meet.'
call PUT "/polls/$poll/schedules/Carla" "$carla" '[
  {"start": "2031-03-04T12:45:00+01:00", "end": "2031-03-04T15:00:00+01:00"},
  {"start": "2031-03-05T09:00:00+01:00", "end": "2031-03-05T18:00:00+01:00"}]' >/dev/null
call GET "/polls/$poll/recommendations?limit=3" "$organiser" | lines

echo '* The organiser books the best, which closes the poll.'
answer=$(call POST "/polls/$poll/book" "$organiser" '{}')
event=$(member id <<<"${answer%%,*}")
for name in event_name start_timestamp end_timestamp placement; do echo "  $name: $(member "$name" <<<"$answer")"; done

echo '* Whoever answers now comes too late.'
call PUT "/polls/$poll/schedules/Ben" "$ben" '[]' | member title
