# dev/build tests builds the unit tests or fails: on a machine without their libraries it says what to install.
#
# Could break: CMake silently leaves out what it cannot build.
use strict;
use warnings;

use File::Temp;
use Test::More;

my $folder = File::Temp->newdir;

# Configures as dev/build does when one of the libraries is missing.
sub configure { return `cmake -S . -B $folder -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON @_ 2>&1`; }

configure('-DJB_TESTS=OFF');
is($?, 0, 'the programs are built without the libraries of the tests');
my $said = configure('-DJB_TESTS=ON');
isnt($?, 0, 'the tests are not');
like($said, qr/make\s+test-packages/, 'and what to do is said');

done_testing();
