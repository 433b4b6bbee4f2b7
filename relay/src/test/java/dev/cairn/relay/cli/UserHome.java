package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalJson;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keys;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealPayload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A user's home with a log and seals as the dialect's clients keep them.
final class UserHome {

    private final Path home;
    private final Keyring ring;
    private String tip = "";
    private int count;

    UserHome(Path home) {
        this.home = home;
        ring = Keyring.in(home.resolve(".patchwork/keys/seal"));
    }

    Path path() {
        return home;
    }

    Path file(String name) {
        return home.resolve(".patchwork").resolve(name);
    }

    UserHome event() throws IOException {
        return event("e" + count);
    }

    UserHome event(String id) throws IOException {
        String previous = tip.isEmpty() ? "null" : "\"" + tip + "\"";
        String event = "{\"id\":\"" + id + "\",\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00:00Z\","
                + "\"agent\":\"custom\",\"action\":\"file_read\",\"risk\":{\"level\":\"none\"},\"prev_hash\":"
                + previous + "}";
        JsonTape tape = new JsonTape();
        tape.parse(event.getBytes(UTF_8), 0, event.length());
        ByteBuilder canonical = new ByteBuilder(512);
        new CanonicalJson(CanonicalJson.Dialect.AUDIT).write(tape, 0, canonical);
        tip = Hash.of(canonical.array(), 0, canonical.length()).text();
        append("events.jsonl", event.substring(0, event.length() - 1) + ",\"event_hash\":\"" + tip + "\"}\n");
        count++;
        return this;
    }

    UserHome seal() throws IOException {
        var key = ((Keys.Lookup.Found) ring.active()).key();
        SealPayload payload = new SealPayload(new Hash(tip), count, "2026-07-01T08:00:0" + count + ".000Z");
        append("seals.jsonl", Seal.sign(payload, key).line() + "\n");
        return this;
    }

    private void append(String name, String text) throws IOException {
        Files.createDirectories(file(""));
        Files.writeString(file(name), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
