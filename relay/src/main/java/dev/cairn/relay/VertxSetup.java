package dev.cairn.relay;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/// A Vert.x that is small and starts fast.
public final class VertxSetup {

    private VertxSetup() {}

    /// Sets what Netty and Vert.x read from system properties when their classes are loaded, unless the
    /// command line sets it; call before any of them is.
    static void prepare() {
        set("vertx.disableDnsResolver", "true"); // Nothing is looked up; the resolver would load a hundred classes.
        set("vertx.disableMetrics", "true");
        set("io.netty.jfr.enabled", "false"); // Its event classes cost a tenth of the start, and nobody records them.
        set("io.netty.allocator.numDirectArenas", "2"); // Arenas are the idle memory, and few connections are busy.
        set("io.netty.allocator.numHeapArenas", "1");
        set("io.netty.allocator.maxOrder", "6"); // Chunks of 512 KiB.
        set("io.netty.recycler.maxCapacityPerThread", "256");
        set("io.netty.machineId", "00:00:00:00:00:00:00:00"); // Asking the network interfaces takes 30 ms.
        set("io.netty.processId", String.valueOf(ProcessHandle.current().pid() & 0x3FFFFF));
    }

    private static void set(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }

    /// A Vert.x of its own, to be closed by whoever asks for it.
    public static Vertx create() {
        prepare();
        FileSystemOptions noFiles =
                new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        VertxOptions options = new VertxOptions()
                .setPreferNativeTransport(true) // It knows the peer's process.
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors() + 1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(noFiles);
        return Vertx.vertx(options);
    }
}
