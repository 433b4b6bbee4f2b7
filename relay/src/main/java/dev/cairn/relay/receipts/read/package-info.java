/// Reading stores of receipts, ours and those of the peer's programs, while their writer goes on or after it is gone
/// (`specs/receipts.md` 5 and 8.9). A store is opened read-only, and nothing in it is believed.
@NullMarked
package dev.cairn.relay.receipts.read;

import org.jspecify.annotations.NullMarked;
