# shellcheck shell=sh disable=SC2154
# What this node is and has. Changes nothing, starts nothing that stays.
# Other trees than the kernel's own can stand in for it, for tests.
p_root=${CLUSTERP_ROOT:-}
p_sys=${CLUSTERP_SYSFS_ROOT:-$p_root/sys}
p_proc=${CLUSTERP_PROCFS_ROOT:-/proc}
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
for p_tool in apt-get dnf yum zypper apk pacman; do
  have "$p_tool" && { fact installer "$p_tool"; break; }
done
have nvidia-smi && fact nvidia_smi yes
perl -e 'exit 0' </dev/null >/dev/null 2>&1 && fact perl yes
# shellcheck disable=SC2016
have bash && fact bash "$(bash -c 'echo "${BASH_VERSINFO[0]}"' </dev/null 2>/dev/null)"
awk 'BEGIN { exit 0 }' </dev/null >/dev/null 2>&1 && fact awk yes

set +f
for p_path in "$p_sys"/block/*; do
  p_name=${p_path##*/}
  [ -e "$p_path/dev" ] || continue
  p_physical=no
  case $p_name in
    loop* | ram* | zram* | sr* | fd* | dm-* | md* | nbd* | mmcblk*boot*) ;;
    *) [ -e "$p_path/device" ] && p_physical=yes ;;
  esac
  # A card reader without a card.
  p_sectors=; { read -r p_sectors <"$p_path/size"; } 2>/dev/null
  [ "$p_sectors" = 0 ] && p_physical=no
  p_number=; { read -r p_number <"$p_path/dev"; } 2>/dev/null
  fact disk "$p_name $p_number $p_physical"
done
for p_path in "$p_sys"/class/net/*; do
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
p_default=
while read -r p_name p_destination _; do
  [ "$p_destination" = 00000000 ] && { p_default=$p_name; break; }
done 2>/dev/null <"$p_proc/net/route"
# Destination and length first, the interface last: a node may have IPv6 only. Routes of lo are refusals.
[ -n "$p_default" ] || while read -r p_destination p_length _ _ _ _ _ _ _ p_name; do
  case $p_destination$p_length in *[!0]*) continue ;; esac
  [ "$p_name" = lo ] || { p_default=$p_name; break; }
done 2>/dev/null <"$p_proc/net/ipv6_route"
[ -n "$p_default" ] && fact default_interface "$p_default"

# whole_disk NAME: the whole disk behind a kernel name (a partition, an LVM volume, a RAID of one disk).
whole_disk() {
  w_name=$1; w_depth=0
  while [ "$w_depth" -lt 8 ]; do
    w_depth=$((w_depth + 1))
    if [ -e "$p_sys/class/block/$w_name/partition" ]; then
      w_name=$(cd -P "$p_sys/class/block/$w_name/.." && basename "$(pwd -P)")
    else
      w_slave=$(ls "$p_sys/class/block/$w_name/slaves" 2>/dev/null | head -n 1)
      [ -n "$w_slave" ] || break
      w_name=$w_slave
    fi
  done
  [ -e "$p_sys/block/$w_name" ] && printf '%s' "$w_name"
}
# /dev paths, partitions and mount points that the config names, a line each.
printf '%s\n' "$_clusterp_disk_names" | while IFS= read -r p_name; do
  [ -n "$p_name" ] || continue
  p_device=$p_name
  case $p_name in
    /dev/*) ;;
    /*) p_device=$(awk -v m="$p_name" '$2 == m { d = $1 } END { print d }' "$p_proc/self/mounts" </dev/null) ;;
  esac
  case $p_device in /dev/*) p_device=$(readlink -f "$p_device" 2>/dev/null || printf '%s' "$p_device"); p_device=${p_device#/dev/} ;; esac
  case $p_device in '' | */*) continue ;; esac
  p_disk=$(whole_disk "$p_device")
  [ -n "$p_disk" ] && fact disk_name "$p_disk $p_name"
done

# disks_below NAME: every whole disk that lies below a kernel name, a line each: a RAID or a volume may have several.
disks_below() {
  if [ -e "$p_sys/class/block/$1/partition" ]; then
    whole_disk "$1"
    echo
    return
  fi
  b_slaves=$(ls "$p_sys/class/block/$1/slaves" 2>/dev/null)
  if [ -z "$b_slaves" ]; then
    [ -e "$p_sys/block/$1" ] && printf '%s\n' "$1"
    return
  fi
  for b_slave in $b_slaves; do (disks_below "$b_slave"); done
}
# Where each device is mounted first; files and folders that containers mount of it again are left out.
if [ "${_clusterp_mounts:-}" = yes ]; then
  awk '$1 ~ "^/dev/" && $2 !~ "^/(etc|proc|sys|dev|run|snap)/" && !seen[$1]++ && ++n <= 64 { print $1, $2 }' "$p_proc/self/mounts" </dev/null |
    while read -r p_device p_name; do
      case $p_device in /dev/mapper/* | /dev/disk/* | /dev/root) p_device=$(readlink -f "$p_device" 2>/dev/null) ;; esac
      p_disks=$(disks_below "${p_device#/dev/}" | sort -u | tr '\n' ',')
      [ -n "${p_disks%,}" ] && fact mount "${p_disks%,} $p_name"
    done
fi

# systemd-logind may end what a user leaves behind at logout, unless the user lingers.
logout_ends() {
  [ -d "$p_root/run/systemd/system" ] || return 1
  set +f
  u_files=$(
    for u_dir in etc run usr/local/lib usr/lib; do
      [ -r "$p_root/$u_dir/systemd/logind.conf" ] && { printf '%s\n' "$p_root/$u_dir/systemd/logind.conf"; break; }
    done
    for u_dir in 1/etc 2/run 3/usr/local/lib 4/usr/lib; do
      for u_path in "$p_root/${u_dir#*/}"/systemd/logind.conf.d/*.conf; do
        [ -r "$u_path" ] && printf '%s %s %s\n' "${u_path##*/}" "${u_dir%%/*}" "$u_path"
      done
    done | sort | awk '!seen[$1]++ { print $3 }'
  )
  set -f
  [ -n "$u_files" ] || return 1
  u_user=$(id -un)
  [ -e "$p_root/var/lib/systemd/linger/$u_user" ] && return 1
  # shellcheck disable=SC2086
  awk -F= -v user="$u_user" '
    function noted(list, words) { return words == "" ? "" : list " " words " " }
    { key = $1; gsub(/[ \t]/, "", key); value = $2; sub(/^[ \t]+/, "", value); sub(/[ \t]+$/, "", value) }
    key == "KillUserProcesses" { kills = tolower(value) }
    key == "KillExcludeUsers" { spared = noted(spared, value); isSaid = 1 }
    key == "KillOnlyUsers" { only = noted(only, value) }
    END {
      if (!isSaid) spared = " root "
      if (kills !~ /^(yes|y|true|t|on|1)$/ || index(spared, " " user " ")) exit 1
      exit only != "" && !index(only, " " user " ")
    }' $u_files </dev/null
}
logout_ends && fact logout_ends yes

enter_base || return 0
[ -w . ] || { fail "remote_dir $(pwd -P): this user cannot write in it"; return 0; }
p_own=clusterp-$(id -u)
if [ -e "./$p_own" ] || [ -h "./$p_own" ]; then
  (enter "$p_own") || { fail "remote_dir $(pwd -P): $p_own in it is not a folder of this user alone"; return 0; }
fi
fact base_type "$(stat -f -c %T . </dev/null 2>/dev/null)"
fact base "$(pwd -P)"
fact free_kb "$(df -Pk . </dev/null 2>/dev/null | awk 'NR == 2 { print $4 }')"
if [ -d "./$p_own" ]; then
  set +f
  for p_path in "./$p_own"/*/*; do
    [ -d "$p_path" ] && [ ! -h "$p_path" ] && fact leftover "${p_path#./*/}"
  done
  set -f
fi
return 0
