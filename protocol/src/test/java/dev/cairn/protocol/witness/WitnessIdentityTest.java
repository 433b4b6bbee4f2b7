package dev.cairn.protocol.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessIdentityTest {

    private static final Ed25519PublicKey KEY =
            Ed25519KeyPair.fromSeed(new byte[Ed25519KeyPair.SEED_LENGTH]).publicKey();

    @Test
    void differentWitnessesCountEach() {
        List<WitnessIdentity> witnesses = IntStream.range(0, 100)
                .mapToObj(i -> witness("w" + i, "https://w.example/" + i, null))
                .toList();

        assertThat(WitnessIdentity.countDistinct(witnesses)).isEqualTo(100);
        assertThat(WitnessIdentity.countDistinct(List.of())).isZero();
    }

    @Test
    void thoseThatShareNameOrPlaceOrKeyCountOnce() {
        WitnessIdentity first = witness("a", "https://w.example/x", KEY);

        assertThat(count(first, witness("a", "https://w2.example/", null))).isEqualTo(1);
        assertThat(count(first, witness("b", "https://w.example/x?other#part", null)))
                .isEqualTo(1);
        assertThat(count(first, witness("c", "https://w3.example/", KEY))).isEqualTo(1);
        assertThat(count(first, first)).isEqualTo(1);
        assertThat(count(first, witness("d", "https://w.example/y", null))).isEqualTo(2);
    }

    @Test
    void twoThatAreTheSameAsAThirdAreTheSame() {
        WitnessIdentity byName = witness("a", "https://one.example/", null);
        WitnessIdentity byKey = witness("b", "https://two.example/", KEY);
        WitnessIdentity both = witness("a", "https://three.example/", KEY);

        assertThat(count(byName, byKey)).isEqualTo(2);
        assertThat(count(byName, byKey, both)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "https://user:secret@W.Example:443/a/../b?token=x#y,https://w.example/b",
        "HTTP://w.example:80,http://w.example/",
        "http://w.example:8080/a%20b,http://w.example:8080/a%20b",
        "http://[::1]:81/,http://[::1]:81/"
    })
    void aUrlIsStoredWithoutWhatMayBeSecret(URI url, String stored) {
        assertThat(WitnessUrl.of(url)).hasToString(stored);
    }

    @Test
    void slashesAtTheEndAreNoOtherPlace() {
        assertThat(count(witness("a", "http://w.example/x", null), witness("b", "http://w.example/x//", null)))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://w.example/secret", "secret", "http:/secret", "https:secret"})
    void anythingElseIsNoUrlAndIsNotShown(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WitnessUrl.of(URI.create(url)))
                .withMessage("expected an http or https URL");
    }

    private static int count(WitnessIdentity... witnesses) {
        return WitnessIdentity.countDistinct(List.of(witnesses));
    }

    private static WitnessIdentity witness(String name, String url, @Nullable Ed25519PublicKey key) {
        return new WitnessIdentity(name, WitnessUrl.of(URI.create(url)), key);
    }
}
