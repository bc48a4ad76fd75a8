#!/bin/sh
# Tries an image without a container engine: unpacks its layers, and runs it as the user that it names, on a root file system that
# nobody can write to, with /tmp and /runs as Kubernetes mounts them. Needs root, for mounts in a namespace of its own.
#   try.sh IMAGE_TAR ARGUMENT...
set -eu
image=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/image" "$work/root" "$work/runs"
unpack() {
  tar --warning=no-unknown-keyword -C "$2" -xf "$1"
}
unpack "$image" "$work/image"
# What follows a name, up to the next quotation mark or bracket that ends it.
field() {
  sed -n "s/.*\"$1\":\(\"[^\"]*\"\|\[[^]]*\]\).*/\1/p" "$work/image/$2" | tr -d '[]"' | tr ',' ' '
}
for layer in $(field Layers manifest.json); do
  unpack "$work/image/$layer" "$work/root"
done
user=$(field User config.json)
entrypoint=$(field Entrypoint config.json)
echo "image: $(($(wc -c < "$image") / 1000000)) MB, unpacked $(($(du -sk "$work/root" | cut -f1) / 1000)) MB; user $user; entry point $entrypoint"
chown "$user" "$work/runs"
mkdir -p "$work/root/proc" "$work/root/dev" "$work/root/tmp" "$work/root/runs"
unshare --mount sh -eu -c '
  root=$1 runs=$2 user=$3
  shift 3
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mount --bind "$runs" "$root/runs"
  mount --rbind /dev "$root/dev"
  mount -o remount,bind,ro "$root"
  exec env -i CI=true setpriv --no-new-privs --clear-groups unshare --root="$root" --wd=/runs --setgid="${user#*:}" \
    --setuid="${user%:*}" "$@"
' sh "$work/root" "$work/runs" "$user" $entrypoint "$@"
