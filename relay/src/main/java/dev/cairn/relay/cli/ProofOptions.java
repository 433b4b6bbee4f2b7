package dev.cairn.relay.cli;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.proof.WitnessTrust;
import dev.cairn.protocol.seal.Keyring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// With which seals, replies and keys a log or a store is to be verified.
final class ProofOptions {

    private static final int QUORUM_MAX = 100;

    private final ProofSubject subject;
    private @Nullable Path seals;
    private @Nullable Path witnesses;
    private @Nullable Path keys;
    private @Nullable Path config;
    private List<String> witnessKeys = List.of();
    private long quorum;

    ProofOptions(ProofSubject subject) {
        this.subject = subject;
    }

    Shape addTo(Shape shape) {
        String thing = subject.thing();
        return shape.path(
                        value -> seals = value,
                        "FILE",
                        "Seals of the " + thing + " (default: " + subject.sealsName() + " beside it).",
                        "--seals")
                .path(
                        value -> witnesses = value,
                        "FILE",
                        "What witnesses said of them (default: " + subject.witnessesName() + " beside it).",
                        "--witnesses")
                .path(
                        value -> keys = value,
                        "DIR",
                        "Keys of the seals (default: " + subject.ring()
                                + " in the data directory). Without them seals are " + "compared with the " + thing
                                + " only.",
                        "--keys")
                .texts(
                        value -> witnessKeys = value,
                        "NAME=KEY",
                        "The public key (u…) of the witness of that name, known from itself. Repeatable.",
                        "--witness-key")
                .path(
                        value -> config = value,
                        "FILE",
                        "Take keys and quorum of witnesses from a relay's configuration.",
                        "--config")
                .number(
                        value -> quorum = value,
                        "N",
                        "Fail unless N distinct witnesses have confirmed a seal of the " + thing
                                + "; with --witness-key or " + "--config, by those keys.",
                        "--quorum");
    }

    Evidence evidence(Path file, RelayFiles relay) {
        if (quorum < 0 || quorum > QUORUM_MAX) {
            throw CommandFailedException.usage("--quorum: expected 0 to " + QUORUM_MAX + ", got " + quorum);
        }
        Evidence usual = Evidence.beside(subject, file, relay);
        if (keys != null && !Files.isDirectory(keys)) {
            throw CommandFailedException.usage("--keys: there is no directory " + keys);
        }
        return new Evidence(
                named(seals, usual.sealsFile()),
                named(witnesses, usual.witnessesFile()),
                keys == null ? usual.keys() : Keyring.in(keys.toAbsolutePath()),
                trust(),
                (int) quorum);
    }

    private static Path named(@Nullable Path given, Path usual) {
        if (given == null) {
            return usual;
        }
        NamedFile.check(given);
        return given;
    }

    private WitnessTrust trust() {
        Map<String, Ed25519PublicKey> known = new HashMap<>();
        long configured = config == null ? 0 : readConfig(config, known);
        for (String pair : witnessKeys) {
            int equals = pair.lastIndexOf('=');
            if (equals < 1) {
                throw CommandFailedException.usage(
                        "--witness-key: expected NAME=KEY, got " + Human.visible(pair, 80),
                        "NAME is the endpoint's in the relay's configuration, KEY what the witness prints at its start.");
            }
            String name = pair.substring(0, equals);
            known.put(name, key("--witness-key: " + Human.visible(name, 80), pair.substring(equals + 1)));
        }
        return new WitnessTrust(known, (int) (quorum > 0 ? quorum : configured));
    }

    /// Reads keys and returns the quorum; no more, as on another machine much else in it would not be right.
    private static long readConfig(Path file, Map<String, Ed25519PublicKey> known) {
        JsonObject witness;
        try {
            witness = JsonObject.parse(NamedFile.read(file)).object("witness");
        } catch (IllegalArgumentException e) {
            throw CommandFailedException.usage("--config: " + file + " is no configuration: " + e.getMessage());
        }
        if (witness == null) {
            return 0;
        }
        for (JsonObject endpoint : witness.objects("endpoints")) {
            String name = endpoint.text("name");
            String key = endpoint.text("public_key");
            if (name != null && key != null && !key.isEmpty()) {
                known.put(name, key("--config: public_key of " + Human.visible(name, 80), key));
            }
        }
        return Math.clamp(witness.number("quorum", 1), 1, QUORUM_MAX);
    }

    private static Ed25519PublicKey key(String what, String text) {
        try {
            return Ed25519PublicKey.read(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailedException.usage(what + ": " + e.getMessage());
        }
    }
}
