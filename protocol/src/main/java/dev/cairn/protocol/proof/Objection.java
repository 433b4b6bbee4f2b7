package dev.cairn.protocol.proof;

import dev.cairn.protocol.witness.Contradiction;
import dev.cairn.protocol.witness.SealedTip;

/// A witness's reply that was kept as evidence: it says something against the seal that it is for
/// (`specs/audit-relay.md` 6.1, 6.4).
///
/// @param witness the name of its endpoint
/// @param asked what it was asked to confirm
/// @param isProof whether it is signed by a key that is known from elsewhere, and cannot be true beside the seal: then
///     the log is another than that witness saw, or that witness lies. Anything less, anybody could have made up.
/// @param line number of the line in the file, from 1
/// @param offset where that line begins
public record Objection(String witness, SealedTip asked, Contradiction said, boolean isProof, long line, long offset) {}
