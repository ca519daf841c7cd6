#!/bin/sh
# Make the virtual environment in $1: find a Python that will do, and say plainly what is missing where none will.
# PYTHON in the environment names the interpreter to use instead of those tried here.
set -eu
venv=$1

answers() { # interpreter, python expression that must hold
  "$1" -c "import sys; v = sys.version_info[:2]; sys.exit(0 if ($2) else 1)" >/dev/null 2>&1
}

stop() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

if [ -x "$venv/bin/python" ] && ! answers "$venv/bin/python" "v >= (3, 11)"; then
  stop "the environment in $venv does not run, or its Python is older than 3.11; remove that folder and try again"
fi

# First one for which every pinned package has a wheel (3.11 to 3.14), then any newer one.
python=
for range in "(3, 11) <= v <= (3, 14)" "v >= (3, 11)"; do
  for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if [ -z "$python" ] && answers "$candidate" "$range"; then python=$candidate; fi
  done
done
if [ -z "$python" ]; then
  found=$("${PYTHON:-python3}" --version 2>&1) || found="none that runs"
  stop "Python 3.11 or newer is needed; found here: ${PYTHON:-python3}, $found" \
    "install one (on Debian or Ubuntu: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python3.12 test"
fi

if ! "$python" -c "import ensurepip, venv" >/dev/null 2>&1; then
  package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "setup: this Python comes without ensurepip; installing $package"
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y "$package" >/dev/null || true
  fi
  "$python" -c "import ensurepip, venv" >/dev/null 2>&1 ||
    stop "$python comes without ensurepip, so it cannot make a virtual environment" \
      "install it (on Debian or Ubuntu, as root: apt-get install $package) and try again"
fi

echo "setup: making $venv with $("$python" --version 2>&1)"
"$python" -m venv "$venv"
