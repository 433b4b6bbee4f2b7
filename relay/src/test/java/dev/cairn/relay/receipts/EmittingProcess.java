package dev.cairn.relay.receipts;

import dev.cairn.relay.RelayProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An emitter in a process of its own, which reports nothing but its exit code.
public final class EmittingProcess {

    private EmittingProcess() {}

    /// Sends frames: the socket, how many, and the name of the tool.
    public static void main(String... args) throws IOException {
        try (Emitter emitter = new Emitter(Path.of(args[0]))) {
            for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                emitter.emit(args[2]);
            }
            emitter.endOutput();
            emitter.awaitEnd();
        }
    }

    static Process start(Path socket, int count, String tool) throws IOException {
        List<String> command = new ArrayList<>(RelayProcess.jvm(List.of()));
        command.set(command.size() - 1, EmittingProcess.class.getName());
        command.addAll(List.of(socket.toString(), String.valueOf(count), tool));
        return new ProcessBuilder(command).inheritIO().start();
    }
}
