package dev.cairn.relay.chain;

import dev.cairn.relay.bus.ChainStatus.Health;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.ChainStatus.Serving;
import org.jspecify.annotations.Nullable;

/// Why events are refused, if they are. Several things may be wrong at once; the worst one is told.
final class Refusals {

    private @Nullable String fatal;
    private @Nullable String stopping;
    private @Nullable String damage;
    private @Nullable String blocked;

    /// Nobody knows what is durable: nothing may be written any more.
    void fatal(String reason) {
        fatal = reason;
    }

    void stopping(String reason) {
        stopping = reason;
    }

    /// The log is not what it was: events are refused until the operator has decided, heartbeats go on.
    void damage(String reason) {
        damage = reason;
    }

    /// The store does not take everything: nothing is written but an attempt now and then.
    void blocked(String reason) {
        blocked = reason;
    }

    void unblocked() {
        blocked = null;
    }

    boolean isFatal() {
        return fatal != null;
    }

    boolean isDamaged() {
        return damage != null;
    }

    boolean isBlocked() {
        return blocked != null;
    }

    /// Whether lines are written as they come.
    boolean isWriting() {
        return fatal == null && stopping == null && blocked == null;
    }

    boolean isRefusing() {
        return !reason().isEmpty();
    }

    /// Why events are refused; empty if they are not.
    String reason() {
        for (String reason : new @Nullable String[] {fatal, stopping, damage, blocked}) {
            if (reason != null) {
                return reason;
            }
        }
        return "";
    }

    /// What keeps lines from being written; empty if nothing is known that does.
    String obstacle() {
        return blocked == null ? "" : blocked;
    }

    Health health() {
        String reason = reason();
        return reason.isEmpty() ? new Serving() : new Refusing(reason);
    }
}
