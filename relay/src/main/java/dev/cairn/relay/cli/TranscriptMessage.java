package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The message of a Claude Code session in which a model called a tool: which model that was, and what the
/// message cost.
///
/// @param usage JSON
record TranscriptMessage(String model, String usage) {

    /// A call is told to its hook when it is made: its message is among the last.
    private static final int TAIL_BYTES = 1 << 20;

    private static final int ABSENT = -1;

    /// The message with that call, if it is near the end of the transcript, one JSON object a line; `null` when
    /// it is not, or says nothing of its model. What is in no such message is not guessed from others.
    static @Nullable TranscriptMessage find(Path transcript, String toolUseId) {
        byte[] tail;
        try {
            tail = tail(transcript);
        } catch (IOException _) {
            return null;
        }
        JsonTape tape = new JsonTape();
        byte[] id = ('"' + toolUseId + '"').getBytes(UTF_8);
        for (int end = tail.length; end > 0; ) {
            int start = lineStart(tail, end);
            if (contains(tail, start, end, id)) {
                TranscriptMessage message = read(tape, tail, start, end, toolUseId);
                if (message != null) {
                    return message;
                }
            }
            end = start - 1;
        }
        return null;
    }

    private static byte[] tail(Path transcript) throws IOException {
        if (!Files.isRegularFile(transcript)) {
            return new byte[0]; // A pipe would keep the tool waiting.
        }
        try (FileChannel channel = FileChannel.open(transcript, StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer tail = ByteBuffer.allocate((int) Math.min(size, TAIL_BYTES));
            long at = size - tail.capacity();
            while (tail.hasRemaining() && channel.read(tail, at + tail.position()) >= 0) {
                // One read gives all, unless the file is being cut.
            }
            return tail.array();
        }
    }

    private static int lineStart(byte[] text, int end) {
        int start = end;
        while (start > 0 && text[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private static boolean contains(byte[] text, int from, int to, byte[] part) {
        for (int at = from; at <= to - part.length; at++) {
            int same = 0;
            while (same < part.length && text[at + same] == part[same]) {
                same++;
            }
            if (same == part.length) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable TranscriptMessage read(JsonTape tape, byte[] text, int start, int end, String toolUseId) {
        try {
            tape.parse(text, start, end);
        } catch (JsonSyntaxException _) {
            return null; // A line that is being written, or that the tail cuts.
        }
        if (!tape.is(0, JsonKind.OBJECT) || tape.depth() > JsonTape.DEPTH_MAX) {
            return null;
        }
        int message = tape.member(0, "message");
        if (message == ABSENT || !tape.is(message, JsonKind.OBJECT) || !calls(tape, message, toolUseId)) {
            return null;
        }
        int model = tape.member(message, "model");
        int usage = tape.member(message, "usage");
        if (model == ABSENT
                || !tape.is(model, JsonKind.STRING)
                || tape.text(model).isEmpty()) {
            return null;
        }
        return new TranscriptMessage(tape.text(model), usage == ABSENT ? "null" : json(tape, usage));
    }

    /// Whether the content of a message has that call; an answer to it has its id too, under another name.
    private static boolean calls(JsonTape tape, int message, String toolUseId) {
        int content = tape.member(message, "content");
        if (content == ABSENT || !tape.is(content, JsonKind.ARRAY)) {
            return false;
        }
        for (int part = tape.firstChild(content); part < tape.next(content); part = tape.next(part)) {
            int id = tape.is(part, JsonKind.OBJECT) ? tape.member(part, "id") : ABSENT;
            if (id != ABSENT && tape.is(id, JsonKind.STRING) && tape.text(id).equals(toolUseId)) {
                return true;
            }
        }
        return false;
    }

    private static String json(JsonTape tape, int node) {
        return new String(tape.source(), tape.start(node), tape.end(node) - tape.start(node), UTF_8);
    }
}
