/// What a log, its seals and the replies of witnesses prove together.
@NullMarked
package dev.cairn.protocol.proof;

import org.jspecify.annotations.NullMarked;
