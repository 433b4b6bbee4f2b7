package dev.cairn.protocol.json;

/// What a node of a [JsonTape] is.
public enum JsonKind {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    TRUE,
    FALSE,
    NULL;

    static final JsonKind[] BY_ORDINAL = values();
}
