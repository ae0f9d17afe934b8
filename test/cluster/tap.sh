# TAP claims for the checks in shell; to be sourced. The checks ask over HTTPS, with the last answer in $dir/answer.
# shellcheck shell=bash
failures=0 number=0

is() { # got expected claim
  number=$((number + 1))
  if [ "$1" = "$2" ]; then echo "ok $number - $3"; return; fi
  echo "not ok $number - $3"
  printf '# got      "%s"\n# expected "%s"\n' "$1" "$2"
  head -c 400 "$dir/answer" 2>/dev/null | sed 's/^/# /' || true
  failures=$((failures + 1))
}

done_testing() {
  echo "1..$number"
  [ "$failures" = 0 ]
}
