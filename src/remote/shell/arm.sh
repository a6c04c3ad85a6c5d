# shellcheck shell=sh disable=SC2154
# Makes this host's folder and leaves one waiter per logger in it. After the last moment it does nothing.
boot_id
[ "$boot" = "$_clusterp_boot_id" ] || { fail 'the node was rebooted between the probe and the start'; return 1; }
a_in_time() {
  uptime_cs
  [ "$up" -le "$_clusterp_last_cs" ] || { fail 'the start reached the node after its last moment, and was not carried out'; return 1; }
}
a_in_time || return 1
enter_base || return 1
a_base=$(pwd -P)
a_uid=$(id -u)

# 0 made; 1 a parent went away meanwhile (another session's rmdir): from the top again; 2 told why it cannot be.
a_make() {
  cd -P "$a_base" || return 2
  for a_level in "clusterp-$a_uid" "$_clusterp_session"; do
    mkdir "./$a_level" 2>/dev/null </dev/null
    enter "$a_level" && continue
    [ -e "./$a_level" ] || [ -h "./$a_level" ] || [ "$(pwd -P)" = "$e_want" ] || return 1
    fail "$e_want is not a folder of this user alone (drwx------)"; return 2
  done
  if ! mkdir "./$_clusterp_folder" 2>/dev/null </dev/null; then
    [ -e "./$_clusterp_folder" ] || [ -h "./$_clusterp_folder" ] || return 1
    fail "$(pwd -P)/$_clusterp_folder is there already: this start was called off, or was delivered twice"; return 2
  fi
  enter "$_clusterp_folder" || return 1
}
a_try=0
while :; do
  a_make; a_rc=$?
  [ "$a_rc" = 0 ] && break
  [ "$a_rc" = 2 ] && return 1
  a_try=$((a_try + 1))
  [ "$a_try" -lt 50 ] || { fail "its folder under $a_base cannot be made: is the disk full or read-only?"; return 1; }
done
a_folder=$(pwd -P)
a_undo() { cd -P "$a_base/clusterp-$a_uid/$_clusterp_session" && rm -rf "./$_clusterp_folder" && cd .. && rmdir "./$_clusterp_session" && cd .. && rmdir "./clusterp-$a_uid"; } 2>/dev/null
printf '%s\nnode %s\nboot %s\npid_namespace %s\n' "$_clusterp_owner" "$(uname -n)" "$boot" "$(readlink /proc/self/ns/pid 2>/dev/null)" >./owner ||
  { a_undo; fail "$a_folder/owner cannot be written: is the disk full?"; return 1; }
a_in_time || { a_undo; return 1; }

# arm_logger NAME BLOCKS LOGGER…
arm_logger() {
  l_name=$1 l_blocks=$2
  shift 2
  CLUSTERP_LOGGER="$_clusterp_session/$_clusterp_number." LC_ALL=C TZ=UTC \
    setsid sh -c "$_clusterp_waiter" clusterp-waiter "$l_name" "$_clusterp_target_cs" "$_clusterp_last_cs" \
    "$_clusterp_step_cs" "$l_blocks" "$a_folder" "$@" </dev/null >>"./$l_name.log" 2>&1 &
}
# arm_lease PROGRAM: leaves a watch that ends them when the lease in ./lease is over, which `run` moves on.
arm_lease() {
  write_lease "$_clusterp_lease_cs" || { fail "$a_folder/lease cannot be written: is the disk full?"; return 1; }
  CLUSTERP_LOGGER="$_clusterp_session/$_clusterp_number." LC_ALL=C \
    setsid sh -c "$1" clusterp-lease "$_clusterp_session" "$_clusterp_number" </dev/null >>./lease.log 2>&1 &
}
arm_loggers || { a_undo; return 1; }

a_try=0
while [ "$(logger_records | grep -c .)" -lt "$_clusterp_loggers" ]; do
  a_try=$((a_try + 1))
  [ "$a_try" -lt 150 ] || { fail 'the loggers did not come up within 3 s'; return 1; }
  sleep_cs 2
done
logger_records | while read -r a_name a_pid a_start _ a_target _; do
  fact logger "$a_name $a_pid $a_start $a_target"
done
fact folder "$a_folder"
return 0
