# Copies raw /proc lines to one file per resource: perl -e THIS INTERVAL COUNT CLOCK_TICKS BOOT_ID, in the folder of the
# session. One process, one write per file and tick, ticks on an absolute uptime schedule, ends after COUNT samples.
my ($interval, $count, $ticks, $boot) = @ARGV;
my $fine = eval { require Time::HiRes; 1 };
my @resources = qw(cpu memory swap disk network load paging);
my %out;
for (@resources) {
  open($out{$_}, '>>', "proc.$_") or die "proc.$_: $!\n";
  put($_, "# clusterp-proc 1 $_ $ticks $boot\n");
}
sub put {
  my $n = syswrite($out{$_[0]}, $_[1]);
  die "proc.$_[0]: $!\n" unless defined $n && $n == length $_[1];
}
sub slurp {
  open(my $in, '<', $_[0]) or return '';
  my $text = '';
  while (sysread($in, $text, 65536, length $text)) { }
  return $text;
}
sub lines { my ($text, $want) = @_; return join('', grep { $_ =~ $want } split(/(?<=\n)/, $text)); }
my $memory_lines = qr/^(?:MemTotal|MemFree|MemAvailable|Buffers|Cached|SReclaimable|Shmem):/;
my $swap_lines = qr/^Swap/;
my $swap_pages = qr/^(?:pswpin|pswpout) /;
my $paging_lines = qr/^(?:pgpgin|pgpgout|pgfault|pgmajfault|pgscan_kswapd|pgscan_direct) /;
my ($first) = split(/ /, slurp('/proc/uptime'));
my $tick = 0;
for (my $done = 0; $done < $count; $done++) {
  my $stat = slurp('/proc/stat');
  my $epoch = $fine ? sprintf('%.6f', Time::HiRes::time()) : time;
  my ($uptime) = split(/ /, slurp('/proc/uptime'));
  my $meminfo = slurp('/proc/meminfo');
  my $vmstat = slurp('/proc/vmstat');
  my $cpu_end = index($stat, "\nintr");
  my %now = (
    cpu => $cpu_end < 0 ? lines($stat, qr/^cpu/) : substr($stat, 0, $cpu_end + 1),
    memory => lines($meminfo, $memory_lines),
    swap => lines($meminfo, $swap_lines) . lines($vmstat, $swap_pages),
    disk => slurp('/proc/diskstats'),
    network => slurp('/proc/net/dev'),
    load => slurp('/proc/loadavg') . join('', map { "$_\n" } $stat =~ /^(procs_\w+ \d+)/mg),
    paging => lines($vmstat, $paging_lines),
  );
  for (@resources) {
    my $n = ($now{$_} =~ tr/\n//);
    put($_, "\@ $epoch $uptime $n\n$now{$_}");
  }
  my ($up) = split(/ /, slurp('/proc/uptime'));
  $tick++;
  $tick = int(($up - $first) / $interval) + 1 if $up >= $first + $tick * $interval;
  while ((my $left = $first + $tick * $interval - $up) > 0) {
    select(undef, undef, undef, $left);
    ($up) = split(/ /, slurp('/proc/uptime'));
  }
}
