# shellcheck shell=sh disable=SC2154
# Functions that the node scripts share. POSIX sh: dash, bash, busybox, ksh. They are defined inside `_clusterp_main`,
# so that a script cut in transit defines none of them.

# fact KEY VALUE: one line of output, a tab between.
fact() { printf '%s\t%s\n' "$1" "$2"; }

# fail SENTENCE: says why; the body returns 1.
fail() { fact error "$1"; return 1; }

# have COMMAND
have() { command -v "$1" >/dev/null 2>&1; }

# uptime_cs: hundredths of a second since boot in $up. Leading zeros would make an octal number of it.
uptime_cs() {
  up=; { read -r up _ </proc/uptime; } 2>/dev/null
  up="${up%.*}${up#*.}"
  while case $up in 0?*) true ;; *) false ;; esac; do up=${up#0}; done
  [ -n "$up" ]
}

# sleep_cs HUNDREDTHS
sleep_cs() { [ "$1" -le 0 ] || sleep "$(($1 / 100)).$(($1 / 10 % 10))$(($1 % 10))" </dev/null; }

# process_facts PID: its state in $p_state, the leader of its session in $p_session, its start time in $p_start; fails
# when there is none.
process_facts() {
  p_line=; p_state=; p_session=; p_start=
  { read -r p_line <"/proc/$1/stat"; } 2>/dev/null || return 1
  p_line=${p_line##*) }
  # shellcheck disable=SC2086
  set -- $p_line
  p_state=$1; p_session=$4; p_start=${20}
  [ -n "$p_start" ]
}

# is_alive PID: a zombie is not.
is_alive() { process_facts "$1" && [ "$p_state" != Z ] && [ "$p_state" != X ]; }

# is_ours PID START BOOT: alive, and the very process that was recorded.
is_ours() { [ "$3" = "$boot" ] && is_alive "$1" && [ "$p_start" = "$2" ]; }

# boot_id: in $boot.
boot_id() { boot=; { read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null; [ -n "$boot" ]; }

# marked_pids: every process whose environment carries this host's mark (the dot keeps 1 from matching 10).
marked_pids() {
  set +f
  grep -ls "CLUSTERP_LOGGER=${_clusterp_session}/${_clusterp_number}[.]" /proc/[0-9]*/environ </dev/null 2>/dev/null |
    sed -n 's|^/proc/\([0-9]*\)/environ$|\1|p'
  set -f
}

# owner_and_mode: uid and mode of the current folder in $dir_uid and $dir_mode.
owner_and_mode() {
  # shellcheck disable=SC2012,SC2046
  set -- $(ls -ldn . </dev/null 2>/dev/null)
  dir_mode=${1%[.+@]}; dir_uid=$3
  [ -n "$dir_uid" ]
}

# enter NAME: into the folder NAME of the current one: a real folder of ours that nobody else can read or write. An S in
# its mode comes from a remote_dir that hands its group on; the group can do nothing in it.
enter() {
  e_want=$(pwd -P); e_want=${e_want%/}/$1
  [ ! -h "./$1" ] || return 2
  cd -P "./$1" 2>/dev/null || return 1
  [ "$(pwd -P)" = "$e_want" ] || return 2
  owner_and_mode && [ "$dir_uid" = "$(id -u)" ] || return 2
  case $dir_mode in drwx------ | drwx--S---) return 0 ;; *) return 2 ;; esac
}

# enter_base: into remote_dir, resolved; it must be root's or ours, and sticky if others can write in it.
enter_base() {
  cd -P "$_clusterp_remote_dir" 2>/dev/null ||
    { fail "remote_dir $_clusterp_remote_dir: there is no such folder, or it is closed to this user"; return 1; }
  owner_and_mode || { fail "remote_dir $_clusterp_remote_dir: its owner cannot be read"; return 1; }
  case $dir_uid in
    0 | "$(id -u)") ;;
    *) fail "remote_dir $_clusterp_remote_dir belongs to uid $dir_uid, not to root or to this user"; return 1 ;;
  esac
  case $dir_mode in
    ?????w???[tT] | ????????w[tT]) ;;
    ?????w???? | ????????w?)
      fail "remote_dir $_clusterp_remote_dir: others can write in it and it is not sticky"; return 1 ;;
  esac
}

# enter_folder: into this host's folder of this session; 3 when there is none, 1 when something else stands there.
enter_folder() {
  enter_base || return 1
  for e_name in "clusterp-$(id -u)" "$_clusterp_session" "$_clusterp_folder"; do
    [ -e "./$e_name" ] || [ -h "./$e_name" ] || return 3
    enter "$e_name" || { fail "$e_want is not a folder of this user alone"; return 1; }
  done
}

# logger_records: "NAME PID START BOOT TARGET BLOCKS" a line for each whole record of this folder.
logger_records() {
  set +f
  for r_file in ./*.pid; do
    r_end=; { read -r r_pid r_start r_boot r_target r_blocks r_end <"$r_file"; } 2>/dev/null
    [ "$r_end" = . ] || continue
    r_name=${r_file#./}
    printf '%s %s %s %s %s %s\n' "${r_name%.pid}" "$r_pid" "$r_start" "$r_boot" "$r_target" "$r_blocks"
  done
  set -f
}

# our_pids [LEADER]: pids, one a line, of what is ours and alive: recorded here, or carrying our mark. Sorted, each once.
# Without those of the session that LEADER leads, which is the caller's own.
our_pids() {
  {
    logger_records | while read -r o_name o_pid o_start o_boot _; do
      is_ours "$o_pid" "$o_start" "$o_boot" && printf '%s\n' "$o_pid"
    done
    marked_pids | while read -r o_pid; do
      is_alive "$o_pid" && [ "$p_session" != "$1" ] && printf '%s\n' "$o_pid"
    done
  } | sort -un
}

# end_ours [LEADER]: ends every process that our_pids lists. TERM for 3 s, KILL for 2 s, listed anew each 50 ms so that a
# child forked meanwhile is met. Nothing else is ever signalled. What is left is in $e_left.
end_ours() {
  e_turn=0; e_sent=' '
  while e_left=$(our_pids "$1") && [ -n "$e_left" ] && [ "$e_turn" -lt 100 ]; do
    for e_pid in $e_left; do
      if [ "$e_turn" -ge 60 ]; then kill -KILL "$e_pid" 2>/dev/null
      else
        case $e_sent in *" $e_pid "*) ;; *) kill -TERM "$e_pid" 2>/dev/null; e_sent="$e_sent$e_pid " ;; esac
      fi
    done
    e_turn=$((e_turn + 1))
    sleep_cs 5
  done
}

# lease_end: hundredths of a second of uptime at which the lease is over, in $lease; fails where nobody renews it.
lease_end() {
  lease=; l_whole=; { read -r lease l_whole <./lease; } 2>/dev/null
  [ "$l_whole" = . ] || return 1
  while case $lease in 0?*) true ;; *) false ;; esac; do lease=${lease#0}; done
}

# write_lease HUNDREDTHS: in place and always as long, so that a full disk does not matter once the file is there.
write_lease() { printf '%016d .\n' "$1" 1<>./lease; }

# size_of FILE: bytes in $size, 0 when there is none.
size_of() {
  # shellcheck disable=SC2012,SC2046
  set -- $(ls -ln "./$1" </dev/null 2>/dev/null)
  size=${5:-0}
}

# limited SECONDS COMMAND…: code 124 when it was ended. The timer of busybox's `timeout` holds the output open for up to a
# second after the command's end, so that one is not used: a watch of our own, which holds nothing open.
limited() {
  if timeout --version </dev/null >/dev/null 2>&1; then timeout "$@"; return; fi
  t_left=$1
  shift
  "$@" </dev/null &
  t_pid=$!
  process_facts "$t_pid"
  t_start=$p_start
  {
    while is_alive "$t_pid" && [ "$p_start" = "$t_start" ]; do
      [ "$t_left" -gt 0 ] || { kill -KILL "$t_pid"; break; }
      t_left=$((t_left - 1))
      sleep 1
    done
  } </dev/null >/dev/null 2>&1 6>&- &
  wait "$t_pid"
  set -- "$?"
  [ "$1" = 137 ] && return 124
  return "$1"
}
