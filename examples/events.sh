#!/usr/bin/env bash
# The auto event manager plans the days of Jeff Blumba, the overbooked CEO: the story of the first two seeds. Needs curl
# and a running stack (make up), and removes everything that it makes. Jeff has a calendar of his own here, so that
# nothing on "ceo" is touched.
set -euo pipefail

[ -n "${JB_URL:-}" ] || . "$(dirname "$0")/../.run/env"

call() { # method path [body]
  local arguments=(-sS -X "$1" --cacert "$JB_CA" --cert "$JB_CERT" --key "$JB_KEY" "$JB_URL$2")
  if [ -n "${3:-}" ]; then arguments+=(-H 'Content-Type: application/json' -d "$3"); fi
  curl "${arguments[@]}"
}

# The first text or number of this name in a JSON text.
member() { grep -oE "\"$1\" ?: ?(\"[^\"]*\"|[^,}]*)" | sed -E '1!d; s/^[^:]*: ?//; s/^"|"$//g'; }
# The time of day of an instant.
clock() { member "$1" | sed -E 's/.*T(.....).*/\1/'; }

made=()
clean_up() {
  for id in "${made[@]}"; do call DELETE "/events/$id" >/dev/null; done
  call DELETE /calendars/jeff
}
trap clean_up EXIT
call PUT /calendars/jeff '{"time_zone": "Europe/Berlin"}' >/dev/null
day=$(date -d 'monday + 2 weeks' +%F)

create() { # name [more]
  answer=$(call POST /events "{\"event_name\": \"$1\", \"date\": \"$day\", \"duration\": 3600, \"calendars\": [\"jeff\"]${2:-}}")
  case $answer in
    *'"rejection_id"'*)
      echo "  $1: $(member status <<<"$answer") $(member reason <<<"$answer"), free at $(sed 's/.*"alternatives"//' <<<"$answer" | clock start_timestamp)"
      rejection=$(member rejection_id <<<"$answer") ;;
    *)
      id=$(member id <<<"$answer")
      made+=("$id")
      echo "  $1: $(clock start_timestamp <<<"$answer") to $(clock end_timestamp <<<"$answer"), $(member placement <<<"$answer")"
      if [[ $answer == *'"new_start_timestamp"'* ]]; then
        echo "    moves one from $(clock old_start_timestamp <<<"$answer") to $(clock new_start_timestamp <<<"$answer")"
      fi ;;
  esac
}
list() {
  call GET "/events?calendar=jeff&from=${day}T00:00:00Z&status=pending" |
    sed -E 's/.*"event_name" ?: ?"([^"]*)".*"start_timestamp" ?: ?"[^T]*T(.....).*"end_timestamp" ?: ?"[^T]*T(.....).*"placement" ?: ?"([a-z]*)".*/  \2 to \3 \1, \4/'
  echo
}

echo '* Two events without a time are inserted where the day is open.'
create Budget
create Interview ', "attendees": ["cfo", "cto"], "event_location": "Room 1"'

echo '* Date and time override what was inserted automatically.'
create Board ', "start_time": "08-30-00"'
board=$id

echo '* No two events overlap: a second one with a time of its own is told why, and where it would fit.'
create Press ', "start_time": "09:00:00"'

echo '* Who was not listening reads the rejection later.'
call GET "/rejections?after=$((rejection - 1))&limit=1" | member detail | sed -E 's/[0-9-]+T([0-9:]{5}):00[+-][0-9:]{5}/\1/g; s/event [0-9]+/the Board/; s/^/  /'

echo '* What is planned, and the status of one.'
list
echo "  Board is $(call GET "/events/status/$board" | member status)"

echo '* Its name, attendees and time change; the event that it meets gives way.'
answer=$(call PATCH "/events/$board" '{"event_name": "Annual board", "attendees": ["chair"], "start_time": "10:00:00"}')
echo "  $(member event_name <<<"$answer"): $(clock start_timestamp <<<"$answer") to $(clock end_timestamp <<<"$answer")"

echo '* Cancelled, it keeps its row and frees its time; deleted, it is gone.'
echo "  $(call POST "/events/$board/cancel" | member status)"
create Lunch ', "start_time": "10:00:00"'
call DELETE "/events/$id"
echo "  Lunch: $(call GET "/events/$id" | member title)"
list
