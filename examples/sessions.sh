#!/usr/bin/env bash
# Coaches and clients arrange their sessions: the story of the AceUp seed. Needs curl and a running stack (make up), and
# removes everything that it makes.
set -euo pipefail

[ -n "${JB_URL:-}" ] || . "$(dirname "$0")/../.run/env"

call() { # method path [body]
  local arguments=(-sS -X "$1" --cacert "$JB_CA" --cert "$JB_CERT" --key "$JB_KEY" "$JB_URL$2")
  if [ -n "${3:-}" ]; then arguments+=(-H 'Content-Type: application/json' -d "$3"); fi
  curl "${arguments[@]}"
}

# A text or a number of a JSON object, by name; also the status of a problem.
member() { sed -E "s/.*\"$1\" ?: ?\"([^\"]*)\".*/\\1/; t; s/.*\"$1\" ?: ?([^,}]*).*/\\1/"; }
# The errors of a problem.
errors() { echo "  $(member status <<<"$1"), errors: $(sed -E 's/.*"errors": ?(\{[^}]*\}).*/\1/' <<<"$1")"; }
# The two sides of a session, and its minutes.
session() { echo "  $(member coach_hash_id <<<"$1") with $(member client_hash_id <<<"$1"), $(member duration <<<"$1") minutes"; }

made=() # to be removed, the last first
clean_up() { for ((i = ${#made[@]} - 1; i >= 0; i--)); do call DELETE "${made[i]}"; done; }
trap clean_up EXIT

# If make seed has been here, its coaches and clients stay.
enrol() { # coaches|clients coach|client id
  case $(call POST "/api/v1/$1" "{\"$2\": {\"$2_hash_id\": \"$3\"}}") in
    *'"errors"'*) ;;
    *) made+=("/calendars/$2:$3") ;;
  esac
}
book() { # coach client start minutes
  answer=$(call POST /api/v1/sessions \
    "{\"session\": {\"coach_hash_id\": \"$1\", \"client_hash_id\": \"$2\", \"start\": \"$3\", \"duration\": $4}}")
  id=$(member id <<<"$answer")
  case $answer in *'"errors"'*) errors "$answer" ;; *) made+=("/api/v1/sessions/$id"); session "$answer" ;; esac
}

echo '* Two coaches and two clients.'
for id in anna-lee 123; do enrol coaches coach "$id"; done
for id in 456 ben-ode; do enrol clients client "$id"; done

echo "* The seed's own request, with its date of 2022: a session that is recorded."
book 123 456 2022-12-01T14:30:00Z 60

echo '* The coach is taken at that time, and so is the client with another coach.'
book 123 ben-ode 2022-12-01T15:00:00Z 60
book anna-lee 456 2022-12-01T14:00:00Z 45

echo '* Where one session ends, the next may begin.'
book 123 ben-ode 2022-12-01T15:30:00Z 30

echo '* A coach that nobody knows.'
book nobody 456 2022-12-02T14:30:00Z 60

echo '* Next, an appointed hour. It moves by half an hour, but not onto the session beside it.'
book anna-lee ben-ode 2031-03-04T09:00:00Z 60
moved=$id
book anna-lee 456 2031-03-04T10:30:00Z 60
session "$(call PATCH "/api/v1/sessions/$moved" '{"session": {"start": "2031-03-04T09:30:00Z"}}')"
errors "$(call PATCH "/api/v1/sessions/$moved" '{"session": {"duration": 90}}')"

echo "* Anna Lee's sessions."
{ call GET '/api/v1/sessions?coach_hash_id=anna-lee'; echo; } | while read -r line; do session "$line"; done
