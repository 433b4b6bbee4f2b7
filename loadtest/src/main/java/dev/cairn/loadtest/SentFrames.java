package dev.cairn.loadtest;

import java.util.List;

/// How many frames each connection of a run has sent.
record SentFrames(int run, List<Long> byConnection) {

    SentFrames {
        byConnection = List.copyOf(byConnection);
    }

    long total() {
        return byConnection.stream().mapToLong(Long::longValue).sum();
    }
}
