package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the relay answers, on its own sockets, to what is asked about its receipts ([AuditRequest.ReceiptsStatus],
/// [AuditRequest.RotateReceiptsKey]).
public sealed interface ReceiptsAnswer {

    /// The answer as one line of JSON, its newline included.
    byte[] toLine();

    /// An answer to the wish to have receipts signed with a new key.
    sealed interface ToRotate extends ReceiptsAnswer {}

    private static byte[] line(JsonText object) {
        return (object + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// Where the receipts stand.
    ///
    /// @param state `off`, `opening`, `serving` or `waiting`
    /// @param reason why they wait; `null` unless they do
    /// @param rootChain id of the root chain; empty while the store is not open, and so is `key`
    /// @param tipHash of its newest receipt, whose sequence is `rootTip`; `null` while there is none
    /// @param receipts in all chains
    /// @param key fingerprint of the key that signs
    /// @param lastSealedAt when they were sealed last; `null` if they never were
    /// @param sealed how many of them the newest seal covers
    /// @param quorumMet whether enough witnesses have confirmed it; `null` while none is asked or there is no
    ///     seal
    /// @param quorumOverdue whether no seal has had its quorum for longer than may be
    /// @param contradictions how often a witness said something against a seal since the relay started
    record ReceiptsState(
            String state,
            @Nullable String reason,
            String rootChain,
            long rootTip,
            @Nullable String tipHash,
            long receipts,
            String key,
            @Nullable String lastSealedAt,
            long sealed,
            @Nullable Boolean quorumMet,
            boolean quorumOverdue,
            long contradictions)
            implements ReceiptsAnswer {

        @Override
        public byte[] toLine() {
            return line(JsonText.object()
                    .put("ok", true)
                    .put("state", state)
                    .put("reason", reason)
                    .put("root_chain", rootChain.isEmpty() ? null : rootChain)
                    .put("root_tip", rootTip)
                    .put("tip_hash", tipHash)
                    .put("receipts", receipts)
                    .put("key", key.isEmpty() ? null : key)
                    .put("last_seal_at", lastSealedAt)
                    .put("sealed", sealed)
                    .putRaw("witness_quorum_met", String.valueOf(quorumMet))
                    .put("witness_quorum_overdue", quorumOverdue)
                    .put("witness_contradictions", contradictions));
        }
    }

    /// Receipts are signed with another key from now on.
    ///
    /// @param before fingerprint of the key before
    /// @param now fingerprint of the key that signs
    /// @param chains some of those in which it is recorded
    /// @param chainCount how many those are in all
    record KeyRotated(String before, String now, List<String> chains, int chainCount) implements ToRotate {

        @Override
        public byte[] toLine() {
            return line(JsonText.object()
                    .put("ok", true)
                    .put("before", before)
                    .put("fingerprint", now)
                    .put("chains", chains)
                    .put("chain_count", chainCount));
        }
    }

    /// Receipts are signed with the same key as before; `error` says why to people.
    record KeyNotRotated(Obstacle obstacle, String error) implements ToRotate {

        /// Why not, for programs.
        public enum Obstacle {
            /// Only the relay's own user and the superuser may ask for it.
            NOT_ALLOWED("not-allowed"),
            /// Asked too often, or one is under way: wait.
            TOO_OFTEN("too-often"),
            /// It cannot be done now.
            FAILED("failed"),
            STOPPING("stopping");

            private final String text;

            Obstacle(String text) {
                this.text = text;
            }
        }

        @Override
        public byte[] toLine() {
            return line(JsonText.object().put("ok", false).put("error", error).put("reason", obstacle.text));
        }
    }
}
