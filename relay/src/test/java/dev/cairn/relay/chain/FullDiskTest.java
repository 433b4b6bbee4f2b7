package dev.cairn.relay.chain;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that is really full: a small file system of its own.
class FullDiskTest {

    private static final int DISK_BYTES = 256 * 1024;
    private static final int BATCH = 7;

    @TempDir
    private Path temp;

    @Test
    void refusesWhileTheDiskIsFullAndGoesOnByItselfOnceThereIsSpace() throws Exception {
        Path disk = Files.createDirectory(temp.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "mode=755,size=" + DISK_BYTES, "tmpfs", disk.toString()),
                "only a user who may mount can have a small disk");
        try {
            Path dir = disk.resolve("data");
            RunningChain chain = RunningChain.start(Given.config(dir));
            try {
                fill(disk, chain);
            } finally {
                chain.stop();
            }
            Given.intact(dir);
        } finally {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    private static void fill(Path disk, RunningChain chain) throws IOException, TimeoutException {
        Files.write(disk.resolve("ballast"), new byte[100_000]);
        int acknowledged = 0;
        AppendReply reply = append(chain, 0);
        while (reply instanceof Appended && acknowledged < DISK_BYTES) {
            acknowledged += BATCH;
            reply = append(chain, acknowledged);
        }
        assertThat(reply).asInstanceOf(type(NotAppended.class)).returns("No space left on device", NotAppended::reason);
        int inTheChain = acknowledged + ((NotAppended) reply).stored();

        Files.delete(disk.resolve("ballast"));
        chain.awaitServing();

        assertThat(append(chain, -1)).isInstanceOf(Appended.class);
        assertThat(chain.status().tip().count()).isEqualTo(inTheChain + BATCH);
    }

    private static AppendReply append(RunningChain chain, int i) throws TimeoutException {
        return chain.bus()
                .ask(Address.APPEND_AUDIT, new Append(Given.batch("e" + i, BATCH)))
                .await(10, SECONDS);
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
