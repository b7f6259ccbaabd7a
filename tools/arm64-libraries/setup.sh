#!/bin/bash
# Takes an absolute prefix; gives in it the C libraries that corpus programs use, for AArch64: Debian's packages, unpacked.
set -euo pipefail

USAGE="usage: tools/arm64-libraries/setup.sh [--help] PREFIX

Downloads zlib, sqlite and libpng of this machine's Debian for arm64 and unpacks them under PREFIX (absolute; replaced when it
is there). Installs nothing on the system; apt's own state plays no part. Takes some seconds and 10 MB.

Example: tools/arm64-libraries/setup.sh ~/.cache/sx/arm64-libraries"

case ${1-} in
  -h | --help) echo "$USAGE"; exit 0 ;;
  /*) [ $# -eq 1 ] || { echo "$USAGE" >&2; exit 2; } ;;
  *) echo "$USAGE" >&2; exit 2 ;;
esac
PREFIX=$1
NEW=$PREFIX.new
for tool in apt-get dpkg-deb; do
  command -v "$tool" >/dev/null || { echo "arm64-libraries: $tool is not installed: this script needs a Debian system" >&2; exit 2; }
done
WORK=$(mktemp -d)
trap 'rm -rf "$WORK" "$NEW"' EXIT
mkdir -p "$WORK"/{state/lists/partial,cache/archives/partial,debs}
chmod 755 "$WORK"
: >"$WORK/status"
# The machine's sources, read for another architecture into a state of this run's own.
APT=(apt-get -q -o Dir::State="$WORK/state" -o Dir::State::status="$WORK/status" -o Dir::Cache="$WORK/cache"
  -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Debug::NoLocking=1)
"${APT[@]}" update
# The libraries' names carry their versions: what the -dev packages depend on.
DEV=(zlib1g-dev libsqlite3-dev libpng-dev)
RUN=(zlib1g libsqlite3-0 libpng16-16)
(cd "$WORK/debs" && "${APT[@]}" download "${DEV[@]}" && { "${APT[@]}" download "${RUN[@]}" || "${APT[@]}" download zlib1g libsqlite3-0 libpng16-16t64; })
rm -rf "$NEW"
mkdir -p "$NEW"
for deb in "$WORK"/debs/*.deb; do dpkg-deb -x "$deb" "$NEW"; done
# Debian 12 has zlib's library in /lib; everything is wanted in one place.
if [ -d "$NEW/lib/aarch64-linux-gnu" ]; then cp -a "$NEW/lib/aarch64-linux-gnu/." "$NEW/usr/lib/aarch64-linux-gnu/"; fi
# A link to the root of the file system means this place.
for link in "$NEW"/usr/lib/aarch64-linux-gnu/*.so; do
  case $(readlink "$link") in /*) ln -sf "$(basename "$(readlink "$link")")" "$link" ;; esac
done
rm -rf "$PREFIX"
mv "$NEW" "$PREFIX"
