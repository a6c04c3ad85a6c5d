# sh loopback.sh FOLDER: ends what belongs to a cluster on loopback ports once standard input is closed; then removes FOLDER.
# It is in a session of its own, so it outlives the tests, however they end. Ours is: a listener by its pid file, what
# descends from it, and what carries TEST_CLUSTER=FOLDER in its environment (a logger, which has no parent here any more).
folder=$1
cat >/dev/null
set --
for file in "$folder"/hosts/*/ssh/sshd.pid; do
  if [ -s "$file" ] && read -r pid <"$file" && grep -qsF "$folder/" "/proc/$pid/cmdline"; then set -- "$@" "$pid"; fi
done
# Stopped first, so that none of them begets another meanwhile.
kill -STOP "$@" 2>/dev/null
turn=0
while [ "$turn" -lt 20 ]; do
  found=
  for pid in "$@"; do
    for stat in /proc/[0-9]*/stat; do
      { read -r line <"$stat"; } 2>/dev/null || continue
      rest=${line##*) }
      rest=${rest#? }
      if [ "${rest%% *}" = "$pid" ]; then
        child=${line%% *}
        case " $* $found " in *" $child "*) ;; *) found="$found $child" ;; esac
      fi
    done
  done
  for file in $(grep -lsF "TEST_CLUSTER=$folder" /proc/[0-9]*/environ); do
    pid=${file#/proc/}
    pid=${pid%/environ}
    case " $$ $* $found " in *" $pid "*) ;; *) found="$found $pid" ;; esac
  done
  if [ -z "$found" ]; then break; fi
  # shellcheck disable=SC2086
  kill -STOP $found 2>/dev/null
  # shellcheck disable=SC2086
  set -- "$@" $found
  turn=$((turn + 1))
done
kill -KILL "$@" 2>/dev/null
rm -rf -- "$folder"
