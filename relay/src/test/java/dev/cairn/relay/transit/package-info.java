/// A stand-in for the Transit engine of OpenBao and Vault, in a process of its own.
@NullMarked
package dev.cairn.relay.transit;

import org.jspecify.annotations.NullMarked;
