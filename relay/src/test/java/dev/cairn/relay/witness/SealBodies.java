package dev.cairn.relay.witness;

/// What clients send, as the dialect's two forms have it, written out.
final class SealBodies {

    static final String KEY_ID = "630dcd2966c43366";

    private SealBodies() {}

    /// A tip that `name` stands for: one hex digit, 64 times.
    static String tip(char name) {
        return "sha256:" + String.valueOf(name).repeat(64);
    }

    static String signature(char name) {
        return "hmac-sha256:" + String.valueOf(name).repeat(64);
    }

    /// A user's command line, by the same key each time.
    static String user(long count, char tip) {
        return user(count, tip, tip);
    }

    static String user(long count, char tip, char signature) {
        return "{\"protocol\":\"patchwork-witness-v1\",\"tip_hash\":\"" + tip(tip) + "\",\"chained_events\":" + count
                + ",\"seal_signature\":\"" + signature(signature) + "\",\"key_id\":\"" + KEY_ID
                + "\",\"requested_at\":\"2026-04-05T14:30:00.000Z\"}";
    }

    /// A relay, by the same key each time.
    static String relay(long count, char tip) {
        return "{\"type\":\"patchwork-seal-anchor\",\"version\":1,\"seal\":{\"sealed_at\":\"2026-04-05T14:30:00.000Z\","
                + "\"tip_hash\":\"" + tip(tip) + "\",\"chained_events\":" + count + ",\"signature\":\"" + signature(tip)
                + "\",\"key_id\":\"" + KEY_ID + "\"},\"relay_chain_tip\":\"" + tip(tip) + "\",\"relay_event_count\":"
                + count + ",\"anchored_at\":\"2026-04-05T14:30:00.001Z\"}";
    }
}
