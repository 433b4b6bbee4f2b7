/// The relay: where the process starts and where its parts are wired.
@NullMarked
package dev.cairn.relay;

import org.jspecify.annotations.NullMarked;
