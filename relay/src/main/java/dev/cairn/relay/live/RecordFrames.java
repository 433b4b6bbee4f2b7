package dev.cairn.relay.live;

import dev.cairn.protocol.json.JsonString;
import java.nio.charset.StandardCharsets;

/// Encodes the records of one chain as frames: `{"t":"rec","chain":"…","seq":N,"record":<line>}`.
///
/// A frame is the head that [#prepare] leaves in [#head], the line as stored, and [#TAIL]. Not thread-safe:
/// the event loop of its chain owns it.
final class RecordFrames {

    static final byte[] TAIL = {'}'};

    private static final byte[] MIDDLE = ",\"record\":".getBytes(StandardCharsets.ISO_8859_1);
    private static final int DIGITS_MAX = 19;

    private final byte[] start;
    private final byte[] digits = new byte[DIGITS_MAX];
    private final byte[] head;
    private int headLength;

    /// @param chain a chain's name, whatever is in it
    RecordFrames(String chain) {
        start = ("{\"t\":\"rec\",\"chain\":" + JsonString.quote(chain) + ",\"seq\":").getBytes(StandardCharsets.UTF_8);
        head = new byte[Frames.HEAD_MAX + start.length + DIGITS_MAX + MIDDLE.length];
    }

    /// Prepares the head of the frame of record `seq`, whose line has `lineLength` bytes; returns the length
    /// of the whole frame.
    int prepare(long seq, int lineLength) {
        int digitsFrom = writeDigits(seq);
        int digitCount = DIGITS_MAX - digitsFrom;
        int payload = Math.addExact(start.length + digitCount + MIDDLE.length + TAIL.length, lineLength);
        int at = Frames.writeHead(head, payload);
        int frameLength = Math.addExact(at, payload);
        System.arraycopy(start, 0, head, at, start.length);
        at += start.length;
        System.arraycopy(digits, digitsFrom, head, at, digitCount);
        at += digitCount;
        System.arraycopy(MIDDLE, 0, head, at, MIDDLE.length);
        headLength = at + MIDDLE.length;
        return frameLength;
    }

    /// What [#prepare] wrote last, in its first [#headLength] bytes.
    byte[] head() {
        return head;
    }

    int headLength() {
        return headLength;
    }

    private int writeDigits(long seq) {
        int at = DIGITS_MAX;
        long rest = seq;
        do {
            digits[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        return at;
    }
}
