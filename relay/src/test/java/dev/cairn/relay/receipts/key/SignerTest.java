package dev.cairn.relay.receipts.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SignerTest {

    private static final HexFormat HEX = HexFormat.of();

    static Stream<Arguments> signers() {
        Function<Ed25519KeyPair, Optional<Signer>> bouncyCastle = pair -> Optional.of(new Signer.BouncyCastle(pair));
        Function<Ed25519KeyPair, Optional<Signer>> corretto = CorrettoSigner::load;
        return Stream.of(
                Arguments.argumentSet("Bouncy Castle", bouncyCastle), Arguments.argumentSet("Corretto", corretto));
    }

    @ParameterizedTest
    @MethodSource("signers")
    void signsAsTheStandardDoes(Function<Ed25519KeyPair, Optional<Signer>> loading) throws IOException {
        List<Map<String, String>> vectors = vectors();

        assertThat(vectors).isNotEmpty().allSatisfy(vector -> {
            Signer signer = load(loading, Ed25519KeyPair.fromSeed(HEX.parseHex(vector.get("seed"))));
            List<byte[]> signatures = signer.sign(List.of(HEX.parseHex(vector.get("message"))));
            assertThat(signatures).containsExactly(HEX.parseHex(vector.get("signature")));
        });
    }

    @ParameterizedTest
    @MethodSource("signers")
    void signsAChunkInItsOrderWithTheSameBytesAsTheOther(Function<Ed25519KeyPair, Optional<Signer>> loading) {
        Random random = new Random(7);
        byte[] seed = new byte[Ed25519KeyPair.SEED_LENGTH];
        random.nextBytes(seed);
        Ed25519KeyPair pair = Ed25519KeyPair.fromSeed(seed);
        Signer signer = load(loading, pair);
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] message = new byte[random.nextInt(3_000)];
            random.nextBytes(message);
            messages.add(message);
        }

        List<byte[]> signatures = signer.sign(messages);

        assertThat(signatures)
                .containsExactly(messages.stream().map(pair::signRaw).toArray(byte[][]::new));
    }

    @ParameterizedTest
    @MethodSource("signers")
    void manyThreadsMayAskAtOnce(Function<Ed25519KeyPair, Optional<Signer>> loading) {
        Ed25519KeyPair pair = Ed25519KeyPair.fromSeed(new byte[Ed25519KeyPair.SEED_LENGTH]);
        Signer signer = load(loading, pair);

        List<String> texts = Stream.iterate(0, i -> i + 1)
                .limit(500)
                .map(i -> "message " + i)
                .toList();
        List<Boolean> verdicts = texts.parallelStream()
                .map(text -> text.getBytes(UTF_8))
                .map(message -> pair.publicKey()
                        .verifies(message, signer.sign(List.of(message)).getFirst()))
                .toList();

        assertThat(verdicts).hasSize(500).containsOnly(true);
    }

    private static Signer load(Function<Ed25519KeyPair, Optional<Signer>> loading, Ed25519KeyPair pair) {
        Optional<Signer> signer = loading.apply(pair);
        assumeTrue(signer.isPresent(), "the native signer does not load on this machine");
        return signer.orElseThrow();
    }

    private static List<Map<String, String>> vectors() throws IOException {
        Path file =
                Path.of(System.getProperty("vectors", "../../shared/vectors")).resolve("ed25519/rfc8032.json");
        assumeTrue(Files.exists(file), () -> "third-party vectors are absent: " + file.toAbsolutePath());
        List<Map<String, String>> vectors = new ArrayList<>();
        Map<String, String> vector = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
            while (parser.nextToken() != null) {
                switch (parser.currentToken()) {
                    case VALUE_STRING -> vector.put(String.valueOf(parser.currentName()), parser.getText());
                    case END_OBJECT -> {
                        if (vector.containsKey("seed")) {
                            vectors.add(vector);
                        }
                        vector = new HashMap<>();
                    }
                    default -> {}
                }
            }
        }
        return vectors;
    }
}
