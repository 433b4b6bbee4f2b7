/// What an operator wants to be taken out of receipts, beyond what every relay takes out.
@NullMarked
package dev.cairn.relay.receipts.redact;

import org.jspecify.annotations.NullMarked;
