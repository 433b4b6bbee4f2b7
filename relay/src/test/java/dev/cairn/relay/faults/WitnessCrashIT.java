package dev.cairn.relay.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.witness.AnchorReceipt;
import dev.cairn.protocol.witness.AnchorRequest;
import dev.cairn.relay.WitnessProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A witness stands by every receipt it gave, whatever happens to its process.
class WitnessCrashIT {

    private static final int CRASHES = 5;
    private static final int CLIENTS = 3;
    private static final int CREATED = 201;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private final Map<String, String> receipts = new ConcurrentHashMap<>();

    @Test
    void keepsEveryAnchorItSignedThroughFiveKills() throws Exception {
        Random random = new Random(5);
        Path data = directory.resolve("witness");
        for (int crash = 0; crash < CRASHES; crash++) {
            crashUnderLoad(data, crash, 5 + random.nextInt(60));
        }

        try (WitnessProcess witness = WitnessProcess.start(data);
                HttpClient client = HttpClient.newHttpClient()) {
            Ed25519PublicKey key = Ed25519PublicKey.read(witness.ready().getString("public_key"));
            for (Map.Entry<String, String> receipt : receipts.entrySet()) {
                String found = get(client, witness.url() + "/anchors/" + receipt.getKey());
                AnchorReceipt stored = AnchorReceipt.read(found.getBytes(UTF_8));
                assertThat(stored.signature())
                        .isEqualTo(AnchorReceipt.read(receipt.getValue().getBytes(UTF_8))
                                .signature());
                assertThat(stored.isSignedBy(key)).isTrue();
            }
            assertThat(witness.stop()).isZero();
            StoredEvents.intact(witness.log());
        }
        assertThat(receipts).hasSizeGreaterThanOrEqualTo(CRASHES * 5);
    }

    /// Starts a witness, loads it, and kills it once that many further seals are anchored.
    private void crashUnderLoad(Path data, int crash, int anchors) throws Exception {
        try (WitnessProcess witness = WitnessProcess.start(data);
                HttpClient client = HttpClient.newHttpClient()) {
            CountDownLatch enough = new CountDownLatch(anchors);
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String prefix = crash + "-" + i + "-";
                senders.add(Thread.ofVirtual().start(() -> anchorUntilItDies(client, witness.url(), prefix, enough)));
            }
            assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
            witness.kill();
            for (Thread sender : senders) {
                sender.join();
            }
        }
    }

    private void anchorUntilItDies(HttpClient client, String url, String prefix, CountDownLatch enough) {
        try {
            for (int count = 1; ; count++) {
                HttpResponse<String> response = client.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .timeout(PATIENCE)
                                .POST(BodyPublishers.ofString(body(prefix + count, count)))
                                .build(),
                        BodyHandlers.ofString());
                if (response.statusCode() == CREATED) {
                    AnchorReceipt receipt = AnchorReceipt.read(response.body().getBytes(UTF_8));
                    receipts.put(receipt.anchor().id(), response.body());
                    enough.countDown();
                }
            }
        } catch (IOException | InterruptedException _) {
            // It was killed: that is the test.
        }
    }

    private static String body(String text, long count) {
        byte[] bytes = text.getBytes(UTF_8);
        Hash tip = Hash.of(bytes, 0, bytes.length);
        String seal = "{\"sealed_at\":\"2026-04-05T14:30:00.000Z\",\"tip_hash\":\"" + tip + "\",\"chained_events\":"
                + count + ",\"signature\":\"hmac-" + tip + "\",\"key_id\":\"630dcd2966c43366\"}";
        return AnchorRequest.ofRelaySeal(seal, new Tip(tip, count), Instant.EPOCH)
                .text();
    }

    private static String get(HttpClient client, String url) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(url).isEqualTo(200);
        return response.body();
    }
}
