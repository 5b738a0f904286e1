# Start a program as PID 1 of a container that may do nothing: a root file system that can't be written
# to, a user that nobody knows, no network. What `docker run --read-only --tmpfs /tmp --user … --network
# none` does, without a daemon. Everything that is mounted ends with the process.
# Usage: unshare --mount --pid --net --fork --kill-child sh locked_down.sh ROOT USER SOURCE PLACE … -- WORD …
set -eu
root=$1 user=$2
shift 2
mount --bind "$root" "$root"
while [ "$1" != -- ]; do
    mkdir -p "$root$2"
    mount --bind "$1" "$root$2"
    shift 2
done
shift
ip link set lo up
mount -o remount,bind,ro "$root"
mount -o remount,bind,ro "$root/target"
mount -t tmpfs tmpfs "$root/tmp"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot --userspec="$user" "$root" /usr/bin/env --ignore-environment --chdir=/target "$@"
