/// The keys of receipts as files (`specs/receipts.md` 6): formats, checks, publishing, archives, rotation's steps.
@NullMarked
package dev.cairn.protocol.receipt.key;

import org.jspecify.annotations.NullMarked;
