# shellcheck shell=sh
# Records GPUs: sh -c THIS gpu-logger FIELDS INTERVAL LEASE, in the folder of the session. `nvidia-smi -l` runs for the whole
# session; where it stalls, ends, or answers nothing but errors after its first sample, single calls take its place.
set -f
g_fields=$1 g_interval=$2 g_lease=$3
g_watch=$((3 * g_interval))
[ "$g_watch" -ge 30 ] || g_watch=30
[ -z "$CLUSTERP_GPU_WATCH" ] || g_watch=$CLUSTERP_GPU_WATCH
timeout "$g_lease" nvidia-smi "--query-gpu=$g_fields" --format=csv,nounits -l "$g_interval" \
  </dev/null >>./gpu.csv 2>>./gpu.err &
g_pid=$!
g_alive() {
  g_line=; { read -r g_line <"/proc/$g_pid/stat"; } 2>/dev/null
  g_line=${g_line##*) }
  case $g_line in '' | Z* | X*) return 1 ;; esac
}
# Every field of every one of the last rows an error, the time apart: nothing is measured any more.
g_only_errors() {
  tail -n 8 ./gpu.csv </dev/null | awk -F, '
    NR > 1 && NF > 2 { rows++; good = 0; for (i = 2; i <= NF; i++) if ($i !~ /^ *\[.*\] *$/) good = 1; any += good }
    END { exit !(rows > 0 && any == 0) }'
}
g_note() { printf '%s\n' "$1" >>./gpu.note; }
g_size=-1; g_left=$g_lease
while [ "$g_left" -gt 0 ]; do
  sleep "$g_watch"
  g_left=$((g_left - g_watch))
  g_now=$(wc -c <./gpu.csv)
  if ! g_alive; then g_note 'nvidia-smi -l ended; recorded by single calls from there on'; break
  elif [ "$g_now" = "$g_size" ]; then g_note 'nvidia-smi -l stalled; recorded by single calls from there on'; break
  elif g_only_errors; then g_note 'nvidia-smi -l answered only errors; recorded by single calls from there on'; break
  fi
  g_size=$g_now
done
kill -TERM "$g_pid" 2>/dev/null
sleep 1
kill -KILL "$g_pid" 2>/dev/null
while [ "$g_left" -gt 0 ]; do
  timeout -k 2 10 nvidia-smi "--query-gpu=$g_fields" --format=csv,nounits </dev/null >>./gpu.csv 2>>./gpu.err
  sleep "$g_interval"
  g_left=$((g_left - g_interval))
done
