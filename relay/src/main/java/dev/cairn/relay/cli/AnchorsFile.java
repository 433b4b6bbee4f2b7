package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.frame.LineDecoder;
import dev.cairn.protocol.witness.PublishedAnchor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A user's record of anchors, `witnesses.jsonl` (`specs/audit-relay.md` 6.2): mode 0600, written under a lock.
final class AnchorsFile {

    static final String NAME = "witnesses.jsonl";

    private static final int MODE = 0600;
    private static final int KEPT_MAX = 1_000;
    private static final int LINE_MAX = 1 << 18;
    private static final byte[] NEWLINE = {'\n'};

    private final Path file;

    AnchorsFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /// Anchors of one seal, and how many lines could not be read.
    record Anchors(List<PublishedAnchor> ofSeal, long unreadable) {}

    /// Adds a line, durably.
    ///
    /// @throws CommandFailedException if the file is not safe to use, or cannot be written
    void add(PublishedAnchor anchor) {
        OwnFile lock = own(file.getFileName() + ".lock");
        OwnFile records = own(String.valueOf(file.getFileName()));
        try (FileChannel lockChannel = openOrCreate(lock);
                FileLock _ = lockChannel.lock();
                FileChannel channel = openOrCreate(records)) {
            boolean isTorn = channel.size() > 0 && !endsWithNewline(channel);
            byte[] line = ((isTorn ? "\n" : "") + anchor.text() + "\n").getBytes(UTF_8);
            channel.position(channel.size());
            ByteBuffer bytes = ByteBuffer.wrap(line);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            throw CommandFailedException.failed("cannot write " + file + ": " + NamedFile.reason(e));
        }
    }

    /// Anchors of the seal whose tip is wanted, or, where none is, of the one that was published last.
    Anchors read(String wantedTip) {
        NamedFile.check(file);
        Reading reading = new Reading(wantedTip);
        LineDecoder lines = new LineDecoder(LINE_MAX);
        byte[] chunk = new byte[LINE_MAX];
        try (InputStream in = Files.newInputStream(file)) {
            for (int size = in.read(chunk); size >= 0; size = in.read(chunk)) {
                lines.feed(chunk, 0, size, reading);
            }
            lines.feed(NEWLINE, 0, 1, reading); // The last line may lack its own.
        } catch (IOException e) {
            throw NamedFile.refusal(file, e);
        }
        return new Anchors(reading.kept, reading.unreadable);
    }

    /// The anchors of one seal, as their lines come.
    private final class Reading implements LineDecoder.LineSink {

        private final String wantedTip;
        private final List<PublishedAnchor> kept = new ArrayList<>();
        private long unreadable;

        Reading(String wantedTip) {
            this.wantedTip = wantedTip;
        }

        @Override
        public void line(byte[] bytes, int from, int to) {
            try {
                take(PublishedAnchor.read(new String(bytes, from, to - from, UTF_8)), wantedTip, kept);
            } catch (IllegalArgumentException _) {
                unreadable++;
            }
        }

        @Override
        public void oversize() {
            throw NamedFile.refusal(file, "a line is longer than " + LINE_MAX + " bytes");
        }
    }

    private static void take(PublishedAnchor anchor, String wantedTip, List<PublishedAnchor> kept) {
        if (!wantedTip.isEmpty() && !anchor.seal().tip().text().equals(wantedTip)) {
            return;
        }
        if (!kept.isEmpty() && !kept.getLast().seal().isSameAs(anchor.seal())) {
            kept.clear();
        }
        Predicate<PublishedAnchor> isSame = other -> other.witnessUrl().equals(anchor.witnessUrl())
                && other.anchorId().equals(anchor.anchorId());
        if (kept.size() < KEPT_MAX && kept.stream().noneMatch(isSame)) {
            kept.add(anchor);
        }
    }

    private OwnFile own(String name) {
        return new OwnFile(file.resolveSibling(""), name, OwnFile.Access.NONE);
    }

    private FileChannel openOrCreate(OwnFile own) throws IOException {
        if (!Files.exists(own.directory())) {
            Files.createDirectories(own.directory(), OwnFile.mode(0700));
        }
        return own.exists() ? own.open(StandardOpenOption.READ, StandardOpenOption.WRITE) : own.create(MODE);
    }

    private static boolean endsWithNewline(FileChannel channel) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        channel.read(last, channel.size() - 1);
        return last.get(0) == '\n';
    }
}
