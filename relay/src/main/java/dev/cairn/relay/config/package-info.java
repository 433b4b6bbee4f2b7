/// One record per section; every mistake is reported at once by its full key.
@NullMarked
package dev.cairn.relay.config;

import org.jspecify.annotations.NullMarked;
