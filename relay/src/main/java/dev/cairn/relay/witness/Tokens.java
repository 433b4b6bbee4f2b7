package dev.cairn.relay.witness;

import dev.cairn.protocol.audit.Hash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Who may have seals anchored: names, and of their secrets only hashes.
public final class Tokens {

    /// Nobody needs one: the witness is open to whoever reaches it.
    public static final Tokens NONE = new Tokens(List.of());

    /// Owners a witness can serve; each presented token is compared with all of theirs.
    static final int MAX = 1_000;

    private record Token(String name, Hash hash) {

        boolean hasHash(Hash other) {
            return MessageDigest.isEqual(ascii(hash), ascii(other));
        }

        private static byte[] ascii(Hash hash) {
            return hash.text().getBytes(StandardCharsets.US_ASCII);
        }
    }

    private final List<Token> all;

    private Tokens(List<Token> all) {
        this.all = List.copyOf(all);
    }

    boolean areRequired() {
        return !all.isEmpty();
    }

    /// How many there are.
    public int count() {
        return all.size();
    }

    /// The name that a token belongs to; how long the answer takes does not tell how close a wrong one is.
    Optional<String> nameOf(String presented) {
        Hash hash = hash(presented);
        Optional<String> name = Optional.empty();
        for (Token token : all) {
            if (token.hasHash(hash)) {
                name = Optional.of(token.name);
            }
        }
        return name;
    }

    /// Reads lines `name:token`; blank ones and those that begin with `#` are passed over. One name may have
    /// several tokens, so that one can be replaced without an interruption.
    ///
    /// @throws IllegalArgumentException that names the line and what is wrong with it, never its content
    static Tokens parse(String text) {
        List<Token> tokens = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                tokens.add(token(line, i + 1, tokens));
            }
        }
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException("there is no line name:token in it");
        }
        if (tokens.size() > MAX) {
            throw new IllegalArgumentException("it has more than " + MAX + " tokens");
        }
        return new Tokens(tokens);
    }

    private static Token token(String line, int number, List<Token> before) {
        int colon = line.indexOf(':');
        if (colon < 0 || !line.substring(0, colon).matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "line " + number + ": expected name:token, the name of 1 to 64 letters, digits, dots, - or _");
        }
        String secret = line.substring(colon + 1);
        if (!secret.matches("[A-Za-z0-9._~+/=-]{16,256}")) {
            throw new IllegalArgumentException(
                    "line " + number
                            + ": expected a token of 16 to 256 letters, digits or . _ ~ + / = - and no blanks behind the colon");
        }
        Hash hash = hash(secret);
        if (before.stream().anyMatch(other -> other.hasHash(hash))) {
            throw new IllegalArgumentException("line " + number + ": the same token as in a line before it");
        }
        return new Token(line.substring(0, colon), hash);
    }

    private static Hash hash(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        return Hash.of(bytes, 0, bytes.length);
    }

    @Override
    public String toString() {
        return all.size() + " tokens";
    }
}
