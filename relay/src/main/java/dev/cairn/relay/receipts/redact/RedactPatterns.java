package dev.cairn.relay.receipts.redact;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cairn.protocol.receipt.Redaction;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// An operator's own patterns for [Redaction], from a YAML file `patterns: [{name, pattern}]`
/// (`specs/receipts.md` 3.10). RE2 syntax: no pattern can take longer than linear time, whatever the text.
public final class RedactPatterns {

    private static final int FILE_MAX = 1 << 20;
    private static final int PATTERNS_MAX = 1000;

    private final Path file;
    private final List<UnaryOperator<String>> patterns = new ArrayList<>();

    private RedactPatterns(Path file) {
        this.file = file;
    }

    /// The built-in redaction and, behind it, the patterns of `file`.
    ///
    /// @throws IOException that names the file, the pattern and what is wrong with it
    public static Redaction load(Path file) throws IOException {
        RedactPatterns read = new RedactPatterns(file);
        read.readAll(read.parse());
        return Redaction.withPatterns(read.patterns);
    }

    private @Nullable Object parse() throws IOException {
        if (Files.size(file) > FILE_MAX) {
            throw wrong("longer than " + FILE_MAX + " bytes");
        }
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setCodePointLimit(FILE_MAX)
                .setMaxAliasesForCollections(0)
                .build();
        try {
            return new Load(settings).loadFromString(Files.readString(file));
        } catch (YamlEngineException e) {
            throw wrong("not YAML: " + e.getMessage());
        }
    }

    private void readAll(@Nullable Object document) throws IOException {
        if (!(document instanceof Map<?, ?> members)
                || members.size() != 1
                || !(members.get("patterns") instanceof List<?> entries)) {
            throw wrong("expected one member, patterns, with a list");
        }
        if (entries.size() > PATTERNS_MAX) {
            throw wrong("more than " + PATTERNS_MAX + " patterns");
        }
        for (Object entry : entries) {
            patterns.add(read(entry, patterns.size() + 1));
        }
    }

    private UnaryOperator<String> read(@Nullable Object entry, int number) throws IOException {
        if (!(entry instanceof Map<?, ?> members)
                || members.size() != 2
                || !(members.get("name") instanceof String name)
                || !(members.get("pattern") instanceof String text)
                || name.isEmpty()
                || text.isEmpty()) {
            throw wrong("pattern " + number + ": expected a name and a pattern, both texts");
        }
        Pattern pattern = compile(text, number, name);
        if (pattern.matcher("").find()) {
            throw wrong("pattern " + number + " (" + name + "): it matches where there is nothing");
        }
        return given -> pattern.matcher(given).replaceAll(Redaction.MARK);
    }

    private Pattern compile(String text, int number, String name) throws IOException {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw wrong("pattern " + number + " (" + name + "): " + e.getDescription());
        }
    }

    private FileSystemException wrong(String reason) {
        return new FileSystemException(file.toString(), null, reason);
    }
}
