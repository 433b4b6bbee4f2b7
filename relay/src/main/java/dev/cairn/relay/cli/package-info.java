/// The command line.
@NullMarked
package dev.cairn.relay.cli;

import org.jspecify.annotations.NullMarked;
