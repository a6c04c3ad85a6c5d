# shellcheck shell=sh
# Wall clock and uptime of this node, read together. busybox `date` knows no %N and prints it as it is.
c_before=; { read -r c_before _ </proc/uptime; } 2>/dev/null
c_wall=$(date +%s.%N </dev/null)
c_after=; { read -r c_after _ </proc/uptime; } 2>/dev/null
case $c_wall in *N*) c_wall=${c_wall%%.*} ;; esac
fact clock "$c_wall $c_before $c_after"
return 0
