# Copies raw /proc lines to one file per resource: perl -e THIS INTERVAL COUNT CLOCK_TICKS BOOT_ID [MODE FILE…], in the
# folder of the session. One process, one write per file and tick, ticks on an absolute uptime schedule, ends after COUNT
# samples. MODE infiniband: in place of /proc the numbers in these files of each port that is or was active.
my ($interval, $count, $ticks, $boot, $mode, @files) = @ARGV;
my $fine = eval { require Time::HiRes; 1 };
my @resources = $mode ? ($mode) : qw(cpu memory swap disk network load paging);
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
sub uptime { my ($up) = split(/ /, slurp('/proc/uptime')); return $up; }
sub stamp { return ($fine ? sprintf('%.6f', Time::HiRes::time()) : time, uptime()); }
sub of_proc {
  my $stat = slurp('/proc/stat');
  my @stamp = stamp();
  my $meminfo = slurp('/proc/meminfo');
  my $vmstat = slurp('/proc/vmstat');
  my $cpu_end = index($stat, "\nintr");
  return (@stamp,
    cpu => $cpu_end < 0 ? lines($stat, qr/^cpu/) : substr($stat, 0, $cpu_end + 1),
    memory => lines($meminfo, $memory_lines),
    swap => lines($meminfo, $swap_lines) . lines($vmstat, $swap_pages),
    disk => slurp('/proc/diskstats'),
    network => slurp('/proc/net/dev'),
    load => slurp('/proc/loadavg') . join('', map { "$_\n" } $stat =~ /^(procs_\w+ \d+)/mg),
    paging => lines($vmstat, $paging_lines),
  );
}
my $ports = ($ENV{CLUSTERP_SYSFS_ROOT} || '/sys') . '/class/infiniband';
my %was_active;
sub names { opendir(my $in, $_[0]) or return (); return sort(grep { !/^\.|\s/ } readdir($in)); }
sub first_line { my ($line) = split(/\n/, slurp($_[0])); return defined $line ? $line : ''; }
sub of_port {
  my ($device, $port) = @_;
  my $folder = "$ports/$device/ports/$port";
  my $state = first_line("$folder/state");
  $was_active{$folder} = 1 if $state =~ /(?:^|\s)ACTIVE$/;
  return '' unless $was_active{$folder};
  my $text = '';
  for (['state', $state], ['rate', first_line("$folder/rate")]) {
    $text .= "$device $port $_->[0] $_->[1]\n" if $_->[1] ne '';
  }
  for my $file (@files) {
    my $value = first_line("$folder/$file");
    $text .= "$device $port " . substr($file, rindex($file, '/') + 1) . " $value\n" if $value =~ /^\d+$/;
  }
  return $text;
}
sub of_ports {
  my @stamp = stamp();
  my $text = '';
  for my $device (names($ports)) {
    for my $port (names("$ports/$device/ports")) { $text .= of_port($device, $port); }
  }
  return (@stamp, $mode => $text);
}
my $first = uptime();
my $tick = 0;
for (my $done = 0; $done < $count; $done++) {
  my ($epoch, $uptime, %now) = $mode ? of_ports() : of_proc();
  for (@resources) {
    my $n = ($now{$_} =~ tr/\n//);
    put($_, "\@ $epoch $uptime $n\n$now{$_}");
  }
  my $up = uptime();
  $tick++;
  $tick = int(($up - $first) / $interval) + 1 if $up >= $first + $tick * $interval;
  while ((my $left = $first + $tick * $interval - $up) > 0) {
    select(undef, undef, undef, $left);
    $up = uptime();
  }
}
