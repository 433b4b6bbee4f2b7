/// Publishes seals and checkpoints to witnesses and judges the quorum.
module dev.cairn.witness {
    requires transitive dev.cairn.protocol;
    requires transitive io.vertx.core;
    requires static transitive org.jspecify;

    exports dev.cairn.witness;
}
