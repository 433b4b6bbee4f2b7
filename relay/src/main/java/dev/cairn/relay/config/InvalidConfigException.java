package dev.cairn.relay.config;

import java.util.List;

/// A configuration that is wrong: every problem at once, each beginning with its full key.
public final class InvalidConfigException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    InvalidConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
