/// What is said to witnesses and what they answer: requests, signed receipts, and the records that are kept of both.
@NullMarked
package dev.cairn.protocol.witness;

import org.jspecify.annotations.NullMarked;
