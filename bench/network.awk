# What `clusterp parse` makes of `sadf -d -- -n DEV`, columns found by name; FIRST: epoch of midnight before the start.
function put(name, scale) {
  if (!(name in at)) { printf ","; return }
  printf ",%.12g", $at[name] * scale
}
BEGIN {
  FS = ";"
  print "timestamp,elapsed_s,interval_s,interface,alias,in_bytes_per_s,out_bytes_per_s,in_packets_per_s,out_packets_per_s,in_errors_per_s,out_errors_per_s,in_drops_per_s,out_drops_per_s,utilization_pct"
}
/^#/ { for (i = 4; i <= NF; i++) at[$i] = i; next }
{
  split(substr($3, 12, 8), time, ":")
  printf "%sT%sZ,%d,%s,%s,%s", substr($3, 1, 10), substr($3, 12, 8), time[1] * 3600 + time[2] * 60 + time[3] - START, $2, $4, $4
  put("rxkB/s", 1024); put("txkB/s", 1024); put("rxpck/s", 1); put("txpck/s", 1)
  printf ",,,,"
  if ($at["%ifutil"] > 0) printf ",%s\n", $at["%ifutil"]; else print ","
}
