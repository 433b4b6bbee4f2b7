package dev.cairn.relay.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "127.0.0.1:8787", "localhost", "LocalHost:80", "[::1]:8787", "relay.example:443"})
    void acceptsLocalAndConfiguredNamesOnLoopback(String host) {
        HostNames names = new HostNames("127.0.0.1", Set.of("Relay.example"));

        assertThat(names.areOurs(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":8787",
                "evil.example",
                "evil.example:8787",
                "10.0.0.1",
                "127.0.0.1.evil.example",
                "localhost.",
                "127.0.0.1:port",
                "127.0.0.1:8787:8787",
                "::1",
                "localhost@evil.example",
                "evil.example#localhost"
            })
    void refusesEveryOtherNameOnLoopback(String host) {
        HostNames names = new HostNames("127.0.0.1", Set.of("relay.example"));

        assertThat(names.areOurs(host)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.7, true",
        "10.0.0.7:9, true",
        "[2001:db8::1]:9, true",
        "localhost, true",
        "evil.example, false",
        "[evil], false",
        "1.2.3, false"
    })
    void acceptsAnyAddressButNoNameWhenBoundToAll(String host, boolean ours) {
        assertThat(new HostNames("0.0.0.0", Set.of()).areOurs(host)).isEqualTo(ours);
        assertThat(new HostNames("::", Set.of()).areOurs(host)).isEqualTo(ours);
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8787, true",
        "https://127.0.0.1:8787, true",
        "https://relay.example, true",
        "https://relay.example:8443, true",
        "http://127.0.0.1:3000, false",
        "http://localhost:8787, false",
        "http://evil.example, false",
        "http://relay.example.evil.example, false",
        "chrome-extension://abcdef, false",
        "null, false",
        "'', false",
        "http://, false",
        "http://a b, false"
    })
    void acceptsPagesOfTheSameSiteAndOfConfiguredOnes(String origin, boolean allowed) {
        HostNames names = new HostNames("127.0.0.1", Set.of("relay.example"));

        assertThat(names.allowOrigin(origin, "127.0.0.1:8787")).isEqualTo(allowed);
    }
}
