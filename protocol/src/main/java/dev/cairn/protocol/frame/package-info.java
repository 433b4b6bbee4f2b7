/// Frames cut from a byte stream: lines, 4-byte lengths, and which of the two a connection speaks.
@NullMarked
package dev.cairn.protocol.frame;

import org.jspecify.annotations.NullMarked;
