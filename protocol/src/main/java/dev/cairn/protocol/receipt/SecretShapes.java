package dev.cairn.protocol.receipt;

import dev.cairn.protocol.receipt.SecretShape.Bearer;
import dev.cairn.protocol.receipt.SecretShape.JsonWebToken;
import dev.cairn.protocol.receipt.SecretShape.PrivateKey;
import dev.cairn.protocol.receipt.SecretShape.Slack;
import dev.cairn.protocol.receipt.SecretShape.Token;
import dev.cairn.protocol.receipt.SecretShape.UrlParameter;
import java.util.List;

/// The second pass of redaction: tokens and keys that are known by their shape, one shape after the other.
final class SecretShapes {

    private static final int ANY = Integer.MAX_VALUE;

    private static final List<SecretShape> ALL = List.of(
            new Token("ghp_", SecretShape::isAlphanumeric, 36, ANY),
            new Token("github_pat_", c -> SecretShape.isAlphanumeric(c) || c == '_', 82, 82),
            new Token("gho_", SecretShape::isAlphanumeric, 36, ANY),
            new Token("ghs_", SecretShape::isAlphanumeric, 36, ANY),
            new Token("ghu_", SecretShape::isAlphanumeric, 36, ANY),
            new Token("v1.", c -> SecretShape.isDigit(c) || (c >= 'a' && c <= 'f'), 40, ANY),
            new Token("sk-", c -> SecretShape.isAlphanumeric(c) || c == '-', 20, ANY),
            new Token("AKIA", c -> SecretShape.isDigit(c) || SecretShape.isUpper(c), 16, 16),
            new Bearer(),
            new JsonWebToken(),
            new Slack(),
            new PrivateKey(),
            new UrlParameter());

    private SecretShapes() {}

    static String redact(String text) {
        String redacted = text;
        for (SecretShape shape : ALL) {
            redacted = redact(redacted, shape);
        }
        return redacted;
    }

    private static String redact(String text, SecretShape shape) {
        String prefix = shape.prefix();
        int start = text.indexOf(prefix);
        if (start < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int copied = 0;
        while (start >= 0) {
            int end = shape.end(text, start);
            if (end >= 0) {
                out.append(text, copied, start + shape.kept()).append(Redaction.MARK);
                copied = end;
            }
            start = text.indexOf(prefix, end >= 0 ? end : ~end);
        }
        return out.append(text, copied, text.length()).toString();
    }
}
