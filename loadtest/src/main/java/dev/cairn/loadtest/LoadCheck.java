package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Holds what a load left behind against what its emitters were told.
final class LoadCheck {

    private final Target target;
    private final LoadPlan plan;
    private final @Nullable Path log;
    private final long offset;

    private LoadCheck(Target target, LoadPlan plan, @Nullable Path log, long offset) {
        this.target = target;
        this.plan = plan;
        this.log = log;
        this.offset = offset;
    }

    /// Remembers where the log ends now.
    ///
    /// @throws IOException if events are to be checked and nobody knows the log
    static LoadCheck before(Target target, LoadPlan plan) throws IOException {
        Path log = target.log();
        if (log == null && plan.check() && plan.emitters().mix().has(RequestMix.Kind.EVENT)) {
            throw new IOException("--check needs the log: name it with --log or --data");
        }
        return new LoadCheck(target, plan, log, log != null && Files.exists(log) ? Files.size(log) : 0);
    }

    /// Whether every acknowledged event is there; `null` if nobody asked, or there were no events.
    @Nullable
    CheckResult events(LoadRun load) throws IOException {
        if (log == null || !plan.check() || !plan.emitters().mix().has(RequestMix.Kind.EVENT)) {
            return null;
        }
        ChainCheck check =
                new ChainCheck(load.evidence().stream().map(Evidence::events).toList());
        LogLines.each(log, offset, check::take);
        return check.result();
    }

    /// Whether every signature that was given verifies; `null` if nobody asked, or there were none to give.
    @Nullable
    SignatureCheck signatures(LoadRun load) throws IOException {
        if (!plan.check() || !plan.emitters().mix().has(RequestMix.Kind.SIGN)) {
            return null;
        }
        return SignatureCheck.of(
                target.socket(),
                load.evidence().stream().map(Evidence::signatures).toList());
    }

    /// What is wrong with chain and seals as a whole.
    List<String> faults() throws IOException, InterruptedException {
        return log == null || !plan.check() ? new ArrayList<>() : new ArrayList<>(WholeChain.faultsIn(log));
    }
}
