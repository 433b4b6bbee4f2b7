package dev.cairn.relay.stream;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.util.OptionalLong;

/// What a subscriber may say; unknown members are ignored.
sealed interface ClientFrame {

    int VERSION = 1;

    /// Always the first.
    record Hello() implements ClientFrame {}

    /// Follow a chain; absent `since` means from now on.
    record Sub(String chain, OptionalLong since) implements ClientFrame {}

    /// Reads the text of one message.
    static ClientFrame read(byte[] bytes) throws RefusedFrameException {
        JsonTape frame = new JsonTape();
        try {
            frame.parse(bytes, 0, bytes.length);
        } catch (JsonSyntaxException e) {
            throw malformed("frame: not JSON: " + e.getMessage());
        }
        if (!frame.is(0, JsonKind.OBJECT)) {
            throw malformed("frame: expected an object");
        }
        return switch (text(frame, "t")) {
            case "hello" -> readHello(frame);
            case "sub" -> new Sub(text(frame, "chain"), readSince(frame));
            default -> throw malformed("t: expected hello or sub");
        };
    }

    private static Hello readHello(JsonTape frame) throws RefusedFrameException {
        if (integer(frame, "v", frame.member(0, "v")) != VERSION) {
            throw new RefusedFrameException(Refusal.UNSUPPORTED_VERSION, "v: this relay speaks version " + VERSION);
        }
        return new Hello();
    }

    private static OptionalLong readSince(JsonTape frame) throws RefusedFrameException {
        int since = frame.member(0, "since");
        return since < 0 ? OptionalLong.empty() : OptionalLong.of(integer(frame, "since", since));
    }

    private static String text(JsonTape frame, String name) throws RefusedFrameException {
        int value = frame.member(0, name);
        if (value < 0 || !frame.is(value, JsonKind.STRING)) {
            throw malformed(name + ": expected a string");
        }
        return frame.text(value);
    }

    private static long integer(JsonTape frame, String name, int value) throws RefusedFrameException {
        double number = value >= 0 && frame.is(value, JsonKind.NUMBER) ? frame.number(value) : -1;
        long integer = (long) number;
        if (number < 0 || number > MAX_INTEGER || integer != number) {
            throw malformed(name + ": expected an integer from 0 to " + MAX_INTEGER);
        }
        return integer;
    }

    /// The largest integer that every JSON reader keeps exact.
    long MAX_INTEGER = (1L << 53) - 1;

    private static RefusedFrameException malformed(String detail) {
        return new RefusedFrameException(Refusal.MALFORMED, detail);
    }
}
