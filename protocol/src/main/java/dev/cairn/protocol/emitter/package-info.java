/// What a host needs of the relay without being slowed down or broken by it: events and tool calls sent, texts signed.
@NullMarked
package dev.cairn.protocol.emitter;

import org.jspecify.annotations.NullMarked;
