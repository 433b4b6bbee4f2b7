package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cairn.protocol.file.OwnFile;
import dev.cairn.relay.RelayProcess;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An emitter of another user, who may read the store through its group and no more.
@Timeout(60)
class ReadingEmitterIT {

    private static final int OTHER_UID = 65_534;
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final Path PERL = Path.of("/usr/bin/perl");

    /// Fails unless the store can be read and not written; then sends one frame.
    private static final String EMIT = "my ($db, $socket, $frame) = @ARGV;"
            + " open(my $r, '<', $db) or die \"cannot read: $!\";"
            + " open(my $w, '>>', $db) and die 'can write';"
            + " my $s; socket($s, PF_UNIX, SOCK_STREAM, 0) && connect($s, pack_sockaddr_un($socket)) or die \"connect: $!\";"
            + " syswrite($s, pack('N', length $frame) . $frame) or die \"write: $!\"; close $s;";

    @TempDir
    private Path dir;

    @Test
    void whoMayOnlyReadTheStoreEmitsAllTheSame() throws Exception {
        ReadGroup.assumeItCanBeGiven();
        assumeThat(SETPRIV).as("setpriv of util-linux").isExecutable();
        assumeThat(PERL).isExecutable();
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx--x--x"));
        Path data = Files.createDirectory(dir.resolve("data"), OwnFile.mode(0700));
        Path config = Files.writeString(
                dir.resolve("config.json"), "{\"receipts\":{\"read_group\":\"" + ReadGroup.NAME + "\"}}");
        try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString())) {
            StoredReceipts stored = new StoredReceipts(data);

            Process emitter = new ProcessBuilder(
                            SETPRIV.toString(),
                            "--reuid=" + OTHER_UID,
                            "--regid=" + Files.getAttribute(relay.socket(), "unix:gid"),
                            "--groups=" + ReadGroup.id(data),
                            PERL.toString(),
                            "-MSocket",
                            "-e",
                            EMIT,
                            data.resolve("receipts/receipts.db").toString(),
                            relay.socket().toString(),
                            Emitter.frame("by-another"))
                    .redirectErrorStream(true)
                    .start();
            boolean ended = emitter.waitFor(20, TimeUnit.SECONDS);
            String said = new String(emitter.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(ended && emitter.exitValue() == 0).as(said).isTrue();
            stored.await(1);
            JsonObject action =
                    stored.all().getFirst().getJsonObject("credentialSubject").getJsonObject("action");
            assertThat(action.getString("tool_name")).isEqualTo("by-another");
            assertThat(action.getJsonObject("peer_credential").getInteger("uid"))
                    .isEqualTo(OTHER_UID);
        }
    }
}
