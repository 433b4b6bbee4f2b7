package dev.cairn.protocol;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A value in a JSON vector file: `Map`, `List`, `String`, `Long`, `Double`, `Boolean` or `null`, read by
/// another parser than ours. Unpaired surrogates, which the texts in such files hold, stay as they are.
public record VectorFile(@Nullable Object value) {

    private static final JsonFactory JSON = new JsonFactory();

    /// A file of `vectors/audit` in the test resources.
    public static VectorFile audit(String name) {
        return resource("audit/" + name);
    }

    /// A file of `vectors/receipts` in the test resources.
    public static VectorFile receipts(String name) {
        return resource("receipts/" + name);
    }

    private static VectorFile resource(String path) {
        try (InputStream file = VectorFile.class.getResourceAsStream("/vectors/" + path);
                JsonParser parser = JSON.createParser(Objects.requireNonNull(file, path))) {
            return read(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A third-party file, read in place; the test is skipped where it is absent.
    public static Path thirdParty(String path) {
        Path file =
                Path.of(System.getProperty("vectors", "../../shared/vectors")).resolve(path);
        assumeTrue(
                Files.exists(file),
                () -> "third-party vectors are absent: " + file.toAbsolutePath().normalize());
        return file;
    }

    public static VectorFile parse(String json) {
        try (JsonParser parser = JSON.createParser(json)) {
            return read(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean has(String member) {
        return members().containsKey(member);
    }

    public VectorFile at(String member) {
        if (!has(member)) {
            throw new IllegalArgumentException(
                    "no member " + member + " in " + members().keySet());
        }
        return new VectorFile(members().get(member));
    }

    public List<VectorFile> items() {
        return ((List<?>) Objects.requireNonNull(value))
                .stream().map(VectorFile::new).toList();
    }

    public Map<?, ?> members() {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    public String text() {
        return (String) Objects.requireNonNull(value);
    }

    public String text(String member) {
        return at(member).text();
    }

    public long number() {
        return (Long) Objects.requireNonNull(value);
    }

    public boolean flag() {
        return (Boolean) Objects.requireNonNull(value);
    }

    /// The value as JSON text again, in ASCII.
    public String json() {
        StringBuilder out = new StringBuilder();
        print(value, out);
        return out.toString();
    }

    /// A short name for reports.
    @Override
    public String toString() {
        if (value instanceof Map<?, ?> map && map.get("name") instanceof String name) {
            return name;
        }
        String json = json();
        return json.length() > 120 ? json.substring(0, 120) + '…' : json;
    }

    private static VectorFile read(JsonParser parser) throws IOException {
        parser.nextToken();
        return new VectorFile(readValue(parser));
    }

    private static @Nullable Object readValue(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    object.put(key, readValue(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                List<@Nullable Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(readValue(parser));
                }
                yield array;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IllegalStateException("unexpected " + parser.currentToken());
        };
    }

    private static void print(@Nullable Object value, StringBuilder out) {
        switch (value) {
            case Map<?, ?> map -> {
                String separator = "{";
                for (Map.Entry<?, ?> member : map.entrySet()) {
                    out.append(separator);
                    print(member.getKey(), out);
                    print(member.getValue(), out.append(':'));
                    separator = ",";
                }
                out.append(map.isEmpty() ? "{}" : "}");
            }
            case List<?> list -> {
                String separator = "[";
                for (Object item : list) {
                    print(item, out.append(separator));
                    separator = ",";
                }
                out.append(list.isEmpty() ? "[]" : "]");
            }
            case String text -> {
                out.append('"');
                text.chars()
                        .forEach(unit -> out.append(
                                unit < 0x20 || unit > 0x7E || unit == '"' || unit == '\\'
                                        ? String.format("\\u%04x", unit)
                                        : String.valueOf((char) unit)));
                out.append('"');
            }
            case null, default -> out.append(value);
        }
    }
}
