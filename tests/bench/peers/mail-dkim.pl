#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# mail-dkim.pl --zone F --message F: what Mail::DKIM says of the signatures and
# of ARC, as a conformance scorer reads it.
use strict;
use warnings;
use JSON::PP;
use Mail::DKIM::Verifier;
use Mail::DKIM::ARC::Verifier;
use Net::DNS;

my %o = @ARGV;
open my $f, '<', $o{'--zone'} or die $!;
my $zone = JSON::PP->new->utf8->decode(join '', <$f>);

sub lookup {
    my ($name, $type, $depth) = (lc shift, shift, shift // 0);
    $name =~ s/\.$//;
    my $e = $zone->{$name} or do { $@ = 'NXDOMAIN'; return };
    if ($e->{$type}) {
        return map { Net::DNS::RR->new(name => $name, type => $type,
            txtdata => ref $_ ? $_ : [$_]) } @{ $e->{$type} };
    }
    return lookup($e->{CNAME}, $type, $depth + 1) if $e->{CNAME} && $depth < 8;
    die "DNS error: query timed out\n" if ($e->{rcode} // '') =~ /TIME|SERV/;
    $@ = 'NODATA';
    return;
}
{ no warnings 'redefine'; *Mail::DKIM::DNS::query = \&lookup; }

open my $m, '<:raw', $o{'--message'} or die $!;
my $text = join '', <$m>;
$text =~ s/\r?\n/\r\n/g;
my %word = (invalid => 'permerror', none => 'none');
my @dkim;
eval {
    my $v = Mail::DKIM::Verifier->new();
    $v->PRINT($text);
    $v->CLOSE;
    @dkim = map { my $r = $_->result // 'fail'; { d => $_->domain // '',
        s => $_->selector // '', result => $word{$r} // $r } } $v->signatures;
};
my $arc = 'none';
eval {
    my $v = Mail::DKIM::ARC::Verifier->new(Strict => 1);
    $v->PRINT($text);
    $v->CLOSE;
    $arc = $v->result;
};
$arc = 'fail' if $arc ne 'pass' && $arc ne 'none';
print encode_json({ dkim => \@dkim, arc => $arc }), "\n";
