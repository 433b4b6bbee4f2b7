/// The single writer of the audit chain: [dev.cairn.relay.chain.Recovery] reads what is there,
/// [dev.cairn.relay.chain.ChainVerticle] continues it, [dev.cairn.relay.chain.LogHistory] serves what is
/// behind the ring.
@NullMarked
package dev.cairn.relay.chain;

import org.jspecify.annotations.NullMarked;
