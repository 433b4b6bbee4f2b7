package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.ByteBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Makes batches of any lines, for tests that only pass records on.
public final class Batches {

    private static final int STRIDE = 5;

    private Batches() {}

    public static RecordBatch of(List<String> lines) {
        ByteBuilder bytes = new ByteBuilder(1024);
        int[] layout = new int[lines.size() * STRIDE];
        for (int i = 0; i < lines.size(); i++) {
            layout[i * STRIDE] = bytes.length();
            bytes.put(lines.get(i).getBytes(StandardCharsets.UTF_8)).put('\n');
            layout[i * STRIDE + 4] = bytes.length();
        }
        return new RecordBatch(bytes.toByteArray(), layout, lines.size());
    }
}
