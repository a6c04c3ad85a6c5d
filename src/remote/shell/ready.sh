# shellcheck shell=sh disable=SC2154
# Waits until each logger's first record is on the disk. `ready_<logger>` comes from the collectors.
# Loggers in $_clusterp_optional may be gone, or late: that is told, and the others decide.
boot_id
enter_folder
case $? in
  0) ;;
  3) fail 'the folder of this session is gone'; return 1 ;;
  *) return 1 ;;
esac
r_told=' '
# r_tell KIND NAME WORDS: says it once; true when the logger is an optional one.
r_tell() {
  case $r_told in *" $2 "*) ;; *) fact "$1" "$2${3:+ $3}"; r_told="$r_told$2 " ;; esac
  case " $_clusterp_optional " in *" $2 "*) return 0 ;; *) return 1 ;; esac
}
while :; do
  r_missing=; r_late=
  for r_name in $_clusterp_names; do
    case $r_told in *" $r_name "*) continue ;; esac
    r_record=$(logger_records | grep "^$r_name ")
    # shellcheck disable=SC2086
    set -- $r_record
    if ! is_ours "$2" "$3" "$4"; then
      r_tell dead "$r_name" "$(tail -n 3 "./$r_name.log" 2>/dev/null | tr '\n' ' ')" || return 1
      continue
    fi
    "ready_$(printf '%s' "$r_name" | tr - _)" && continue
    case " $_clusterp_optional " in *" $r_name "*) r_late="$r_late $r_name" ;; *) r_missing=$r_name ;; esac
  done
  [ -z "$r_missing$r_late" ] && { fact ready yes; return 0; }
  uptime_cs
  if [ "$up" -ge "$_clusterp_deadline_cs" ]; then
    [ -z "$r_missing" ] || { fact late "$r_missing"; return 1; }
    for r_name in $r_late; do r_tell late "$r_name" || return 1; done
  fi
  sleep_cs 5
done
