package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.ChainPlace;
import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.Disclosure;
import dev.cairn.protocol.receipt.DisclosurePolicy;
import dev.cairn.protocol.receipt.Frame;
import dev.cairn.protocol.receipt.FrameReading.Accepted;
import dev.cairn.protocol.receipt.LinkedReceipt;
import dev.cairn.protocol.receipt.PrincipalId;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.protocol.receipt.ReceiptRules;
import dev.cairn.protocol.receipt.Redaction;
import dev.cairn.protocol.receipt.RiskTable;
import dev.cairn.protocol.receipt.key.ForensicKeyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptsDiscloseCommandTest {

    private static final String INPUT = "{\"command\":\"make all\",\"n\":1}";

    @TempDir
    private Path dir;

    private ReceiptsFixture store;

    @BeforeEach
    void makeKeys() throws IOException, SQLException {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
        ForensicKeyFiles.generate(key(), dir.resolve("forensic.key.pub"), new SecureRandom());
        store = ReceiptsFixture.in(dir);
    }

    @Test
    void theHolderOfTheKeyReadsTheInput() throws Exception {
        store.insert(receipt("{ \"n\":1.0, \"command\":\"make all\" }"));

        CommandRun shown = disclose("1");
        CommandRun json = disclose("1", "--json");

        assertThat(shown).isEqualTo(new CommandRun(0, INPUT + "\n", ""));
        assertThat(json.out())
                .isEqualTo("{\"ok\":true,\"chain_id\":\"c\",\"sequence\":1,\"disclosed\":true,\"hash_matches\":true,"
                        + "\"parameters\":" + INPUT + "}\n");
    }

    @Test
    void theKeyMayBeInHex() throws Exception {
        store.insert(receipt(INPUT));
        String hex = HexFormat.of().formatHex(Files.readAllBytes(key()));
        Files.writeString(key(), hex + "\n");

        assertThat(disclose("1").out()).isEqualTo(INPUT + "\n");
    }

    @Test
    void anInputThatIsNoObjectIsNotDisclosed() throws Exception {
        store.insert(receipt("[1]"));

        CommandRun run = disclose("1");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("discloses nothing");
        assertThat(disclose("1", "--json").out()).contains("\"disclosed\":false}");
    }

    @Test
    void anotherInputThanTheOneThatWasHashedIsPointedOut() throws Exception {
        String receipt = receipt(INPUT);
        int hash = receipt.indexOf("\"parameters_hash\":\"sha256:") + 26;
        store.insert(receipt.substring(0, hash) + "0".repeat(64) + receipt.substring(hash + 64));

        CommandRun run = disclose("1");

        assertThat(run.out()).isEqualTo(INPUT + "\n");
        assertThat(run.err()).contains("does not have the hash");
    }

    @Test
    void theWrongKeyAndNoKeyAreTheirOwnExitCode() throws Exception {
        store.insert(receipt(INPUT));
        Path other = dir.resolve("other.key");
        ForensicKeyFiles.generate(other, dir.resolve("other.key.pub"), new SecureRandom());
        Path loose = Files.write(dir.resolve("loose.key"), Files.readAllBytes(key()));
        Files.setPosixFilePermissions(loose, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(run("1", other).exitCode()).isEqualTo(3);
        assertThat(run("1", other).err()).contains("sealed for another key");
        assertThat(run("1", dir.resolve("none")).exitCode()).isEqualTo(3);
        assertThat(run("1", loose).exitCode()).isEqualTo(3);
        assertThat(run("1", store.publicKey()).exitCode()).isEqualTo(3);
    }

    @Test
    void aReceiptThatDoesNotExistAndOneThatIsNotNamedAreErrors() throws Exception {
        store.insert(receipt(INPUT));

        assertThat(disclose("2").exitCode()).isEqualTo(1);
        assertThat(disclose("one").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of(
                                "receipts",
                                "disclose",
                                "1",
                                "--db",
                                dir.resolve("no.db").toString())
                        .exitCode())
                .isEqualTo(2);
    }

    private CommandRun disclose(String sequence, String... options) {
        return run(sequence, key(), options);
    }

    private CommandRun run(String sequence, Path key, String... options) {
        String[] args = new String[options.length + 3];
        args[0] = sequence;
        args[1] = "--key";
        args[2] = key.toString();
        System.arraycopy(options, 0, args, 3, options.length);
        return store.run("disclose", args);
    }

    private Path key() {
        return dir.resolve("forensic.key");
    }

    /// A receipt as a relay writes it that discloses every input.
    private String receipt(String input) throws IOException {
        ReceiptRules rules = new ReceiptRules(
                ReceiptRules.DEFAULT_ISSUER,
                RiskTable.standard(),
                Redaction.builtIn(),
                0,
                new DisclosurePolicy.All(),
                Disclosure.to(ForensicKeyFiles.readPublic(dir.resolve("forensic.key.pub"))));
        byte[] body = ("{\"v\":\"1\",\"ts_emit\":\"2026-07-01T08:00:00Z\",\"session_id\":\"s\",\"channel\":\"sdk\","
                        + "\"tool\":{\"name\":\"t\"},\"decision\":\"allowed\",\"input\":" + input + '}')
                .getBytes(UTF_8);
        Frame frame = ((Accepted) rules.newReader().read(body, 0, body.length)).frame();
        ReceiptPeer peer = new ReceiptPeer("linux", 1, 1000, 1000, null);
        LinkedReceipt linked = new Composer(rules, new RandomUuids(new SecureRandom()))
                .live(frame, peer, PrincipalId.ofUid(peer), Instant.EPOCH)
                .link(new ChainPlace("c", 1, null, null));
        byte[] text = linked.text(ReceiptsFixture.key(1).sign(linked.signedBytes()), "did:x#k1");
        return new String(text, UTF_8);
    }
}
