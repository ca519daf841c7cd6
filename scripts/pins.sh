#!/bin/sh
# Resolve the pin files for every platform and for Python 3.11 and later.
# They agree with one another: the whole set is resolved first and constrains the smaller ones. The page checker is one
# script out of one package, taken without what that package wants. What is pinned already
# stays unless an argument such as --upgrade or --upgrade-package NAME says otherwise.
set -eu
uv=$1
shift

compile() {
  "$uv" pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
    --no-emit-index-url --no-emit-find-links --custom-compile-command "make pins" "$@"
}

compile pyproject.toml --extra pdf --group dev --output-file requirements-dev.txt "$@"
compile pyproject.toml --constraints requirements-dev.txt --output-file requirements.txt "$@"
compile --group build --constraints requirements-dev.txt --output-file requirements-build.txt "$@"
compile --group axe --no-deps --output-file requirements-axe.txt "$@"
