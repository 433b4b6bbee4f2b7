/// Seals, the keys that make them, signatures for others, and the witnesses who confirm seals
/// (`specs/audit-relay.md` 5 to 7).
@NullMarked
package dev.cairn.relay.seal;

import org.jspecify.annotations.NullMarked;
