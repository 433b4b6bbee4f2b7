package dev.cairn.relay.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.key.ForensicKeyFiles;
import dev.cairn.relay.Relay;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptsKeysCommandTest {

    @TempDir
    private Path temporary;

    private Path dir;
    private Path key;

    @BeforeEach
    void nameTheFiles() throws Exception {
        dir = Files.createDirectory(temporary.resolve("data"));
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
        key = dir.resolve("receipts/signing.key");
    }

    @Test
    void makesAKeyAndPrintsItsPublicHalfOnly() throws Exception {
        CommandRun generate = keys("generate");
        CommandRun pubkey = keys("pubkey");

        assertThat(generate.exitCode()).isZero();
        assertThat(generate.out()).contains("sha256:", key.toString());
        assertThat(pubkey.exitCode()).isZero();
        assertThat(pubkey.out()).isEqualTo(Files.readString(dir.resolve("receipts/signing.key.pub")));
        assertThat(generate.out() + pubkey.out()).doesNotContain(secret());
    }

    @Test
    void overwritesNoKey() throws Exception {
        keys("generate");
        String before = Files.readString(key);

        CommandRun again = keys("generate", "--json");

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.out()).startsWith("{\"ok\":false,\"error\":\"there is a key already");
        assertThat(key).hasContent(before);
    }

    @Test
    void makesAPairToDiscloseTo() throws Exception {
        CommandRun generate = keys("generate", "--forensic");

        Path secret = dir.resolve("receipts/forensic.key");
        assertThat(generate.exitCode()).isZero();
        assertThat(ForensicKeyFiles.readSecret(secret).publicBytes())
                .isEqualTo(ForensicKeyFiles.readPublic(dir.resolve("receipts/forensic.key.pub")));
        assertThat(key).doesNotExist();
        assertThat(generate.out())
                .contains(secret + ".pub (0644; for receipts.forensic_public_key)")
                .doesNotContain("verifies");
    }

    @Test
    void anotherPairToDiscloseToIsNoRotationOfTheKeyThatSigns() {
        keys("generate", "--forensic");

        CommandRun again = keys("generate", "--forensic");

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err())
                .contains("there is a key already", "receipts.forensic_public_key")
                .doesNotContain("rotate");
    }

    @Test
    void aKeyThatOthersMayReadIsAUsageError() throws Exception {
        keys("generate");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        CommandRun pubkey = keys("pubkey");

        assertThat(pubkey.exitCode()).isEqualTo(2);
        assertThat(pubkey.err()).contains("chmod 600 " + key);
        assertThat(pubkey.out()).isEmpty();
    }

    @Test
    void aMissingKeyIsAUsageError() {
        assertThat(keys("pubkey").exitCode()).isEqualTo(2);
        assertThat(keys("pubkey").err()).contains(key.toString());
    }

    @Test
    void withoutReceiptsThereIsNothingToRotate() {
        CommandRun rotate = keys("rotate");

        assertThat(rotate.exitCode()).isEqualTo(2);
        assertThat(rotate.err()).contains("there are no receipts in");
        assertThat(dir.resolve("receipts")).doesNotExist();
    }

    @Test
    void rotatesForARelayThatHasStopped() throws Exception {
        Relay relay = start();
        CommandRun elsewhere = keys("rotate", "--key", key.toString());
        relay.stop().await(20, SECONDS);
        String before = keys("pubkey").out();
        CommandRun after = keys("rotate", "--json");

        JsonObject answer = JsonObject.parse(after.out().strip());
        assertThat(elsewhere.exitCode()).isEqualTo(3);
        assertThat(elsewhere.err()).contains("stop the relay");
        assertThat(after.exitCode()).as(after.err()).isZero();
        assertThat(answer.text("fingerprint", "")).startsWith("sha256:").isNotEqualTo(answer.text("before"));
        assertThat(keys("pubkey").out()).isNotEqualTo(before);
        assertThat(CommandRun.of("receipts", "verify", "--data", dir.toString()).exitCode())
                .isZero();
        start().stop().await(20, SECONDS);
    }

    @Test
    void aLockThatOthersCouldHaveMadeIsNoRelayThatRuns() throws Exception {
        start().stop().await(20, SECONDS);
        Path lock = dir.resolve("relay.lock");
        Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-rw-rw-"));

        CommandRun rotate = keys("rotate");

        assertThat(rotate.exitCode()).isEqualTo(1);
        assertThat(rotate.err()).contains(lock.toString(), "chmod").doesNotContain("Stop the relay");
    }

    private Relay start() throws TimeoutException {
        RelayConfig config = RelayConfig.defaults(Places.in(dir)).withHttp("127.0.0.1", 0);
        return Relay.start(config, failure -> {
                    throw new AssertionError(failure);
                })
                .await(20, SECONDS);
    }

    private String secret() throws Exception {
        return Files.readAllLines(key).get(1);
    }

    private CommandRun keys(String action, String... more) {
        String[] args = new String[5 + more.length];
        args[0] = "receipts";
        args[1] = "keys";
        args[2] = action;
        args[3] = "--data";
        args[4] = dir.toString();
        System.arraycopy(more, 0, args, 5, more.length);
        return CommandRun.of(args);
    }
}
