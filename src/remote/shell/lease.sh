# shellcheck shell=sh disable=SC2034,SC2154
# Ends the loggers when their lease is over and nobody has moved it on: sh -c FUNCTIONS_AND_THIS clusterp-lease SESSION
# NUMBER, in the folder, leading a session of its own. It sleeps until then, and looks once in ten minutes.
set -f
umask 077
ulimit -c 0
_clusterp_session=$1 _clusterp_number=$2
boot_id
lease_end
w_end=$lease
# What was last read holds on when the folder is gone.
while uptime_cs && w_left=$((w_end - up)) && [ "$w_left" -gt 0 ]; do
  [ "$w_left" -le 60000 ] || w_left=60000
  sleep_cs "$w_left"
  lease_end && w_end=$lease
done
end_ours "$$"
