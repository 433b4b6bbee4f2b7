package dev.cairn.relay.config;

import java.util.ArrayList;
import java.util.List;

/// What was met while a configuration was read, shared by all its sections.
final class ConfigNotes {

    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<ConfigKey> keys = new ArrayList<>();

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
