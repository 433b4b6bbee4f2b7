package dev.cairn.protocol.receipt;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One tool call as its emitter tells it (`specs/receipts.md` 1.4), valid by every check there. Claims of the
/// emitter, all of it: what the relay knows itself is the [ReceiptPeer]. Text that is absent is empty.
///
/// @param emittedAt the emitter's clock; good for measuring skew, in no receipt
/// @param actionType as given, else made of channel, server and tool
/// @param dropCount how many events the emitter says it lost before this one
/// @param inputHash of the canonical input; empty without one
/// @param outputHash of the canonical output; empty without one
/// @param outputIsError whether the output of an MCP tool says that the call failed
/// @param disclosable the canonical input, if its action is one to be disclosed; only an object can be
public record Frame(
        Instant emittedAt,
        String sessionId,
        String channel,
        Tool tool,
        String actionType,
        Decision decision,
        String error,
        long dropCount,
        Issuer issuer,
        AgentRuntime runtime,
        Target target,
        String idempotencyKey,
        String correlationId,
        String promptPreview,
        String inputHash,
        String outputHash,
        boolean outputIsError,
        @Nullable String disclosable) {

    public record Tool(String server, String name) {}

    /// Who the emitter says it works for.
    public record Issuer(String name, String model, String operatorId, String operatorName) {}

    /// What the emitter says it runs in.
    ///
    /// @param usage canonical JSON, stripped of what would not survive every verifier; empty without one
    public record AgentRuntime(String agentId, String agentType, String model, String captureMethod, String usage) {

        /// Whether a receipt says something of it: an agent type alone does not.
        boolean isPresent() {
            return !(agentId.isEmpty() && model.isEmpty() && captureMethod.isEmpty() && usage.isEmpty());
        }
    }

    /// What was acted upon: both texts, or neither.
    public record Target(String system, String resource) {

        boolean isPresent() {
            return !system.isEmpty();
        }
    }

    /// How the action ended (`specs/receipts.md` 3.5).
    public ReceiptStatus status() {
        return switch (decision) {
            case DENIED -> ReceiptStatus.FAILURE;
            case PENDING -> ReceiptStatus.PENDING;
            case ALLOWED -> error.isEmpty() && !outputIsError ? ReceiptStatus.SUCCESS : ReceiptStatus.FAILURE;
        };
    }
}
