package dev.cairn.relay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessTokenFileTest {

    private static final String KEY = "witness.endpoints[0].auth_token_file: ";

    @TempDir
    private Path dir;

    @Test
    void theTokenIsReadFromAFileThatOnlyItsOwnerMayRead() throws IOException {
        Path file = tokenFile("s3cret\n", "rw-------");

        Witness.Endpoint endpoint = read(file).config().witness().endpoints().getFirst();

        assertThat(endpoint.authToken()).isEqualTo("s3cret");
        assertThat(endpoint.toString()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx-----x"})
    void aFileThatOthersMayUseIsRefused(String mode) throws IOException {
        Path file = tokenFile("s3cret", mode);

        assertThat(problems(file))
                .containsExactly(KEY + file + ": others may use it; its mode must be 0600: chmod 600 " + file);
    }

    @Test
    void aFileThatIsNoPlainOneOfItsOwnIsRefused() throws IOException {
        Path file = tokenFile("s3cret", "rw-------");
        Path link = Files.createSymbolicLink(dir.resolve("link"), file);
        Path absent = dir.resolve("absent");

        assertThat(problems(link)).containsExactly(KEY + link + ": it is not a regular file");
        assertThat(problems(dir)).containsExactly(KEY + dir + ": it is not a regular file");
        assertThat(problems(absent)).containsExactly(KEY + absent + ": it does not exist");
        Files.createLink(dir.resolve("second"), file);
        assertThat(problems(file)).containsExactly(KEY + file + ": it has more than one name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "two words", "tab\tbed", "s\u00fcss"})
    void whatIsNoTokenIsRefusedAndNotShown(String content) throws IOException {
        Path file = tokenFile(content, "rw-------");

        assertThat(problems(file)).containsExactly(KEY + file + ": it holds no printable text without blanks");
    }

    @Test
    void aTokenFileThatIsTooLargeIsNotRead() throws IOException {
        assertThat(problems(tokenFile("t".repeat(4_097), "rw-------")))
                .singleElement()
                .asString()
                .endsWith(": it is larger than 4096 bytes");
    }

    @Test
    void aTokenAndAFileOfOneAreOneTooMany() throws IOException {
        Path file = tokenFile("s3cret", "rw-------");

        assertThat(problems("\"auth_token\":\"t\",\"auth_token_file\":\"" + file + "\""))
                .containsExactly(KEY + "given beside auth_token, of which one is enough");
    }

    @Test
    void aTokenThatWouldTravelInClearIsWarnedOf() throws IOException {
        var far = read("http://witness.example/", "\"auth_token\":\"t\"");
        var near = read("http://127.0.0.1:8080/", "\"auth_token\":\"t\"");
        var safe = read("https://witness.example/", "\"auth_token\":\"t\"");

        assertThat(far.warnings())
                .containsExactly("witness.endpoints[0].url: the token goes to another host in clear; use https");
        assertThat(near.warnings()).isEmpty();
        assertThat(safe.warnings()).isEmpty();
    }

    private Path tokenFile(String content, String mode) throws IOException {
        Path file = Files.writeString(dir.resolve("token"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private static List<String> problems(Path tokenFile) {
        return problems("\"auth_token_file\":\"" + tokenFile + "\"");
    }

    private static List<String> problems(String members) {
        List<String> problems = new ArrayList<>();
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> read("https://witness.example/", members))
                .satisfies(e -> problems.addAll(e.problems()));
        return problems;
    }

    private static RelayConfig.Reading read(Path tokenFile) {
        return read("https://witness.example/", "\"auth_token_file\":\"" + tokenFile + "\"");
    }

    private static RelayConfig.Reading read(String url, String members) {
        String endpoint = "{\"name\":\"w\",\"url\":\"" + url + "\"," + members + "}";
        byte[] file = ("{\"witness\":{\"endpoints\":[" + endpoint + "]}}").getBytes(StandardCharsets.UTF_8);
        return RelayConfig.read(file, Places.in(Path.of("/data")));
    }
}
