package dev.cairn.relay.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.relay.SmallDisk;
import dev.cairn.relay.witness.RunningWitness.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A witness on a disk that is really full.
@Timeout(60)
class WitnessFullDiskTest {

    private static final int ANCHORS_MAX = 100;

    @TempDir
    private Path dir;

    @Test
    void signsNothingThatItCannotKeepAndGoesOnWhenThereIsSpace() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(dir, 1024)) {
            Path data = Files.createDirectory(disk.path().resolve("data"));
            List<Reply> anchored = new ArrayList<>();
            try (RunningWitness witness = RunningWitness.open(data)) {
                disk.fill();
                Reply reply = anchor(witness, anchored);
                while (reply.status() == 201 && anchored.size() < ANCHORS_MAX) {
                    reply = anchor(witness, anchored);
                }
                assertThat(reply.status()).isEqualTo(503);
                assertThat(reply.json().getString("code")).isEqualTo("not-stored");
                assertThat(reply.header("retry-after")).isEqualTo("1");
                assertThat(witness.get("/api/v1/health").status()).isEqualTo(503);
                assertKept(witness, anchored);

                disk.free();
                awaitSpace(witness, anchored);
                assertThat(witness.get("/api/v1/health").status()).isEqualTo(200);
                assertThat(witness.post(SealBodies.user(0, 'a')).status()).isEqualTo(200);
                assertThat(witness.verdict()).isInstanceOf(LogVerdict.Intact.class);
            }
            try (RunningWitness witness = RunningWitness.open(data)) {
                assertKept(witness, anchored);
                assertThat(witness.get("/api/v1/health").json().getInteger("anchors"))
                        .isEqualTo(anchored.size());
            }
        }
    }

    private static Reply anchor(RunningWitness witness, List<Reply> anchored) {
        Reply reply = witness.post(SealBodies.user(anchored.size(), 'a'));
        if (reply.status() == 201) {
            anchored.add(reply);
        }
        return reply;
    }

    private static void assertKept(RunningWitness witness, List<Reply> anchored) {
        for (Reply reply : anchored) {
            assertThat(witness.get("/api/v1/anchors/" + reply.id()).json()).isEqualTo(reply.json());
        }
    }

    private static void awaitSpace(RunningWitness witness, List<Reply> anchored) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (anchor(witness, anchored).status() != 201) {
            assertThat(System.nanoTime()).as("it did not go on").isLessThan(end);
            LockSupport.parkNanos(50_000_000);
        }
    }
}
