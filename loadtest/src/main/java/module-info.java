/// Drives a running relay through its public doors; knows the protocol and never the relay.
module dev.cairn.loadtest {
    requires dev.cairn.protocol;
    requires info.picocli;
    requires io.vertx.core;
    requires static org.jspecify;

    opens dev.cairn.loadtest to
            info.picocli;
}
