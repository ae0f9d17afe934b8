# The processes of a stack; to be sourced by a script that sets $room and $dir.
# shellcheck shell=bash
#
# Each program is started as the leader of its own session, and room/NAME.pid holds its pid and its start time, because
# another process may have got the pid. If the leader was killed, its processes are found by the session's number
# (nginx's workers keep the port), and PostgreSQL's processes by their working directory.

# The fields of /proc/PID/stat after the name: 0 state, 3 session, 19 start time.
stat_of() {
  local line
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -r -a stat <<<"${line##*) }"
}

running() { # name
  local pid started stat
  { read -r pid started <"$room/$1.pid"; } 2>/dev/null || return 1
  stat_of "$pid" && [ "${stat[0]}" != Z ] && [ "${stat[19]}" = "$started" ] && echo "$pid"
}

left_over() { # name comm: the rest of a session whose leader is gone
  local pid leader name stat
  { read -r leader _ <"$room/$1.pid"; } 2>/dev/null || return 0
  for pid in /proc/[0-9]*; do
    pid=${pid#/proc/}
    stat_of "$pid" && [ "${stat[3]}" = "$leader" ] && [ "${stat[0]}" != Z ] || continue
    { read -r name <"/proc/$pid/comm"; } 2>/dev/null || continue
    if [ "$name" = "$2" ]; then echo "$pid"; fi
  done
}

as_user() { # user command…: by setpriv, which becomes the command instead of waiting beside it
  ( # the user may not be able to read the working directory
    cd /
    if [ "$(id -u)" = 0 ]; then setpriv --reuid="$1" --regid="$1" --init-groups "${@:2}"; else "${@:2}"; fi
  )
}

# Starts a program that outlives this script. The program gets none of the script's file descriptors; otherwise a reader
# of the script's output would wait for the program's end.
spawn() { # name user command…
  local name=$1 user=$2 stat
  shift 2
  (
    cd "$room"
    exec </dev/null >>"$dir/log/$name.log" 2>&1
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      if [ "$fd" -gt 2 ]; then eval "exec $fd>&-"; fi
    done
    if [ "$(id -u)" = 0 ]; then set -- setpriv --reuid="$user" --regid="$user" --init-groups "$@"; fi
    exec setsid env -i PATH="$PATH" LANG=C.UTF-8 "$@"
  ) &
  stat_of $! || fail "$name did not start: see $dir/log/$name.log"
  echo "$! ${stat[19]}" >"$room/$name.pid"
}

ended() { ! running "$1" >/dev/null; }

comes_up() { # seconds condition name…: gives up at once when one of these programs has ended
  local tries=$(($1 * 10)) condition=$2 name
  shift 2
  until "$condition"; do
    for name; do
      if ended "$name"; then return 1; fi
    done
    if [ $((tries -= 1)) -le 0 ]; then return 1; fi
    sleep 0.1
  done
}

stop() { # name signal comm
  local pid
  if pid=$(running "$1"); then
    kill "-$2" "$pid" || true
    wait_for 30 ended "$1" || { say "$1 did not stop in 30 s: killed"; kill -9 "$pid"; wait_for 10 ended "$1"; }
  fi
  local rest
  rest=$(left_over "$1" "$3")
  if [ -n "$rest" ]; then kill -9 $rest 2>/dev/null || true; fi
  rm -f "$room/$1.pid"
}
