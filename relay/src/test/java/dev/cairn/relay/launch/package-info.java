/// The scripts that find a Java and start Cairn.
@NullMarked
package dev.cairn.relay.launch;

import org.jspecify.annotations.NullMarked;
