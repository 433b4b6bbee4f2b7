package dev.cairn.loadtest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Holds the receipts in a store against the frames that were sent: each is there once, and those of one connection in
/// their order. Memory is constant in the number of receipts.
final class ReceiptCheck {

    private static final String ID = "\"correlation_id\":\"";
    private static final String DROPPED = "\"type\":\"agent_receipts.events_dropped\"";
    private static final int PREFIX_LENGTH = FrameBlock.idPrefix(0, 0).length();
    private static final int ID_LENGTH = PREFIX_LENGTH + 12;
    private static final int EXAMPLES_MAX = 10;

    private final Map<String, Long> next = new HashMap<>();
    private final List<SentFrames> sent;
    private final List<String> examples = new ArrayList<>();
    private long records;
    private long found;
    private long missing;
    private long outOfOrder;
    private long drops;

    ReceiptCheck(List<SentFrames> sent) {
        this.sent = List.copyOf(sent);
        for (SentFrames run : sent) {
            for (int connection = 0; connection < run.byConnection().size(); connection++) {
                next.put(FrameBlock.idPrefix(run.run(), connection), 0L);
            }
        }
    }

    void take(String receipt) {
        records++;
        if (receipt.contains(DROPPED)) {
            drops++;
            example("frames were dropped: " + receipt.substring(0, Math.min(receipt.length(), 600)));
            return;
        }
        int at = receipt.indexOf(ID);
        if (at < 0 || receipt.length() < at + ID.length() + ID_LENGTH) {
            return; // Somebody else's.
        }
        String id = receipt.substring(at + ID.length(), at + ID.length() + ID_LENGTH);
        String connection = id.substring(0, PREFIX_LENGTH);
        Long expected = next.get(connection);
        if (expected == null) {
            return;
        }
        found++;
        long number = Long.parseLong(id.substring(PREFIX_LENGTH));
        if (number > expected) {
            missing += number - expected;
            example("frames " + connection + expected + " to " + (number - 1) + " have no receipt");
        } else if (number < expected) {
            outOfOrder++;
            example("frame " + id + " comes again, or too late");
        }
        next.put(connection, Math.max(expected, number + 1));
    }

    CheckResult result() {
        for (SentFrames run : sent) {
            for (int connection = 0; connection < run.byConnection().size(); connection++) {
                String prefix = FrameBlock.idPrefix(run.run(), connection);
                long rest = run.byConnection().get(connection) - next.getOrDefault(prefix, 0L);
                if (rest > 0) {
                    missing += rest;
                    example("the last " + rest + " frames of " + prefix + " have no receipt");
                }
            }
        }
        long total = sent.stream().mapToLong(SentFrames::total).sum();
        return new CheckResult(records, total, found, missing, 0, outOfOrder, 0, drops, examples);
    }

    private void example(String text) {
        if (examples.size() < EXAMPLES_MAX) {
            examples.add(text);
        }
    }
}
