package dev.cairn.loadtest;

/// One run of a load: its number, which is in the ids of its events, and its times.
record Run(int number, LoadClock clock, Measured measured) {}
