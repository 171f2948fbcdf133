#!/usr/bin/env bash
# Carries out the last stage of the Dockerfile in a fresh Debian made by debootstrap, where no container engine is at hand:
# its RUN lines as they stand, its COPY with a program that was built here, its USER. Then the program must answer there,
# and back up a database of a server that is started there, with a drill: without any variable but the database and the
# destination the backup must be restored for proof, by the image's user.
# usage: check-image.sh PROGRAM    as root; PROGRAM: `backup`, built with --static-swift-stdlib on that Debian
# With PGDG=no in the environment it needs no other archive than Debian's.
# With BACKUP_DATABASE_URL in the environment that database is backed up too.
set -euo pipefail
program=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
[ "$(id -u)" = 0 ] || { echo "check-image: only root can make a file system of its own" >&2; exit 1; }
"$here/../../Tests/Support/install.sh" debootstrap
root=$(mktemp -d /tmp/groundwork-image-XXXXXX)
chmod 755 "$root"
server=
cleanup() {
    if [ -n "$server" ]; then kill -QUIT "$server" 2>/dev/null || true; sleep 1; fi
    mountpoint -q "$root/proc" && umount "$root/proc"
    rm -rf --one-file-system "$root"
}
trap cleanup EXIT
suite=$(sed -n 's/^FROM debian:\([a-z]*\)-slim.*/\1/p' "$here/Dockerfile")
mirror=${MIRROR:-http://deb.debian.org/debian}
echo "Making Debian $suite ..."
debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log" 2>&1 || { tail -20 "$root.log" >&2; exit 1; }
rm -f "$root.log"
mount -t proc proc "$root/proc"
# No service is started, as in an image.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

user=root
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
arguments=()
variables=()
runs=0
inside() { chroot "$root" env -i PATH="$path" DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
# Lines that end in a backslash go on; the last FROM begins the stage that is carried out.
joined=$(sed -e '/^#/d' -e ':a' -e '/\\$/{N;s/\\\n//;ta}' "$here/Dockerfile")
stage=$(printf '%s\n' "$joined" | tac | sed '/^FROM /q' | tac)
while IFS= read -r line; do
    rest=${line#* }
    case $line in
    '' | FROM\ * | EXPOSE\ * | STOPSIGNAL\ *) ;;
    # A variable of that name in the environment stands in for --build-arg.
    ARG\ *) name=${rest%%=*}; arguments+=("$name=${!name:-${rest#*=}}") ;;
    ENV\ *) variables+=("$rest") ;;
    RUN\ *)
        echo "RUN ${rest:0:70} ..."
        inside "${arguments[@]}" sh -ec "$rest" >"$root/run.log" 2>&1 || { tail -20 "$root/run.log" >&2; exit 1; }
        rm -f "$root/run.log"
        runs=$((runs + 1))
        ;;
    COPY\ --from=build\ /out/backup\ *) install -m 755 "$program" "$root${rest##* }" ;;
    USER\ *) user=$rest ;;
    ENTRYPOINT\ *) read -ra entry <<<"$(printf '%s' "$rest" | tr -d '[]",')" ;;
    *) echo "check-image: $line is not understood" >&2; exit 1 ;;
    esac
done <<<"$stage"
[ "$runs" = 2 ] || { echo "check-image: $runs RUN lines were found" >&2; exit 1; }

as_user() { chroot "$root" /usr/bin/setpriv --reuid="$user" --regid="$user" --init-groups --no-new-privs -- \
    env -i PATH="$path" "${variables[@]}" "$@"; }
[ "$(as_user id -u)" != 0 ] || { echo "check-image: it would run as root" >&2; exit 1; }
as_user "${entry[@]}" --help >/dev/null
echo "Programs of PostgreSQL: $(ls "$root/usr/lib/postgresql" | tr '\n' ' ')"
[ -z "$(find "$root/var/lib/postgresql" -name PG_VERSION)" ] \
    || { echo "check-image: a cluster was made with the packages" >&2; exit 1; }
state=0
as_user "${entry[@]}" run >/dev/null 2>&1 || state=$?
[ "$state" = 2 ] || { echo "check-image: without variables it ended with $state and not with 2" >&2; exit 1; }

# A night as the template's users have it: nothing is set but the database and where backups go.
newest=/usr/lib/postgresql/$(ls "$root/usr/lib/postgresql" | sort -n | tail -1)/bin
as_user "$newest/initdb" --pgdata=/tmp/source --username=app --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
as_user "$newest/pg_ctl" start --pgdata=/tmp/source --log=/tmp/source.log --wait --silent \
    --options="-c listen_addresses= -c unix_socket_directories=/tmp/source"
server=$(head -1 "$root/tmp/source/postmaster.pid")
as_user "$newest/psql" --quiet --host=/tmp/source --username=app --dbname=postgres --set=ON_ERROR_STOP=1 \
    --command="CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 1000) n"
source="postgresql:///postgres?host=/tmp/source&user=app"
as_user BACKUP_DATABASE_URL="$source" BACKUP_DESTINATION=file:///tmp/backups "${entry[@]}" run | tee "$root/night.log"
grep -q '^  verified   restored in ' "$root/night.log" \
    || { echo "check-image: the backup was not restored for proof" >&2; exit 1; }
left=$(find "$root/tmp" -maxdepth 1 -name 'groundwork-*')
[ -z "$left" ] || { echo "check-image: the drill left $left" >&2; exit 1; }
if [ -n "${BACKUP_DATABASE_URL:-}" ]; then
    as_user BACKUP_DATABASE_URL="$BACKUP_DATABASE_URL" BACKUP_DESTINATION=file:///tmp/backups/own "${entry[@]}" run
fi
echo "The image's commands work: ${entry[*]} answers as $user ($(du -sh --one-file-system "$root" | cut -f 1) in all)."
