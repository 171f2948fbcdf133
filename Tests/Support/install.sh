#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that the tests need, only those that are missing, and starts no service.
# usage: install.sh [package ...]    without packages: everything that the tests need
set -euo pipefail

packages=("$@")
if [ ${#packages[@]} = 0 ]; then
    packages=(libssl-dev zlib1g-dev libcurl4-openssl-dev postgresql postgresql-contrib python3-venv openssl nginx-light
        libxml2-utils)
fi

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]; }

missing=()
for package in "${packages[@]}"; do is_installed "$package" || missing+=("$package"); done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "These packages are missing and this system has no apt-get: ${missing[*]}" >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "Run as root, or install sudo: ${missing[*]} are missing." >&2; exit 1; }
    as_root=(sudo)
fi
root() { "${as_root[@]}" "$@"; }

echo "Installing: ${missing[*]}"

# Debian makes and starts a system cluster when it installs PostgreSQL, unless it is told not to.
# A setting that somebody made stays as it is, and so does the directory's own file.
if [[ " ${missing[*]} " == *" postgresql"* ]] && ! is_installed postgresql-common; then
    root mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" | root tee /etc/postgresql-common/createcluster.d/groundwork.conf >/dev/null
fi

# While packages are installed no service may start (Debian's invoke-rc.d asks this script); what was there comes back.
policy=/usr/sbin/policy-rc.d
saved=
if [ -e "$policy" ]; then
    saved=$(mktemp)
    cp -p "$policy" "$saved"
fi
restore() {
    if [ -n "$saved" ]; then root cp -p "$saved" "$policy" && rm -f "$saved"; else root rm -f "$policy"; fi
}
trap restore EXIT
trap 'exit 130' INT TERM
printf '#!/bin/sh\nexit 101\n' | root tee "$policy" >/dev/null
root chmod 755 "$policy"

install() {
    root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a \
        apt-get install -y -q --no-install-recommends "${missing[@]}" >"$1" 2>&1
}
log=$(mktemp)
if ! install "$log"; then
    root apt-get update -q >>"$log" 2>&1 || true
    if ! install "$log"; then
        tail -20 "$log" >&2
        rm -f "$log"
        echo "The packages could not be installed; apt-get's last words are above." >&2
        exit 1
    fi
fi
rm -f "$log"
