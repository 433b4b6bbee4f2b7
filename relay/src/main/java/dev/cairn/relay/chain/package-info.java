/// The single writer: links prepared events, makes them durable, acknowledges them.
@NullMarked
package dev.cairn.relay.chain;

import org.jspecify.annotations.NullMarked;
