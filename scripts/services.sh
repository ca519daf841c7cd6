#!/usr/bin/env bash
# Install what the tests start from Debian's packages, where that can be done; say what is left out where it cannot:
# PostgreSQL; openssl, which plays the time-stamping authority; chromium, which looks at pages; what a PDF is set with.
set -eu

lacking=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || command -v initdb > /dev/null || lacking+=(postgresql)
command -v openssl > /dev/null || lacking+=(openssl)
command -v chromium > /dev/null || lacking+=(chromium)
compgen -G '/usr/lib/*/libpangoft2-1.0.so*' > /dev/null || lacking+=(libpangoft2-1.0-0)
compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK-*' > /dev/null || lacking+=(fonts-noto-cjk)
[ ${#lacking[@]} -gt 0 ] || exit 0

left_out() {
  echo "services: $1; the tests that need ${lacking[*]} will be skipped" >&2
  exit 0
}

command -v apt-get > /dev/null || left_out "not installed, and there is no apt-get here to install with"
[ "$(id -u)" = 0 ] || left_out "not installed, and only root can install (sudo apt-get install ${lacking[*]})"

echo "services: installing Debian's packages for the tests (once): ${lacking[*]}"
# Debian's PostgreSQL would start a server of its own at once; the tests start theirs themselves.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
export DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1
apt-get update -qq || left_out "the list of packages could not be fetched"
apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "${lacking[@]}" > /dev/null \
  || left_out "the packages could not be installed"
