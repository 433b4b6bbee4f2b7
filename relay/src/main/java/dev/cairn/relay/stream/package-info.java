/// Subscribers of the host's chains, heartbeats and control messages.
@NullMarked
package dev.cairn.relay.stream;

import org.jspecify.annotations.NullMarked;
