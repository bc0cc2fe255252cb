#!/bin/sh
# The Python environment .venv with a set of packages: environment.sh requirements.txt
# Done in milliseconds when that set is there already. PYTHON=… chooses the interpreter that it is made with.
set -eu
cd "$(dirname "$0")/.."
set=$1
python=.venv/bin/python

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if recent "$name"; then
            echo "$name"
            return
        fi
    done
    echo "Python 3.11 or newer is missing. Type:  sudo apt-get install python3 python3-venv" >&2
    echo "or say where it is:  make PYTHON=/path/to/python3.11 setup" >&2
    return 1
}

# Debian ships venv and its pip in a package of their own.
add_venv() {
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Python's venv is missing. Type:  sudo apt-get install $package" >&2
        return 1
    fi
    echo "Installing $package (once) …"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$package" >/dev/null
}

# Programs in .venv/bin name the folder they were made in, so an environment that was moved is made anew.
if [ -e .venv/place ] && [ "$(cat .venv/place)" != "$PWD" ] || ! recent "$python"; then
    base=$(find_python)
    "$base" -c 'import ensurepip, venv' 2>/dev/null || add_venv "$base"
    echo "Making .venv (once) …"
    "$base" -m venv --clear .venv
    echo "$PWD" >.venv/place
fi

if ! cat requirements*.txt | cmp -s - ".venv/$set"; then
    echo "Installing the packages of $set …"
    "$python" -m pip install --quiet --disable-pip-version-check --use-pep517 -r "$set"
    cat requirements*.txt >".venv/$set"
fi
