# The parts of a stack of one server (dev/stack) and one of three nodes (cluster/ha/stack); to be sourced after
# process.sh. Needs $source, $dir and $room, and from start_nginx() on JB_PORT and its like, and $fcgi_socket.
# shellcheck shell=bash

# Writes a file from standard input, as the user who owns the file's folder, and notes in $changed whether the file
# changed.
replace() { # file user
  local text
  text=$(cat)
  if [ "$(as_user "$2" cat "$1" 2>/dev/null)" = "$text" ]; then return; fi
  printf '%s\n' "$text" | as_user "$2" sh -c 'cat >"$0.new" && mv -T "$0.new" "$0"' "$1"
  changed=1
}

# How the server finds what is installed in room/dest: by a setting of Debian's, and since 18 by PostgreSQL's own.
extension_places() {
  if [ "$(server_version)" -ge 18 ]; then
    echo "extension_control_path = '$room/dest$("$PG_CONFIG" --sharedir):\$system'"
    echo "dynamic_library_path = '$room/dest$("$PG_CONFIG" --pkglibdir):\$libdir'"
    echo "shared_preload_libraries = 'jb_scheduler'"
  else
    echo "extension_destdir = '$room/dest'"
    echo "shared_preload_libraries = '\$libdir/jb_scheduler' # its bare name is not looked for in extension_destdir"
  fi
}

default_version() { sed -n "s/^default_version = '\(.*\)'/\1/p" "$source/extension/jb_scheduler.control"; }

installed_is_current() {
  local scripts file
  scripts=$room/dest$("$PG_CONFIG" --sharedir)/extension
  for file in jb_scheduler.so "jb_scheduler-$(default_version).so"; do
    cmp -s "$source/$file" "$room/dest$("$PG_CONFIG" --pkglibdir)/$file" || return 1
  done
  for file in "$source"/extension/jb_scheduler.control "$source"/build/extension/jb_scheduler--*"$(default_version).sql" \
    "$source/build/extension/jb_scheduler_rights.sql"; do
    cmp -s "$file" "$scripts/$(basename "$file")" || return 1
  done
}

# Installs the built extension if it differs from the installed one. Usually it does not, and then no process waits for
# a build: a killed database must come back at once.
install_extension() {
  if installed_is_current; then return; fi
  local libraries other
  libraries=$room/dest.new$("$PG_CONFIG" --pkglibdir)
  rm -rf "$room/dest.new"
  mkdir -p "$source/build"
  flock "$source/build/lock" make -C "$source" PG_CONFIG="$PG_CONFIG" INSTALL_STRIP_FLAG= install DESTDIR="$room/dest.new" >"$dir/log/install.log" 2>&1 ||
    { tail "$dir/log/install.log" >&2; exit 1; }
  # As on any server, the calls of other versions stay.
  for other in "$room/dest$("$PG_CONFIG" --pkglibdir)"/jb_scheduler-*.so; do
    if [ -e "$other" ]; then cp -an "$other" "$libraries"; fi
  done
  chmod -R a+rX "$room/dest.new"
  rm -rf "$room/dest.old"
  mv "$room/dest" "$room/dest.old" # a running backend keeps its mapped library
  mv "$room/dest.new" "$room/dest"
  rm -rf "$room/dest.old"
  changed=1
}

create_database() { # name
  psql_jb -d postgres -v name="$1" -v zone="$JB_TIMEZONE" <<'SQL'
SELECT format('CREATE DATABASE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
ALTER DATABASE :"name" SET timezone = :'zone';
SQL
}

create_extensions() { # psql's options…
  psql_jb -c 'SET client_min_messages = warning' -c 'CREATE EXTENSION IF NOT EXISTS jb_scheduler' "$@"
}

enter_principal() { # name role; without a role off the list
  local names
  mapfile -t names < <("$source/dev/pki" names "$dir/pki" "$1")
  psql_jb -v issuer="${names[0]}" -v subject="${names[1]}" -v name="$1" -v role="$2" >/dev/null <<'SQL'
SELECT jb_principal_set(issuer => :'issuer', subject => :'subject', principal => :'name', role => nullif(:'role', ''));
SQL
}

prepare_certificates() {
  "$source/dev/pki" init "$dir/pki"
  local name
  for name in manager secretary viewer stranger; do "$source/dev/pki" issue "$dir/pki" "$name"; done
  for name in manager secretary viewer; do enter_principal "$name" "$name"; done
}

fill_in() {
  local user='' public=''
  if [ "$(id -u)" = 0 ]; then user='user www-data;'; fi
  if [ "$JB_PUBLIC_PORT" != off ]; then public=https://localhost:$JB_PUBLIC_PORT; fi
  sed -e "s|@PORT@|$JB_PORT|; s|@ADMIN_PORT@|$JB_ADMIN_PORT|; s|@PUBLIC_PORT@|$JB_PUBLIC_PORT|; s|@OPEN_PORT@|${JB_OPEN_PORT:-off}|; s|@PKI@|$dir/pki|; s|@LOG@|$dir/log|; s|@USER@|$user|; s|@PUBLIC_URL@|$public|" \
    -e "s|@SOCKET@|$fcgi_socket|; s|@ROOM@|$room|; s|@WEB@|$room/web|" \
    -e "s|@CALLER_RATE@|$JB_RATE|; s|@CALLER_BURST@|$JB_BURST|" "$source/nginx/$1"
}

answers() {
  [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 --cacert "$dir/pki/ca.crt" --cert "$dir/pki/manager.crt" \
    --key "$dir/pki/manager.key" "https://localhost:$JB_PORT/health")" = 200 ]
}
