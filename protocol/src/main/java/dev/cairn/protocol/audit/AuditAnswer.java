package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the relay answers to an [AuditRequest] (`specs/audit-relay.md` 1.3, 1.4 and 13). The answer to a
/// stored event is not here: it is prepared with its batch ([RecordBatch#answers]).
public sealed interface AuditAnswer {

    /// The answer as one line of JSON, its newline included.
    byte[] toLine();

    /// An answer to a request to sign.
    sealed interface ToSign extends AuditAnswer {}

    /// An answer to a request to verify.
    sealed interface ToVerify extends AuditAnswer {}

    /// An answer to the wish to have the chain sealed now.
    sealed interface ToSeal extends AuditAnswer {}

    private static JsonText ok() {
        return JsonText.object().put("ok", true);
    }

    private static byte[] line(JsonText object) {
        return (object + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// Proof of life. `tip` is `null` while the chain is empty; the member is then absent.
    record Pong(long pid, long uptimeMillis, @Nullable Hash tip) implements AuditAnswer {

        @Override
        public byte[] toLine() {
            JsonText answer = ok().put("status", "ok").put("pid", pid).put("uptime_ms", uptimeMillis);
            return line(tip == null ? answer : answer.put("relay_hash", tip.text()));
        }
    }

    /// The newest seal: its time (ISO-8601 with milliseconds), and the tip and the number of records it covers.
    record LastSeal(String sealedAt, Hash tip, long events) {}

    /// The seals of the chain. `lastSeal` is `null` when it was never sealed; `witnessQuorumMet` is `null`
    /// while witnesses are off or there is no seal.
    ///
    /// @param witnessQuorumOverdue whether no seal has had its quorum for longer than may be
    /// @param witnessContradictions how often a witness said something against a seal since the relay started
    record SealStatus(
            @Nullable LastSeal lastSeal,
            long sealsTotal,
            boolean autoSealEnabled,
            boolean witnessEnabled,
            @Nullable Boolean witnessQuorumMet,
            boolean witnessQuorumOverdue,
            long witnessContradictions)
            implements AuditAnswer {

        @Override
        public byte[] toLine() {
            JsonText answer = ok();
            if (lastSeal == null) {
                answer.putRaw("last_seal_at", "null")
                        .putRaw("last_seal_tip", "null")
                        .putRaw("last_seal_events", "null");
            } else {
                answer.put("last_seal_at", lastSeal.sealedAt())
                        .put("last_seal_tip", lastSeal.tip().text())
                        .put("last_seal_events", lastSeal.events());
            }
            return line(answer.put("seals_total", sealsTotal)
                    .put("auto_seal_enabled", autoSealEnabled)
                    .put("witness_enabled", witnessEnabled)
                    .putRaw("witness_quorum_met", String.valueOf(witnessQuorumMet))
                    .put("witness_quorum_overdue", witnessQuorumOverdue)
                    .put("witness_contradictions", witnessContradictions));
        }
    }

    /// Where the chain stands. `lastSealEventCount` is 0 when it was never sealed; `lastHeartbeatMillis` is
    /// epoch milliseconds, and 0 before the first beat.
    ///
    /// Two members more than the dialect has, where there is something to say: `degraded`, why events are
    /// refused, and `gaps` with `newest_gaps`, silences where a heartbeat was due.
    ///
    /// @param degraded null when events are accepted
    record ChainState(
            Tip tip,
            long lastSealEventCount,
            long lastHeartbeatMillis,
            long uptimeMillis,
            long autoSealIntervalMinutes,
            @Nullable String degraded,
            long gaps,
            List<LogGap> newestGaps)
            implements AuditAnswer {

        public ChainState {
            newestGaps = List.copyOf(newestGaps);
        }

        /// With nothing to add.
        public ChainState(
                Tip tip,
                long lastSealEventCount,
                long lastHeartbeatMillis,
                long uptimeMillis,
                long autoSealIntervalMinutes) {
            this(
                    tip,
                    lastSealEventCount,
                    lastHeartbeatMillis,
                    uptimeMillis,
                    autoSealIntervalMinutes,
                    null,
                    0,
                    List.of());
        }

        @Override
        public byte[] toLine() {
            Hash hash = tip.hash();
            JsonText answer = ok().put("chain_tip", hash == null ? null : hash.text())
                    .put("event_count", tip.count())
                    .put("last_seal_event_count", lastSealEventCount)
                    .putRaw("last_heartbeat", lastHeartbeatMillis == 0 ? "null" : Long.toString(lastHeartbeatMillis))
                    .put("uptime_ms", uptimeMillis)
                    .put("auto_seal_interval_minutes", autoSealIntervalMinutes);
            if (degraded != null) {
                answer.put("degraded", degraded);
            }
            if (gaps > 0) {
                String newest =
                        newestGaps.stream().map(gap -> gap.toJson().toString()).collect(Collectors.joining(","));
                answer.put("gaps", gaps).putRaw("newest_gaps", "[" + newest + "]");
            }
            return line(answer);
        }
    }

    /// A signature: `hmac-sha256:` and 64 hex digits, with the id of its key and its time (ISO-8601 with
    /// milliseconds).
    record Signed(String signature, String keyId, String signedAt) implements ToSign {

        @Override
        public byte[] toLine() {
            return line(ok().put("signature", signature)
                    .put("key_id", keyId)
                    .put("signed_at", signedAt)
                    .put("source", "relay"));
        }
    }

    /// The signature is good.
    record Verified() implements ToVerify {

        @Override
        public byte[] toLine() {
            return line(ok().put("verified", true));
        }
    }

    /// The signature could not be verified.
    record NotVerified(Reason reason) implements ToVerify {

        /// Why not, in the words of the wire.
        public enum Reason {
            UNKNOWN_KEY("unknown_key"),
            SIGNATURE_MISMATCH("signature_mismatch");

            private final String text;

            Reason(String text) {
                this.text = text;
            }
        }

        @Override
        public byte[] toLine() {
            return line(ok().put("verified", false).put("reason", reason.text));
        }
    }

    /// The chain is sealed; all members of the seal's line are members of the answer.
    record SealMade(String sealLine) implements ToSeal {

        @Override
        public byte[] toLine() {
            return ("{\"ok\":true," + sealLine.substring(1) + "\n").getBytes(StandardCharsets.UTF_8);
        }
    }

    /// What came of the wish for a relay that seals receipts too: the answer for the chain, and a member
    /// `receipts` with that for them. A chain that has no record yet is no failure where receipts were
    /// sealed.
    record BothSealed(ToSeal chain, ToSeal receipts) implements AuditAnswer {

        @Override
        public byte[] toLine() {
            boolean onlyReceipts = receipts instanceof SealMade
                    && chain instanceof NotSealed(NotSealed.Why why, var _)
                    && why == NotSealed.Why.EMPTY;
            String answer = onlyReceipts ? ok().toString() : text(chain);
            String both = answer.substring(0, answer.length() - 1) + ",\"receipts\":" + text(receipts) + "}\n";
            return both.getBytes(StandardCharsets.UTF_8);
        }

        private static String text(ToSeal answer) {
            return new String(answer.toLine(), StandardCharsets.UTF_8).strip();
        }
    }

    /// The chain is not sealed; `error` says why to people.
    record NotSealed(Why why, String error) implements ToSeal {

        /// Why not, for programs.
        public enum Why {
            /// Only the relay's own user and the superuser may ask for it.
            NOT_ALLOWED("not-allowed"),
            /// Asked too often: wait a second.
            TOO_OFTEN("too-often"),
            /// There is no record yet.
            EMPTY("empty"),
            /// It cannot be done now.
            FAILED("failed"),
            STOPPING("stopping");

            private final String text;

            Why(String text) {
                this.text = text;
            }
        }

        @Override
        public byte[] toLine() {
            return line(JsonText.object().put("ok", false).put("error", error).put("reason", why.text));
        }
    }

    /// The request was refused or could not be carried out. `error` may hold what the client sent only as
    /// [ClientText].
    record Failure(String error) implements ToSign {

        public static final Failure TOO_LARGE = new Failure("Message too large");
        public static final Failure INVALID_JSON = new Failure("Invalid JSON");
        public static final Failure MISSING_PAYLOAD = new Failure("Missing event payload");
        public static final Failure TAMPERED = new Failure("Event hash mismatch — possible tampering");
        public static final Failure MISSING_SIGN_DATA = new Failure("Missing sign payload.data");
        public static final Failure SIGN_DATA_TOO_LONG = new Failure("sign payload exceeds 16384 bytes");
        public static final Failure NOT_SIGNABLE = new Failure(
                "sign payload must be a commit-attestation JSON or DSSE PAE — seals and arbitrary text are refused");
        public static final Failure MISSING_VERIFY_FIELDS =
                new Failure("Missing verify payload fields (data, signature, key_id)");

        /// A wish for a seal where it cannot be granted, in the words for any unknown type.
        public static final Failure UNKNOWN_SEAL = unknown("seal");

        /// Likewise for what is asked about receipts.
        public static final Failure UNKNOWN_RECEIPTS_STATUS = unknown("receipts_status");

        public static final Failure UNKNOWN_ROTATION = unknown("rotate_receipts_key");

        private static Failure unknown(String type) {
            return new Failure("Unknown message type: " + type);
        }

        public static Failure invalidEvent(String issues) {
            return new Failure("Schema validation failed: " + issues);
        }

        public static Failure writeFailed(String reason) {
            return new Failure("Write failed: " + reason);
        }

        public static Failure signFailed(String reason) {
            return new Failure("Sign failed: " + reason);
        }

        /// What went wrong, without anything that is the client's: that stands behind a colon.
        public String kind() {
            int colon = error.indexOf(':');
            return colon < 0 ? error : error.substring(0, colon);
        }

        @Override
        public byte[] toLine() {
            return line(JsonText.object().put("ok", false).put("error", error));
        }
    }
}
