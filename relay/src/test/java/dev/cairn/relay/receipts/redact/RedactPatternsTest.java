package dev.cairn.relay.receipts.redact;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.cairn.protocol.receipt.Redaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactPatternsTest {

    @TempDir
    private Path dir;

    @Test
    void takesOutWhatThePatternsMatchBehindTheBuiltInOnes() throws IOException {
        Redaction redaction = load("""
                patterns:
                  - name: employee
                    pattern: 'E-\\d{4}'
                  - {name: twice, pattern: "\\\\[REDACTED\\\\]+ xoxb"}
                """);

        String redacted = redaction.redact("E-1234 xoxb E-12 xoxb-1");

        assertThat(redacted).isEqualTo("[REDACTED] E-12 [REDACTED]");
    }

    @Test
    @Timeout(value = 10, unit = SECONDS, threadMode = SEPARATE_THREAD)
    void isLinearWherePatternsBacktrackElsewhere() throws IOException {
        Redaction redaction = load("patterns: [{name: slow, pattern: '(a+)+$'}]");

        String redacted = redaction.redact("a".repeat(10_000) + "b");

        assertThat(redacted).hasSize(10_001);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    patterns: [{name: n, pattern: '('}]             | pattern 1 (n): missing closing )
                    patterns: [{name: n, pattern: '(?=a)'}]         | pattern 1 (n): invalid or unsupported Perl syntax
                    patterns: [{name: n, pattern: 'a*'}]            | pattern 1 (n): it matches where there is nothing
                    patterns: [{name: n}]                           | pattern 1: expected a name and a pattern
                    patterns: [{pattern: a}]                        | pattern 1: expected a name and a pattern
                    patterns: [{name: '', pattern: a}]              | pattern 1: expected a name and a pattern
                    patterns: [{name: n, pattern: 5}]               | pattern 1: expected a name and a pattern
                    patterns: [{name: n, pattern: a, flags: i}]     | pattern 1: expected a name and a pattern
                    patterns: [a]                                   | pattern 1: expected a name and a pattern
                    patterns: {a: b}                                | expected one member, patterns, with a list
                    pattern: []                                     | expected one member, patterns, with a list
                    ''                                              | expected one member, patterns, with a list
                    patterns: [                                     | not YAML
                    patterns: !!java.net.URL [x]                    | not YAML
                    """)
    void namesTheFileThePatternAndWhatIsWrongWithIt(String yaml, String problem) {
        assertThatIOException().isThrownBy(() -> load(yaml)).withMessageContainingAll("patterns.yaml", problem);
    }

    private Redaction load(String yaml) throws IOException {
        return RedactPatterns.load(Files.writeString(dir.resolve("patterns.yaml"), yaml));
    }
}
