package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.loadtest.RequestMix.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestMixTest {

    @Test
    void spreadsEachKindEvenly() {
        assertThat(RequestMix.parse("event=4,ping=2").pattern()).containsExactly(Kind.EVENT, Kind.PING, Kind.EVENT);
    }

    @Test
    void readsWhatItPrints() {
        assertThat(RequestMix.parse("state=2,verify=1,event=95,ping=3,sign=4"))
                .hasToString("event=95,ping=3,state=2,sign=4,verify=1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "event",
                "event=",
                "event=-1",
                "event=1001",
                "event=0",
                "seal=1",
                "event=1,event=2",
                "event=1,"
            })
    void refusesWhatIsNoMix(String text) {
        assertThatThrownBy(() -> RequestMix.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
