package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.json.JsonTape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBlockTest {

    @ParameterizedTest
    @ValueSource(ints = {RequestBlock.PAYLOAD_BYTES_MIN, 450, 8_192, RequestBlock.PAYLOAD_BYTES_MAX})
    void hasEventsOfTheSizeThatWasAskedFor(int size) {
        RequestBlock block = new RequestBlock(RequestMix.EVENTS, size, 7, 3);

        JsonTape tape = parse(requests(block).getFirst());
        int payload = tape.member(0, "payload");
        assertThat(tape.end(payload) - tape.start(payload)).isEqualTo(size);
        assertThat(tape.text(tape.member(payload, "agent"))).isEqualTo("claude-code");
    }

    @Test
    void refusesEventsThatAreTooSmall() {
        assertThatThrownBy(() -> new RequestBlock(RequestMix.EVENTS, 100, 7, 3))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givesEveryEventAnIdThatTellsWhenAndByWhomItWasSent() {
        RequestBlock block = new RequestBlock(RequestMix.EVENTS, 450, 7, 3);
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
        RequestBlock block = new RequestBlock(mix, 450, 7, 3);

        List<String> requests = requests(block);

        assertThat(requests).hasSize(block.slots()).hasSizeGreaterThanOrEqualTo(100);
        int hundreds = block.slots() / 100;
        assertThat(requests.stream().filter(line -> line.contains("\"type\":\"ping\"")))
                .hasSize(3 * hundreds);
        assertThat(requests.stream().filter(line -> line.contains("get_chain_state")))
                .hasSize(2 * hundreds);
        for (int request = 0; request < block.slots(); request++) {
            assertThat(block.isEvent(request)).isEqualTo(requests.get(request).contains("\"type\":\"event\""));
        }
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
