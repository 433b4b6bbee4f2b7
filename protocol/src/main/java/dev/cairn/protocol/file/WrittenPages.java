package dev.cairn.protocol.file;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Lets the system forget the cached pages of a file that is written once and rarely read, all but the newest.
///
/// Otherwise a log fills the machine's memory, or that of its control group, with pages that nobody wants,
/// and each write must find fresh ones: on a virtual machine that gets its memory from the host page by page,
/// that costs more than everything else a relay does. On Linux by `posix_fadvise`; elsewhere, or where that
/// fails, nothing happens, as nothing depends on it. The pages must be on disk already: what is not stays
/// where it is.
///
/// One thread may call; the work is done on another.
public final class WrittenPages implements AutoCloseable {

    /// The newest bytes stay: who follows the file reads them.
    public static final long KEPT_BYTES = 64L << 20;

    private static final long STEP_BYTES = 16L << 20;
    private static final boolean IS_LINUX = System.getProperty("os.name").equals("Linux");

    private final Path file;
    private final ThreadPoolExecutor thread;
    private final AtomicBoolean working = new AtomicBoolean(!IS_LINUX);
    private long forgotten;

    /// @param size of the file now; what is in it already is left alone
    public WrittenPages(Path file, long size) {
        this.file = file;
        this.forgotten = size;
        thread = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("cairn-pages").daemon().factory());
        thread.allowCoreThreadTimeOut(true);
    }

    /// Says that the file has `size` bytes, all of them synced.
    public void grewTo(long size) {
        long end = size - KEPT_BYTES;
        if (end - forgotten < STEP_BYTES || !working.compareAndSet(false, true)) {
            return;
        }
        long from = forgotten;
        forgotten = end;
        thread.execute(() -> {
            try {
                Advice.forget(file, from, end - from);
                working.set(false);
            } catch (IllegalStateException | LinkageError _) {
                return; // Still at work, for ever: what failed once is not tried again.
            }
        });
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /// The C library's side of it.
    private static final class Advice {

        private static final int READ_NO_WAIT_CLOSE_ON_EXEC = 0x80800;
        private static final int DONT_NEED = 4;
        private static final Linker LINKER = Linker.nativeLinker();

        private static final MethodHandle OPEN = function(
                "open",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        private static final MethodHandle ADVISE = function(
                "posix_fadvise",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT));
        private static final MethodHandle CLOSE =
                function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

        @SuppressWarnings("restricted") // The three signatures are those of the C library on every 64-bit Linux.
        private static MethodHandle function(String name, FunctionDescriptor shape, Linker.Option... options) {
            MemorySegment symbol = LINKER.defaultLookup().find(name).orElseThrow();
            return LINKER.downcallHandle(symbol, shape, options);
        }

        static void forget(Path file, long offset, long length) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment path = arena.allocateFrom(file.toString());
                int descriptor = (int) OPEN.invokeExact(path, READ_NO_WAIT_CLOSE_ON_EXEC);
                if (descriptor < 0) {
                    throw new IllegalStateException("cannot open " + file);
                }
                int _ = (int) ADVISE.invokeExact(descriptor, offset, length, DONT_NEED);
                int _ = (int) CLOSE.invokeExact(descriptor);
            } catch (Throwable e) { // As a method handle declares it.
                throw new IllegalStateException(e);
            }
        }
    }
}
