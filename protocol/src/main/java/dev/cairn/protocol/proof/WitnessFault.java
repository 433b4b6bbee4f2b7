package dev.cairn.protocol.proof;

/// Where a file of witnesses' replies is not what it claims to be.
///
/// @param line number of the line in the file, from 1
/// @param offset where that line begins
/// @param expected what should stand there
/// @param found what stands there
public record WitnessFault(Kind kind, long line, long offset, String expected, String found) {

    /// What is wrong with a record.
    public enum Kind {
        /// The line is no record.
        UNREADABLE,
        /// The record is of a seal that the seals file does not have.
        NO_SEAL,
        /// The record, or a reply that counts as a confirmation, names another tip, count or signature than
        /// the seal.
        CONTRADICTION,
        /// The receipt is not signed by the key that it names, or there is none where one was recorded.
        SIGNATURE,
        /// The receipt is signed by another key than that of the witness it is said to be from.
        KEY,
        /// The record says that the quorum holds, which the replies do not show.
        QUORUM
    }
}
