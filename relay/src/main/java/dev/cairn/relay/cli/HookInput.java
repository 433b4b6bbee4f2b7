package dev.cairn.relay.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a host tells its hook: the first JSON object or array on standard input. Its end is not waited for, as a
/// host may leave its side open, and neither is anything else for long.
///
/// The thread that reads owns all fields until it ends; one that waits in vain is left behind and keeps no process
/// alive.
final class HookInput implements Runnable {

    static final int MILLIS_MAX = 2_000;

    private static final int BYTES_MAX = 16 << 20;
    private static final int BYTES_AT_FIRST = 1 << 14;

    private final InputStream in;
    private byte[] bytes = new byte[BYTES_AT_FIRST];
    private int size;
    private @Nullable IOException failure;

    private int open; // How many objects and arrays are not closed yet.
    private boolean isInString;
    private boolean isEscaped;

    private HookInput(InputStream in) {
        this.in = in;
    }

    /// The JSON, which nobody has checked, without what comes behind it; or all there was before the end.
    ///
    /// @throws CommandFailedException if it is too long, or not there in time
    static byte[] read(InputStream in) throws IOException, InterruptedException {
        HookInput input = new HookInput(in);
        Thread reader = new Thread(input, "hook-input");
        reader.setDaemon(true);
        reader.start();
        reader.join(MILLIS_MAX);
        if (reader.isAlive()) {
            throw CommandFailedException.failed("not recorded: standard input is open and gave no whole JSON object in "
                    + MILLIS_MAX / 1_000 + " s");
        }
        if (input.failure != null) {
            throw input.failure;
        }
        if (input.size > BYTES_MAX) {
            throw CommandFailedException.failed(
                    "not recorded: more than " + Human.bytes(BYTES_MAX) + " on standard input");
        }
        return Arrays.copyOf(input.bytes, input.size);
    }

    @Override
    public void run() {
        try {
            int count = in.read(bytes, 0, bytes.length);
            while (count >= 0 && !isWhole(count) && size <= BYTES_MAX) {
                if (size == bytes.length) {
                    bytes = Arrays.copyOf(bytes, Math.min(2 * size, BYTES_MAX + 1));
                }
                count = in.read(bytes, size, bytes.length - size);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    /// Takes in bytes that were read, up to the one that closes what the first one opened.
    private boolean isWhole(int count) {
        for (int end = size + count; size < end; ) {
            byte next = bytes[size++];
            if (isInString) {
                isInString = isEscaped || next != '"';
                isEscaped = !isEscaped && next == '\\';
            } else if (next == '"') {
                isInString = true;
            } else if (next == '{' || next == '[') {
                open++;
            } else if ((next == '}' || next == ']') && --open <= 0) {
                return true;
            }
        }
        return false;
    }
}
