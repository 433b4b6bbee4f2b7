package dev.cairn.relay.config;

import java.util.List;

/// A configuration that is wrong: every problem at once, each beginning with its full key.
public final class InvalidConfigException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    private final transient List<String> warnings;

    InvalidConfigException(List<String> problems, List<String> warnings) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
        this.warnings = List.copyOf(warnings);
    }

    /// What deserves a warning besides.
    public List<String> warnings() {
        return warnings;
    }

    public List<String> problems() {
        return problems;
    }
}
