package dev.cairn.relay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.relay.config.Receipts.Door.Need;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptsTest {

    private static final Path DATA = Path.of("/data");

    @Test
    void everythingLiesInTheDataDirectoryUnlessSaidOtherwise() {
        Receipts.Files files = read("{}").files();

        assertThat(files.db(DATA)).isEqualTo(Path.of("/data/receipts/receipts.db"));
        assertThat(files.key(DATA)).isEqualTo(Path.of("/data/receipts/signing.key"));
        assertThat(files.publicKey(DATA)).isEqualTo(Path.of("/data/receipts/signing.key.pub"));
    }

    @Test
    void thePublicKeyIsBesideTheKeyThatWasNamed() {
        Receipts.Files files = read("{\"key\":\"/etc/agentreceipts/k\"}").files();

        assertThat(files.publicKey(DATA)).isEqualTo(Path.of("/etc/agentreceipts/k.pub"));
    }

    @Test
    void aDataDirectoryOnTheCommandLineKeepsEverythingInside() {
        RelayConfig config = config("""
                {"db": "/srv/r.db", "key": "/srv/k", "public_key": "/srv/p", "socket": "/run/e.sock"}""");

        Receipts trial = config.withDataDir(DATA).receipts();

        assertThat(trial.files().db(DATA)).startsWithRaw(DATA);
        assertThat(trial.files().key(DATA)).startsWithRaw(DATA);
        assertThat(trial.files().publicKey(DATA)).startsWithRaw(DATA);
        assertThat(trial.door().socket()).isEmpty();
        assertThat(trial.door().wellKnownSocket()).isFalse();
    }

    @Test
    void aSocketThatWasNamedMustOpen() {
        assertThat(read("{\"socket\":\"/run/e.sock\"}").door().need()).isEqualTo(Need.REQUIRED);
        assertThat(read("{}").door().need()).isEqualTo(Need.WELCOME);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'chain_id':'a/agent/b'|chain_id: expected text of 1 to 256 characters without /agent/, got \"a/agent/b\"",
                "'issuer_id':''|issuer_id: expected text of 1 to 256 characters, got \"\"",
                "'db':'receipts.db'|db: expected an absolute path, got \"receipts.db\"",
                "'backlog_bytes_max':1|backlog_bytes_max: expected a whole number from 16,777,216 to 1,073,741,824, got 1",
                "'policy':{'deny_uids':[]}|policy.deny_uids: names nobody; leave it out where it is not meant",
                "'policy':{'allow':[]}|policy.allow: unknown key",
                "'sockets':[]|sockets: unknown key",
            })
    void whatIsWrongIsRefusedByItsFullKey(String members, String problem) {
        String json = "{" + members.replace('\'', '"') + "}";

        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> read(json))
                .satisfies(e -> assertThat(e.problems()).containsExactly("receipts." + problem));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                      | true",
                "{'allow_uids':[7]}                                      | true",
                "{'allow_uids':[8]}                                      | false",
                "{'allow_uids':[8],'allow_gids':[70]}                    | true",
                "{'allow_executables':['/bin/a']}                        | true",
                "{'allow_executables':['/bin/b']}                        | false",
                "{'allow_uids':[7],'deny_gids':[70]}                     | false",
                "{'deny_uids':[7]}                                       | false",
                "{'deny_executables':['/bin/a']}                         | false",
            })
    void aDenialWinsOverWhatAllows(String policy, boolean admitted) {
        Peer peer = new Peer(1, 7, 70, "/bin/a");

        boolean admits = policy(policy).admits(peer);

        assertThat(admits).isEqualTo(admitted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'allow_executables':['/bin/a']} | false",
                "{'deny_executables':['/bin/a']}  | true",
                "{'allow_uids':[0]}               | false",
                "{'deny_uids':[0]}                | true",
            })
    void whatIsNotKnownOfAPeerMatchesNothing(String policy, boolean admitted) {
        assertThat(policy(policy).admits(Peer.NOBODY)).isEqualTo(admitted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'parameter_disclosure':'high'", "'parameter_disclosure':'data.api.read','max_error_len':9"})
    void aDisclosureToNobodyIsToldWithAllOtherMistakes(String members) {
        String json = "{" + members.replace('\'', '"') + ",\"db\":\"r.db\"}";

        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> read(json))
                .satisfies(e -> assertThat(e.problems())
                        .hasSize(2)
                        .anySatisfy(problem -> assertThat(problem).startsWith("receipts.db: "))
                        .anySatisfy(problem -> assertThat(problem)
                                .startsWith("receipts.forensic_public_key: missing")
                                .contains("cairn receipts keys generate --forensic")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'parameter_disclosure':'off'",
                "'parameter_disclosure':'high','forensic_public_key':'/k.pub'",
                "'parameter_disclosure':'high','enabled':false",
            })
    void aDisclosureToSomebodyOrOfNothingIsRight(String members) {
        Receipts receipts = read("{" + members.replace('\'', '"') + "}");

        assertThat(receipts).isNotNull();
    }

    private static Receipts.Policy policy(String json) {
        return read("{\"policy\":" + json.replace('\'', '"') + "}").policy();
    }

    private static Receipts read(String json) {
        return config(json).receipts();
    }

    private static RelayConfig config(String json) {
        String file = "{\"receipts\":" + json + "}";
        return RelayConfig.read(file.getBytes(StandardCharsets.UTF_8), Places.in(Path.of("/d")))
                .config();
    }
}
