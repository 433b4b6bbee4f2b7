package dev.cairn.protocol.receipt;

/// The beginning of what a user asked for, without secrets (`specs/receipts.md` 3.3).
record PromptPreview(String text, boolean isTruncated) {

    private static final int POINTS_MAX = 256;

    /// The first 256 characters of a text.
    static PromptPreview of(String text) {
        if (text.length() <= POINTS_MAX || text.codePointCount(0, text.length()) <= POINTS_MAX) {
            return new PromptPreview(text, false);
        }
        return new PromptPreview(text.substring(0, text.offsetByCodePoints(0, POINTS_MAX)), true);
    }
}
