# Copies raw /proc lines to one file per resource: awk -v interval= -v count= -v ticks= -v boot= [-v mode= -v files=] THIS,
# in the folder of the session. For nodes with neither perl nor bash: one `sleep` per tick. No awk tells the time of day
# portably, so the stamp is `-` and the reader places samples by uptime. mode infiniband: in place of /proc the numbers in
# these files of each port that is or was active. A shell reads them: an awk may end at a file that refuses to be read.
function uptime_now(  line) {
  getline line <"/proc/uptime"; close("/proc/uptime"); sub(/ .*/, "", line)
  return line
}
function put(resource, lines, text) {
  printf "@ - %s %d\n%s", uptime, lines, text >("proc." resource)
  fflush("proc." resource)
}
function take(path, want,  line) {
  text = ""; taken = 0
  while ((getline line <path) > 0) if (want == "" || line ~ want) { text = text line "\n"; taken++ }
  close(path)
}
function take_proc() {
  take("/proc/stat", "^(cpu|procs_)")
  uptime = uptime_now()
  n = split(text, all, "\n"); cpu = ""; cpu_n = 0; procs = ""; procs_n = 0
  for (i = 1; i < n; i++) if (all[i] ~ /^cpu/) { cpu = cpu all[i] "\n"; cpu_n++ } else { procs = procs all[i] "\n"; procs_n++ }
  put("cpu", cpu_n, cpu)
  take("/proc/meminfo", "^(MemTotal|MemFree|MemAvailable|Buffers|Cached|SReclaimable|Shmem):"); put("memory", taken, text)
  take("/proc/meminfo", "^Swap"); swap = text; swap_n = taken
  take("/proc/vmstat", "^(pswpin|pswpout) "); put("swap", swap_n + taken, swap text)
  take("/proc/diskstats", ""); put("disk", taken, text)
  take("/proc/net/dev", ""); put("network", taken, text)
  take("/proc/loadavg", ""); put("load", taken + procs_n, text procs)
  take("/proc/vmstat", "^(pgpgin|pgpgout|pgfault|pgmajfault|pgscan_kswapd|pgscan_direct) "); put("paging", taken, text)
}
function take_ports(  line, word) {
  text = ""; taken = 0; uptime = uptime_now()
  while ((read_ports | getline line) > 0) {
    split(line, word, " ")
    if (word[3] == "state" && line ~ /[ ]ACTIVE$/) was_active[word[1] " " word[2]] = 1
    if (!((word[1] " " word[2]) in was_active) || word[4] == "") continue
    if (word[3] != "state" && word[3] != "rate" && line !~ /^[^ ]+ [^ ]+ [^ ]+ [0-9]+$/) continue
    text = text line "\n"; taken++
  }
  close(read_ports)
  put(mode, taken, text)
}
BEGIN {
  # DEVICE PORT NAME VALUE, a line for each file; of a path the shell itself takes the device and the port.
  read_ports = "for p in \"${CLUSTERP_SYSFS_ROOT:-/sys}\"/class/infiniband/*/ports/*; do" \
    " n=${p##*/}; d=${p%/ports/*}; d=${d##*/}; case $d$n in *[[:space:]]*) continue ;; esac;" \
    " for f in state rate " files "; do v=; { IFS= read -r v <\"$p/$f\"; } 2>/dev/null;" \
    " printf '%s %s %s %s\\n' \"$d\" \"$n\" \"${f##*/}\" \"$v\"; done; done </dev/null"
  total = split(mode == "" ? "cpu memory swap disk network load paging" : mode, resources, " ")
  for (r = 1; r <= total; r++) printf "# clusterp-proc 1 %s %s %s\n", resources[r], ticks, boot >("proc." resources[r])
  first = uptime_now() + 0; tick = 0
  for (done = 0; done < count; done++) {
    if (mode == "") take_proc(); else take_ports()
    up = uptime_now() + 0
    tick++
    if (up >= first + tick * interval) tick = int((up - first) / interval) + 1
    while ((left = first + tick * interval - up) > 0.004) {
      system("exec sleep " sprintf("%.2f", left) " </dev/null")
      up = uptime_now() + 0
    }
  }
}
