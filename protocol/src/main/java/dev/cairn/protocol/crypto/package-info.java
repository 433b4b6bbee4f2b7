/// Ed25519 keys and signatures (RFC 8032), X25519 keys (RFC 7748) and encryption to them (RFC 9180).
/// Nothing else touches Bouncy Castle, whose classes are loaded with the first key.
@NullMarked
package dev.cairn.protocol.crypto;

import org.jspecify.annotations.NullMarked;
