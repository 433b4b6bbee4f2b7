package dev.cairn.loadtest;

import dev.cairn.loadtest.RequestMix.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One connection's requests, built once and sent round and round: only the ids of events, and of commits to
/// be signed for, are overwritten in between.
///
/// This is what keeps the generator cheap. Request `k` of the connection is at slot `k % slots()`.
final class RequestBlock {

    /// The smallest event in which everything a hook sends has a place.
    static final int PAYLOAD_BYTES_MIN = 443;

    /// Leaves room for what the relay adds below its limit of a stored line.
    static final int PAYLOAD_BYTES_MAX = 1_000_000;

    private static final int BLOCK_BYTES = 128 * 1024;
    private static final byte[] PING = line("{\"protocol_version\":1,\"type\":\"ping\"}");
    private static final byte[] STATE = line("{\"protocol_version\":1,\"type\":\"get_chain_state\"}");

    private final List<Kind> pattern;
    private final ByteBuffer bytes;
    private final int[] startAt;
    private final int[] idAt;

    /// @param run and `connection` go into every id
    /// @param verify what is asked to be verified: a line without a newline
    RequestBlock(RequestMix mix, int payloadBytes, int run, int connection, String verify) {
        pattern = mix.pattern();
        byte[] event = event(payloadBytes, new EventId(run, 0, connection, 0));
        String sign = new Attestation(run, connection, 0).signRequest();
        Map<Kind, byte[]> requests = Map.of(
                Kind.EVENT,
                event,
                Kind.PING,
                PING,
                Kind.STATE,
                STATE,
                Kind.SIGN,
                line(sign),
                Kind.VERIFY,
                line(verify));
        Map<Kind, Integer> ids = Map.of(
                Kind.EVENT,
                indexOf(event, "\"id\":\"evt_") + "\"id\":\"".length(),
                Kind.SIGN,
                Attestation.commitIn(sign));
        long patternBytes =
                pattern.stream().mapToLong(kind -> of(kind, requests).length).sum();
        int slots = (int) Math.max(1, BLOCK_BYTES / patternBytes) * pattern.size();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        startAt = new int[slots + 1];
        idAt = new int[slots];
        for (int slot = 0; slot < slots; slot++) {
            Kind kind = pattern.get(slot % pattern.size());
            startAt[slot] = text.size();
            Integer id = ids.get(kind);
            idAt[slot] = id == null ? -1 : text.size() + id;
            text.writeBytes(of(kind, requests));
        }
        startAt[slots] = text.size();
        bytes = ByteBuffer.allocateDirect(text.size()).put(text.toByteArray()).clear();
    }

    int slots() {
        return idAt.length;
    }

    /// All requests.
    ByteBuffer bytes() {
        return bytes;
    }

    /// Where `slot` begins; that of `slots()` is the end of the block.
    int startOf(int slot) {
        return startAt[slot];
    }

    Kind kind(long request) {
        return pattern.get((int) (request % pattern.size()));
    }

    /// Gives request number `request` its id, if it has one. That of a commit does not tell when it was sent,
    /// so that what was signed can be told later.
    void stamp(long request, long sentMicros) {
        int at = idAt[(int) (request % idAt.length)];
        if (at >= 0) {
            EventId.patch(bytes, at, kind(request) == Kind.EVENT ? sentMicros : 0, request);
        }
    }

    private static byte[] of(Kind kind, Map<Kind, byte[]> requests) {
        return Objects.requireNonNull(requests.get(kind));
    }

    /// A request line whose payload has `payloadBytes` bytes: what a hook sends after a tool was used.
    private static byte[] event(int payloadBytes, EventId id) {
        String now = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        String head = """
                {"schema_version":1,"id":"%s","session_id":"ses_01k6zq3v8f","timestamp":"%s","agent":"claude-code",\
                "action":"file_edit","status":"completed","duration_ms":42,\
                "target":{"type":"file","path":"src/Cart.java","tool_name":"Edit"},\
                "project":{"root":"/home/dev/shop","name":"shop"},"risk":{"level":"low","flags":[]},\
                "provenance":{"hook_event":"PostToolUse","tool_name":"Edit","raw_input":{"new":\"""".formatted(id.text(), now);
        String tail = "\"}}}";
        int padding = payloadBytes - head.length() - tail.length();
        if (padding < 0) {
            throw new IllegalArgumentException("an event has at least " + (payloadBytes - padding) + " bytes");
        }
        String source = "total = total.add(item.price().multiply(item.count())); ";
        String payload = head + source.repeat(padding / source.length() + 1).substring(0, padding) + tail;
        return line("{\"protocol_version\":1,\"type\":\"event\",\"timestamp\":\"" + now + "\",\"payload\":" + payload
                + "}");
    }

    private static int indexOf(byte[] line, String text) {
        return new String(line, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    private static byte[] line(String text) {
        return (text + '\n').getBytes(StandardCharsets.ISO_8859_1);
    }
}
