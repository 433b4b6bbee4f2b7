/// A thin emitter for hosts that must never be slowed down or broken by the relay.
@NullMarked
package dev.cairn.protocol.emitter;

import org.jspecify.annotations.NullMarked;
