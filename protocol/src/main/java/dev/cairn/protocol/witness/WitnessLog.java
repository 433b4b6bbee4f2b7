package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.frame.LineDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads `witnesses.relay.jsonl` from its beginning, a line at a time, however long the file is.
public final class WitnessLog {

    /// Bytes of the longest line: more than a hundred endpoints with replies of [WitnessReply#KEPT_MAX] bytes
    /// can fill.
    public static final int LINE_MAX = 16 * 1024 * 1024;

    private static final int BLOCK = 64 * 1024;

    /// Who is told what the file holds. Lines are numbered from 1, blank ones left out.
    public interface Listener {

        void record(WitnessRecord record, long line);

        /// Something that is no record, the torn end of a line included; `reason` shows nothing of it. After a
        /// line
        /// that is too long nothing more is read.
        void unreadable(String reason, long line);
    }

    private WitnessLog() {}

    public static void read(Path file, Listener listener) throws IOException {
        Lines lines = new Lines(listener);
        LineDecoder decoder = new LineDecoder(LINE_MAX);
        byte[] block = new byte[BLOCK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int size; (size = in.read(block)) > 0; ) {
                decoder.feed(block, 0, size, lines);
            }
        }
        if (decoder.hasFragment()) {
            listener.unreadable("a line without its end", lines.count + 1);
        }
    }

    private static final class Lines implements LineDecoder.LineSink {

        private final Listener listener;
        private long count;

        Lines(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void line(byte[] bytes, int from, int to) {
            count++;
            WitnessRecord record;
            try {
                record = WitnessRecord.read(new String(bytes, from, to - from, UTF_8));
            } catch (IllegalArgumentException e) {
                listener.unreadable(String.valueOf(e.getMessage()), count);
                return;
            }
            listener.record(record, count);
        }

        @Override
        public void oversize() {
            listener.unreadable("longer than " + LINE_MAX + " bytes", ++count);
        }
    }
}
