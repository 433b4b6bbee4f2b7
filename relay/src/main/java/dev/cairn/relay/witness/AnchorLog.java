package dev.cairn.relay.witness;

import dev.cairn.protocol.audit.KeystreamSalts;
import dev.cairn.protocol.audit.PeerStamp;
import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.protocol.audit.RecordLines;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.RecordsAppended;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.live.History;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;

/// The witness's chain, as the server sees it: appends to it over the bus, and keeps an index of what is durable in it.
///
/// The server's event loop owns it.
final class AnchorLog {

    private static final int PAGE_BYTES = 1024 * 1024;

    private record Waiting(long count, Promise<Void> indexed) {}

    private final Bus bus;
    private final History history;
    private final Latest<ChainStatus> status;
    private final JsonTape tape = new JsonTape();
    private final RecordLines lines;
    private final AnchorIndex index = new AnchorIndex();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long indexed;

    AnchorLog(Bus bus, History history, Latest<ChainStatus> status, SecureRandom random) {
        this.bus = bus;
        this.history = history;
        this.status = status;
        this.lines = new RecordLines(new KeystreamSalts(random));
    }

    AnchorIndex index() {
        return index;
    }

    /// Indexes what the log holds; completes when that is all. What keeps it from that is news for the
    /// operator.
    Future<Void> load() {
        Promise<Void> loaded = Promise.promise();
        loadPage(loaded);
        return loaded.future().recover(cause -> Future.failedFuture(new IOException(cause.getMessage(), cause)));
    }

    /// Page by page, not future in future: there may be thousands.
    private void loadPage(Promise<Void> loaded) {
        history.after(indexed, PAGE_BYTES)
                .map(this::add)
                .onComplete(
                        wasLast -> {
                            if (wasLast) {
                                loaded.complete();
                            } else {
                                loadPage(loaded);
                            }
                        },
                        loaded::fail);
    }

    /// Says whether there is nothing behind the page.
    private boolean add(History.Page page) {
        for (byte[] line : page.lines()) {
            add(line, 0, line.length);
        }
        return page.lines().isEmpty();
    }

    /// Indexes records that have just become durable.
    void hear(RecordsAppended news) {
        if (news.firstSeq() != indexed + 1) {
            throw new IllegalStateException("record " + news.firstSeq() + " follows record " + indexed);
        }
        for (RecordBatch batch : news.batches()) {
            for (int i = 0; i < batch.count(); i++) {
                add(batch.bytes(), batch.start(i), batch.end(i));
            }
        }
        while (!waiting.isEmpty() && waiting.peek().count() <= indexed) {
            waiting.remove().indexed().complete();
        }
    }

    private void add(byte[] line, int from, int to) {
        long seq = ++indexed;
        AnchorRecord.read(tape, line, from, to).ifPresent(record -> index.add(seq, record));
    }

    /// Completes once everything is indexed that is durable now. The chain says what is durable before it
    /// answers whoever appended it, so that nobody can judge without it.
    Future<Void> caughtUp() {
        long durable = status.get().tip().count();
        if (indexed >= durable) {
            return Future.succeededFuture();
        }
        Promise<Void> caughtUp = Promise.promise();
        waiting.add(new Waiting(durable, caughtUp));
        return caughtUp.future();
    }

    /// Reads the record at `seq`, one that the index named.
    Future<AnchorRecord> read(long seq) {
        return history.after(seq - 1, 1).map(page -> recordOf(seq, page.lines().getFirst()));
    }

    private AnchorRecord recordOf(long seq, byte[] line) {
        return AnchorRecord.read(tape, line, 0, line.length)
                .orElseThrow(() -> new IllegalStateException("record " + seq + " is not the one indexed"));
    }

    /// Appends a record; answered when it is durable, or why it is not.
    Future<AppendReply> append(AnchorRecord record, String body, long receivedAtMillis) {
        byte[] json = record.toJson(body).getBytes(StandardCharsets.UTF_8);
        tape.parse(json, 0, json.length);
        if (!lines.add(tape, 0, PeerStamp.NOBODY, receivedAtMillis)) {
            throw new IllegalStateException("a request within its limit makes a line that is too long");
        }
        return bus.ask(Address.APPEND_AUDIT, new Append(lines.take()));
    }
}
