#!/usr/bin/env bash
# A provider opens a day, clients reserve, a person decides: the story of the Appointment API seed. Needs curl and a
# running stack (make up), and removes everything that it makes.
set -euo pipefail

[ -n "${JB_URL:-}" ] || . "$(dirname "$0")/../.run/env"

call() { # method path [body]
  local arguments=(-sS -X "$1" --cacert "$JB_CA" --cert "$JB_CERT" --key "$JB_KEY" "$JB_URL$2")
  if [ -n "${3:-}" ]; then arguments+=(-H 'Content-Type: application/json' -d "$3"); fi
  curl "${arguments[@]}"
}

# A text or a number of a JSON object, by name.
member() { sed -E "s/.*\"$1\" ?: ?\"([^\"]*)\".*/\\1/; t; s/.*\"$1\" ?: ?([^,}]*).*/\\1/"; }

provider=dr-grey
made=()
clean_up() {
  for id in "${made[@]}"; do call DELETE "/events/$id"; done
  call DELETE "/calendars/provider:$provider"
}
trap clean_up EXIT

day=$(date -d 'monday + 2 weeks' +%F)
closed=$(date -d 'monday + 3 weeks' +%F)

open() { call POST "/providers/$provider/availability" "{\"date\": \"$day\", \"slots\": $1}"; }
slots() {
  call GET "/providers/$provider/slots?date=$day" | sed -E 's/.*"start_time" ?: ?"(.....).*/\1/' | paste -sd ' '
}
reserve() { # client what start_time [date]
  ask "$1" "$2" "\"date\": \"${4:-$day}\", \"start_time\": \"$3\""
}
ask() { # client what the_time_as_json
  answer=$(call POST /appointments "{\"provider_id\": \"$provider\", \"client\": \"$1\", $3}")
  case $answer in
    *'"reason"'*) echo "  $1, $2: $(member status <<<"$answer") $(member reason <<<"$answer")" ;;
    *) id=$(member appointment_id <<<"$answer"); made+=("$id"); echo "  $1, $2: $(member status <<<"$answer")" ;;
  esac
}
decide() { # status [more]
  answer=$(call PUT "/appointments/$id/status" "{\"status\": \"$1\"${2:-}}")
  case $answer in
    *'"type"'*) echo "  $1: $(member status <<<"$answer") $(member title <<<"$answer")" ;;
    *) echo "  $1: $(member status <<<"$answer")" ;;
  esac
}

echo '* Dr Grey opens an hour on a Monday morning, then a second one: the two are merged.'
open '{"09:00": "10:00"}' >/dev/null
echo "  $(open '{"10:00": "11:00"}' | sed -E 's/.*"slots" ?: ?//; s/\}\}$/}/')"
echo '* Open quarter hours:'
echo "  $(slots)"

echo '* Ann reserves nine o'\''clock, and waits for what becomes of it. Bob comes too late for the same time.'
reserve Ann "at nine" 09:00
ann=$id
waited=$(mktemp)
call GET "/appointments/$ann?wait=50" >"$waited" &
reserve Bob "at nine" 09:00

echo '* Nobody can reserve off the quarter hours, outside what is open, or less than a day ahead.'
reserve Bob "at 10:07" 10:07
reserve Bob "at eleven" 11:00
reserve Bob "a week later" 09:00 "$closed"
ask Bob "in 23 hours" "\"start_timestamp\": \"$(date -d 'now + 23 hours' +%FT%T%:z)\""

echo '* Dr Grey confirms, and Ann, who waits, hears it.'
id=$ann
decide CONFIRMED
wait $!
echo "  Ann hears: $(member status <"$waited")"
rm "$waited"

echo '* Once more changes nothing; what is confirmed cannot be denied.'
decide CONFIRMED
decide DENIED

echo '* Bob takes another time, which is denied, and then one that expires before anybody confirms it.'
reserve Bob "at 9:15" 09:15
decide DENIED
decide CONFIRMED
reserve Bob "at 9:15" 09:15
decide EXPIRED
decide CONFIRMED
decide CONFIRMED ', "if_still_free": true'

echo '* Open quarter hours now:'
echo "  $(slots)"
