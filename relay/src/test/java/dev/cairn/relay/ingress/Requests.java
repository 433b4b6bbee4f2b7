package dev.cairn.relay.ingress;

/// Requests as clients send them, each a line with its newline.
final class Requests {

    static final String PING =
            "{\"protocol_version\":1,\"type\":\"ping\",\"timestamp\":\"2026-11-21T22:58:29.096Z\"}\n";
    static final String CHAIN_STATE = "{\"protocol_version\":1,\"type\":\"get_chain_state\"}\n";
    static final String SEAL_STATUS = "{\"protocol_version\":1,\"type\":\"seal_status\"}\n";
    static final String NOT_JSON = "hello\n";

    private Requests() {}

    static String event(String id) {
        return "{\"protocol_version\":1,\"type\":\"event\",\"payload\":" + payload(id, "") + "}\n";
    }

    /// An event with further members, each beginning with a comma.
    static String event(String id, String members) {
        return "{\"protocol_version\":1,\"type\":\"event\",\"payload\":" + payload(id, members) + "}\n";
    }

    private static String payload(String id, String members) {
        return "{\"id\":\"" + id + "\",\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00Z\",\"agent\":\"custom\","
                + "\"action\":\"file_read\",\"risk\":{\"level\":\"none\"}" + members + "}";
    }
}
