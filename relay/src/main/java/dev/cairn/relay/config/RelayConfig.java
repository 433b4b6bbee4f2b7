package dev.cairn.relay.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The whole configuration of a relay; one that exists is valid. Keys are those of `relay-config.json`
/// (`specs/audit-relay.md` 4.4), the key of a component is its name in snake_case inside its section.
public record RelayConfig(
        Path dataDir,
        Ingress ingress,
        Chain chain,
        Stream stream,
        Http http,
        Heartbeat heartbeat,
        Audit audit,
        AutoSeal autoSeal,
        Witness witness) {

    /// Who may connect and how much at once. Key `ingress`.
    ///
    /// @param sockets Cairn's own sockets, where the first byte tells the dialect
    /// @param socketMode permission bits of each socket, for instance 0660; key `socket_mode`, at top level as
    ///     in the peer's file
    /// @param socketGroup group of each socket; key `socket_group` at top level
    /// @param lineBytesMax longest request line without its newline; a line of up to 65,535 UTF-16 units is
    ///     accepted whatever this says
    /// @param unansweredBytesMax request bytes of one connection that wait for their answers before it is no
    ///     longer read
    /// @param pendingBytesMax record bytes of all connections that wait for the disk before none is read
    /// @param unfinishedBytesMax bytes of unfinished lines of all connections together
    /// @param idleTimeout a request/answer connection that is silent for this long is closed
    public record Ingress(
            List<Path> sockets,
            int socketMode,
            Optional<String> socketGroup,
            int connectionsMax,
            int connectionsPerUidMax,
            int lineBytesMax,
            int unansweredBytesMax,
            int pendingBytesMax,
            int unfinishedBytesMax,
            Duration idleTimeout) {}

    /// The single writer. Key `chain`.
    ///
    /// @param batchBytesMax most bytes of one commit
    /// @param commitDelay how long a commit waits for company; zero commits at once
    /// @param dataMode permission bits of the log, for instance 0640; key `data_mode` at top level
    public record Chain(int batchBytesMax, Duration commitDelay, int dataMode) {}

    /// Live subscribers. Key `stream`.
    ///
    /// @param ring newest records kept in memory for subscribers that keep up
    /// @param ringBytesMax most bytes of them
    /// @param subscribersMax WebSockets on `/v1/stream`
    /// @param stallTimeout a subscriber that takes nothing for this long is closed with 1013
    public record Stream(int ring, int ringBytesMax, int subscribersMax, Duration stallTimeout) {}

    /// The one HTTP server. Key `http`.
    ///
    /// @param allowedHosts names besides the address itself that a `Host` or `Origin` header may give
    public record Http(String host, int port, Set<String> allowedHosts) {}

    /// Proof of life. Key `heartbeat`.
    ///
    /// @param idleBackoff doubles the time between heartbeat lines while nothing happens
    ///     (`specs/audit-relay.md` 4.2)
    public record Heartbeat(Duration interval, boolean idleBackoff) {}

    /// The audit dialect. Key `audit`.
    ///
    /// @param acceptDamage start once over damage in the middle of the log and record it
    public record Audit(boolean wellKnownPaths, boolean acceptDamage) {}

    /// When the chain is sealed. Key `auto_seal`.
    public record AutoSeal(boolean enabled, int intervalMinutes, int minEventsBetweenSeals) {}

    /// Who confirms seals. Key `witness`.
    public record Witness(boolean enabled, List<Endpoint> endpoints, int quorum) {

        /// @param authToken empty when none; never printed
        public record Endpoint(String name, String url, String authToken) {

            @Override
            public String toString() {
                return "Endpoint[name=" + name + "]";
            }
        }
    }
}
