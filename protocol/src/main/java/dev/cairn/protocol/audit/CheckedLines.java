package dev.cairn.protocol.audit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Lines of a log of which everything is known but whether each follows the one before it. Reusable; filled
/// by a [LineChecker], read by a [LogWalk].
final class CheckedLines {

    /// What a line is, unless it is a record that is right by itself.
    sealed interface Detail {}

    /// A line that is wrong by itself, whatever stands before it.
    record Wrong(FaultKind kind, String expected, String found) implements Detail {}

    /// A linked heartbeat whose content has this hash.
    record Beat(Heartbeat heartbeat, Hash hash) implements Detail {}

    /// A heartbeat without a link.
    record Unprotected() implements Detail {}

    private static final int DIGEST = LineHasher.DIGEST_LENGTH;
    private static final byte STORED = 1;
    private static final byte PREVIOUS = 2;

    private byte[] source = new byte[0];
    private int from;
    private int count;
    private int[] ends = new int[512];

    private @Nullable Detail[] details = new @Nullable Detail[512];

    /// Which hashes a line has; they stand in [#hashes], its own and then the one before it.
    private byte[] has = new byte[512];

    private byte[] hashes = new byte[512 * 2 * DIGEST];

    void startAfresh(byte[] bytes, int first) {
        Arrays.fill(details, 0, count, null);
        source = bytes;
        from = first;
        count = 0;
    }

    int count() {
        return count;
    }

    byte[] source() {
        return source;
    }

    int start(int line) {
        return line == 0 ? from : ends[line - 1];
    }

    /// Just past the line and its newline.
    int end(int line) {
        return ends[line];
    }

    /// What the line is; `null` for a record that is right by itself.
    @Nullable
    Detail detail(int line) {
        return details[line];
    }

    /// Whether the line stores a hash of its own, be it right or wrong: the next record of an accepted chain
    /// follows that.
    boolean hasStored(int line) {
        return (has[line] & STORED) != 0;
    }

    boolean hasPrevious(int line) {
        return (has[line] & PREVIOUS) != 0;
    }

    byte[] hashes() {
        return hashes;
    }

    int storedAt(int line) {
        return line * 2 * DIGEST;
    }

    int previousAt(int line) {
        return storedAt(line) + DIGEST;
    }

    /// Where the hashes of the line being prepared go.
    int storedAt() {
        return storedAt(count);
    }

    int previousAt() {
        return previousAt(count);
    }

    /// Makes room for the next line; what is known of it follows, then [#add].
    void prepare() {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
            details = Arrays.copyOf(details, count * 2);
            has = Arrays.copyOf(has, count * 2);
            hashes = Arrays.copyOf(hashes, count * 2 * 2 * DIGEST);
        }
        has[count] = 0;
        details[count] = null;
    }

    void putStored() {
        has[count] |= STORED;
    }

    void putPrevious() {
        has[count] |= PREVIOUS;
    }

    /// The line is wrong; the first reason stays.
    void putWrong(FaultKind kind, String expected, String found) {
        if (details[count] == null) {
            details[count] = new Wrong(kind, expected, found);
        }
    }

    void putBeat(Heartbeat heartbeat, Hash hash) {
        details[count] = new Beat(heartbeat, hash);
    }

    void putUnprotected() {
        details[count] = new Unprotected();
    }

    /// The prepared line ends here.
    void add(int end) {
        ends[count++] = end;
    }
}
