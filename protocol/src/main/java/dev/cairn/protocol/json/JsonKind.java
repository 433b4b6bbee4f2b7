package dev.cairn.protocol.json;

/// What a node of a [JsonTape] is.
public enum JsonKind {
    OBJECT(JsonTape.OBJECT),
    ARRAY(JsonTape.ARRAY),
    STRING(JsonTape.STRING),
    NUMBER(JsonTape.NUMBER),
    TRUE(JsonTape.TRUE),
    FALSE(JsonTape.FALSE),
    NULL(JsonTape.NULL);

    /// The kinds by their codes, which are their places in the order above.
    static final JsonKind[] BY_CODE = values();

    final int code;

    JsonKind(int code) {
        this.code = code;
    }
}
