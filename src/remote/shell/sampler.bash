# Copies raw /proc lines to one file per resource: bash -c THIS bash INTERVAL COUNT CLOCK_TICKS BOOT_ID [MODE FILE…], in the
# folder of the session. bash 4 or later, no fork per tick: `read -t` on a pipe that never says anything is the sleep.
# MODE infiniband: in place of /proc the numbers in these files of each port that is or was active.
interval=$1 count=$2 ticks=$3 boot=$4 mode=${5-} files=("${@:6}")
resources=${mode:-cpu memory swap disk network load paging}
pipe=./tick${mode:+.$mode}
mkfifo "$pipe" && exec <>"$pipe" || exit 1
for r in $resources; do printf '# clusterp-proc 1 %s %s %s\n' "$r" "$ticks" "$boot" >>"proc.$r" || exit 1; done
if [[ -n $mode ]]; then exec 3>>"proc.$mode"
else exec 3>>proc.cpu 4>>proc.memory 5>>proc.swap 6>>proc.disk 7>>proc.network 8>>proc.load 9>>proc.paging
fi
uptime_cs() { read -r up _ </proc/uptime; up=$((10#${up%.*}${up#*.})); }
if [[ -n ${EPOCHREALTIME-} ]]; then now() { epoch=${EPOCHREALTIME/[!0-9]/.}; }
elif ((BASH_VERSINFO[0] > 4 || BASH_VERSINFO[1] >= 2)); then now() { printf -v epoch '%(%s)T' -1; }
else now() { epoch=-; }
fi
# put DESCRIPTOR LINES TEXT
put() { printf '@ %s %s %s\n%s' "$epoch" "$uptime" "$2" "$3" >&"$1" || exit 1; }
take_proc() {
  cpu='' cpu_n=0 procs='' procs_n=0
  mapfile lines </proc/stat
  now
  read -r uptime _ </proc/uptime
  for line in "${lines[@]}"; do
    case $line in
      cpu*) cpu+=$line; ((cpu_n++)) ;;
      procs_*) procs+=$line; ((procs_n++)) ;;
    esac
  done
  memory='' memory_n=0 swap='' swap_n=0 paging='' paging_n=0
  mapfile lines </proc/meminfo
  for line in "${lines[@]}"; do
    case $line in
      MemTotal:* | MemFree:* | MemAvailable:* | Buffers:* | Cached:* | SReclaimable:* | Shmem:*) memory+=$line; ((memory_n++)) ;;
      Swap*) swap+=$line; ((swap_n++)) ;;
    esac
  done
  mapfile lines </proc/vmstat
  for line in "${lines[@]}"; do
    case $line in
      'pswpin '* | 'pswpout '*) swap+=$line; ((swap_n++)) ;;
      'pgpgin '* | 'pgpgout '* | 'pgfault '* | 'pgmajfault '* | 'pgscan_kswapd '* | 'pgscan_direct '*) paging+=$line; ((paging_n++)) ;;
    esac
  done
  put 3 "$cpu_n" "$cpu"
  put 4 "$memory_n" "$memory"
  put 5 "$swap_n" "$swap"
  mapfile lines </proc/diskstats; printf -v text %s "${lines[@]}"; put 6 "${#lines[@]}" "$text"
  mapfile lines </proc/net/dev; printf -v text %s "${lines[@]}"; put 7 "${#lines[@]}" "$text"
  mapfile lines </proc/loadavg; printf -v text %s "${lines[@]}"; put 8 "$((${#lines[@]} + procs_n))" "$text$procs"
  put 9 "$paging_n" "$paging"
}
sysfs=${CLUSTERP_SYSFS_ROOT:-/sys}
declare -A was_active
# first_line FILE: in $line; empty when it cannot be read.
first_line() { line=; { IFS= read -r line <"$1"; } 2>/dev/null; }
# add NAME VALUE: to the lines of this sample.
add() { [[ -z $2 ]] || { text+="$device $port $1 $2"$'\n'; ((++text_n)); }; }
take_ports() {
  now
  read -r uptime _ </proc/uptime
  text='' text_n=0
  for folder in "$sysfs"/class/infiniband/*/ports/*; do
    port=${folder##*/} device=${folder%/ports/*} device=${device##*/}
    case $device$port in *[[:space:]]*) continue ;; esac
    first_line "$folder/state"
    case $line in ACTIVE | *[[:space:]]ACTIVE) was_active[$folder]=1 ;; esac
    [[ -n ${was_active[$folder]-} ]] || continue
    add state "$line"
    first_line "$folder/rate"; add rate "$line"
    for file in "${files[@]}"; do
      first_line "$folder/$file"
      case $line in *[!0-9]*) ;; *) add "${file##*/}" "$line" ;; esac
    done
  done
  put 3 "$text_n" "$text"
}
if [[ -n $mode ]]; then take=take_ports; else take=take_proc; fi
uptime_cs
first=$up tick=0 step=$((interval * 100))
for ((done = 0; done < count; done++)); do
  $take
  uptime_cs
  ((tick++))
  ((up >= first + tick * step)) && tick=$(((up - first) / step + 1))
  while ((left = first + tick * step - up, left > 0)); do
    printf -v wait '%d.%02d' $((left / 100)) $((left % 100))
    read -r -t "$wait" _
    uptime_cs
  done
done
