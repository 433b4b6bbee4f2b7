/// JSON as bytes: one parser that makes a [JsonTape], one writer that makes canonical text of it.
@NullMarked
package dev.cairn.protocol.json;

import org.jspecify.annotations.NullMarked;
