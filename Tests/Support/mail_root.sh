#!/usr/bin/env bash
# Makes a throw-away root for a mail server that mail_parties.sh unpacked: the server, the libraries it needs and its
# users, so that it can run by itself under chroot without a user or a folder of the system's.
# usage: mail_root.sh PARTIES DIRECTORY PROGRAM ...    as root; programs as they are named below PARTIES/root, or on the system
set -euo pipefail
parties=$1 directory=$2
shift 2
export LD_LIBRARY_PATH=$parties/root/usr/lib/$(uname -m)-linux-gnu:$parties/root/lib/$(uname -m)-linux-gnu
mkdir -p "$directory"/{dev,etc,mail,run,tmp,usr/bin,usr/sbin,var/run,var/log/exim4,var/lib,var/spool,var/empty}
for name in bin sbin lib lib64; do ln -s "usr/$name" "$directory/$name"; done
copy_libraries() { # program
    local library
    for library in $(ldd "$1" | grep -oE '/[^ ]+'); do
        mkdir -p "$directory/usr/lib" "$directory/usr/lib64"
        case $library in
        */ld-linux*) cp -Lu "$library" "$directory$library" 2>/dev/null || cp -Lu "$library" "$directory/usr/lib64/" ;;
        *) cp -Lu "$library" "$directory/usr/lib/" ;;
        esac
    done
}
for program in "$@"; do
    if [ -d "$parties/root$program" ]; then
        mkdir -p "$directory$program"
        cp -a "$parties/root$program/." "$directory$program"
        for file in "$directory$program"/*; do copy_libraries "$file"; done
        continue
    fi
    source=$parties/root$program
    [ -e "$source" ] || source=$program
    mkdir -p "$directory${program%/*}"
    cp -L "$source" "$directory$program"
    copy_libraries "$source"
done
# Files in place of devices, which not every container may make.
: >"$directory/dev/null"
chmod 666 "$directory/dev/null"
chmod 1777 "$directory/tmp"
printf 'hosts: files\npasswd: files\ngroup: files\n' >"$directory/etc/nsswitch.conf"
printf '127.0.0.1 localhost\n' >"$directory/etc/hosts"
cat >"$directory/etc/passwd" <<'PASSWD'
root:x:0:0::/root:/bin/sh
Debian-exim:x:801:801::/var/spool/exim4:/bin/false
opensmtpd:x:802:802::/var/empty:/bin/false
opensmtpq:x:803:803::/var/empty:/bin/false
ada:x:811:811::/mail/ada:/bin/sh
bob:x:812:812::/mail/bob:/bin/sh
nobody:x:65534:65534::/nonexistent:/bin/false
PASSWD
sed -E 's/^([^:]*):x:([0-9]*):.*/\1:x:\2:/' "$directory/etc/passwd" >"$directory/etc/group"
printf 'mail:x:8:\n' >>"$directory/etc/group"
