package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.Tip;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnchorRequestTest {

    private static final VectorFile VECTORS = VectorFile.audit("seals.json");
    private static final Hash TIP = new Hash("sha256:" + "ab".repeat(32));
    private static final String RELAY_BODY = VECTORS.text("relay_witness_body");
    private static final String USER_BODY = VECTORS.at("cli_witness_payload").text("with_key_id");

    @Test
    void writesTheRelaysBodyAsThePeerDoes() {
        String line = RELAY_BODY.substring(RELAY_BODY.indexOf("{\"sealed_at"), RELAY_BODY.indexOf("},\"relay") + 1);

        AnchorRequest request =
                AnchorRequest.ofRelaySeal(line + "\n", new Tip(TIP, 1847), Instant.parse("2026-04-05T14:30:00.001Z"));

        assertThat(request.text()).isEqualTo(RELAY_BODY);
    }

    @Test
    void writesTheUsersBodyAsThePeerDoes() {
        Instant now = Instant.parse("2026-04-05T14:30:00Z");
        SealedTip seal = AnchorRequest.read(USER_BODY.getBytes(UTF_8)).seal();
        SealedTip old = new SealedTip(seal.tip(), seal.count(), seal.signature(), null);

        byte[] body = AnchorRequest.ofUserSeal(seal, now).toBytes();

        assertThat(new String(body, UTF_8)).isEqualTo(USER_BODY);
        assertThat(Hash.of(body, 0, body.length).text())
                .isEqualTo(VECTORS.at("cli_witness_payload").text("hash"));
        assertThat(AnchorRequest.ofUserSeal(old, now).text())
                .isEqualTo(VECTORS.at("cli_witness_payload").text("without_key_id"));
    }

    @Test
    void readsBothBodiesBack() {
        AnchorRequest relay = AnchorRequest.read(RELAY_BODY.getBytes(UTF_8));
        AnchorRequest user = AnchorRequest.read(USER_BODY.getBytes(UTF_8));

        assertThat(relay).isInstanceOf(AnchorRequest.RelaySeal.class);
        assertThat(relay.text()).isEqualTo(RELAY_BODY);
        assertThat(user).isInstanceOf(AnchorRequest.UserSeal.class);
        assertThat(user.text()).isEqualTo(USER_BODY);
        assertThat(relay.seal()).isEqualTo(user.seal());
        assertThat(relay.seal().keyId()).isEqualTo("630dcd2966c43366");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"version\":1,|\"version\":2,|version: expected 1",
                "\"version\":1,|\"version\":\"1\",|version: expected a whole number from 0 to 2^53 - 1",
                "\"type\":\"patchwork-seal-anchor\"|\"type\":7|expected type",
                "\"seal\":{|\"seel\":{|seal: expected an object",
                "\"tip_hash\":\"sha256:ab|\"tip_hash\":\"sha256:AB|tip_hash: expected sha256:",
                "\"chained_events\":1847|\"chained_events\":-1|chained_events: expected a whole number",
                "\"chained_events\":1847|\"chained_events\":1.5|chained_events: expected a whole number",
                "\"chained_events\":1847|\"chained_events\":1e400|chained_events: expected a whole number",
                "\"chained_events\":1847|\"chained_events\":9007199254740992|chained_events: expected a whole number",
                "\"signature\":\"hmac|\"signatur\":\"hmac|signature: expected text of 1 to 256 characters",
                "\"key_id\":\"630dcd2966c43366\"|\"key_id\":null|key_id: expected text",
                "\"relay_event_count\":1847|\"relay_event_count\":[]|relay_event_count: expected a whole number",
                "\"anchored_at\":\"2026|\"anchored\":\"2026|anchored_at: expected text"
            })
    void refusesAMalformedBodyByTheMembersName(String part, String instead, String complaint) {
        byte[] body = RELAY_BODY.replace(part, instead).getBytes(UTF_8);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnchorRequest.read(body))
                .withMessageContaining(complaint);
    }

    @Test
    void refusesWhatIsNoObjectOrTooLongOrTooDeep() {
        byte[] deep = ("{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}").getBytes(UTF_8);
        byte[] longOne = ("{\"a\":\"" + "x".repeat(AnchorRequest.BODY_MAX) + "\"}").getBytes(UTF_8);

        assertThatIllegalArgumentException().isThrownBy(() -> AnchorRequest.read("[]".getBytes(UTF_8)));
        assertThatIllegalArgumentException().isThrownBy(() -> AnchorRequest.read("garbage".getBytes(UTF_8)));
        assertThatIllegalArgumentException().isThrownBy(() -> AnchorRequest.read(new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> AnchorRequest.read(deep));
        assertThatIllegalArgumentException().isThrownBy(() -> AnchorRequest.read(longOne));
    }
}
