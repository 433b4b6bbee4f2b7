/// The receipts dialect as the relay writes it (`specs/receipts.md`): frames, receipts, chain ids, redaction,
/// disclosure. No clock, no I/O.
@NullMarked
package dev.cairn.protocol.receipt;

import org.jspecify.annotations.NullMarked;
