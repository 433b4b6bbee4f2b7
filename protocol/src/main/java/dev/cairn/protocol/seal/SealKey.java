package dev.cairn.protocol.seal;

import dev.cairn.protocol.audit.Hash;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// A key of the ring: signs and verifies with HMAC-SHA-256 (`specs/audit-relay.md` 5.1, 5.2 and 13).
///
/// A key file holds 32 bytes, raw or as 64 hexadecimal digits. The reading whose SHA-256 begins with the
/// file's id is the key; where neither does, the key may verify by both and sign by none. Thread-safe; shows
/// its id and nothing else.
public final class SealKey {

    /// Bytes of a key.
    public static final int LENGTH = 32;

    static final int ID_LENGTH = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final String SIGNATURE_PREFIX = "hmac-sha256:";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16,64}");
    private static final Pattern SIGNATURE = Pattern.compile("hmac-sha256:[0-9a-f]{64}");
    private static final Pattern HEX_FILE = Pattern.compile("[0-9a-fA-F]{64}\r?\n?");

    private final String id;
    private final boolean maySign;

    private final List<SecretKeySpec> readings;

    /// One for each reading, never used but as something to copy: a copy costs less than a new one and
    /// belongs to the thread that made it. Made when the first is needed, which brings in all of the JDK's
    /// cryptography: no start should wait for that.
    private volatile @Nullable List<Mac> prototypes;

    private SealKey(String id, boolean maySign, List<byte[]> readings) {
        this.id = id;
        this.maySign = maySign;
        this.readings = readings.stream() // Copies: whoever read the file wipes what it read.
                .map(reading -> new SecretKeySpec(reading, ALGORITHM))
                .toList();
    }

    /// The key that a file of that id holds.
    ///
    /// @throws IllegalArgumentException if the content is empty
    static SealKey of(String id, byte[] content) {
        List<byte[]> readings = readings(content);
        for (byte[] reading : readings) {
            if (reading.length == LENGTH && hex(Hash.sha256().digest(reading)).startsWith(id)) {
                return new SealKey(id, true, List.of(reading));
            }
        }
        return new SealKey(id, false, readings);
    }

    private static List<byte[]> readings(byte[] content) {
        if (content.length == 0) {
            throw new IllegalArgumentException("is empty");
        }
        List<byte[]> readings = new ArrayList<>();
        readings.add(content);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (HEX_FILE.matcher(text).matches()) {
            readings.add(HexFormat.of().parseHex(text, 0, 2 * LENGTH));
        }
        return readings;
    }

    /// The id of a raw key: the first 16 hexadecimal digits of its SHA-256.
    static String idOf(byte[] raw) {
        return hex(Hash.sha256().digest(raw)).substring(0, ID_LENGTH);
    }

    /// Whether `text` has the form of a key id: 16 to 64 lower-case hexadecimal digits.
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /// Whether `text` has the form of a signature: `hmac-sha256:` and 64 lower-case hexadecimal digits.
    public static boolean isSignature(String text) {
        return SIGNATURE.matcher(text).matches();
    }

    public String id() {
        return id;
    }

    /// Whether the content of its file is what its id says; otherwise it verifies only.
    public boolean maySign() {
        return maySign;
    }

    /// The signature of `text` in its text form.
    ///
    /// @throws IllegalStateException if the key may verify only
    public String sign(String text) {
        return sign(SignedText.utf8(text));
    }

    String sign(byte[] text) {
        if (!maySign) {
            throw new IllegalStateException("key " + id + " may verify only");
        }
        return signature(prototypes().getFirst(), text);
    }

    /// Whether `signature` is that of `text`. Takes the same time wherever they differ.
    public boolean verifies(String text, String signature) {
        byte[] bytes = SignedText.utf8(text);
        byte[] given = signature.getBytes(StandardCharsets.UTF_8);
        boolean good = false;
        for (Mac prototype : prototypes()) {
            byte[] expected = signature(prototype, bytes).getBytes(StandardCharsets.UTF_8);
            good |= MessageDigest.isEqual(expected, given);
        }
        return good;
    }

    private List<Mac> prototypes() {
        List<Mac> made = prototypes;
        if (made == null) {
            made = readings.stream().map(SealKey::mac).toList(); // Twice by chance is no harm: they are the same.
            prototypes = made;
        }
        return made;
    }

    private static String signature(Mac prototype, byte[] text) {
        try {
            Mac mac = (Mac) prototype.clone();
            return SIGNATURE_PREFIX + hex(mac.doFinal(text));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e); // The JDK's own can be copied.
        }
    }

    private static Mac mac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("no " + ALGORITHM); // Every Java platform has it; nothing of the key here.
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public String toString() {
        return "key " + id;
    }
}
