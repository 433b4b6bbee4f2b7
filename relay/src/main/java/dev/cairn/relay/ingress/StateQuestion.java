package dev.cairn.relay.ingress;

/// What can be asked about the relay's state; answered from what is durable when the answer's turn comes.
enum StateQuestion {
    PING,
    SEAL_STATUS,
    CHAIN_STATE,
    RECEIPTS
}
