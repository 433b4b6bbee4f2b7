package dev.cairn.relay.witness;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What a witness keeps in its chain of one request, besides the request itself.
///
/// ```
/// {"kind":"anchor","id":…,"lineage":{"token":…,"key_id":…},"seal":{"tip_hash":…,"chained_events":…},"receipt":{…},"body":"…"}
/// {"kind":"contradiction","id":…,"lineage":{…},"seal":{…},"contradicts":"<id of an anchor>","body":"…"}
/// ```
sealed interface AnchorRecord {

    /// Names the content: the same request has the same id.
    String id();

    Lineage lineage();

    long chainedEvents();

    String tip();

    /// A seal that was anchored.
    ///
    /// @param receipt the signed answer, as JSON
    record Anchor(String id, Lineage lineage, long chainedEvents, String tip, String receipt) implements AnchorRecord {}

    /// A seal that was refused because another tip is anchored at its count.
    ///
    /// @param contradicts the id of that anchor
    record Contradiction(String id, Lineage lineage, long chainedEvents, String tip, String contradicts)
            implements AnchorRecord {}

    /// The record as JSON, before it has its place in the chain.
    ///
    /// @param body the request as it came: the evidence
    default String toJson(String body) {
        JsonText json = JsonText.object()
                .put("kind", this instanceof Anchor ? "anchor" : "contradiction")
                .put("id", id())
                .put(
                        "lineage",
                        JsonText.object()
                                .put("token", lineage().token())
                                .put("key_id", lineage().keyId()))
                .put("seal", JsonText.object().put("tip_hash", tip()).put("chained_events", chainedEvents()));
        switch (this) {
            case Anchor anchor -> json.putRaw("receipt", anchor.receipt());
            case Contradiction contradiction -> json.put("contradicts", contradiction.contradicts());
        }
        return json.put("body", body).toString();
    }

    /// Reads a stored line onto `tape`; empty if it is no record of a witness.
    static Optional<AnchorRecord> read(JsonTape tape, byte[] line, int from, int to) {
        try {
            tape.parse(line, from, to);
            return new Reader(tape).read();
        } catch (IllegalArgumentException | JsonSyntaxException _) {
            return Optional.empty();
        }
    }

    /// Reads one line; what is missing in it is an [IllegalArgumentException].
    record Reader(JsonTape tape) {

        private Optional<AnchorRecord> read() {
            int lineage = member(0, "lineage", JsonKind.OBJECT);
            int seal = member(0, "seal", JsonKind.OBJECT);
            var owner = new Lineage(text(lineage, "token"), text(lineage, "key_id"));
            long count = (long) tape.number(member(seal, "chained_events", JsonKind.NUMBER));
            String tip = text(seal, "tip_hash");
            String id = text(0, "id");
            return switch (text(0, "kind")) {
                case "anchor" -> Optional.of(new Anchor(id, owner, count, tip, receipt()));
                case "contradiction" -> Optional.of(new Contradiction(id, owner, count, tip, text(0, "contradicts")));
                default -> Optional.empty();
            };
        }

        private String receipt() {
            int receipt = member(0, "receipt", JsonKind.OBJECT);
            int start = tape.start(receipt);
            return new String(tape.source(), start, tape.end(receipt) - start, StandardCharsets.UTF_8);
        }

        private String text(int object, String name) {
            return tape.text(member(object, name, JsonKind.STRING));
        }

        private int member(int object, String name, JsonKind kind) {
            int value = tape.is(object, JsonKind.OBJECT) ? tape.member(object, name) : -1;
            if (value < 0 || !tape.is(value, kind)) {
                throw new IllegalArgumentException(name);
            }
            return value;
        }
    }
}
