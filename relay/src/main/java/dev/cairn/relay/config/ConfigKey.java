package dev.cairn.relay.config;

/// One key that the configuration knows, its full name, what it takes and what holds without it: the rows of
/// `docs/configuration.md`.
public record ConfigKey(String name, String expected, String otherwise) {}
