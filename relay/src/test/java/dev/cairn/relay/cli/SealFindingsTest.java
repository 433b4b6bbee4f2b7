package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealFindingsTest {

    @TempDir
    private Path dir;

    @Test
    void whatWitnessesAreNotTrustedWithIsNamed() throws IOException {
        Path config = Files.writeString(dir.resolve("relay-config.json"), """
                {"witness":{"enabled":true,"endpoints":[{"name":"bare","url":"http://w/"},
                {"name":"full","url":"http://x/","public_key":"u","auth_token_file":"/t"}]}}""");
        Files.writeString(dir.resolve("relay.run.json"), "{\"sockets\":[],\"config\":\"" + config + "\"}");

        CommandRun doctor = CommandRun.of("doctor", "--data", dir.toString());

        assertThat(doctor.out())
                .containsPattern("\\[warn] witnesses +without a public_key, .*: bare\n")
                .containsPattern("\\[warn] witnesses +asked without a token, .*: bare\n")
                .doesNotContain("full");
    }

    @Test
    void manyWitnessesOfOneKindAreOneFinding() throws IOException {
        String endpoints = IntStream.rangeClosed(1, 15)
                .mapToObj(i -> "{\"name\":\"w" + i + "\",\"url\":\"http://w" + i + "/\"}")
                .collect(Collectors.joining(","));
        Path config = Files.writeString(
                dir.resolve("relay-config.json"), "{\"witness\":{\"enabled\":true,\"endpoints\":[" + endpoints + "]}}");
        Files.writeString(dir.resolve("relay.run.json"), "{\"sockets\":[],\"config\":\"" + config + "\"}");

        CommandRun doctor = CommandRun.of("doctor", "--data", dir.toString());

        assertThat(doctor.out().lines().filter(line -> line.startsWith("[warn] witnesses")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).endsWith(": w1, w2, w3, w4, w5, w6, w7, w8, w9, w10 and 5 more"));
    }

    @Test
    void sealsThatOthersMayWriteAreNoSeals() throws IOException {
        SealedDirectory relay = new SealedDirectory(dir).records(2).seal();
        Files.setPosixFilePermissions(relay.seals(), PosixFilePermissions.fromString("rw-rw-r--"));

        CommandRun doctor = CommandRun.of("doctor", "--data", dir.toString());

        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out())
                .containsPattern("\\[fail] seals ")
                .contains("chmod go-w " + relay.seals())
                .containsPattern("\\[ok  ] keys +keys/seal: [0-9a-f]{16} signs")
                .containsPattern("\\[ok  ] proof +sealed up to record 2, confirmed by no quorum of witnesses");
    }

    @Test
    void aRingWithoutAKeyThatSignsIsRotatedByTheCommandThatIsProposed() throws IOException {
        for (String ring : List.of("audit", "receipts")) {
            CommandRun.of("keys", "rotate", "--data", dir.toString(), "--ring", ring);
        }
        Files.delete(dir.resolve("keys/seal/ACTIVE"));
        Files.delete(dir.resolve("keys/receipts-seal/ACTIVE"));

        CommandRun doctor = CommandRun.of("doctor", "--data", dir.toString());

        assertThat(doctor.out())
                .contains(
                        "fix: cairn keys rotate --data " + dir + " makes one",
                        "fix: cairn keys rotate --data " + dir + " --ring receipts makes one");
    }

    @Test
    void aProofThatIsBrokenFails() throws IOException {
        SealedDirectory relay = new SealedDirectory(dir).records(2).seal();
        relay.keepLines(relay.log(), 1);

        CommandRun doctor = CommandRun.of("doctor", "--data", dir.toString());

        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out()).containsPattern("\\[fail] proof +not what was sealed: the log lacks records");
    }
}
