package dev.cairn.relay.seal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.witness.WitnessLog;
import dev.cairn.protocol.witness.WitnessRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds out whether seals were taken away of which witnesses have heard: together with their seals, a log or a store
/// can be set back without a trace in either, but not in what witnesses gave (`specs/audit-relay.md` 6.1).
///
/// @param name of the file with what witnesses gave
/// @param sealed records that the newest seal covers
/// @param witnessed the newest record of a seal of which witnesses have heard
record WitnessedSeals(String name, long sealed, WitnessRecord witnessed) {

    private static final int WINDOW = 256 * 1024;
    private static final int WINDOW_GROWS = 8;

    /// Compares the seals with the end of that file, whether witnesses are asked nowadays or not. Blocking.
    ///
    /// @return `null` if no seal is missing, as far as that can be seen
    /// @throws IOException if the file must not be used as it is
    static @Nullable WitnessedSeals missing(RecoveredSeals seals, Path directory, String name) throws IOException {
        OwnFile file = new OwnFile(directory, name, OwnFile.Access.READ);
        if (!file.exists()) {
            return null;
        }
        long sealed = seals.last() == null ? 0 : seals.last().payload().count();
        try (FileChannel channel = file.open(StandardOpenOption.READ)) {
            WitnessRecord newest = newest(channel);
            boolean isCounted = newest != null && newest.sealCount() != WitnessRecord.UNKNOWN;
            if (newest == null || (isCounted && newest.sealCount() <= sealed)) {
                return null;
            }
            // Where damage was accepted, counts went back, but the seals before that are still there.
            return holds(seals.file().path(), nameOf(newest)) ? null : new WitnessedSeals(name, sealed, newest);
        }
    }

    /// What stands in the line of the seal, and in no other: its signature, or, where the peer kept what
    /// witnesses gave, which names none, the tip that it seals.
    private static String nameOf(WitnessRecord record) {
        return record.sealSignature().isEmpty() ? record.sealTip().text() : record.sealSignature();
    }

    /// A format, and not only words: an accepted finding is known again at later starts by this very text in
    /// the log. Other words would refuse anew what was accepted.
    String expected() {
        String count = witnessed.sealCount() == WitnessRecord.UNKNOWN ? "" : witnessed.sealCount() + " over ";
        return "a seal of " + count + witnessed.sealTip() + ", as " + name + " tells";
    }

    String found() {
        return sealed == 0 ? "none" : "none behind one of " + sealed;
    }

    /// @param remedy how to go on all the same
    SealsRefusedException refusal(Path seals, String remedy) {
        return new SealsRefusedException(
                seals,
                "expected " + expected() + ", found " + found() + ".",
                "Seals were taken away, or set back together with what they are of. Find out what happened first. To go"
                        + " on all the same, " + remedy);
    }

    /// The newest record that can be read.
    private static @Nullable WitnessRecord newest(FileChannel file) throws IOException {
        long size = file.size();
        long window = WINDOW;
        WitnessRecord newest = newest(file, Math.max(0, size - window));
        while (newest == null && window < size && window < WitnessLog.LINE_MAX) {
            window *= WINDOW_GROWS;
            newest = newest(file, Math.max(0, size - window));
        }
        return newest;
    }

    private static @Nullable WitnessRecord newest(FileChannel file, long from) throws IOException {
        ByteBuffer block = ByteBuffer.allocate((int) (file.size() - from));
        for (long at = from; block.hasRemaining() && file.read(block, at) > 0; ) {
            at = from + block.position();
        }
        int end = block.position();
        while (end > 0) {
            int start = end;
            while (start > 0 && block.get(start - 1) != '\n') {
                start--;
            }
            try {
                return WitnessRecord.read(new String(block.array(), start, end - start, UTF_8));
            } catch (IllegalArgumentException _) {
                end = start - 1; // Torn, or begun before the window.
            }
        }
        return null;
    }

    private static boolean holds(Path seals, String signature) throws IOException {
        try (Stream<String> lines = Files.lines(seals, ISO_8859_1)) {
            return lines.anyMatch(line -> line.contains(signature));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
