# sh enter-host.sh UNSHARE-OPTIONS…: namespaces of one host, begun from the switch's; descriptor 9 is the switch's network.
exec 9</proc/self/ns/net
exec unshare --mount --net --pid --uts --ipc "$@" --fork --kill-child sh "${0%/*}/boot.sh"
