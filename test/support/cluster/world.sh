# sh world.sh FOLDER: a cluster's namespaces, for as long as standard input stays open; then FOLDER is removed.
# It stands outside of the namespaces and in a session of its own, so it outlives the tests, however they end.
unshare --mount --net --pid --uts --ipc --fork --kill-child sh "${0%/*}/switch.sh" "$1"
rm -rf --one-file-system -- "$1"
