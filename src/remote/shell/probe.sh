# shellcheck shell=sh disable=SC2154
# What this node is and has. Changes nothing, starts nothing that stays.
[ "$(uname -s)" = Linux ] || { fail "this is $(uname -s); nodes are Linux"; return 1; }
boot_id || { fail '/proc/sys/kernel/random/boot_id cannot be read: is /proc mounted?'; return 1; }
fact boot_id "$boot"
fact pid_namespace "$(readlink /proc/self/ns/pid 2>/dev/null)"
fact uid "$(id -u)"
fact node_name "$(uname -n)"
fact kernel "$(uname -r)"
fact clock_ticks "$(getconf CLK_TCK 2>/dev/null || echo 100)"
fact zone "$(date +%z)"
p_cpus=$(grep -c '^cpu[0-9]' /proc/stat </dev/null); fact cpus "$p_cpus"
while read -r p_key p_value _; do
  case $p_key in MemTotal:) fact memory_total_kb "$p_value" ;; esac
done </proc/meminfo

for p_tool in setsid gzip sha256sum tee wc awk sed grep sort sleep mkfifo timeout; do
  have "$p_tool" || fact missing_tool "$p_tool"
done

# sysstat: sadc is not in PATH; where it lies differs by distribution.
if have sadf; then
  fact sysstat_version "$(sadf -V </dev/null 2>&1 | sed -n 's/.*sysstat version \([0-9][0-9.]*\).*/\1/p' | head -n 1)"
  p_sadc=$(sar --sadc </dev/null 2>/dev/null | sed -n 's/^Data collector found: *//p')
  for p_path in "$p_sadc" /usr/lib/sysstat/sadc /usr/lib64/sa/sadc /usr/lib/sa/sadc /usr/libexec/sysstat/sadc /usr/local/lib/sa/sadc /usr/local/lib64/sa/sadc; do
    [ -n "$p_path" ] && [ -x "$p_path" ] && [ ! -d "$p_path" ] || continue
    fact sadc "$p_path"
    # One record to standard output: does this version take activity names?
    if "$p_path" -S "$_clusterp_activities" 1 1 </dev/null >/dev/null 2>&1; then fact sadc_activities yes; fi
    break
  done
  have sar && fact sar yes
fi
have nvidia-smi && fact nvidia_smi yes
perl -e 'exit 0' </dev/null >/dev/null 2>&1 && fact perl yes
# shellcheck disable=SC2016
have bash && fact bash "$(bash -c 'echo "${BASH_VERSINFO[0]}"' </dev/null 2>/dev/null)"
awk 'BEGIN { exit 0 }' </dev/null >/dev/null 2>&1 && fact awk yes

set +f
for p_path in /sys/block/*; do
  p_name=${p_path##*/}
  [ -e "$p_path/dev" ] || continue
  p_physical=no
  case $p_name in
    loop* | ram* | zram* | sr* | fd* | dm-* | md* | nbd*) ;;
    *) [ -e "$p_path/device" ] && p_physical=yes ;;
  esac
  p_number=; { read -r p_number <"$p_path/dev"; } 2>/dev/null
  fact disk "$p_name $p_number $p_physical"
done
for p_path in /sys/class/net/*; do
  p_name=${p_path##*/}
  [ -e "$p_path/flags" ] || continue
  p_speed=-; { read -r p_speed <"$p_path/speed"; } 2>/dev/null
  p_duplex=-; { read -r p_duplex <"$p_path/duplex"; } 2>/dev/null
  p_state=unknown; { read -r p_state <"$p_path/operstate"; } 2>/dev/null
  p_physical=no; [ -e "$p_path/device" ] && p_physical=yes
  p_isbond=no; [ -d "$p_path/bonding" ] && p_isbond=yes
  p_bond=-; [ -e "$p_path/master/bonding" ] && p_bond=$(cd -P "$p_path/master" && basename "$(pwd -P)")
  fact interface "$p_name ${p_speed:--} ${p_duplex:--} ${p_state:-unknown} $p_physical $p_isbond $p_bond"
done
set -f
while read -r p_name p_destination _; do
  [ "$p_destination" = 00000000 ] && { fact default_interface "$p_name"; break; }
done 2>/dev/null </proc/net/route

# whole_disk NAME: the whole disk behind a kernel name (a partition, an LVM volume, a RAID of one disk).
whole_disk() {
  w_name=$1; w_depth=0
  while [ "$w_depth" -lt 8 ]; do
    w_depth=$((w_depth + 1))
    if [ -e "/sys/class/block/$w_name/partition" ]; then
      w_name=$(cd -P "/sys/class/block/$w_name/.." && basename "$(pwd -P)")
    else
      w_slave=$(ls "/sys/class/block/$w_name/slaves" 2>/dev/null | head -n 1)
      [ -n "$w_slave" ] || break
      w_name=$w_slave
    fi
  done
  [ -e "/sys/block/$w_name" ] && printf '%s' "$w_name"
}
# /dev paths, partitions and mount points that the config names, a line each.
printf '%s\n' "$_clusterp_disk_names" | while IFS= read -r p_name; do
  [ -n "$p_name" ] || continue
  p_device=$p_name
  case $p_name in
    /dev/*) ;;
    /*) p_device=$(awk -v m="$p_name" '$2 == m { d = $1 } END { print d }' /proc/self/mounts </dev/null) ;;
  esac
  case $p_device in /dev/*) p_device=$(readlink -f "$p_device" 2>/dev/null || printf '%s' "$p_device"); p_device=${p_device#/dev/} ;; esac
  case $p_device in '' | */*) continue ;; esac
  p_disk=$(whole_disk "$p_device")
  [ -n "$p_disk" ] && fact disk_name "$p_disk $p_name"
done

enter_base || return 1
fact base "$(pwd -P)"
fact free_kb "$(df -Pk . </dev/null 2>/dev/null | awk 'NR == 2 { print $4 }')"
if [ -d "./clusterp-$(id -u)" ]; then
  set +f
  for p_path in "./clusterp-$(id -u)"/*/*; do
    [ -d "$p_path" ] && [ ! -h "$p_path" ] && fact leftover "${p_path#./*/}"
  done
  set -f
fi
return 0
