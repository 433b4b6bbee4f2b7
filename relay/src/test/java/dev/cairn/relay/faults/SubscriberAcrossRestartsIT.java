package dev.cairn.relay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.RelayProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Promise 4: a subscriber that asks for what follows N gets N+1, N+2, … once each, across kills and restarts.
class SubscriberAcrossRestartsIT {

    private static final Pattern RECORD = Pattern.compile("^\\{\"t\":\"rec\",\"chain\":\"audit\",\"seq\":(\\d+),");
    private static final int PER_LIFE = 700;

    @TempDir
    Path directory;

    private final List<Long> seen = new CopyOnWriteArrayList<>();

    @Test
    void seesEveryRecordOnceAcrossThreeRestarts() throws Exception {
        for (int life = 0; life < 4; life++) {
            try (RelayProcess relay = RelayProcess.start(directory)) {
                emit(relay, life, 0, PER_LIFE / 2); // Before the subscription: replayed.
                BlockingQueue<Long> news = subscribe(relay, seen.size());
                emit(relay, life, PER_LIFE / 2, PER_LIFE); // After it: live.
                while (seen.size() < (life + 1) * PER_LIFE) {
                    Long seq = news.poll(20, TimeUnit.SECONDS);
                    assertThat(seq).as("record after %s", seen.size()).isNotNull();
                    seen.add(seq);
                }
                relay.kill();
            }
        }

        assertThat(seen)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 4L * PER_LIFE).boxed().toList());
    }

    private static void emit(RelayProcess relay, int life, int from, int to) throws Exception {
        try (LineClient client = LineClient.connect(relay.socket())) {
            for (int i = from; i < to; i++) {
                assertThat(client.ask(LineClient.event("evt_" + life + "_" + i)))
                        .startsWith("{\"ok\":true");
            }
        }
    }

    private static BlockingQueue<Long> subscribe(RelayProcess relay, long since) throws Exception {
        BlockingQueue<Long> news = new LinkedBlockingQueue<>();
        URI stream = URI.create(relay.http().toString().replaceFirst("^http", "ws") + "/v1/stream");
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + relay.token())
                .buildAsync(stream, new Listener(news))
                .get(10, TimeUnit.SECONDS);
        socket.sendText("{\"t\":\"hello\",\"v\":1}", true).get(10, TimeUnit.SECONDS);
        socket.sendText("{\"t\":\"sub\",\"chain\":\"audit\",\"since\":" + since + "}", true)
                .get(10, TimeUnit.SECONDS);
        return news;
    }

    private static final class Listener implements WebSocket.Listener {

        private final BlockingQueue<Long> news;
        private final StringBuilder frame = new StringBuilder();

        Listener(BlockingQueue<Long> news) {
            this.news = news;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            frame.append(data);
            if (last) {
                Matcher record = RECORD.matcher(frame);
                if (record.find()) {
                    news.add(Long.valueOf(record.group(1)));
                }
                frame.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}
