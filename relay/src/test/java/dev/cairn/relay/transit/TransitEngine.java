package dev.cairn.relay.transit;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Keys of type `ed25519` and what can be done with them, as the Transit engine does it. Every member that
/// it answers is one that the engine answers, and errors are in the engine's words.
final class TransitEngine {

    private static final String TYPE = "ed25519";
    private static final String PREFIX = "vault:v";

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Key> keys = new LinkedHashMap<>();

    private static final class Key {
        final List<Ed25519KeyPair> versions = new ArrayList<>();
        int minEncryptionVersion;
    }

    /// What is answered: a status, and a body or none.
    record Answer(int status, JsonObject body) {

        static Answer data(JsonObject data) {
            return new Answer(200, new JsonObject().put("data", data));
        }

        static Answer error(int status, String... errors) {
            return new Answer(status, new JsonObject().put("errors", new JsonArray(List.of(errors))));
        }
    }

    /// `path` is what follows the mount.
    synchronized Answer answer(String method, String path, JsonObject body) {
        String[] words = path.split("/", -1);
        String action = words[0] + (words.length > 2 ? "/" + words[2] : "");
        String name = words.length > 1 ? words[1] : "";
        boolean writes = method.equals("POST") || method.equals("PUT");
        return switch (action) {
            case "keys" -> writes ? create(name, body) : read(name);
            case "keys/rotate" -> writes ? rotate(name) : unsupported();
            case "keys/config" -> writes ? configure(name, body) : unsupported();
            case "sign" -> writes ? sign(name, body) : unsupported();
            case "verify" -> writes ? verify(name, body) : unsupported();
            default -> Answer.error(404, "no handler for route \"transit/" + path + "\". route entry not found.");
        };
    }

    private Answer create(String name, JsonObject body) {
        if (!TYPE.equals(body.getString("type", "aes256-gcm96"))) {
            return Answer.error(400, "this stand-in makes keys of type ed25519 only");
        }
        Key key = keys.computeIfAbsent(name, _ -> new Key());
        if (key.versions.isEmpty()) {
            key.versions.add(Ed25519KeyPair.generate(random));
        }
        return read(name);
    }

    private Answer read(String name) {
        Key key = keys.get(name);
        if (key == null) {
            return Answer.error(404);
        }
        JsonObject versions = new JsonObject();
        for (int version = 1; version <= key.versions.size(); version++) {
            Ed25519PublicKey half = key.versions.get(version - 1).publicKey();
            versions.put(
                    Integer.toString(version),
                    new JsonObject()
                            .put("certificate_chain", "")
                            .put("creation_time", "2026-06-15T10:00:00.000000000Z")
                            .put("name", TYPE)
                            .put("public_key", Base64.getEncoder().encodeToString(half.toBytes())));
        }
        return Answer.data(new JsonObject()
                .put("allow_plaintext_backup", false)
                .put("auto_rotate_period", 0)
                .put("deletion_allowed", false)
                .put("derived", false)
                .put("exportable", false)
                .put("imported_key", false)
                .put("keys", versions)
                .put("latest_version", key.versions.size())
                .put("min_available_version", 0)
                .put("min_decryption_version", 1)
                .put("min_encryption_version", key.minEncryptionVersion)
                .put("name", name)
                .put("supports_decryption", false)
                .put("supports_derivation", true)
                .put("supports_encryption", false)
                .put("supports_signing", true)
                .put("type", TYPE));
    }

    private Answer rotate(String name) {
        Key key = keys.get(name);
        if (key == null) {
            return Answer.error(400, "no existing key named " + name + " could be found");
        }
        key.versions.add(Ed25519KeyPair.generate(random));
        return read(name);
    }

    private Answer configure(String name, JsonObject body) {
        Key key = keys.get(name);
        if (key == null) {
            return Answer.error(400, "no existing key named " + name + " could be found");
        }
        key.minEncryptionVersion = body.getInteger("min_encryption_version", key.minEncryptionVersion);
        return read(name);
    }

    private Answer sign(String name, JsonObject body) {
        Key key = keys.get(name);
        if (key == null) {
            return Answer.error(400, "signing key not found");
        }
        int version = body.getInteger("key_version", 0);
        if (version > key.versions.size()) {
            return Answer.error(400, "requested version for signing is higher than the latest key version");
        }
        if (version > 0 && version < key.minEncryptionVersion) {
            return Answer.error(400, "requested version for signing is less than the minimum encryption key version");
        }
        int used = version == 0 ? key.versions.size() : version;
        Ed25519KeyPair pair = key.versions.get(used - 1);
        JsonArray batch = body.getJsonArray("batch_input");
        if (batch == null) {
            JsonObject result = signOne(pair, used, body);
            String error = result.getString("error");
            return error == null ? Answer.data(result) : Answer.error(400, error);
        }
        JsonArray results = new JsonArray();
        boolean failed = false;
        for (int i = 0; i < batch.size(); i++) {
            JsonObject result = signOne(pair, used, batch.getJsonObject(i)).put("reference", "");
            failed |= result.containsKey("error");
            results.add(result);
        }
        JsonObject data = new JsonObject().put("batch_results", results);
        return failed ? new Answer(400, new JsonObject().put("data", data)) : Answer.data(data);
    }

    private static JsonObject signOne(Ed25519KeyPair pair, int version, JsonObject item) {
        String input = item.getString("input");
        if (input == null) {
            return new JsonObject().put("error", "missing input");
        }
        byte[] message;
        try {
            message = Base64.getDecoder().decode(input);
        } catch (IllegalArgumentException _) {
            return new JsonObject()
                    .put("error", "unable to decode input as base64: illegal base64 data at input byte 0");
        }
        String signature = Base64.getEncoder().encodeToString(pair.signRaw(message));
        return new JsonObject().put("key_version", version).put("signature", PREFIX + version + ":" + signature);
    }

    private Answer verify(String name, JsonObject body) {
        Key key = keys.get(name);
        if (key == null) {
            return Answer.error(400, "signature verification key not found");
        }
        String[] parts = body.getString("signature", "").split(":", 3);
        if (parts.length != 3 || !parts[0].equals("vault") || !parts[1].matches("v[1-9][0-9]{0,8}")) {
            return Answer.error(400, "invalid signature: no prefix");
        }
        int version = Integer.parseInt(parts[1].substring(1));
        if (version > key.versions.size()) {
            return Answer.error(400, "invalid signature: version is too new");
        }
        byte[] message = Base64.getDecoder().decode(body.getString("input", ""));
        byte[] signature = Base64.getDecoder().decode(parts[2]);
        boolean valid = key.versions.get(version - 1).publicKey().verifies(message, signature);
        return Answer.data(new JsonObject().put("valid", valid));
    }

    private static Answer unsupported() {
        return Answer.error(405, "unsupported operation");
    }
}
