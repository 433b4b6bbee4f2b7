package dev.cairn.relay.receipts.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// The id of a chain, byte for byte as its store has it: two ids that only look the same stay two chains.
public final class StoredChain {

    private final byte[] id;

    StoredChain(byte[] id) {
        this.id = id;
    }

    public static StoredChain of(String id) {
        return new StoredChain(id.getBytes(UTF_8));
    }

    byte[] bytes() {
        return id;
    }

    /// The id as text.
    public String text() {
        return new String(id, UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredChain chain && Arrays.equals(id, chain.id);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(id);
    }

    @Override
    public String toString() {
        return text();
    }
}
