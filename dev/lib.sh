# What the scripts of dev/ share; to be sourced.
# shellcheck shell=bash

PG_CONFIG=${PG_CONFIG:-/usr/lib/postgresql/15/bin/pg_config}
PG_BIN=$(dirname "$PG_CONFIG")
PGXS_DIR=/usr/lib/postgresql/15/lib/pgxs

say() { echo "$*"; }

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# Polls a condition ten times a second.
wait_for() { # seconds command…
  local tries=$(($1 * 10))
  shift
  until "$@"; do
    if [ $((tries -= 1)) -le 0 ]; then return 1; fi
    sleep 0.1
  done
}

# A make that these scripts start is independent of an outer make: it does not use the outer make's job server.
unset MAKEFLAGS MAKELEVEL

psql_jb() { "$PG_BIN/psql" -X -q -v ON_ERROR_STOP=1 "$@"; }
