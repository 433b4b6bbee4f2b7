package dev.cairn.relay.ingress;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Relays and clients that a test opened: closed after it, the last one first.
final class Opened implements AfterEachCallback {

    private final List<AutoCloseable> open = new ArrayList<>();

    RunningIngress relay(Path dir) {
        return keep(RunningIngress.in(dir));
    }

    Client connectTo(RunningIngress relay) throws IOException {
        return keep(relay.connect());
    }

    <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.removeLast().close();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        closeAll();
    }
}
