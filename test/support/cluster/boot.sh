# Process 1 of a host: its links, its folders, its name; then it reaps what dies. Prints "up PID" (as the machine counts).
#   NAME   host name                DISK   folder of what outlives a reboot     OVER   folder for what is written to /etc
#   LEGS   "out=10.99.0.11=02:…"    KIND   node | controller                    TMP    size of /tmp
#   CUT    cable | drop | nothing: what the switch does with its links, see links.ts
set -eu
read -r pid rest </proc/self/stat
echo "$NAME" >/proc/sys/kernel/hostname
ip link set lo up
number=0
for leg in $LEGS; do
  bridge=${leg%%=*} mac=${leg##*=} address=${leg#*=}
  address=${address%%=*}
  # The kernel takes the last boot's link away in its own time.
  nsenter --net=/proc/self/fd/9 ip link delete "$NAME-$number" 2>/dev/null || true
  ip link add "eth$number" address "$mac" type veth peer name "$NAME-$number" netns /proc/self/fd/9
  [ "$CUT" = drop ] || nsenter --net=/proc/self/fd/9 ip link set "$NAME-$number" master "$bridge"
  [ "$CUT" = cable ] || nsenter --net=/proc/self/fd/9 ip link set "$NAME-$number" up
  ip address add "$address/24" dev "eth$number"
  ip link set "eth$number" up
  number=$((number + 1))
done
exec 9<&-
echo 0 >/proc/sys/net/ipv4/ip_forward

# Without overlays (a container's own root is one already) /etc is copied.
mkdir -p "$OVER/upper" "$OVER/work"
if ! mount -t overlay overlay -o "lowerdir=/etc,upperdir=$OVER/upper,workdir=$OVER/work" /etc 2>/dev/null; then
  [ -d "$OVER/etc" ] || cp -a /etc "$OVER/etc"
  mount --bind "$OVER/etc" /etc
fi
cp -R "$DISK/etc/." /etc/
mkdir -p /etc/ssh
mount --bind "$DISK/ssh" /etc/ssh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount --bind "$DISK/boot_id" /proc/sys/kernel/random/boot_id
mount --bind "$DISK/var-tmp" /var/tmp
mount --bind "$DISK/log" /var/log
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /run
mkdir -p /run/sshd
if [ "$KIND" = node ]; then
  mount --bind "$DISK/root" /root
  mount --bind "$DISK/home" /home
  # Last: it hides the cluster's own folder from the node.
  mount -t tmpfs -o "size=$TMP,mode=1777" tmpfs /tmp
fi
echo "up $pid"
exec >/dev/null 2>&1 </dev/null
trap '' HUP INT TERM
while :; do
  sleep 1000000 &
  wait
done
