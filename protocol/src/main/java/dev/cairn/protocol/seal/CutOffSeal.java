package dev.cairn.protocol.seal;

/// Tells a line of a seals file that a crash cut off from one that was changed (`specs/audit-relay.md` 5.1).
///
/// A seal is one write. What a crash, or a full disk, leaves of it is the beginning of the line, exactly as a relay
/// writes it, or zeros where the bytes were to be; a start then ends it with a newline. Where a seal crosses a page,
/// the later page may be on the disk and the earlier one not: the zeros are before the rest then. No other line that
/// cannot be read comes from a crash.
///
/// Each step goes over what is as it should be; where all bytes are, the line is such a beginning.
final class CutOffSeal {

    private static final String TIME = "0000-00-00T00:00:00.000Z";
    private static final int HASH_DIGITS = 64;
    private static final int NUMBER_DIGITS_MAX = 16;
    private static final int ESCAPE_DIGITS = 4;

    private final byte[] line;
    private final int end;
    private int at;

    private CutOffSeal(byte[] line, int from, int end) {
        this.line = line;
        this.end = end;
        at = from;
    }

    /// Whether `line[from, to)`, which is no JSON and has no newline in it, is what a crash leaves.
    static boolean is(SealForm form, byte[] line, int from, int to) {
        int end = to;
        while (end > from && line[end - 1] == 0) {
            end--;
        }
        if (end == from) {
            return to > from;
        }
        CutOffSeal seal = new CutOffSeal(line, from, end);
        boolean isWhole = switch (form) {
            case CHAIN -> seal.common() && (seal.isNext(',') ? seal.link() : seal.text("}"));
            case STORE -> seal.common() && seal.heads();
        };
        return seal.at < end ? line[seal.at] == 0 : end < to || !isWhole;
    }

    private boolean common() {
        return text("{\"sealed_at\":\"")
                && time()
                && text("\",\"tip_hash\":")
                && hash()
                && text(",\"chained_events\":")
                && number()
                && text(",\"signature\":")
                && signature()
                && text(",\"key_id\":\"")
                && digits(16, HASH_DIGITS)
                && text("\"");
    }

    private boolean link() {
        return text(",\"_seal\":{\"seq\":")
                && number()
                && text(",\"prev_hash\":")
                && (isNext('"') ? hash() : text("null"))
                && text(",\"log_offset\":")
                && number()
                && text(",\"signature\":")
                && signature()
                && text("}}");
    }

    private boolean heads() {
        boolean goesOn = text(",\"heads\":[") && head();
        while (goesOn && isNext(',')) {
            goesOn = text(",") && head();
        }
        return goesOn && text("]}");
    }

    private boolean head() {
        return text("{\"chain_id\":\"")
                && chainId()
                && text(",\"receipt_hash\":")
                && hash()
                && text(",\"sequence\":")
                && number()
                && text("}");
    }

    private boolean hash() {
        return text("\"sha256:") && digits(16, HASH_DIGITS) && text("\"");
    }

    private boolean signature() {
        return text("\"hmac-sha256:") && digits(16, HASH_DIGITS) && text("\"");
    }

    private boolean number() {
        return digits(10, NUMBER_DIGITS_MAX);
    }

    private boolean time() {
        for (int i = 0; i < TIME.length(); i++) {
            boolean isDigit = TIME.charAt(i) == '0';
            if (isDigit ? !isDigit(10) : !isNext(TIME.charAt(i))) {
                return false;
            }
            at++;
        }
        return true;
    }

    /// A string's content and the quote that ends it.
    private boolean chainId() {
        while (at < end && line[at] != '"') {
            boolean isControl = line[at] >= 0 && line[at] < ' ';
            if (isControl || (line[at] == '\\' && !escape())) {
                return false;
            }
            at++;
        }
        return text("\"");
    }

    /// Up to the last byte of it.
    private boolean escape() {
        at++;
        if (at < end && line[at] == 'u') {
            at++;
            boolean goesOn = digits(16, ESCAPE_DIGITS) && at < end;
            at -= goesOn ? 1 : 0;
            return goesOn;
        }
        return at < end && "\"\\/bfnrt".indexOf(line[at]) >= 0;
    }

    private boolean text(String expected) {
        for (int i = 0; i < expected.length(); i++) {
            if (!isNext(expected.charAt(i))) {
                return false;
            }
            at++;
        }
        return true;
    }

    private boolean digits(int radix, int most) {
        int from = at;
        while (at - from < most && isDigit(radix)) {
            at++;
        }
        return at > from;
    }

    /// Upper-case digits are none that a relay writes.
    private boolean isDigit(int radix) {
        return at < end && (line[at] < 'A' || line[at] > 'F') && Character.digit(line[at], radix) >= 0;
    }

    private boolean isNext(char expected) {
        return at < end && line[at] == expected;
    }
}
