/// Where the key that signs receipts is, and who signs with it (`specs/receipts.md` 6): behind one port, a file of this
/// host or a Transit engine elsewhere.
@NullMarked
package dev.cairn.relay.receipts.key;

import org.jspecify.annotations.NullMarked;
