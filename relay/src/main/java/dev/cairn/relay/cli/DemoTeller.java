package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/// Tells the demo's story: for people step by step, for programs one line of JSON for each step.
final class DemoTeller {

    private static final int WIDTH = 90;

    private final PrintStream out;
    private final Style style;
    private final boolean json;
    private String title = "";
    private int step;
    private long begunNanos;
    private String dir = "";

    DemoTeller(Surroundings surroundings, boolean json) {
        this.out = surroundings.out();
        this.style = surroundings.style();
        this.json = json;
    }

    Style style() {
        return style;
    }

    int step() {
        return step;
    }

    /// Begins the next step.
    ///
    /// @param why it matters, in lines
    void begin(String newTitle, String... why) {
        step++;
        title = newTitle;
        begunNanos = System.nanoTime();
        say("");
        say(style.bold(step + "  " + title));
        for (String line : why) {
            say("   " + line);
        }
        say("");
    }

    /// Something that was seen in this step.
    void fact(String label, String text) {
        say("     " + style.faint(String.format("%-10s", label)) + " " + text);
    }

    /// Commands name this directory as `$D` from now on.
    void shorten(Path directory) {
        command("D=" + directory);
        dir = directory.toString();
    }

    /// What its user would type; a long one goes on in a second line, as a shell takes it.
    void command(String command) {
        String text = shortened(command);
        int end = text.length() > WIDTH ? text.lastIndexOf(" --", text.indexOf(" --", WIDTH / 2) + 1) : -1;
        if (end < 0) {
            say("     " + style.faint("$ ") + style.bold(text));
        } else {
            say("     " + style.faint("$ ") + style.bold(text.substring(0, end) + " \\"));
            say("         " + style.bold(text.substring(end + 1)));
        }
    }

    /// What a command printed.
    void output(Iterable<String> lines) {
        lines.forEach(line -> say("     " + style.faint("│ ") + shortened(line)));
    }

    private String shortened(String text) {
        return dir.isEmpty() ? text : text.replace(dir, "$D");
    }

    /// Any line of the story.
    void say(String line) {
        if (!json) {
            out.println(line);
            out.flush();
        }
    }

    /// Ends the story.
    void conclude(JsonText result) {
        if (json) {
            out.println(result);
            out.flush();
        }
    }

    /// Ends the step; all that it claims was checked.
    void end(JsonText facts) {
        if (json) {
            out.println(JsonText.object()
                    .put("step", step)
                    .put("title", title)
                    .put("ok", true)
                    .put("facts", facts)
                    .put(
                            "elapsed_ms",
                            Duration.ofNanos(System.nanoTime() - begunNanos).toMillis()));
            out.flush();
        }
    }
}
