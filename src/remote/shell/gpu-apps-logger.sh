# shellcheck shell=sh
# Records the processes on the GPUs: sh -c THIS gpu-apps-logger FIELDS INTERVAL LEASE, in the folder of the session. Single
# calls: the running `nvidia-smi -l` keeps the driver loaded, and so they are cheap. Whose a process is, is said once.
set -f
a_fields=$1 a_interval=$2 a_left=$3
a_format=csv,nounits
a_known=' '
while [ "$a_left" -gt 0 ]; do
  a_rows=$(timeout -k 2 10 nvidia-smi "--query-compute-apps=$a_fields" "--format=$a_format" </dev/null 2>>./gpu-processes.err)
  # The header once, from the first call that answers.
  case $a_rows in timestamp*) a_format=csv,noheader,nounits ;; esac
  [ -z "$a_rows" ] || printf '%s\n' "$a_rows" >>./gpu-processes.csv
  for a_pid in $(printf '%s\n' "$a_rows" | awk -F', *' 'NF >= 4 && $3 ~ /^[0-9]+$/ { print $3 }'); do
    case $a_known in *" $a_pid "*) continue ;; esac
    a_known="$a_known$a_pid "
    # shellcheck disable=SC2012
    a_user=$(ls -ld "/proc/$a_pid" </dev/null 2>/dev/null | awk '{ print $3 }')
    [ -z "$a_user" ] || printf '# user %s %s\n' "$a_pid" "$a_user" >>./gpu-processes.csv
  done
  sleep "$a_interval"
  a_left=$((a_left - a_interval))
done
