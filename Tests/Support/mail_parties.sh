#!/usr/bin/env bash
# Unpacks mail servers and mail readers that nobody here wrote below the build folder, and installs none of them: exim,
# OpenSMTPD and Postfix conflict as packages. Quick when they are there already.
# usage: mail_parties.sh [--path]    --path prints where they are
set -euo pipefail
cd "$(dirname "$0")/../.."
parties=${GROUNDWORK_TEST_MAIL_PARTIES:-$PWD/.build/mail-parties}
packages=(exim4-daemon-light opensmtpd mpack ripmime maildrop
    libmime-tools-perl libconvert-binhex-perl libmailtools-perl libtimedate-perl)
stamp=$parties/.unpacked

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]; }

# The shared libraries that an unpacked package needs, one a line.
libraries_of() { # archive
    dpkg-deb -f "$1" Depends | tr ',' '\n' | sed -E 's/^ *//; s/[ :|(].*//' | grep '^lib' | grep -v -e '-perl$' || true
}

unpack() {
    local wanted=("${packages[@]}") archive name
    while [ ${#wanted[@]} -gt 0 ]; do
        (cd "$parties/archives" && rm -f ./*.deb && apt-get download -q "${wanted[@]}") || return 1
        wanted=()
        for archive in "$parties"/archives/*.deb; do
            dpkg -x "$archive" "$parties/root"
            for name in $(libraries_of "$archive"); do
                is_installed "$name" || [ -e "$parties/archives/$name" ] || wanted+=("$name")
                : >"$parties/archives/$name"
            done
        done
    done
}

if ! [ -e "$stamp" ] || [ "$(cat "$stamp")" != "${packages[*]}" ]; then
    echo "Unpacking mail servers and readers into $parties (about 10 MB, once) ..." >&2
    mkdir -p "$(dirname "$parties")"
    # One at a time: two runs of the tests may begin together.
    exec 9>"$parties.lock"
    flock 9
    if ! [ -e "$stamp" ] || [ "$(cat "$stamp")" != "${packages[*]}" ]; then
        rm -rf "$parties"
        mkdir -p "$parties/archives" "$parties/root"
        log=$parties.log
        if ! unpack >"$log" 2>&1; then
            # The lists of packages may be old, or not there.
            if [ "$(id -u)" = 0 ]; then apt-get update -q >>"$log" 2>&1; else sudo apt-get update -q >>"$log" 2>&1; fi || true
            unpack >>"$log" 2>&1 || { tail -20 "$log" >&2; exit 1; }
        fi
        rm -rf "$parties/archives" "$log"
        echo "${packages[*]}" >"$stamp"
    fi
fi
if [ "${1:-}" = --path ]; then echo "$parties"; fi
