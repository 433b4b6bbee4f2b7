package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.RecordBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The lines of one commit, linked and in order, not yet durable. Made by [Chain#draft], settled by [Chain#settle].
final class Draft {

    /// Something to write whose length is known.
    sealed interface Part {

        int length();

        void putInto(ByteBuffer buffer);
    }

    /// Ends what an earlier write left without one.
    enum Newline implements Part {
        NEWLINE;

        @Override
        public int length() {
            return 1;
        }

        @Override
        public void putInto(ByteBuffer buffer) {
            buffer.put((byte) '\n');
        }
    }

    /// The records of one bus message.
    record Records(RecordBatch batch) implements Part {

        @Override
        public int length() {
            return batch.length();
        }

        @Override
        public void putInto(ByteBuffer buffer) {
            buffer.put(batch.bytes(), batch.start(0), batch.length());
        }
    }

    /// A heartbeat line.
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Beat(HeartbeatLine line, byte[] bytes) implements Part {

        @Override
        public int length() {
            return bytes.length;
        }

        @Override
        public void putInto(ByteBuffer buffer) {
            buffer.put(bytes);
        }
    }

    private final List<Part> parts = new ArrayList<>();
    private final long offset;
    private int length;
    private int lines;

    Draft(long offset) {
        this.offset = offset;
    }

    void add(Part part) {
        parts.add(part);
        length += part.length();
        lines += lines(part);
    }

    static int lines(Part part) {
        return part instanceof Records(RecordBatch batch) ? batch.count() : 1;
    }

    List<Part> parts() {
        return parts;
    }

    /// Where in the store the first byte goes.
    long offset() {
        return offset;
    }

    /// Bytes of all lines.
    int length() {
        return length;
    }

    /// How many there are; ending an earlier one counts as one.
    int lines() {
        return lines;
    }

    void putInto(ByteBuffer buffer) {
        for (Part part : parts) {
            part.putInto(buffer);
        }
    }
}
