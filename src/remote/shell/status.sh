# shellcheck shell=sh disable=SC2154
# What runs and how much there is. Changes nothing.
boot_id
fact boot_id "$boot"
uptime_cs
fact uptime_cs "$up"
enter_folder
case $? in
  0) fact folder "$(pwd -P)" ;;
  3) fact folder absent; return 0 ;;
  *) return 1 ;;
esac
[ -f ./tombstone ] && fact tombstone yes
logger_records | while read -r s_name s_pid s_start s_boot s_target s_blocks; do
  s_alive=no; is_ours "$s_pid" "$s_start" "$s_boot" && s_alive=yes
  fact logger "$s_name $s_pid $s_start $s_target $s_alive $s_boot $s_blocks"
done
fact now "$(date +%s </dev/null)"
set +f
for s_file in ./*; do
  [ -f "$s_file" ] || continue
  size_of "${s_file#./}"
  fact file "${s_file#./} $size $(stat -c %Y "$s_file" </dev/null 2>/dev/null)"
done
set -f
n_count=
[ "$_clusterp_recent" != yes ] || tell_recent
[ -n "$n_count" ] || n_count=$(count_samples 2>/dev/null)
fact samples "$n_count"
return 0
