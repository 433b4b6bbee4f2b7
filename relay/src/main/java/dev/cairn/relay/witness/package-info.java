/// The witness server: takes anchors of other people's seals, keeps them in a chain of its own, signs that it did.
@NullMarked
package dev.cairn.relay.witness;

import org.jspecify.annotations.NullMarked;
