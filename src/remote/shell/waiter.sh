# shellcheck shell=sh
# Becomes the logger at the agreed moment: sh -c THIS NAME TARGET LAST STEP BLOCKS FOLDER LOGGER…, times in hundredths
# of a second of uptime. Its pid and start time, written first, are the logger's too: they survive exec.
set -f
umask 077
ulimit -c 0
w_name=$1 w_target=$2 w_last=$3 w_step=$4 w_blocks=$5 w_folder=$6
shift 6
w_uptime() {
  read -r up _ </proc/uptime
  up="${up%.*}${up#*.}"
  while case $up in 0?*) true ;; *) false ;; esac; do up=${up#0}; done
}
w_twentieth() { printf '%s' "${20}"; }
read -r w_line <"/proc/$$/stat"
# shellcheck disable=SC2086
w_start=$(w_twentieth ${w_line##*) })
read -r w_boot </proc/sys/kernel/random/boot_id
w_uptime
[ "$up" -le "$w_last" ] || exit 0
while [ "$w_target" -le "$up" ]; do w_target=$((w_target + w_step)); done
printf '%s %s %s %s %s .\n' "$$" "$w_start" "$w_boot" "$w_target" "$w_blocks" >"./$w_name.pid" || exit 1
while w_left=$((w_target - up)) && [ "$w_left" -gt 0 ]; do
  sleep "$((w_left / 100)).$((w_left / 10 % 10))$((w_left % 10))"
  w_uptime
done
# The folder may have been removed meanwhile, and a tombstone put in its place: then this start was called off.
[ "$(pwd -P)" = "$w_folder" ] && [ -f ./owner ] && [ -f "$w_folder/owner" ] || exit 0
[ "$w_blocks" = 0 ] || ulimit -f "$w_blocks"
exec "$@"
