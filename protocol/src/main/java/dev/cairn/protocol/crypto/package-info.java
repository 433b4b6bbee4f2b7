/// Ed25519 keys and signatures (RFC 8032), encryption to a public key (RFC 9180). Nothing else touches Bouncy Castle,
/// whose classes are loaded with
/// the first key.
@NullMarked
package dev.cairn.protocol.crypto;

import org.jspecify.annotations.NullMarked;
