package dev.cairn.relay.receipts;

import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.FrameDoor;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.Sealable;
import dev.cairn.relay.bus.Unheard;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.live.Library;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The receipts dialect of one relay: the single writer to deploy, the doors in front of it, and what opens the
/// store behind it.
public final class ReceiptsDialect {

    private final ReceiptsVerticle writer;
    private final FrameDoors doors;
    private final ReceiptLibrary library;
    private final Path dataDir;
    private final StoreFiles files;
    private final SealableReceipts sealable;
    private final Latest<ReceiptsStatus> status;

    private @Nullable StoreLock lock;

    private ReceiptsDialect(
            ReceiptsVerticle writer,
            FrameDoors doors,
            ReceiptLibrary library,
            Path dataDir,
            StoreFiles files,
            SealableReceipts sealable,
            Latest<ReceiptsStatus> status) {
        this.writer = writer;
        this.doors = doors;
        this.library = library;
        this.dataDir = dataDir;
        this.files = files;
        this.sealable = sealable;
        this.status = status;
    }

    /// @param nanoTime a clock that does not jump
    /// @param status begun with [ReceiptsStatus#CLOSED]; only the writer sets it
    /// @param unheard what is on its way to who listens to [Topic#RECEIPTS_APPENDED]
    /// @param onFatal ends the process: only a restart can tell what is durable
    /// @throws ReceiptsRefusedException if what the configuration names is not as it should be
    public static ReceiptsDialect of(
            Vertx vertx,
            Bus bus,
            RelayConfig config,
            InstantSource wall,
            LongSupplier nanoTime,
            MeterRegistry meters,
            Latest<ReceiptsStatus> status,
            Unheard unheard,
            Consumer<Throwable> onFatal) {
        ReceiptsSetup setup = ReceiptsSetup.of(config, wall, nanoTime, meters);
        var library = new ReceiptLibrary(
                vertx,
                setup.config().files().db(setup.dataDir()),
                () -> status.get().isOpen(),
                chain -> chain.equals(status.get().rootId()));
        var files = new StoreFiles(
                setup.config().files().db(setup.dataDir()),
                setup.config().door().readGroup());
        var sealable = new SealableReceipts(files.db());
        var writer = new ReceiptsVerticle(bus, setup, status, unheard, library, sealable, onFatal);
        return new ReceiptsDialect(
                writer, new FrameDoors(bus, setup, meters), library, setup.dataDir(), files, sealable, status);
    }

    /// Its chains, for subscribers.
    public Library library() {
        return library;
    }

    /// Where it stands.
    public ReceiptsStatus status() {
        return status.get();
    }

    /// What of it is to be sealed.
    public Sealable sealable() {
        return sealable;
    }

    /// Makes the store's directory and file, if they are missing, for whoever may read them to reach. Blocking.
    ///
    /// @throws ReceiptsRefusedException if they must not be used as they are, or somebody else writes to them
    public void prepare() {
        lock = files.lock();
        GroupPrincipal readers = files.prepare();
        Sqlite.prepare(files.directory());
        if (readers != null) {
            letPass(readers);
        }
    }

    private void letPass(GroupPrincipal readers) {
        try {
            new ReadersWay(dataDir.toAbsolutePath(), files.directory()).open(readers);
        } catch (IOException e) {
            throw files.unusable(e);
        }
    }

    /// Lets others write to the store. Call when the writer has ended.
    public void release() {
        if (lock != null) {
            lock.close();
        }
    }

    /// To be deployed before the doors open, by [ReceiptsVerticle#deployment].
    public ReceiptsVerticle writer() {
        return writer;
    }

    /// The door of one event loop, whoever accepts the clients there.
    public FrameDoor door(Vertx vertx, Context context) {
        return doors.on(vertx, context);
    }

    /// Opens the store once the writer is deployed. The doors need not wait for it, but nothing is appended
    /// before; fails with what the operator has to see to.
    ///
    /// @param sealed the newest seal, of which the store has to be; `null` if there is none
    public Future<Void> open(@Nullable Seal sealed) {
        return writer.open(sealed);
    }
}
