package dev.cairn.relay.stream;

/// What there is of a chain that a subscriber asks for.
sealed interface Found {

    /// Its feed, and its newest sequence.
    record Chain(Feed feed, long tip) implements Found {}

    /// Nothing that could be followed now.
    ///
    /// @param code what the subscriber is told
    record Nothing(String code) implements Found {}

    /// It does not exist, or cannot be read.
    Nothing UNKNOWN = new Nothing("unknown-chain");

    /// As many others are followed as the relay serves.
    Nothing TOO_MANY = new Nothing("too-many-chains");
}
