# Shared by use and by_hand, inside a clean Debian, as root; to be sourced. Each line of output is a promise kept: a
# command shown by a page can be typed, and does what the page says.
# shellcheck shell=bash
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
pages=${JB_PAGES:-$here/pages}

# Commands that a page shows and that are not typed here, with the reason.
not_tried=(
  '$ dev/web build' # needs npm and its registry: dev/deb has built the pages, dev/check browser looks at them
  # two servers are needed, and a network: test/tap/administrator.t brings sequences after, recovery.t promotes a standby
  "\$ pg_dump -h db1 --data-only -t 'public.jb_*_seq' calendar | PGOPTIONS=-csearch_path=pg_catalog,pg_temp psql -h db2 -d calendar"
  "\$ PGOPTIONS=-csearch_path=pg_catalog,pg_temp psql -h db2 -d calendar -c 'SELECT pg_promote()'"
  "# echo 'PGHOST=db2' >> /etc/default/jb_fcgi"
  '# mkdir -p /etc/systemd/system/jb_fcgi.service.d'
  "# printf '[Service]\nRestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n' > /etc/systemd/system/jb_fcgi.service.d/network.conf"
  '# systemctl daemon-reload && systemctl restart jb_fcgi'
)

fail() {
  echo "not ok - $1" >&2
  tail -n 30 /tmp/output /var/log/nginx/error.log /var/log/postgresql/*.log /tmp/units/*.log >&2 2>/dev/null
  exit 1
}
kept() { echo "ok - $1" | tee -a /tmp/kept; }
promise() { # what command…
  "${@:2}" >/tmp/output 2>&1 || fail "$1"
  kept "$1"
}
eventually() { # what command…: at most 30 s
  local tries=300
  until "${@:2}" >/tmp/output 2>&1; do
    if [ $((tries -= 1)) = 0 ]; then fail "$1"; fi
    sleep 0.1
  done
  kept "$1"
}
is() { [ "$("${@:2}")" = "$1" ]; }

as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/var/lib/postgresql "$@"; }
sql() { as_postgres psql -XAtq -v ON_ERROR_STOP=1 -d "${DATABASE:-calendar}" -c "$1"; }

# Follows a page under a heading, or in the N-th block there: runs each command unchanged, as the user of its prompt
# ("$" is postgres), and answers every question with yes.
follow() { # page heading [block]
  local shown command list=/tmp/commands
  "$here/commands" "$pages/$1" "${@:2}" >$list || fail "$1 says nothing under \"$2\""
  while IFS= read -r -d '' -u 9 shown; do
    command=${shown#*$'\n'}
    if is_among "$command" "${not_tried[@]}"; then continue; fi
    promise "${1%.md}, $2: ${command%%$'\n'*}" type_in "$command"
    printf '%s\0' "$1: $shown" >>/tmp/followed
  done 9<$list
}
type_in() { # prompt and command
  local shell=(bash -euo pipefail -c "${1#* }")
  case $1 in
    '# '*) "${shell[@]}" ;;
    '$ '*) as_postgres "${shell[@]}" ;;
  esac < <(yes 2>/dev/null) 9<&-
}
is_among() { # one many…
  local other
  for other in "${@:2}"; do if [ "$1" = "$other" ]; then return; fi; done
  return 1
}

# Every command of the pages is in these lists of followed commands, or among the commands that are not tried.
all_tried() { # lists…
  local page shown command followed commands=()
  mapfile -d '' -t followed < <(cat "$@")
  for page in "$pages"/*; do
    while IFS= read -r -d '' shown; do
      command=${shown#*$'\n'}
      commands+=("$command")
      is_among "${page##*/}: $shown" "${followed[@]}" || is_among "$command" "${not_tried[@]}" ||
        fail "nobody tries what ${page##*/} shows: $shown"
    done < <("$here/commands" "$page")
  done
  for command in "${not_tried[@]}"; do is_among "$command" "${commands[@]}" || fail "no page shows what is not tried: $command"; done
  echo "ok - the pages show ${#commands[@]} commands: $((${#commands[@]} - ${#not_tried[@]})) were tried"
}

site=https://calendar.example.org
pki=/etc/jb_scheduler/pki

# Makes what an administrator gets elsewhere: a name, and the server's certificate, which the callers trust.
make_server() {
  chown -R postgres: . # the folder belongs to the user of the prompt "$"
  ln -s "$here/systemctl" /usr/bin/systemctl
  ip link set lo up
  printf '%s\n' '127.0.0.1 calendar.example.org' '127.0.0.2 hooks.example.org' >>/etc/hosts
  install -d $pki
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=calendar.example.org' -days 30 \
    -addext 'subjectAltName=DNS:calendar.example.org,DNS:hooks.example.org' -keyout $pki/server.key -out $pki/server.crt 2>/tmp/output
}

# The receiver of a webhook, which records the signature of each call; the whole system trusts its certificate.
make_receiver() {
  cat >/etc/nginx/conf.d/hooks.conf <<'END'
log_format hook '$uri $http_webhook_id $http_webhook_signature';
server {
    listen 127.0.0.2:443 ssl; # the site has the other addresses
    server_name hooks.example.org;
    ssl_certificate /etc/jb_scheduler/pki/server.crt;
    ssl_certificate_key /etc/jb_scheduler/pki/server.key;
    access_log /var/log/nginx/hooks.log hook;
    location / { return 204; }
}
END
  cp $pki/server.crt /usr/local/share/ca-certificates/hooks.crt
  update-ca-certificates && nginx -t && nginx -s reload
}

request() { # status, pattern, curl's arguments
  curl -sS --max-time 20 -w '\n%{http_code}' --cacert $pki/server.crt "${@:3}" | tee /tmp/output | tail -n 1 | grep -qx "$1" && grep -qE "$2" /tmp/output
}
by() { # name of a certificate, then as request
  request "$2" "$3" --cert "$1.crt" --key "$1.key" "${@:4}"
}
# A feed's address has the public address, and the feed is read there.
feed_is_read() {
  local url
  by anna 201 "\"url\" ?: ?\"$site:8445/feeds/" -X POST "$site/calendars/ceo/feed" || return
  url=$(sed -n 's/.*"url" \?: \?"\([^"]*\)".*/\1/p' /tmp/output)
  request 200 'BEGIN:VCALENDAR' "$url"
}
rejection_is_in_journal() {
  sql "SELECT jb_schedule('Past', start_timestamp => '2020-01-01 00:00Z')" >/dev/null
  grep -q in_the_past /tmp/units/jb_listen.log
}
webhook_is_called() {
  sql "SELECT jb_schedule('Past', start_timestamp => '2020-01-01 00:00Z')" >/dev/null
  grep -qE '^/calendar [^ ]+ v1,' /var/log/nginx/hooks.log
}
