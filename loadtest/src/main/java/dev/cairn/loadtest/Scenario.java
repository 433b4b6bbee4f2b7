package dev.cairn.loadtest;

import java.util.Locale;

/// The loads whose numbers `docs/performance.md` quotes, each with its settings.
enum Scenario {
    THROUGHPUT_8("acknowledged durable events, 8 pipelining connections, against the baseline", Trial.PAIRS, 8),
    THROUGHPUT_1("the same with 1 connection", Trial.PAIRS, 1),
    THROUGHPUT_64("the same with 64 connections", Trial.PAIRS, 64),
    OPEN_10K("open loop, 10,000 events/s: send to acknowledgement, against the baseline", Trial.PAIRS, 8),
    OPEN_50K("open loop, 50,000 events/s", Trial.PAIRS, 8),
    LIVE_1000X50("1,000 subscribers, 50 events/s: publish to receive, against the baseline", Trial.PAIRS, 1),
    LIVE_100X1000("100 subscribers, 1,000 events/s", Trial.PAIRS, 1),
    LIVE_SATURATED_100("100 subscribers, as many deliveries as they take", Trial.PAIRS, 1),
    LIVE_SATURATED_1000("1,000 subscribers, as many deliveries as they take", Trial.PAIRS, 1),
    LIVE_1000X1000("1,000 subscribers, 1,000 events/s, for 30 s", Trial.PAIRS, 1),
    IDLE_10000("10,000 idle connections: memory, and the throughput of the others", Trial.IDLE, 8),
    STARTUP("start to first answered ping; `cairn status` as a whole process", Trial.STARTUP, 1),
    STARTUP_1M("the same start with a long log", Trial.STARTUP, 8),
    VERIFY_1M("`cairn verify` as a whole process", Trial.VERIFY, 8),
    SEALS("a seal every second against none: acknowledged events at 10,000/s, open loop", Trial.SEALS, 8),
    SIGN("signatures of commit attestations, 1 pipelining connection", Trial.PAIRS, 1),
    SIGN_2K("the same, open loop, 2,000/s", Trial.PAIRS, 1),
    MEMORY("resident memory idle and under load", Trial.MEMORY, 8),
    RECEIPTS("receipts signed and durable, against one row per transaction", Trial.RECEIPTS, 4),
    RECEIPTS_10K("open loop, 10,000 frames/s: until the socket has taken one", Trial.RECEIPTS, 64),
    RECEIPTS_VERIFY("`cairn receipts verify` as a whole process", Trial.RECEIPTS_VERIFY, 4),
    HOOK("`cairn hook` as a whole process", Trial.HOOK, 1);

    /// How a scenario is run.
    enum Trial {
        PAIRS,
        SEALS,
        IDLE,
        STARTUP,
        VERIFY,
        MEMORY,
        RECEIPTS,
        RECEIPTS_VERIFY,
        HOOK;

        /// Whether it is about receipts, not about audit events.
        boolean isOfReceipts() {
            return this == RECEIPTS || this == RECEIPTS_VERIFY || this == HOOK;
        }
    }

    private final String purpose;
    private final Trial trial;
    private final int connections;

    Scenario(String purpose, Trial trial, int connections) {
        this.purpose = purpose;
        this.trial = trial;
        this.connections = connections;
    }

    /// As it is written on the command line.
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String purpose() {
        return purpose;
    }

    Trial trial() {
        return trial;
    }

    int connections() {
        return connections;
    }

    double perSecond() {
        return switch (this) {
            case OPEN_10K, SEALS, RECEIPTS_10K -> 10_000;
            case OPEN_50K -> 50_000;
            case SIGN_2K -> 2_000;
            case LIVE_1000X50 -> 50;
            case LIVE_100X1000, LIVE_1000X1000 -> 1_000;
            default -> 0;
        };
    }

    int subscribers() {
        return switch (this) {
            case LIVE_1000X50, LIVE_SATURATED_1000, LIVE_1000X1000 -> 1_000;
            case LIVE_100X1000, LIVE_SATURATED_100 -> 100;
            default -> 0;
        };
    }

    boolean isPacedBySubscribers() {
        return this == LIVE_SATURATED_100 || this == LIVE_SATURATED_1000;
    }

    /// Events under way; few enough for the subscribers to stay within the relay's ring.
    int window() {
        return isPacedBySubscribers() ? 2_048 : isOfSignatures() ? 1_024 : 16_384;
    }

    RequestMix mix() {
        return isOfSignatures() ? RequestMix.SIGNATURES : RequestMix.EVENTS;
    }

    private boolean isOfSignatures() {
        return this == SIGN || this == SIGN_2K;
    }

    int idle() {
        return this == IDLE_10000 ? 10_000 : 0;
    }

    /// A log of this many records is made first.
    int records() {
        return switch (this) {
            case STARTUP_1M, VERIFY_1M -> 1_000_000;
            case RECEIPTS_VERIFY -> 200_000;
            default -> 0;
        };
    }

    boolean hasBaseline() {
        return switch (this) {
            case RECEIPTS, LIVE_1000X50, LIVE_100X1000 -> true;
            default -> trial == Trial.PAIRS && subscribers() == 0 && !isOfSignatures();
        };
    }

    boolean isChecked() {
        return trial == Trial.PAIRS || trial == Trial.SEALS || trial == Trial.RECEIPTS;
    }

    int rounds() {
        return switch (trial) {
            case PAIRS -> isOfSignatures() || (hasBaseline() && subscribers() > 0) ? 3 : hasBaseline() ? 5 : 1;
            case SEALS -> 5;
            case IDLE -> 3;
            case STARTUP -> 7;
            case VERIFY, RECEIPTS_VERIFY -> 3;
            case MEMORY -> 1;
            case RECEIPTS -> hasBaseline() ? 5 : 3;
            case HOOK -> 15;
        };
    }

    int seconds() {
        return switch (this) {
            case THROUGHPUT_1, THROUGHPUT_8, THROUGHPUT_64, IDLE_10000 -> 2;
            case LIVE_1000X1000 -> 30;
            case MEMORY -> 10;
            default -> 5;
        };
    }
}
