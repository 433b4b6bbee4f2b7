package dev.cairn.relay.receipts.key;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.crypto.Ed25519Signature;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.relay.receipts.key.KeySourceException.Hope;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a Transit engine answered, read with suspicion: it is another host.
final class TransitReply {

    private static final String KEY_TYPE = "ed25519";
    private static final int ERROR_SHOWN_MAX = 200;

    private final JsonTape tape;
    private final int data;

    private TransitReply(JsonTape tape, int data) {
        this.tape = tape;
        this.data = data;
    }

    /// A key's generations: their public halves by version.
    record Generations(int latest, Map<Integer, Ed25519PublicKey> keys) {

        Ed25519PublicKey latestKey() {
            return of(latest);
        }

        Ed25519PublicKey of(int version) {
            Ed25519PublicKey key = keys.get(version);
            if (key == null) {
                throw strange("tells no version " + version + " of the key");
            }
            return key;
        }
    }

    /// Reads an answer of success.
    static TransitReply read(byte[] json) {
        JsonTape tape = parse(json);
        int data = tape.member(0, "data");
        if (data < 0 || !tape.is(data, JsonKind.OBJECT)) {
            throw strange("tells no data");
        }
        return new TransitReply(tape, data);
    }

    /// The first of the errors that an answer of failure tells, fit to be shown; or what is wrong with a
    /// message of a batch.
    static String error(byte[] json) {
        try {
            JsonTape tape = parse(json);
            int errors = tape.member(0, "errors");
            if (errors >= 0 && tape.is(errors, JsonKind.ARRAY)) {
                for (int item = errors + 1; item < tape.next(errors); item = tape.next(item)) {
                    if (tape.is(item, JsonKind.STRING)) {
                        return shown(tape.text(item));
                    }
                }
            }
            read(json).signatures(Integer.MAX_VALUE, 0);
            return "it says no more";
        } catch (KeySourceException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /// The generations of a key, which must be an Ed25519 key that can sign.
    Generations generations() {
        int type = tape.member(data, "type");
        if (type < 0 || !tape.is(type, JsonKind.STRING) || !tape.textEquals(type, KEY_TYPE)) {
            throw new KeySourceException(
                    Hope.NONE,
                    "the Transit key is of another type than ed25519\nMake one: bao write -f transit/keys/NAME type=ed25519");
        }
        int keys = tape.member(data, "keys");
        if (keys < 0 || !tape.is(keys, JsonKind.OBJECT)) {
            throw strange("tells no keys");
        }
        Map<Integer, Ed25519PublicKey> found = new TreeMap<>();
        for (int name = keys + 1; name < tape.next(keys); name = tape.next(name + 1)) {
            found.put(version(tape.text(name)), publicKey(name + 1));
        }
        int latest = tape.member(data, "latest_version");
        if (latest < 0 || !tape.is(latest, JsonKind.NUMBER)) {
            throw strange("tells no latest version");
        }
        Generations generations = new Generations((int) tape.number(latest), Map.copyOf(found));
        generations.latestKey();
        return generations;
    }

    /// The signatures of a batch, all of them by `version` of the key.
    List<byte[]> signatures(int count, int version) {
        int results = tape.member(data, "batch_results");
        if (results < 0 || !tape.is(results, JsonKind.ARRAY)) {
            throw strange("tells no signatures");
        }
        String prefix = "vault:v" + version + ":";
        List<byte[]> signatures = new ArrayList<>();
        for (int item = results + 1; item < tape.next(results); item = tape.next(item)) {
            signatures.add(signature(item, prefix));
        }
        if (signatures.size() != count) {
            throw strange("tells " + signatures.size() + " signatures for " + count + " messages");
        }
        return signatures;
    }

    private byte[] signature(int item, String prefix) {
        if (!tape.is(item, JsonKind.OBJECT)) {
            throw strange("tells no signature");
        }
        int error = tape.member(item, "error");
        if (error >= 0 && tape.is(error, JsonKind.STRING)) {
            throw new KeySourceException(Hope.NONE, "it refuses to sign: " + shown(tape.text(error)));
        }
        int node = tape.member(item, "signature");
        String text = node >= 0 && tape.is(node, JsonKind.STRING) ? tape.text(node) : "";
        if (!text.startsWith(prefix)) {
            throw strange("signs with another version of the key than it was asked for");
        }
        byte[] signature = base64(text.substring(prefix.length()));
        if (signature.length != Ed25519Signature.LENGTH) {
            throw strange("tells a signature of " + signature.length + " bytes");
        }
        return signature;
    }

    private Ed25519PublicKey publicKey(int node) {
        int text = tape.is(node, JsonKind.OBJECT) ? tape.member(node, "public_key") : -1;
        if (text < 0 || !tape.is(text, JsonKind.STRING)) {
            throw strange("tells no public key");
        }
        try {
            return Ed25519PublicKey.of(base64(tape.text(text)));
        } catch (IllegalArgumentException e) {
            throw strange("tells no public key: " + e.getMessage());
        }
    }

    private static int version(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw strange("tells a key without a version");
        }
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            throw strange("tells what is no base64");
        }
    }

    private static JsonTape parse(byte[] json) {
        JsonTape tape = new JsonTape();
        try {
            tape.parse(json, 0, json.length);
        } catch (JsonSyntaxException _) {
            throw strange("is no JSON");
        }
        if (!tape.is(0, JsonKind.OBJECT) || tape.depth() > JsonTape.DEPTH_MAX) {
            throw strange("is no JSON object");
        }
        return tape;
    }

    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(ERROR_SHOWN_MAX)
                .map(point -> point < 0x20 || point > 0x7E ? '?' : point)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }

    private static KeySourceException strange(String what) {
        return new KeySourceException(Hope.NONE, "its answer " + what);
    }
}
