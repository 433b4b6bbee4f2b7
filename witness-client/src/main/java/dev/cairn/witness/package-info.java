/// Publishes seals and checkpoints to witnesses and judges the quorum.
@NullMarked
package dev.cairn.witness;

import org.jspecify.annotations.NullMarked;
