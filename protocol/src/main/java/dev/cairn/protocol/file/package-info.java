/// Files that only their owner may change and that nobody can replace; files that only grow.
@NullMarked
package dev.cairn.protocol.file;

import org.jspecify.annotations.NullMarked;
