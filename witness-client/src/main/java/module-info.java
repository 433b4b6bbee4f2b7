/// Publishes seals and checkpoints to witnesses and judges the quorum.
module dev.cairn.witness {
    requires dev.cairn.protocol;
    requires io.vertx.core;
    requires static transitive org.jspecify;
}
