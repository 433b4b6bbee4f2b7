package dev.cairn.loadtest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// Remembers the signatures that a run was given, so that they can be verified afterwards.
///
/// 32 bytes a request. One thread writes; whoever reads waits until it has ended.
final class GivenSignatures {

    private static final String HEAD = "{\"ok\":true,\"signature\":\"hmac-sha256:";
    private static final String BETWEEN = "\",\"key_id\":\"";
    private static final int HEX_DIGITS = 64;
    private static final int KEY_ID_MAX = 64;
    private static final int BYTES = HEX_DIGITS / 2;

    private final int run;
    private final byte[][] signaturesByConnection;
    private final int[] requests;
    private String keyId = "";

    GivenSignatures(int run, int connections) {
        this.run = run;
        this.signaturesByConnection = new byte[connections][0];
        this.requests = new int[connections];
    }

    int run() {
        return run;
    }

    int connections() {
        return requests.length;
    }

    /// Takes the answer `bytes[from, to)` to request number `request` of `connection`.
    ///
    /// @return false if that is no signature, or one by another key than those before it
    boolean add(int connection, long request, ByteBuffer bytes, int from, int to) {
        byte[] line = new byte[Math.min(to - from, HEAD.length() + HEX_DIGITS + BETWEEN.length() + KEY_ID_MAX + 1)];
        bytes.get(from, line);
        String answer = new String(line, StandardCharsets.ISO_8859_1);
        int end = HEAD.length() + HEX_DIGITS;
        int keyAt = end + BETWEEN.length();
        int keyEnd = answer.indexOf('"', Math.min(keyAt, answer.length()));
        if (keyEnd < 0
                || !answer.startsWith(HEAD)
                || !answer.startsWith(BETWEEN, end)
                || !answer.substring(HEAD.length(), end).matches("[0-9a-f]{64}")) {
            return false;
        }
        String key = answer.substring(keyAt, keyEnd);
        keyId = keyId.isEmpty() ? key : keyId;
        put(connection, Math.toIntExact(request), answer.substring(HEAD.length(), end));
        return key.equals(keyId);
    }

    private void put(int connection, int request, String hex) {
        int at = Math.multiplyExact(request, BYTES);
        if (at + BYTES > signaturesByConnection[connection].length) {
            signaturesByConnection[connection] =
                    Arrays.copyOf(signaturesByConnection[connection], Math.max(4096 * BYTES, at * 2));
        }
        System.arraycopy(HexFormat.of().parseHex(hex), 0, signaturesByConnection[connection], at, BYTES);
        requests[connection] = request + 1;
    }

    /// Of the key that signed; empty when nothing was signed.
    String keyId() {
        return keyId;
    }

    /// Just past the last request of `connection` that was signed.
    int requests(int connection) {
        return requests[connection];
    }

    /// The signature as it was given; empty if that request was none to sign, or was refused.
    String signature(int connection, int request) {
        byte[] all = signaturesByConnection[connection];
        int at = request * BYTES;
        boolean isGiven = false;
        for (int i = at; i < at + BYTES; i++) {
            isGiven |= all[i] != 0;
        }
        return isGiven ? "hmac-sha256:" + HexFormat.of().formatHex(all, at, at + BYTES) : "";
    }
}
