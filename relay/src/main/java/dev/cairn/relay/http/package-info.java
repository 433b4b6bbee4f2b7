/// The HTTP server of the host: health, metrics, console.
@NullMarked
package dev.cairn.relay.http;

import org.jspecify.annotations.NullMarked;
