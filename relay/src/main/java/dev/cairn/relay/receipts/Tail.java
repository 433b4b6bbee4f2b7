package dev.cairn.relay.receipts;

import java.nio.charset.StandardCharsets;

/// The newest receipt of a chain, as it is stored.
record Tail(String chainId, long sequence, String id, String text, String hash) {

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
