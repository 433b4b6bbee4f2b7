/// Verification of receipts as they are stored (`specs/receipts.md` 3.12): each on the raw object, so that those of all
/// versions and of other writers are judged by what was signed, and chain by chain in constant memory.
@NullMarked
package dev.cairn.protocol.receipt.verify;

import org.jspecify.annotations.NullMarked;
