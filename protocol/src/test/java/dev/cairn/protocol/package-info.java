/// What the tests of all packages share: the vectors.
@NullMarked
package dev.cairn.protocol;

import org.jspecify.annotations.NullMarked;
