package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelayDescriptionTest {

    private static final String LINE = """
            {"ready":true,"pid":7,"log":"/d/events.relay.jsonl","sockets":["/r/a.sock","/r/b.sock"],\
            "http":"http://127.0.0.1:9","token_file":"/d/token"}""";

    @TempDir
    Path directory;

    @Test
    void readsWhatARelaySaysWhenItIsReady() throws IOException {
        RelayDescription relay = RelayDescription.parse(LINE, directory);

        assertThat(relay)
                .isEqualTo(new RelayDescription(
                        Path.of("/r/a.sock"),
                        URI.create("http://127.0.0.1:9"),
                        Path.of("/d/token"),
                        Path.of("/d/events.relay.jsonl")));
    }

    @Test
    void readsItFromTheDataDirectoryOfARunningRelay() throws IOException {
        Files.writeString(directory.resolve(RelayDescription.FILE), LINE + '\n');

        assertThat(RelayDescription.in(directory)).isEqualTo(RelayDescription.parse(LINE, directory));
    }

    @Test
    void takesTheUsualPathsWhenNothingIsSaid() throws IOException {
        assertThat(RelayDescription.in(directory))
                .isEqualTo(new RelayDescription(
                        directory.resolve("relay.sock"), null, null, directory.resolve("events.relay.jsonl")));
    }

    @Test
    void refusesWhatIsNoDescription() {
        assertThatThrownBy(() -> RelayDescription.parse("Cairn is ready.", directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Cairn is ready.");
    }
}
