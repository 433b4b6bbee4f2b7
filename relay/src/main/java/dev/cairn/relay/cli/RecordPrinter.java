package dev.cairn.relay.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// Prints records as lines for people, or as they are stored.
final class RecordPrinter {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());
    private static final int TARGET_MAX = 120;

    private final Surroundings surroundings;
    private final Style style;
    private final boolean json;
    private long cursor;
    private boolean hasPrinted;

    RecordPrinter(Surroundings surroundings, boolean json, long cursor) {
        this.surroundings = surroundings;
        this.style = surroundings.style();
        this.json = json;
        this.cursor = cursor;
    }

    /// The last sequence printed.
    long cursor() {
        return cursor;
    }

    boolean hasPrinted() {
        return hasPrinted;
    }

    void record(long seq, JsonObject frame) {
        JsonObject record = frame.object("record");
        String stored = frame.raw("record");
        if (record != null && stored != null) {
            surroundings.out().println(json ? json(stored) : toLine(seq, record));
            cursor = seq;
            hasPrinted = true;
        }
    }

    void beat(JsonObject frame) {
        String line = frame.raw("heartbeat");
        if (json && line != null) {
            surroundings.out().println(json(line));
        }
    }

    void control(JsonObject frame) {
        String chain = frame.text("chain");
        String reason = frame.text("reason");
        long seq = frame.number("seq", 0);
        remark("the relay says: " + frame.text("type", "?")
                + (chain == null ? "" : ", " + Human.visible(chain, 200))
                + (seq == 0 ? "" : " up to " + Human.count(seq))
                + (reason == null ? "" : ", " + Human.visible(reason, 200)));
    }

    /// Something that is not of the chain; it goes where it disturbs no reader of records.
    void remark(String text) {
        flush();
        surroundings.err().println("cairn: " + text);
    }

    void flush() {
        surroundings.out().flush();
    }

    /// As it is stored, for programs; on a terminal, the same JSON spelt so that it cannot steer that.
    private String json(String stored) {
        return surroundings.outIsTerminal() ? Human.visibleJson(stored) : stored;
    }

    private String toLine(long seq, JsonObject record) {
        JsonObject relay = record.object("_relay");
        String at = time(relay == null ? null : relay.text("received_at"));
        String action = visible(record.text("action"));
        String line = style.faint(String.format("%7d", seq)) + "  " + at + "  "
                + String.format("%-11s", visible(record.text("agent"))) + "  "
                + style.bold(String.format("%-16s", action)) + "  " + target(record);
        JsonObject risk = record.object("risk");
        String level = risk == null ? "none" : visible(risk.text("level"));
        String status = record.text("status");
        return line
                + (level.equals("none") ? "" : "  " + risk(level))
                + (status == null || status.equals("completed") ? "" : "  " + style.warning(visible(status)));
    }

    private String risk(String level) {
        return switch (level) {
            case "high", "critical" -> style.bad(level);
            case "medium" -> style.warning(level);
            default -> level;
        };
    }

    private static String target(JsonObject record) {
        JsonObject target = record.object("target");
        if (target == null) {
            return "-";
        }
        for (String member : new String[] {"path", "command", "url", "tool_name", "abs_path"}) {
            String text = target.text(member);
            if (text != null) {
                return Human.visible(text, TARGET_MAX);
            }
        }
        return visible(target.text("type"));
    }

    private static String time(@Nullable String at) {
        try {
            return at == null ? "?" : TIME.format(Instant.parse(at));
        } catch (DateTimeParseException _) {
            return visible(at);
        }
    }

    private static String visible(@Nullable String text) {
        return text == null ? "?" : Human.visible(text, 40);
    }
}
