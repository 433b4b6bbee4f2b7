/// Drives a running relay through its public doors; knows the protocol and never the relay. The sockets are
/// the JDK's: a load generator must cost less than what it measures.
module dev.cairn.loadtest {
    requires HdrHistogram;
    requires dev.cairn.protocol;
    requires info.picocli;
    requires java.sql;
    requires org.xerial.sqlitejdbc;
    requires static org.jspecify;

    opens dev.cairn.loadtest to
            info.picocli;
}
