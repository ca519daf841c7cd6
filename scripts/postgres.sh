#!/usr/bin/env bash
# Install PostgreSQL from Debian's packages for the tests, where that can be done; say what is left out where it cannot.
set -eu

left_out() {
  echo "postgres: $1; the tests that need PostgreSQL will be skipped" >&2
  exit 0
}

if compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || command -v initdb > /dev/null; then
  exit 0
fi
command -v apt-get > /dev/null || left_out "not installed, and there is no apt-get here to install it with"
[ "$(id -u)" = 0 ] || left_out "not installed, and only root can install it (sudo apt-get install postgresql)"

echo "postgres: installing Debian's package for the tests (once)"
# Debian's package would start a server of its own at once; the tests start theirs themselves.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
export DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1
apt-get update -qq || left_out "the list of packages could not be fetched"
apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold postgresql > /dev/null \
  || left_out "the package could not be installed"
