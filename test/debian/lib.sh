# A bare Debian of any release in a folder, and commands run there; to be sourced after dev/lib.sh, as root.
# shellcheck shell=bash
#
# Every process there runs in namespaces of its own: it ends with the command that started it, and its mounts are gone
# before the folder is removed.

debians=$PWD/build/debian # what is made once: a clean Debian of each release, and what the compiler made of the sources

skip() {
  echo "$*"
  exit 77
}

# This machine's sources of Debian itself and of its security updates.
debian_mirror() { apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Identifier: Packages' | awk '$1 == "Debian" && $2 !~ /-/ { print $3; exit }'; }
debian_security() { apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Identifier: Packages' | awk '$1 == "Debian" && $2 ~ /-security$/ { print $3; exit }'; }

# Exits with 77 and a sentence if Debian cannot be installed.
require_debian() { # release
  if [ "$(id -u)" != 0 ]; then skip "a Debian in a folder needs root"; fi
  command -v debootstrap >/dev/null || skip "debootstrap is missing: dev/install test/debian/packages"
  unshare --mount --pid --fork --net true 2>/dev/null || skip "namespaces are forbidden here"
  mirror=$(debian_mirror)
  if [ -z "$mirror" ]; then skip "apt knows no mirror of Debian"; fi
  if [ ! -e "$debians/$1.tar" ]; then
    /usr/lib/apt/apt-helper download-file "${mirror%/}/dists/$1/InRelease" "$work/InRelease" >/dev/null 2>&1 ||
      skip "the archive has no $1, or cannot be reached: ${mirror%/}/dists/$1"
  fi
}

# "experimental" is sid with experimental's PostgreSQL: a major version that is not released yet.
archive_of() { echo "${1/experimental/sid}"; } # release

write_sources() { # root release
  local security
  security=$(debian_security)
  rm -rf "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/*
  echo "deb $mirror $(archive_of "$2") main" >"$1/etc/apt/sources.list"
  case $2 in
    sid) ;;
    experimental)
      echo "deb $mirror experimental main" >>"$1/etc/apt/sources.list"
      printf '%s\n' 'Package: src:postgresql-*' 'Pin: release a=experimental' 'Pin-Priority: 600' >"$1/etc/apt/preferences" ;;
    *) if [ -n "$security" ]; then echo "deb $security $2-security main" >>"$1/etc/apt/sources.list"; fi ;;
  esac
}

make_base() { # release
  local root=$work/base.$1
  mkdir -p "$debians"
  debootstrap --variant=minbase --include=ca-certificates "$(archive_of "$1")" "$root" "$mirror" >"$work/log" 2>&1 ||
    { tail -n 20 "$work/log" "$root/debootstrap/debootstrap.log" >&2; fail "debootstrap failed"; }
  write_sources "$root" "$1"
  cp -a /etc/apt/apt.conf.d "$root/etc/apt/" # a proxy, if this machine has one
  cp -a /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
  tar -C "$root" -cf "$debians/$1.tar.new" .
  mv "$debians/$1.tar.new" "$debians/$1.tar"
  rm -rf --one-file-system "$root"
}

# Unpacks a clean Debian and updates its package lists.
clean_debian() { # root release
  if [ ! -e "$debians/$2.tar" ]; then make_base "$2"; fi
  mkdir -p "$1"
  tar -C "$1" -xf "$debians/$2.tar"
  cp /etc/resolv.conf /etc/hosts "$1/etc/"
  inside "$1" -- sh -ec 'update-ca-certificates >/dev/null 2>&1 || true; apt-get update -qq' >"$work/log" 2>&1 ||
    { tail -n 30 "$work/log" >&2; fail "apt-get update failed in $1"; }
}

# Runs a command in the folder; options of unshare before "--".
inside() { # root options… -- command…
  local root=$1 options=()
  shift
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  shift
  mkdir -p -m 777 "$debians/ccache"
  unshare --mount --pid --ipc --fork --kill-child "${options[@]}" bash -euc '
    root=$1 cache=$2; shift 2
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=755 dev "$root/dev"
    for device in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
      set -- $device "$@"
      mknod -m 666 "$root/dev/$1" c "$2" "$3"
      shift 3
    done
    mkdir -m 1777 "$root/dev/shm"
    mkdir "$root/dev/pts"
    mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    mkdir -p "$root/var/cache/ccache"
    mount --bind "$cache" "$root/var/cache/ccache"
    exec chroot "$root" "$@"' bash "$root" "$debians/ccache" /usr/bin/env -i HOME=/root LANG=C.UTF-8 \
    PATH=/usr/lib/ccache:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
    CCACHE_DIR=/var/cache/ccache CCACHE_UMASK=000 CCACHE_COMPILERCHECK=content \
    MAKEFLAGS="-j$(nproc)" CMAKE_BUILD_PARALLEL_LEVEL="$(nproc)" \
    $(env | grep -E '^((http|https|no)_proxy|npm_config_[a-z_]+)=' || true) "$@"
}
