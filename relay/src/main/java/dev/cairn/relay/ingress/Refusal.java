package dev.cairn.relay.ingress;

import java.util.Locale;

/// Why the relay turned something away at the door; the lower-case name is the metric's `reason`.
enum Refusal {
    INVALID("refused requests"),
    OVERSIZE("refused a line over the limit"),
    UNFINISHED("closed a connection: its line had not ended when others needed the memory"),
    UNHEARD("closed a connection: its answers are not taken and hold too much memory"),
    CONNECTIONS("refused a connection: too many are open"),
    RECEIPTS("refused a connection: length-prefixed frames are not spoken here"),
    BINARY("closed a WebSocket: requests are text"),
    IDLE("closed a connection that was silent for too long"),
    STORE("refused events: they cannot be stored");

    private final String message;

    Refusal(String message) {
        this.message = message;
    }

    /// What the security log says.
    String message() {
        return message;
    }

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
