package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.AuditVerifier;
import dev.cairn.protocol.audit.Fault;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.relay.chain.OffsetIndex.Position;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Verifies the head of a log on a thread of its own that rests as long as it works, so that it never takes
/// more than half a core from those who write.
final class BackgroundCheck implements HeadCheck {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundCheck.class);

    private final LogBytes bytes;
    private final LogState expected;
    private final OffsetIndex index;
    private volatile boolean stopped;

    /// @param expected where the checkpoint says that the head ends
    BackgroundCheck(LogBytes bytes, LogState expected, OffsetIndex index) {
        this.bytes = bytes;
        this.expected = expected;
        this.index = index;
    }

    @Override
    public void start(Consumer<String> onDamage) {
        Thread.ofPlatform().daemon().name("cairn-verify").start(() -> run(onDamage));
    }

    @Override
    public void stop() {
        stopped = true;
    }

    private void run(Consumer<String> onDamage) {
        String damage = check();
        if (stopped) {
            return;
        }
        if (damage.isEmpty()) {
            index.headReaches(new Position(expected.tip().count(), expected.offset()));
            LOG.atInfo().addKeyValue("offset", expected.offset()).log("the log is verified from its beginning");
        } else {
            index.headIsDamaged(damage);
            onDamage.accept(damage);
        }
    }

    private String check() {
        AuditVerifier verifier = new AuditVerifier(LogState.START, new IndexFiller(index));
        Pace pace = new Pace(verifier);
        try {
            bytes.feedCached(verifier, 0, expected.offset(), pace::rest);
        } catch (IOException e) {
            return "the log cannot be read: " + e.getMessage();
        }
        return switch (verifier.verdict()) {
            case LogVerdict.Broken broken -> describe(broken.first());
            case LogVerdict.Torn torn -> describe(torn.fault());
            case LogVerdict.Intact(LogState state) -> compare(state);
            case LogVerdict.Unterminated unterminated -> compare(unterminated.state());
        };
    }

    private String compare(LogState state) {
        boolean same = state.offset() == expected.offset()
                && state.lines() == expected.lines()
                && state.tip().equals(expected.tip());
        return same
                ? ""
                : "line " + state.lines() + ", offset " + state.offset() + ": expected " + text(expected) + ", found "
                        + text(state);
    }

    private static String text(LogState state) {
        return state.tip().hash() + " with " + state.tip().count() + " records in " + state.lines() + " lines";
    }

    private static String describe(Fault fault) {
        return "line " + fault.line() + ", offset " + fault.offset() + ": expected " + fault.expected() + ", found "
                + fault.found();
    }

    /// Between two chunks: publishes how far the check is and rests.
    private final class Pace {

        private final AuditVerifier verifier;
        private long resumed = System.nanoTime();

        Pace(AuditVerifier verifier) {
            this.verifier = verifier;
        }

        /// Whether to go on.
        boolean rest() {
            LogState state = verifier.verdict().state();
            index.headReaches(new Position(state.tip().count(), state.offset()));
            LockSupport.parkNanos(System.nanoTime() - resumed);
            resumed = System.nanoTime();
            return !stopped && !verifier.isHopeless();
        }
    }
}
