#!/usr/bin/env bash
# Builds the image of the emulator by its Containerfile, without a registry, and runs it as a container runtime would: as the
# first process of namespaces of its own, with the image's files, user and command. Needs Linux, root and buildah.
#
#     container.sh ARCHIVE WORK
#
# ARCHIVE is the unpacked archive of the emulator, WORK an empty folder. A stand-in takes the place of the image that the file
# is built on: the C library of this machine, and the user nonroot.
set -euo pipefail
archive=$(realpath "$1")
work=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
base=$(sed -n 's/^FROM //p' "$archive/Containerfile")

printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$work/graph" "$work/run" >"$work/storage.conf"
export CONTAINERS_STORAGE_CONF=$work/storage.conf BUILDAH_ISOLATION=chroot
container=$(buildah from scratch)
root=$(buildah mount "$container")
# The loader has a path of its own; ldd names both.
ldd "$archive/storeship-emulator" | grep -o '/[^ ]*' | while read -r file; do
    mkdir -p "$root$(dirname "$file")" && cp -L "$file" "$root$file"
done
mkdir -p "$root/etc" "$root/home/nonroot"
echo 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >"$root/etc/passwd"
echo 'nonroot:x:65532:' >"$root/etc/group"
buildah config --user 65532 --workingdir /home/nonroot "$container"
buildah commit --quiet "$container" "$base" >/dev/null
buildah build --quiet --pull-never -f "$archive/Containerfile" -t storeship-emulator "$archive" >/dev/null

root=$(buildah mount "$(buildah from --pull-never localhost/storeship-emulator)")
image() {
    buildah inspect --type image storeship-emulator |
        python3 -c 'import json, sys; config = json.load(sys.stdin)["OCIv1"]["config"]; found = config[sys.argv[1]]
print("\n".join(found) if isinstance(found, list) else found)' "$1"
}
mapfile -t command < <(image Entrypoint)
user=$(image User)
mkdir "$root/proc"
# The container has a name that the emulator knows by an option, as docs/emulator.md describes it.
# shellcheck disable=SC2016 # the shell in the container has these variables
unshare --pid --mount --uts --ipc --net --fork --kill-child sh -c '
    ip link set lo up && hostname store-of-tests && mount -t proc proc "$1/proc" || exit
    root=$1 user=$2 && shift 2 && exec chroot --userspec="$user:$user" "$root" "$@"
' container "$root" "$user" "${command[@]}" --host-name store-of-tests </dev/null >"$work/output" &
parent=$!
python3 "$here/container.py" "$parent" "$work/output"
child=$(cat "/proc/$parent/task/$parent/children")
grep -q "^NSpid:.*[[:space:]]1$" "/proc/${child% }/status"
kill -"$(image StopSignal)" "${child% }"
wait "$parent"
echo "the image runs as user $user, answers to its names and ends on $(image StopSignal)"
