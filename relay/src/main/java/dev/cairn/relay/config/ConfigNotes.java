package dev.cairn.relay.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What was met while a configuration was read, shared by all its sections.
final class ConfigNotes {

    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<ConfigKey> keys = new ArrayList<>();
    private final Predicate<String> isGivenElsewhere;

    /// @param isGivenElsewhere tells by a key's full name that it may be missing here
    ConfigNotes(Predicate<String> isGivenElsewhere) {
        this.isGivenElsewhere = isGivenElsewhere;
    }

    boolean isGivenElsewhere(String key) {
        return isGivenElsewhere.test(key);
    }

    void problem(String text) {
        problems.add(text);
    }

    void warning(String text) {
        warnings.add(text);
    }

    void key(ConfigKey key) {
        keys.add(key);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    List<ConfigKey> keys() {
        return List.copyOf(keys);
    }

    void refuse() {
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems, warnings);
        }
    }
}
