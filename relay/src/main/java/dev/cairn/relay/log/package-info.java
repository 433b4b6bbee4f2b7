/// What the relay logs on standard error: one JSON object a line for machines, short lines for people.
@NullMarked
package dev.cairn.relay.log;

import org.jspecify.annotations.NullMarked;
