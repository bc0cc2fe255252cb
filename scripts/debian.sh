#!/bin/sh
# A program that Debian packages: debian.sh PROGRAM PACKAGE... (PROGRAM may be a pattern: Debian has several versions)
# Does nothing when the program answers. Installs it as root, otherwise says what to type and fails.
set -eu
program=$1
shift

# Asked for its version, because a name alone may be a stand-in that only points to another shop.
answers() {
    for found in $program; do
        "$found" --version >/dev/null 2>&1 || "$found" -v >/dev/null 2>&1 && return
    done
    return 1
}

if answers; then
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "$program is missing. Type:  sudo apt-get install $*" >&2
    exit 1
fi
echo "Installing $* (once) …"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq -y --no-install-recommends "$@" >/dev/null
if ! answers; then
    echo "$program still does not answer to --version after: apt-get install $*" >&2
    exit 1
fi
