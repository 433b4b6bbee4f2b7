/// Seals over the tip of a chain, the keys that sign them, and what else is signed on request
/// (`specs/audit-relay.md` 5).
@NullMarked
package dev.cairn.protocol.seal;

import org.jspecify.annotations.NullMarked;
