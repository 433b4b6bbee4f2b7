/// Witnesses are real HTTP servers here, good and bad ones.
@NullMarked
package dev.cairn.witness;

import org.jspecify.annotations.NullMarked;
