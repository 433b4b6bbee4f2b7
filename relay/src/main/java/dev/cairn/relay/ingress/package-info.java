/// The doors for events: Unix-socket and WebSocket frames become typed messages.
@NullMarked
package dev.cairn.relay.ingress;

import org.jspecify.annotations.NullMarked;
