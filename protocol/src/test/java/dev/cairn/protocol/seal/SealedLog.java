package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.Hash;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds a log and its seals as a relay writes them, and as it never would.
final class SealedLog {

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final ByteArrayOutputStream seals = new ByteArrayOutputStream();
    private final List<Hash> tips = new ArrayList<>();
    private final List<Long> ends = new ArrayList<>();
    private final List<Integer> sealStarts = new ArrayList<>();
    private SealChain chain = SealChain.START;
    private Instant now = Instant.parse("2026-07-01T08:00:00Z");
    private SealKey key = TestKeys.first();
    private final String ids;

    SealedLog() {
        this("evt");
    }

    /// @param ids what the ids of its events begin with
    SealedLog(String ids) {
        this.ids = ids;
    }

    SealedLog records(int count) {
        for (int i = 0; i < count; i++) {
            record();
        }
        return this;
    }

    private void record() {
        Hash previous = tip();
        String text = "{\"_relay\":{\"relay_prev_hash\":" + (previous == null ? "null" : "\"" + previous + "\"")
                + "},\"id\":\"" + ids + "_" + (tips.size() + 1) + "\"}";
        byte[] utf8 = text.getBytes(UTF_8);
        Hash hash = Hash.of(utf8, 0, utf8.length);
        String line = text.substring(0, text.length() - 1) + ",\"_relay_hash\":\"" + hash + "\"}\n";
        log.writeBytes(line.getBytes(UTF_8));
        tips.add(hash);
        ends.add((long) log.size());
    }

    SealedLog key(SealKey newKey) {
        key = newKey;
        return this;
    }

    /// Seals what is there.
    SealedLog seal() {
        return seal(tips.size());
    }

    SealedLog seal(int count) {
        return sealLine(nextSeal(count).line());
    }

    /// The seal that would be the next one.
    Seal nextSeal(int count) {
        return chain.next(tips.get(count - 1), count, ends.get(count - 1), now, key);
    }

    /// A seal as the peer makes them.
    SealedLog peersSeal() {
        String sealedAt = SealPayload.timeAfter(chain.sealedAt(), now).toString();
        String time = sealedAt.contains(".") ? sealedAt : sealedAt.replace("Z", ".000Z");
        return sealLine(Seal.sign(new SealPayload(tips.getLast(), tips.size(), time), key)
                .line());
    }

    /// Adds a line that the next seal follows if it is one.
    SealedLog sealLine(String line) {
        if (new SealReader().read(line) instanceof SealLine.Read read) {
            chain = chain.after(read);
        }
        return rawSeal(line + "\n");
    }

    SealedLog rawSeal(String text) {
        sealStarts.add(seals.size());
        seals.writeBytes(text.getBytes(UTF_8));
        return this;
    }

    /// Makes `chain` what the next seal follows.
    SealedLog follow(SealChain newChain) {
        chain = newChain;
        return this;
    }

    SealChain chain() {
        return chain;
    }

    @Nullable
    Hash tip() {
        return tips.isEmpty() ? null : tips.getLast();
    }

    Hash tip(int count) {
        return tips.get(count - 1);
    }

    long end(int count) {
        return ends.get(count - 1);
    }

    /// Where the `i`-th thing that was added to the seals begins.
    int sealStart(int i) {
        return sealStarts.get(i);
    }

    byte[] logBytes() {
        return log.toByteArray();
    }

    byte[] sealBytes() {
        return seals.toByteArray();
    }
}
