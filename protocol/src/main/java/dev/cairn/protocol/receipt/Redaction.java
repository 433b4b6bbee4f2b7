package dev.cairn.protocol.receipt;

import java.util.List;
import java.util.function.UnaryOperator;

/// Takes secrets out of free text before it gets into a receipt (`specs/receipts.md` 3.10): members of JSON
/// with telling names, tokens of known shapes, and an operator's own patterns. Linear in the text, whatever
/// it is.
///
/// Immutable, and safe to share as far as the operator's patterns are.
public final class Redaction {

    /// What stands where a secret was.
    public static final String MARK = "[REDACTED]";

    private static final Redaction BUILT_IN = new Redaction(List.of());

    private final List<UnaryOperator<String>> patterns;

    private Redaction(List<UnaryOperator<String>> patterns) {
        this.patterns = patterns;
    }

    public static Redaction builtIn() {
        return BUILT_IN;
    }

    /// The built-in redaction, followed by patterns in their order. Each replaces what it matches by [#MARK].
    public static Redaction withPatterns(List<UnaryOperator<String>> patterns) {
        return new Redaction(List.copyOf(patterns));
    }

    public String redact(String text) {
        String redacted = SecretShapes.redact(SecretMembers.redact(text));
        for (UnaryOperator<String> pattern : patterns) {
            redacted = pattern.apply(redacted);
        }
        return redacted;
    }
}
