/// Drives a running relay through its public doors and says how fast it is.
@NullMarked
package dev.cairn.loadtest;

import org.jspecify.annotations.NullMarked;
