# shellcheck shell=sh disable=SC2154
# Moves the end of the lease on. One that is over already stays so, which is told: the loggers have been ended.
enter_folder
case $? in
  0) ;;
  3) fail 'the folder of this session is gone'; return 1 ;;
  *) return 1 ;;
esac
lease_end || { fail 'the lease of this session cannot be renewed'; return 1; }
uptime_cs
[ "$up" -lt "$lease" ] || { fact over yes; return 0; }
write_lease "$((up + _clusterp_lease_cs))" || { fail 'the lease cannot be written'; return 1; }
return 0
