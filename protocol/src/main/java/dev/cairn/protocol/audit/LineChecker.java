package dev.cairn.protocol.audit;

import dev.cairn.protocol.frame.Newline;
import dev.cairn.protocol.json.CanonicalCheck;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.util.Arrays;
import java.util.HexFormat;

/// Checks lines by themselves: syntax, hashes, forms. Needs no neighbour, so that several checkers may work
/// on one log.
///
/// A line as a relay of ours stores it is hashed where it lies, after it was established that its text is the
/// canonical text of its value. Any other line is written anew for its hash. Not thread-safe.
final class LineChecker {

    private static final int LINES_MAX = 4096;
    private static final int DIGEST = LineHasher.DIGEST_LENGTH;
    private static final int PREFIX = "\"sha256:".length();

    /// The value of a lower-case hex digit; -1 for any other byte.
    private static final byte[] DIGITS = new byte[256];

    static {
        Arrays.fill(DIGITS, (byte) -1);
        for (int i = 0; i < 16; i++) {
            DIGITS["0123456789abcdef".charAt(i)] = (byte) i;
        }
    }

    private final JsonTape tape = new JsonTape();
    private final LineHasher hasher = new LineHasher();
    private final byte[] computed = new byte[DIGEST];

    /// The values of the line's reserved members, -1 where there is none.
    private int relay;

    private int relayHash;
    private int eventHash;
    private int type;
    private int beat;
    private int beatHash;

    /// Where the hashed text ends that lies in the line as it is, without its closing brace; -1 when it must
    /// be written anew.
    private int hashedEnd;

    /// Checks complete lines of `bytes[from, to)` and returns where it stopped: at `to`, or earlier when
    /// `lines` is full enough.
    int check(byte[] bytes, int from, int to, CheckedLines lines) {
        lines.startAfresh(bytes, from);
        int at = from;
        while (at < to && lines.count() < LINES_MAX) {
            int newline = Newline.indexOf(bytes, at, to);
            if (newline < 0) {
                break;
            }
            lines.prepare();
            checkLine(bytes, at, newline, lines);
            lines.add(newline + 1);
            at = newline + 1;
        }
        return at;
    }

    private void checkLine(byte[] bytes, int from, int to, CheckedLines lines) {
        try {
            tape.parse(bytes, from, to);
        } catch (JsonSyntaxException e) {
            lines.putWrong(FaultKind.UNREADABLE, "a JSON object", reason(e, from));
            return;
        }
        if (tape.depth() > JsonTape.DEPTH_MAX) {
            String most = "at most " + JsonTape.DEPTH_MAX + " levels of nesting";
            lines.putWrong(FaultKind.UNREADABLE, most, tape.depth() + " levels");
        } else if (!tape.is(0, JsonKind.OBJECT)) {
            lines.putWrong(FaultKind.UNREADABLE, "a JSON object", "another JSON value");
        } else {
            checkObject(lines);
        }
    }

    /// The parser's complaint, its offset counted from the line's beginning.
    private String reason(JsonSyntaxException e, int from) {
        String message = String.valueOf(e.getMessage());
        int place = message.lastIndexOf(" at byte ");
        int first = tape.isVerbatim() ? from : 0;
        return message.substring(0, place < 0 ? message.length() : place) + " at byte " + (e.offset() - first);
    }

    private void checkObject(CheckedLines lines) {
        int unsorted = tape.isVerbatim() ? CanonicalCheck.sortedUntil(tape, 0) : CanonicalCheck.NOT_CANONICAL;
        if (unsorted == CanonicalCheck.NOT_CANONICAL) {
            findMembers();
        } else {
            findPlainMembers(unsorted);
        }
        if (type >= 0 && tape.is(type, JsonKind.STRING) && tape.textEquals(type, "heartbeat")) {
            checkHeartbeat(lines);
        } else if (relay < 0 || !tape.is(relay, JsonKind.OBJECT)) {
            lines.putWrong(FaultKind.NOT_A_RECORD, "_relay", relay < 0 ? "no such member" : "another type");
        } else {
            checkRecord(lines);
        }
    }

    private void findMembers() {
        hashedEnd = -1;
        relay = tape.member(0, "_relay");
        relayHash = tape.member(0, "_relay_hash");
        eventHash = tape.member(0, "event_hash");
        type = tape.member(0, "type");
        beat = tape.member(0, "_heartbeat");
        beatHash = tape.member(0, "_heartbeat_hash");
    }

    /// Finds the members in one pass, for the text is canonical: no key of theirs is spelled with escapes.
    /// The hashed text lies in place if what is not part of it stands behind all that is, and nothing else
    /// does.
    private void findPlainMembers(int unsorted) {
        relay = relayHash = eventHash = type = beat = beatHash = -1;
        byte[] source = tape.source();
        int end = tape.next(0);
        boolean inPlace = unsorted < end;
        for (int key = 1; key < end; key = tape.next(key + 1)) {
            boolean excluded = false;
            switch (source[tape.start(key) + 1]) {
                case '_' -> excluded = findReserved(key);
                case 'e' -> {
                    excluded = tape.textEquals(key, "event_hash");
                    eventHash = excluded ? key + 1 : eventHash;
                }
                case 't' -> type = tape.textEquals(key, "type") ? key + 1 : type;
                default -> {}
            }
            inPlace &= excluded == (key >= unsorted);
        }
        hashedEnd = inPlace ? tape.start(unsorted) - 1 : -1;
    }

    /// Whether `key` is outside the hashed text of a record.
    private boolean findReserved(int key) {
        switch (tape.end(key) - tape.start(key) - 2) {
            case 6 -> relay = tape.textEquals(key, "_relay") ? key + 1 : relay;
            case 10 -> beat = tape.textEquals(key, "_heartbeat") ? key + 1 : beat;
            case 11 -> {
                if (tape.textEquals(key, "_relay_hash")) {
                    relayHash = key + 1;
                    return true;
                }
            }
            case 15 -> beatHash = tape.textEquals(key, "_heartbeat_hash") ? key + 1 : beatHash;
            default -> {}
        }
        return false;
    }

    private void checkRecord(CheckedLines lines) {
        int previous = tape.member(relay, "relay_prev_hash");
        if (previous >= 0 && !tape.is(previous, JsonKind.NULL)) {
            previous = readHash(previous, lines.hashes(), lines.previousAt()) ? previous : -1;
            lines.putPrevious();
        }
        if (previous < 0) {
            lines.putWrong(FaultKind.NOT_A_RECORD, "relay_prev_hash: a hash or null", "neither");
        }
        boolean stored = relayHash >= 0 && readHash(relayHash, lines.hashes(), lines.storedAt());
        if (!stored) {
            lines.putWrong(FaultKind.NOT_A_RECORD, "_relay_hash: a hash", relayHash < 0 ? "no such member" : "none");
            return;
        }
        lines.putStored();
        hashRecord();
        if (!Arrays.equals(computed, 0, DIGEST, lines.hashes(), lines.storedAt(), lines.storedAt() + DIGEST)) {
            String found = LineHasher.hash(lines.hashes(), lines.storedAt()).text();
            lines.putWrong(FaultKind.RECORD_HASH, LineHasher.hash(computed, 0).text(), found);
        } else if (eventHash >= 0 && !isEmptyString(eventHash)) {
            checkEventHash(lines);
        }
    }

    private void hashRecord() {
        if (hashedEnd >= 0) {
            hasher.hashInPlace(tape.source(), tape.start(0), hashedEnd, hashedEnd, hashedEnd, computed, 0);
        } else {
            hasher.hash(tape, computed, 0, "_relay_hash", "event_hash");
        }
    }

    private void checkEventHash(CheckedLines lines) {
        if (hashedEnd >= 0) {
            int holeFrom = tape.start(relay - 1);
            int holeTo = tape.end(relay);
            if (holeTo < hashedEnd) {
                holeTo++; // The comma goes with the member.
            } else if (holeFrom > tape.start(0) + 1) {
                holeFrom--;
            }
            hasher.hashInPlace(tape.source(), tape.start(0), holeFrom, holeTo, hashedEnd, computed, 0);
        } else {
            hasher.hash(tape, computed, 0, "_relay", "_relay_hash", "event_hash");
        }
        String expected = LineHasher.hash(computed, 0).text();
        String found = tape.is(eventHash, JsonKind.STRING) ? tape.text(eventHash) : "no string";
        if (!found.equals(expected)) {
            lines.putWrong(FaultKind.EVENT_HASH, expected, Hash.isHash(found) ? found : "another text");
        }
    }

    private void checkHeartbeat(CheckedLines lines) {
        if (relay >= 0 || relayHash >= 0) {
            lines.putWrong(FaultKind.DISGUISED, "a record or a heartbeat", "both");
            return;
        }
        if (beat < 0 && beatHash < 0) {
            lines.putUnprotected();
            return;
        }
        try {
            Heartbeat heartbeat = new HeartbeatReader(tape).read();
            Hash stored = HeartbeatReader.storedHash(tape);
            Hash expected = hasher.hash(tape, LineHasher.HEARTBEAT_HASH);
            if (stored.equals(expected)) {
                lines.putBeat(heartbeat, stored);
            } else {
                lines.putWrong(FaultKind.HEARTBEAT_HASH, expected.text(), stored.text());
            }
        } catch (IllegalArgumentException e) {
            lines.putWrong(FaultKind.HEARTBEAT_FORM, "a linked heartbeat", String.valueOf(e.getMessage()));
        }
    }

    private boolean isEmptyString(int node) {
        return tape.is(node, JsonKind.STRING) && tape.end(node) - tape.start(node) == 2;
    }

    /// Puts the hash that a string node holds, raw, at a place; whether it holds one.
    private boolean readHash(int node, byte[] into, int at) {
        if (!tape.is(node, JsonKind.STRING)) {
            return false;
        }
        if (readPlainHash(tape.source(), tape.start(node), tape.end(node), into, at)) {
            return true;
        }
        String text = tape.text(node);
        if (!Hash.isHash(text)) {
            return false;
        }
        byte[] digest = HexFormat.of().parseHex(text, Hash.TEXT_LENGTH - 2 * DIGEST, Hash.TEXT_LENGTH);
        System.arraycopy(digest, 0, into, at, DIGEST);
        return true;
    }

    private static boolean readPlainHash(byte[] source, int start, int end, byte[] into, int at) {
        if (end - start != Hash.TEXT_LENGTH + 2 || source[start + 1] != 's' || source[start + PREFIX - 1] != ':') {
            return false;
        }
        if (source[start + 2] != 'h' || source[start + 3] != 'a') {
            return false;
        }
        if (source[start + 4] != '2' || source[start + 5] != '5' || source[start + 6] != '6') {
            return false;
        }
        int digits = start + PREFIX;
        int bad = 0;
        for (int i = 0; i < DIGEST; i++) {
            int high = DIGITS[source[digits + 2 * i] & 0xFF];
            int low = DIGITS[source[digits + 2 * i + 1] & 0xFF];
            bad |= high | low;
            into[at + i] = (byte) (high << 4 | low);
        }
        return bad >= 0;
    }
}
