package dev.cairn.protocol.receipt;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What an operator decides about receipts (`specs/receipts.md` 3.6, 3.10, 3.11).
///
/// @param errorMax characters of an error that are kept; 0 keeps all
/// @param disclosed of which actions the input is disclosed
/// @param disclosure to whom; `null` when to nobody
public record ReceiptRules(
        String issuerId,
        RiskTable risks,
        Redaction redaction,
        int errorMax,
        DisclosurePolicy disclosed,
        @Nullable Disclosure disclosure) {

    /// The issuer whom the peer project's tools expect.
    public static final String DEFAULT_ISSUER = "did:agent-receipts-daemon:local";

    /// The verification method that goes with it.
    public static final String DEFAULT_VERIFICATION_METHOD = DEFAULT_ISSUER + "#k1";

    private static final String CUT = " […error truncated]";

    public ReceiptRules {
        if (issuerId.isEmpty() || errorMax < 0) {
            throw new IllegalArgumentException("an empty issuer, or a limit of " + errorMax);
        }
        if (disclosure == null && !disclosed.equals(new DisclosurePolicy.Off())) {
            throw new IllegalArgumentException("inputs are to be disclosed, but to nobody");
        }
    }

    /// The rules where nobody decided anything.
    public static ReceiptRules standard() {
        return new ReceiptRules(
                DEFAULT_ISSUER, RiskTable.standard(), Redaction.builtIn(), 0, new DisclosurePolicy.Off(), null);
    }

    /// A reader of frames that keeps of their inputs what is to be disclosed.
    public FrameReader newReader() {
        return new FrameReader(disclosed.disclosed(risks));
    }

    /// An error as a receipt shows it.
    String error(String error) {
        if (error.isEmpty()) {
            return error;
        }
        String shown = redaction.redact(error);
        if (errorMax == 0 || shown.codePointCount(0, shown.length()) <= errorMax) {
            return shown;
        }
        return shown.substring(0, shown.offsetByCodePoints(0, errorMax)) + CUT;
    }

    PromptPreview preview(String prompt) {
        return PromptPreview.of(prompt.isEmpty() ? prompt : redaction.redact(prompt));
    }

    /// The disclosure of a canonical input; `null` when there is none to make, or when it fails: a receipt with
    /// the hash alone is better than none.
    ///
    /// @param undisclosed is told why it fails
    @Nullable
    String envelope(@Nullable String input, Consumer<String> undisclosed) {
        if (disclosure == null || input == null) {
            return null;
        }
        if (!input.startsWith("{")) {
            undisclosed.accept("the input is no JSON object");
            return null;
        }
        try {
            return disclosure.envelope(input.getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            undisclosed.accept("it cannot be encrypted: " + e);
            return null;
        }
    }
}
