package dev.cairn.relay.seal;

import dev.cairn.protocol.seal.Keys;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.Signing;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.config.Sign;
import dev.cairn.relay.live.History;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/// Signs for clients without ever showing a key (`specs/audit-relay.md` 1.4, 5.3, 13): what the desks of all
/// event loops share.
public final class SigningProxy {

    /// Seals of clients that are compared with the log at once.
    private static final int LOOKUPS_MAX = 4;

    private final Vertx vertx;
    private final Sign config;
    private final KeyWatch watch;
    private final TrueSeals trueSeals;
    private final UserRates rates;
    private final InstantSource clock;
    private final Semaphore lookups = new Semaphore(LOOKUPS_MAX);
    private final Map<Decision, Counter> counters = new EnumMap<>(Decision.class);

    public SigningProxy(
            Vertx vertx,
            RelayConfig config,
            KeyWatch watch,
            Latest<ChainStatus> chain,
            History history,
            InstantSource clock,
            LongSupplier nanoTime,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.config = config.sign();
        this.watch = watch;
        this.trueSeals = new TrueSeals(
                chain, new ChainRecords(history), clock, config.stream().ring());
        this.rates = new UserRates(this.config.ratePerUid(), this.config.ratePerUid(), nanoTime);
        this.clock = clock;
        for (Decision decision : Decision.values()) {
            counters.put(
                    decision,
                    Counter.builder("cairn.sign.decisions")
                            .description("Requests to sign and to verify, by what became of them")
                            .tag("decision", decision.tag())
                            .register(meters));
        }
    }

    /// The desk of one event loop.
    public Signing desk() {
        return new SigningDesk(this, new DecisionLog(vertx));
    }

    Sign config() {
        return config;
    }

    /// The keys of the relay's own ring.
    Keys keys() {
        return watch.keys().get();
    }

    /// The keys for the seals of users.
    Keys usersKeys() {
        return watch.usersKeys().get();
    }

    TrueSeals trueSeals() {
        return trueSeals;
    }

    UserRates rates() {
        return rates;
    }

    Semaphore lookups() {
        return lookups;
    }

    long nowMillis() {
        return clock.millis();
    }

    void count(Decision decision) {
        Objects.requireNonNull(counters.get(decision)).increment();
    }
}
