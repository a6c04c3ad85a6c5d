# shellcheck shell=sh disable=SC2154
# tell_recent: the last samples as facts, and in $n_count how many there are, where that costs nothing. The time it takes
# does not grow with the files: of each only the end is read.

# said KEY: each line of the standard input as a fact.
said() { awk -v key="$1" '{ print key "\t" $0 }'; }

# words_of: the standard input as 4-byte numbers, one a line.
words_of() { od -An -v -tu4 | awk '{ for (i = 1; i <= NF; i++) print $i }'; }

# record_offsets: of 4-byte numbers, where a record of sysstat 11.7.3 or later begins. Such a one begins with 8 bytes of
# uptime and 8 of epoch seconds; then, at once or 4 bytes later, type 1, hour, minute and second of them (sadc runs in UTC).
record_offsets() {
  awk '
    function stamp(t,  day) {
      day = t % 86400
      return 1 + 256 * int(day / 3600) + 65536 * int(day % 3600 / 60) + 16777216 * (day % 60)
    }
    { word[n++] = $1 }
    END {
      for (i = 2; i + 3 < n; i++) {
        if (word[i + 1] != 0 || word[i] < 1000000000) continue
        want = stamp(word[i])
        if (word[i + 2] == want || word[i + 3] == want) print (i - 2) * 4
      }
    }'
}

# sa_part FROM LENGTH: these bytes of the binary file.
sa_part() { tail -c "+$(($1 + 1))" ./sa.bin </dev/null | head -c "$2"; }

# last_rows: of each section of `sadf -d` its line of names and the rows of its last sample.
last_rows() {
  awk -F ';' '
    function flush(  i) { if (names != "") print names; for (i = 0; i < n; i++) print row[i]; n = 0; stamp = "" }
    /^#/ { flush(); names = $0; next }
    $3 != stamp { n = 0; stamp = $3 }
    { row[n++] = $0 }
    END { flush() }'
}

# find_records: $n_head is the length of the file's own header, $n_first the last but two (or fewer) of its whole records,
# $n_end the end of the last whole one, $n_size the length of one, 0 when they differ. Fails when they cannot be told.
find_records() {
  n_all=$1
  n_magic=$(sa_part 0 4 | words_of)
  [ -n "$n_magic" ] && [ "$((n_magic / 65536))" = 8565 ] || return 1
  n_head=$(sa_part 0 8192 | words_of | record_offsets | head -n 1)
  [ -n "$n_head" ] || return 1
  for n_reach in 16384 262144 4194304; do
    n_from=$((n_all - n_all % 4 - n_reach))
    [ "$n_from" -gt "$n_head" ] || n_from=$n_head
    # shellcheck disable=SC2046
    set -- $(sa_part "$n_from" "$((n_all - n_from))" | words_of | record_offsets | tail -n 3)
    [ "$#" -lt 3 ] && [ "$n_from" -gt "$n_head" ] || break
  done
  [ "$#" -ge 2 ] || return 1
  n_first=$((n_from + $1)); n_size=$(($2 - $1)); n_end=$n_all
  if [ "$#" = 3 ]; then
    [ "$(($3 - $2))" = "$n_size" ] || n_size=0
    # The last one is still being written.
    [ "$((n_all - n_from - $3))" -ge "$n_size" ] || n_end=$((n_from + $3))
  fi
}

# count_records: in $n_count how many there are, if all have one length: the length fits, and so does one in the middle.
count_records() {
  [ "$n_size" -gt 0 ] && [ "$(((n_end - n_head) % n_size))" = 0 ] || return 0
  n_many=$(((n_end - n_head) / n_size))
  n_middle=$(sa_part "$((n_head + n_many / 2 * n_size))" 24 | words_of | record_offsets | head -n 1)
  [ "$n_middle" = 0 ] && n_count=$n_many
  return 0
}

# recent_sar: sadf reads a file from its beginning, seconds for a day at 1 s. So it is given the header and the last
# records in a file that has no name any more when they are written to it.
recent_sar() {
  size_of sa.bin
  if find_records "$size"; then
    count_records
    {
      rm -f "./.recent.$$" </dev/null
      { sa_part 0 "$n_head"; sa_part "$n_first" "$((n_end - n_first))"; } >&8
      sadf -d /proc/self/fd/0 -- -u -r -n DEV 8>&- | last_rows | said recent_sar
    } 2>/dev/null 8>"./.recent.$$" <"./.recent.$$"
  elif [ "$size" -lt 8000000 ]; then
    sadf -d ./sa.bin -- -u -r -n DEV </dev/null 2>/dev/null | last_rows | said recent_sar
  fi
}

# recent_proc RESOURCE PATTERN: the sampler's header and last two whole samples, of their lines those that match.
recent_proc() {
  {
    head -n 1 "./proc.$1" </dev/null
    tail -c 262144 "./proc.$1" </dev/null | awk -v want="$2" '
      function take() { if (stamp != "" && have == lines) { before = last; last = stamp " " kept "\n" text }; stamp = "" }
      /^@ / { take(); stamp = $1 " " $2 " " $3; lines = $4; have = 0; kept = 0; text = ""; next }
      { have++; if ($0 ~ want) { text = text $0 "\n"; kept++ } }
      END { take(); printf "%s%s", before, last }'
  } 2>/dev/null | said "recent_$1"
}

# recent_gpu: the line of names and the last row of each GPU.
recent_gpu() {
  {
    head -n 50 ./gpu.csv </dev/null | grep '^timestamp,' | head -n 1
    tail -n 256 ./gpu.csv </dev/null | awk -F, '
      NF > 3 && !/^timestamp,/ { if (!($3 in row)) order[n++] = $3; row[$3] = $0 }
      END { for (i = 0; i < n; i++) print row[order[i]] }'
  } 2>/dev/null | said recent_gpu
}

tell_recent() {
  if [ -f ./sa.bin ]; then recent_sar
  else
    recent_proc cpu '^cpu '
    recent_proc memory .
    recent_proc network .
  fi
  [ ! -f ./gpu.csv ] || recent_gpu
}
