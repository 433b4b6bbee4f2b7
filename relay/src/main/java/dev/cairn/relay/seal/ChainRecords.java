package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.relay.live.History;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Instant;

/// Single records of the relay's own chain, as they stand in the log now.
final class ChainRecords {

    private static final int ONE = 1;

    private final History history;

    ChainRecords(History history) {
        this.history = history;
    }

    /// What a seal says of a record, and what a client's seal must agree with.
    ///
    /// @param end where its line ends in the log
    record ChainRecord(Hash hash, Instant receivedAt, long end) {}

    /// The durable record of that sequence; fails if it cannot be read.
    Future<ChainRecord> find(long seq) {
        return history.after(seq - 1, ONE).map(page -> {
            if (page.lines().isEmpty()) {
                throw new IllegalStateException("the log has no record " + seq);
            }
            return read(page.lines().getFirst(), page.end());
        });
    }

    private static ChainRecord read(byte[] line, long end) {
        JsonTape tape = new JsonTape();
        tape.parse(line, 0, line.length);
        int relay = tape.member(0, "_relay");
        if (relay < 0 || !tape.is(relay, JsonKind.OBJECT)) {
            throw new IllegalStateException("a record of another relay");
        }
        return new ChainRecord(new Hash(text(tape, 0, "_relay_hash")), instant(text(tape, relay, "received_at")), end);
    }

    private static String text(JsonTape tape, int object, String name) {
        int value = tape.member(object, name);
        if (value < 0 || !tape.is(value, JsonKind.STRING)) {
            throw new IllegalStateException("a record without " + name);
        }
        return tape.text(value);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalStateException("a record without a time", e);
        }
    }
}
