package dev.cairn.relay.config;

import dev.cairn.relay.config.Receipts.Privacy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What was met while a configuration was read, shared by all its sections.
final class ConfigNotes {

    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<ConfigKey> keys = new ArrayList<>();
    private final Predicate<Privacy> lacksKey;

    /// @param lacksKey whether disclosure names no key, all told
    ConfigNotes(Predicate<Privacy> lacksKey) {
        this.lacksKey = lacksKey;
    }

    boolean lacksKey(Privacy privacy) {
        return lacksKey.test(privacy);
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
