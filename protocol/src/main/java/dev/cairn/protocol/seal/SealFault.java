package dev.cairn.protocol.seal;

/// Where a seals file is not what it claims to be, or says of the log what is not so.
///
/// @param line number of the line in the seals file, from 1
/// @param offset where that line begins
/// @param expected the value that was computed or read from the log; otherwise a phrase
/// @param found what stands in the line
public record SealFault(Kind kind, long line, long offset, String expected, String found) {

    /// What is wrong with a seal.
    public enum Kind {
        /// The line is no JSON object, or too long: a crash may have left it so, but the next seal does not
        /// leave it out.
        UNREADABLE,
        /// The line is no JSON object, and no crash leaves it like this.
        CHANGED,
        /// A member is missing or has not its shape.
        MALFORMED,
        /// What the seal says is not what its key has signed.
        SIGNATURE,
        /// The seal is not the next one after the seal before it, or claims to be of no chain.
        LINK,
        /// The seal is not younger than the seals before it.
        TIME,
        /// The seal covers fewer records than one before it.
        COUNT,
        /// The log has no such record: it was cut off, or begins elsewhere.
        NO_RECORD,
        /// From an earlier line on nothing of the log verifies, so that nobody can say what its record of that
        /// number is.
        UNVERIFIED,
        /// The log's record of that number has another hash.
        TIP,
        /// The line of the log's record of that number ends elsewhere.
        LOG_OFFSET,
        /// The store has more or fewer receipts than there were when it was sealed.
        ROWS
    }
}
