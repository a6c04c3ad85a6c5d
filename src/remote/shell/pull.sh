# shellcheck shell=sh disable=SC2154
# Sends the data: each frame is a line, one gzip member and a trailer that lets the controller verify what it got.
#   MARKER FRAME <name>
#   <gzip member>
#   MARKER TRAIL rc <exit code of the converter> <raw bytes> <SHA-256 of raw, or ->
# Nothing is written to this node's disk: the checksum and the count are made on the way.
enter_folder
case $? in
  0) ;;
  3) fail 'the folder of this session is gone'; return 1 ;;
  *) return 1 ;;
esac
exec 9>&1
p_sum() { if have sha256sum; then sha256sum; else cat >/dev/null; printf -- '-\n'; fi; }

# print_file FILE: nothing when there is none.
print_file() { [ ! -f "$1" ] || cat "$1"; }

# frame NAME COMMAND…
frame() {
  f_name=$1
  shift
  printf '%s FRAME %s\n' "$_clusterp_marker" "$f_name" >&9
  f_facts=$(
    {
      {
        {
          # By `exec`: a redirected function call keeps copies, which a background process would hold open.
          { exec </dev/null 2>/dev/null 7>&- 8>&- 9>&-; "$@"; printf 'rc %s\n' "$?" >&6; } |
            tee /dev/fd/7 /dev/fd/8 | gzip -1 -c >&9
        } 7>&1 | { f_sum=$(p_sum); printf 'sum %s\n' "${f_sum%% *}" >&6; }
      } 8>&1 | { f_count=$(wc -c); printf 'count %s\n' "$((f_count))" >&6; }
    } 6>&1
  )
  f_rc=-1; f_sum=-; f_count=-1
  # shellcheck disable=SC2086
  set -- $f_facts
  while [ "$#" -ge 2 ]; do
    case $1 in rc) f_rc=$2 ;; sum) f_sum=$2 ;; count) f_count=$2 ;; esac
    shift 2
  done
  printf '\n%s TRAIL rc %s %s %s\n' "$_clusterp_marker" "$f_rc" "$f_count" "$f_sum" >&9
}
send_frames
return 0
