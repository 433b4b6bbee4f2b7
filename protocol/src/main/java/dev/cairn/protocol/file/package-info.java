/// Files that only grow.
@NullMarked
package dev.cairn.protocol.file;

import org.jspecify.annotations.NullMarked;
