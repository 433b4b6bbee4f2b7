/// The receipts dialect's daemon: frames from emitters become signed receipts in chains, in a SQLite store
/// (`specs/receipts.md`).
@NullMarked
package dev.cairn.relay.receipts;

import org.jspecify.annotations.NullMarked;
