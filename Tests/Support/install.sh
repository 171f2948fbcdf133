#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that the tests need, only those that are missing, and starts no service.
# usage: install.sh [package ...]    without packages: everything that the tests need
set -euo pipefail

packages=("$@")
if [ ${#packages[@]} = 0 ]; then
    packages=(libssl-dev zlib1g-dev libcurl4-openssl-dev postgresql postgresql-contrib python3-venv openssl nginx-light
        libxml2-utils curl pigz fonts-inter opendkim postfix perl systemd pgbouncer)
    # Ubuntu has Chromium as a snap only; Google Chrome does as well.
    command -v chromium chromium-browser google-chrome >/dev/null || packages+=(chromium)
fi

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]; }

find_missing() {
    missing=()
    for package in "${packages[@]}"; do is_installed "$package" || missing+=("$package"); done
}

find_missing
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

# One run at a time, whoever's it is: they change the same files. The lock is on a directory that every system with
# apt-get has and everybody may read; nothing is left of it.
exec 9</etc/apt
flock 9
find_missing
[ ${#missing[@]} -gt 0 ] || exit 0

echo "Installing: ${missing[*]}"

# Whatever happens, the end brings back what the two steps below change.
policy=/usr/sbin/policy-rc.d
saved_policy=
cluster_setting=/etc/postgresql-common/createcluster.d/groundwork.conf
removes_cluster_setting=
restore() {
    if [ -n "$saved_policy" ]; then
        root cp -p "$saved_policy" "$policy" && rm -f "$saved_policy"
    else
        root rm -f "$policy"
    fi
    if [ -n "$removes_cluster_setting" ]; then root rm -f "$cluster_setting"; fi
}

# While packages are installed no service may start: Debian's invoke-rc.d asks this script. One with our mark was left
# by a run that was killed, and stands for none.
if [ -e "$policy" ] && ! grep -q '^# groundwork$' "$policy"; then
    saved_policy=$(mktemp)
    cp -p "$policy" "$saved_policy"
fi
trap restore EXIT
trap 'exit 130' INT TERM
printf '#!/bin/sh\n# groundwork\nexit 101\n' | root tee "$policy" >/dev/null
root chmod 755 "$policy"

# Debian makes a system cluster with every PostgreSQL server that it installs, unless it is told not to. The file stays
# if PostgreSQL came with us; a system that had it already goes on as it was.
if [[ " ${missing[*]} " == *" postgresql"* ]] && [ ! -e "$cluster_setting" ]; then
    if is_installed postgresql-common; then removes_cluster_setting=yes; fi
    root mkdir -p "${cluster_setting%/*}"
    echo "create_main_cluster = false" | root tee "$cluster_setting" >/dev/null
fi

# Postfix asks what it is for: for nothing, its configuration is left alone and it serves nobody. The tests take its
# tools and start its daemon on loopback, with a configuration of their own.
if [[ " ${missing[*]} " == *" postfix "* ]]; then
    echo "postfix postfix/main_mailer_type select No configuration" | root debconf-set-selections
fi

install() {
    root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a \
        apt-get install -y -q --no-install-recommends "${missing[@]}" >"$1" 2>&1 9<&-
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
