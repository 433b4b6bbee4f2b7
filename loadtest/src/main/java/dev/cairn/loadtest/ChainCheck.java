package dev.cairn.loadtest;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compares a relay's log with what its emitters were told: every acknowledged event is in the chain once,
/// under the hash that its answer gave, and the events of one connection stand in the order they were sent
/// in.
///
/// Fed line by line. Whether the chain itself is whole is not asked here: that is what `cairn verify` says.
final class ChainCheck {

    private static final int EXAMPLES_MAX = 10;

    private final JsonTape tape = new JsonTape();
    private final Map<Integer, Found> runs = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private long records;
    private long found;
    private long duplicated;
    private long reordered;
    private long differing;
    private long broken;

    /// What of one run was found so far.
    private record Found(AcknowledgedEvents expected, List<BitSet> requests) {

        static Found nothing(AcknowledgedEvents expected) {
            List<BitSet> requests = new ArrayList<>();
            for (int i = 0; i < expected.connections(); i++) {
                requests.add(new BitSet());
            }
            return new Found(expected, requests);
        }
    }

    ChainCheck(List<AcknowledgedEvents> expected) {
        for (AcknowledgedEvents run : expected) {
            runs.put(run.run(), Found.nothing(run));
        }
    }

    /// Takes the line `bytes[from, to)`, its newline not included.
    void take(byte[] bytes, int from, int to) {
        try {
            tape.parse(bytes, from, to);
        } catch (JsonSyntaxException e) {
            broken++;
            fault("a line of the log is no JSON: " + e.getMessage());
            return;
        }
        if (!tape.is(0, JsonKind.OBJECT) || "heartbeat".equals(text("type"))) {
            return;
        }
        records++;
        String id = text("id");
        Found run = id.length() == EventId.LENGTH ? runs.get(runOf(id)) : null;
        if (run != null) {
            takeOwn(run, EventId.parse(id), text("_relay_hash"));
        }
    }

    private static int runOf(String id) {
        return id.matches("evt_[0-9a-f]{26}") ? EventId.parse(id).run() : -1;
    }

    private void takeOwn(Found run, EventId id, String hash) {
        if (id.connection() >= run.requests().size() || id.request() > Integer.MAX_VALUE) {
            return; // Somebody else's id that looks like one of ours.
        }
        BitSet requests = run.requests().get(id.connection());
        int request = (int) id.request();
        if (requests.get(request)) {
            duplicated++;
            fault("event " + id.text() + " is in the chain twice");
            return;
        }
        found++;
        if (requests.length() > request) {
            reordered++;
            fault("event " + id.text() + " stands behind one that was sent after it on the same connection");
        }
        requests.set(request);
        long digits = run.expected().hashDigits(id.connection(), request);
        if (digits != 0 && (hash.length() != 71 || Long.parseUnsignedLong(hash, 7, 23, 16) != digits)) {
            differing++;
            fault("event " + id.text() + " was acknowledged with another hash than " + hash);
        }
    }

    /// What the whole log says; call once, at its end.
    CheckResult result() {
        long acknowledged = 0;
        long missing = 0;
        for (Found run : runs.values()) {
            for (int connection = 0; connection < run.requests().size(); connection++) {
                BitSet requests = run.requests().get(connection);
                for (int request = 0; request < run.expected().requests(connection); request++) {
                    if (run.expected().hashDigits(connection, request) != 0) {
                        acknowledged++;
                        if (!requests.get(request)) {
                            missing++;
                            fault("request " + request + " of connection " + connection
                                    + " was acknowledged and is not in the chain");
                        }
                    }
                }
            }
        }
        return new CheckResult(records, acknowledged, found, missing, duplicated, reordered, differing, broken, faults);
    }

    private String text(String member) {
        int node = tape.member(0, member);
        return node >= 0 && tape.is(node, JsonKind.STRING) ? tape.text(node) : "";
    }

    private void fault(String what) {
        if (faults.size() < EXAMPLES_MAX) {
            faults.add(what);
        }
    }
}
