package dev.cairn.relay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.relay.config.Sign.SealPayloads;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignTest {

    @Test
    void everyMemberIsTakenAsItIsGiven() {
        Sign sign = read("""
                {"seal_payloads": "allow", "seal_payload_uids": [1000], "uids": [0, 4294967294], "gids": [27],
                 "executables": ["/usr/bin/git"], "rate_per_uid": 10}""");

        assertThat(sign)
                .isEqualTo(new Sign(
                        SealPayloads.ALLOW,
                        Set.of(1000L),
                        Set.of(0L, 4_294_967_294L),
                        Set.of(27L),
                        Set.of("/usr/bin/git"),
                        10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'seal_payloads':'maybe'|seal_payloads: expected one of true_only, refuse, allow, got \"maybe\"",
                "'seal_payloads':'ALLOW'|seal_payloads: expected one of true_only, refuse, allow, got \"ALLOW\"",
                "'seal_payloads':'allow'|seal_payload_uids: missing, though seal_payloads is allow",
                "'seal_payload_uids':[1]|seal_payload_uids: means nothing unless seal_payloads is allow",
                "'uids':[-1]|uids: expected a whole number from 0 to 4,294,967,294, got -1",
                "'uids':[4294967295]|uids: expected a whole number from 0 to 4,294,967,294, got 4294967295",
                "'uids':['root']|uids: expected a whole number from 0 to 4,294,967,294, got \"root\"",
                "'uids':7|uids: expected an array of whole numbers from 0 to 4,294,967,294, got 7",
                "'uids':[]|uids: names nobody; leave it out where everybody is meant",
                "'executables':'/bin/git'|executables: expected an array of absolute paths, got \"/bin/git\"",
                "'executables':['git']|executables[0]: expected an absolute path, got \"git\"",
                "'user':1|user: unknown key",
            })
    void whatIsWrongIsRefusedByItsFullKey(String members, String problem) {
        String json = "{" + members.replace('\'', '"') + "}";

        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> read(json))
                .satisfies(e -> assertThat(e.problems()).containsExactly("sign." + problem));
    }

    @ParameterizedTest
    @CsvSource({"{},true", "{'uids':[7]},true", "{'uids':[8]},false", "{'gids':[70]},true"})
    void whoIsNotListedMayNotAsk(String json, boolean admitted) {
        Sign sign = read(json.replace('\'', '"'));

        assertThat(sign.admits(new Peer(1, 7, 70, "/bin/sh"))).isEqualTo(admitted);
    }

    @Test
    void whatIsNotKnownOfAPeerMatchesNothing() {
        Sign listed = read("{\"uids\":[7]}");
        Sign byExecutable = read("{\"executables\":[\"/usr/bin/git\"]}");

        assertThat(listed.admits(Peer.NOBODY)).isFalse();
        assertThat(byExecutable.admits(new Peer(1, 7, 70, "/usr/bin/git"))).isTrue();
        assertThat(byExecutable.admits(new Peer(1, 7, 70, ""))).isFalse();
        assertThat(byExecutable.admits(new Peer(1, 7, 70, "/usr/bin/git (deleted)")))
                .isFalse();
    }

    private static Sign read(String section) {
        byte[] file = ("{\"sign\":" + section + "}").getBytes(StandardCharsets.UTF_8);
        return RelayConfig.read(file, Places.in(Path.of("/data"))).config().sign();
    }
}
