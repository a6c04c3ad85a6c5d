# shellcheck shell=sh disable=SC2154
# Waits until each logger's first record is on the disk. `logger_is_ready NAME` comes from the collectors.
boot_id
enter_folder
case $? in
  0) ;;
  3) fail 'the folder of this session is gone'; return 1 ;;
  *) return 1 ;;
esac
while :; do
  r_missing=
  for r_name in $_clusterp_names; do
    r_record=$(logger_records | grep "^$r_name ")
    # shellcheck disable=SC2086
    set -- $r_record
    if ! is_ours "$2" "$3" "$4"; then
      fact dead "$r_name $(tail -n 3 "./$r_name.log" 2>/dev/null | tr '\n' ' ')"
      return 1
    fi
    logger_is_ready "$r_name" || r_missing=$r_name
  done
  [ -z "$r_missing" ] && { fact ready yes; return 0; }
  uptime_cs
  [ "$up" -lt "$_clusterp_deadline_cs" ] || { fact late "$r_missing"; return 1; }
  sleep_cs 5
done
