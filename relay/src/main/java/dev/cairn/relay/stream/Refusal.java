package dev.cairn.relay.stream;

/// Why a subscriber's socket is closed by the relay: the `code` of its `err` frame and the close code that
/// follows.
enum Refusal {
    MALFORMED("malformed", 4400),
    UNKNOWN_CHAIN("unknown-chain", 4400),
    UNSUPPORTED_VERSION("unsupported-version", 1000),
    BINARY("malformed", 1003),
    TOO_LARGE("too-large", 1009),
    HELLO_TIMEOUT("hello-timeout", 4408),
    RATE_LIMITED("rate-limited", 4429),
    TOO_MANY_SUBSCRIBERS("too-many-subscribers", 1013),
    TOO_SLOW("consumer-too-slow", 1013),
    STOPPING("stopping", 1012),
    INTERNAL("internal", 1011);

    private final String code;
    private final int closeCode;

    Refusal(String code, int closeCode) {
        this.code = code;
        this.closeCode = closeCode;
    }

    String code() {
        return code;
    }

    int closeCode() {
        return closeCode;
    }
}
