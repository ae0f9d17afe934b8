\echo Use "ALTER EXTENSION jb_scheduler UPDATE TO '1.1'" to load this file. \quit
-- What extension/schema says of version 1.1 and did not say of 1.0, in the order of its files. CONTRIBUTING.md tells how
-- each kind of change is written here; test/tap/upgrade.t compares the two, to the last catalogue entry.
