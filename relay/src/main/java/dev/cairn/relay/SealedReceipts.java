package dev.cairn.relay;

import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.SealState;
import dev.cairn.relay.chain.Clocks;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.receipts.ReceiptsDialect;
import dev.cairn.relay.seal.SealFiles;
import dev.cairn.relay.seal.SealVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.function.Consumer;

/// The receipts of a relay and their seals (`specs/receipts.md` 6.7): opened together, as a store that is not the one
/// that was sealed takes nothing.
///
/// @param state which is set once the seals are read
record SealedReceipts(
        Vertx vertx,
        Bus bus,
        RelayConfig config,
        ReceiptsDialect receipts,
        Latest<SealState> state,
        Clocks clocks,
        MeterRegistry meters,
        Consumer<Throwable> onFatal) {

    /// Opens seals and receipts, and returns what seals them from now on, to be deployed.
    Future<SealVerticle> open() {
        return vertx.executeBlocking(this::openFiles).compose(files -> openStore(Objects.requireNonNull(files)));
    }

    private SealFiles openFiles() throws IOException {
        receipts.prepare();
        return SealFiles.ofReceipts(config);
    }

    private Future<SealVerticle> openStore(SealFiles files) {
        return receipts.open(files.seals().last()).onFailure(_ -> close(files)).map(_ -> sealer(files));
    }

    private static void close(SealFiles files) {
        try {
            files.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SealVerticle sealer(SealFiles files) {
        state.set(files.seals().state(config));
        return new SealVerticle(
                vertx,
                bus,
                config,
                receipts.sealable(),
                files,
                state,
                clocks.wall(),
                clocks.nanoTime(),
                meters,
                onFatal);
    }
}
