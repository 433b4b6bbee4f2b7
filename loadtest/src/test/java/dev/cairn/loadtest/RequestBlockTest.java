package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.loadtest.RequestMix.Kind;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.seal.SignableContent;
import dev.cairn.protocol.seal.SignableContentReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBlockTest {

    private static final String VERIFY = new Attestation(1, 2, 3).verifyRequest("hmac-sha256:" + "0".repeat(64), "ab");

    @ParameterizedTest
    @ValueSource(ints = {RequestBlock.PAYLOAD_BYTES_MIN, 450, 8_192, RequestBlock.PAYLOAD_BYTES_MAX})
    void hasEventsOfTheSizeThatWasAskedFor(int size) {
        RequestBlock block = new RequestBlock(RequestMix.EVENTS, size, 7, 3, VERIFY);

        JsonTape tape = parse(requests(block).getFirst());
        int payload = tape.member(0, "payload");
        assertThat(tape.end(payload) - tape.start(payload)).isEqualTo(size);
        assertThat(tape.text(tape.member(payload, "agent"))).isEqualTo("claude-code");
    }

    @Test
    void refusesEventsThatAreTooSmall() {
        assertThatThrownBy(() -> new RequestBlock(RequestMix.EVENTS, 100, 7, 3, VERIFY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givesEveryEventAnIdThatTellsWhenAndByWhomItWasSent() {
        RequestBlock block = new RequestBlock(RequestMix.EVENTS, 450, 7, 3, VERIFY);
        long request = 5L * block.slots() + 1;

        block.stamp(request, 123_456_789_012L);

        JsonTape tape = parse(requests(block).get(1));
        String id = tape.text(tape.member(tape.member(0, "payload"), "id"));
        assertThat(EventId.parse(id)).isEqualTo(new EventId(7, 123_456_789_012L, 3, request));
        assertThat(id).hasSize(EventId.LENGTH).startsWith(EventId.prefix(7));
    }

    @Test
    void mixesRequestsByTheirWeights() {
        RequestMix mix = RequestMix.parse("event=95,ping=3,state=2");
        RequestBlock block = new RequestBlock(mix, 450, 7, 3, VERIFY);

        List<String> requests = requests(block);

        assertThat(requests).hasSize(block.slots()).hasSizeGreaterThanOrEqualTo(100);
        int hundreds = block.slots() / 100;
        assertThat(requests.stream().filter(line -> line.contains("\"type\":\"ping\"")))
                .hasSize(3 * hundreds);
        assertThat(requests.stream().filter(line -> line.contains("get_chain_state")))
                .hasSize(2 * hundreds);
        for (int request = 0; request < block.slots(); request++) {
            assertThat(block.kind(request) == Kind.EVENT)
                    .isEqualTo(requests.get(request).contains("\"type\":\"event\""));
        }
    }

    @Test
    void hasAnotherAttestationSignedWithEachRequest() {
        RequestBlock block = new RequestBlock(RequestMix.SIGNATURES, 450, 7, 3, VERIFY);
        long request = 4L * block.slots() + 2;

        block.stamp(request, 123_456_789_012L);

        JsonTape tape = parse(requests(block).get(2));
        String data = tape.text(tape.member(tape.member(0, "payload"), "data"));
        assertThat(data).isEqualTo(new Attestation(7, 3, request).data());
        assertThat(new SignableContentReader().read(data)).isInstanceOf(SignableContent.Attestation.class);
    }

    @Test
    void hasASignatureVerified() {
        RequestBlock block = new RequestBlock(RequestMix.parse("sign=1,verify=1"), 450, 7, 3, VERIFY);

        assertThat(requests(block)).element(1).isEqualTo(VERIFY + "\n");
        assertThat(block.kind(1)).isEqualTo(Kind.VERIFY);
    }

    private static List<String> requests(RequestBlock block) {
        List<String> requests = new ArrayList<>();
        for (int slot = 0; slot < block.slots(); slot++) {
            byte[] line = new byte[block.startOf(slot + 1) - block.startOf(slot)];
            block.bytes().get(block.startOf(slot), line);
            assertThat(line[line.length - 1]).isEqualTo((byte) '\n');
            requests.add(new String(line, StandardCharsets.UTF_8));
        }
        return requests;
    }

    private static JsonTape parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        JsonTape tape = new JsonTape();
        tape.parse(bytes, 0, bytes.length);
        return tape;
    }
}
