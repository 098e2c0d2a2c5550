#!/usr/bin/env bash
# check-wheel.sh WHEEL: the wheel brings its samples along and works in an empty folder, far from the checkout.
# The packages it needs come from .venv.
set -eu
wheel=$(realpath "$1")
python=$(realpath -s "$(dirname "$0")/../.venv/bin/python")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m pip install --quiet --disable-pip-version-check --no-deps --target "$work/site" "$wheel"
mkdir "$work/empty"
cd "$work/empty"
export PYTHONPATH="$work/site"
case "$("$python" -c 'import netbuilder; print(netbuilder.__file__)')" in
    "$work/site/"*) ;;
    *) echo "the checkout was imported in place of the wheel" >&2 && exit 1 ;;
esac
"$python" -m netbuilder samples --json >/dev/null
"$python" -m netbuilder new digits-cnn copy.netb
"$python" -m netbuilder check copy.netb
echo "$(basename "$wheel") works from an empty folder"
