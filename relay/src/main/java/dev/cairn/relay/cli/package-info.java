/// The commands of `cairn`. Each is a process of its own: a command that only asks the relay loads neither
/// Vert.x nor a logger, so that it is done before one notices.
@NullMarked
package dev.cairn.relay.cli;

import org.jspecify.annotations.NullMarked;
