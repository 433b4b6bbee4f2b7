package dev.cairn.protocol.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/// The stored lines of one socket read's events, finished but for two gaps each: the previous hash and the own hash.
///
/// Filled by one [RecordLines], then handed over with its message: the sender never touches it again.
/// [RecordLinker] fills the gaps and the prepared answers. One buffer for all lines, so that a commit copies
/// it once.
///
/// ```
/// {"_relay":{…,"relay_prev_hash":"sha256:<gap>","salt":"…"},…[}]  ,"_relay_hash":"sha256:<gap>"}\n
/// ^start                                  ^prev              ^hashedEnd            ^hash       ^end
/// ```
///
/// The hashed text is `[start, hashedEnd)`; its last byte is a `}` until the line is linked, and a comma from then on.
public final class RecordBatch {

    private static final int ANSWER_HASH = "{\"ok\":true,\"relay_hash\":\"sha256:".length();
    private static final byte[] ANSWER =
            ("{\"ok\":true,\"relay_hash\":\"sha256:" + "0".repeat(64) + "\"}\n").getBytes(StandardCharsets.ISO_8859_1);
    static final int STRIDE = 5;

    /// Bytes of the answer to a stored event, its newline included.
    public static final int ANSWER_LENGTH = ANSWER.length;

    final byte[] bytes;
    private final int[] layout;
    private final int count;
    private final byte[] answers;

    /// @param layout start, prev, hashedEnd, hash, end of each line
    RecordBatch(byte[] bytes, int[] layout, int count) {
        this.bytes = bytes;
        this.layout = layout;
        this.count = count;
        this.answers = new byte[count * ANSWER_LENGTH];
    }

    /// The first `lines` records of this batch, for when only they got into the store. Shares the bytes.
    public RecordBatch first(int lines) {
        return new RecordBatch(bytes, layout, Objects.checkIndex(lines - 1, count) + 1);
    }

    /// How many records; at least one.
    public int count() {
        return count;
    }

    /// The lines; from `start(0)` to `end(count - 1)`, without holes.
    public byte[] bytes() {
        return bytes;
    }

    /// Where line `i` begins.
    public int start(int i) {
        return layout[i * STRIDE];
    }

    /// Just past line `i`, its newline included.
    public int end(int i) {
        return layout[i * STRIDE + 4];
    }

    /// Bytes of all lines.
    public int length() {
        return end(count - 1) - start(0);
    }

    /// The answers `{"ok":true,"relay_hash":…}\n`, [#ANSWER_LENGTH] bytes each; meaningful once linked, to be
    /// sent once durable.
    public byte[] answers() {
        return answers;
    }

    /// The hash of record `i`, once linked.
    public Hash hash(int i) {
        int at = hashAt(i) - "sha256:".length();
        return new Hash(new String(bytes, at, Hash.TEXT_LENGTH, StandardCharsets.ISO_8859_1));
    }

    int prevAt(int i) {
        return layout[i * STRIDE + 1];
    }

    int hashedEnd(int i) {
        return layout[i * STRIDE + 2];
    }

    int hashAt(int i) {
        return layout[i * STRIDE + 3];
    }

    /// Writes the first record of a chain: its previous hash is `null`, which is shorter than a hash. What
    /// precedes moves right, so that the lines stay without holes. Only the first line of the batch can be
    /// the first of a chain.
    void makeFirstOfChain() {
        int quoted = Hash.TEXT_LENGTH + 2;
        int valueAt = prevAt(0) - "\"sha256:".length();
        int shift = quoted - "null".length();
        System.arraycopy(bytes, start(0), bytes, start(0) + shift, valueAt - start(0));
        System.arraycopy("null".getBytes(StandardCharsets.ISO_8859_1), 0, bytes, valueAt + shift, 4);
        layout[0] += shift;
    }

    void answer(int i, byte[] hex) {
        System.arraycopy(ANSWER, 0, answers, i * ANSWER_LENGTH, ANSWER_LENGTH);
        System.arraycopy(hex, 0, answers, i * ANSWER_LENGTH + ANSWER_HASH, hex.length);
    }

    /// The lines as text; for tests.
    @Override
    public String toString() {
        return new String(bytes, start(0), length(), StandardCharsets.UTF_8);
    }

    /// The lines in an array of their own.
    public byte[] toByteArray() {
        return Arrays.copyOfRange(bytes, start(0), end(count - 1));
    }
}
