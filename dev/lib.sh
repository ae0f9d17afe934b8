# Functions shared by the scripts of dev/; to be sourced.
# shellcheck shell=bash

# The newest installed server, unless PG_CONFIG names another one.
newest_server() { printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1; }

export PG_CONFIG=${PG_CONFIG:-$(dirname "$(newest_server)")/pg_config}
PG_BIN=$(dirname "$PG_CONFIG")

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

free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port on which nothing listens.
free_port() {
  local port=$((RANDOM % 12000 + 20000))
  until free "$port"; do port=$((RANDOM % 12000 + 20000)); done
  echo "$port"
}

# A make started by these scripts does not use the job server of an outer make.
unset MAKEFLAGS MAKELEVEL

server_version() { "$PG_CONFIG" --version | grep -oE '[0-9]+' | head -n 1; }

# Where the server's development files keep its test programs.
pgxs_folder() { readlink -f "$(dirname "$("$PG_CONFIG" --pgxs)")/../.."; }

psql_jb() { "$PG_BIN/psql" -X -q -v ON_ERROR_STOP=1 "$@"; }

# The npm packages of a folder, as named by its package-lock.json, once. Runs no script of a package: none needs it.
fetch_npm() { # folder log
  local wanted
  wanted=$(cat "$1"/package{,-lock}.json | sha256sum)
  if [ "$(cat "$1/node_modules/.fetched" 2>/dev/null)" = "$wanted" ]; then return; fi
  say "Fetching the npm packages of $1: $2"
  npm --prefix "$1" ci --ignore-scripts --no-audit --no-fund >"$2" 2>&1 && echo "$wanted" >"$1/node_modules/.fetched"
}
