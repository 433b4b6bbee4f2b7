package dev.cairn.loadtest;

import dev.cairn.protocol.json.JsonString;

/// What is signed under load: the attestation of a commit, as hooks have one signed (`specs/audit-relay.md`
/// 5.3 A). No two requests have the same.
///
/// @param run tells the runs on one relay apart
record Attestation(int run, int connection, long request) {

    private static final String COMMIT = "\"commit_sha\":\"";

    /// The text that is signed.
    String data() {
        // The commit's 40 digits are those of an event's id, so that both are stamped alike.
        String commit = "c0de" + new EventId(run, 0, connection, request).text().substring(4) + "0000000000";
        return """
                {"type":"commit-attestation","schema_version":1,"commit_sha":"%s","branch":"main",\
                "generated_at":"2026-11-22T09:30:00.000Z","tool_version":"0.6.11","project_root":"/home/dev/shop",\
                "session_id":"ses_01k6zq3v8f","session_events_count":312,"session_events_since_last_commit":41,\
                "chain_chained_events":48210,"chain_valid":true,"chain_tip_hash":\
                "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",\
                "risk_summary":{"critical":0,"high":2,"medium":17,"low":231,"none":62,"denials":1},\
                "policy_source":"/home/dev/shop/.policy.yml","pass":true,"failure_reasons":[]}""".formatted(commit);
    }

    /// The request that has it signed, without a newline.
    String signRequest() {
        return "{\"protocol_version\":1,\"type\":\"sign\",\"payload\":{\"data\":" + JsonString.quote(data()) + "}}";
    }

    /// The request that has a signature of it verified, without a newline.
    String verifyRequest(String signature, String keyId) {
        return "{\"protocol_version\":1,\"type\":\"verify\",\"payload\":{\"data\":" + JsonString.quote(data())
                + ",\"signature\":" + JsonString.quote(signature) + ",\"key_id\":" + JsonString.quote(keyId) + "}}";
    }

    /// Where the commit's digits begin in [#signRequest].
    static int commitIn(String signRequest) {
        String quoted = COMMIT.replace("\"", "\\\"");
        return signRequest.indexOf(quoted) + quoted.length();
    }
}
