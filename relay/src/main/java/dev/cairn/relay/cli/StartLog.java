package dev.cairn.relay.cli;

import dev.cairn.relay.Relay;
import dev.cairn.relay.config.AutoSeal;
import dev.cairn.relay.config.RelayConfig;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/// What the log says of a start, beside what was recovered (`specs/audit-relay.md` 4.5): where the configuration comes
/// from, where the relay listens, when it seals, whether it works.
///
/// @param configFile null when there is none
record StartLog(Logger log, RelayConfig config, @Nullable Path configFile) {

    void configuration() {
        if (configFile == null) {
            log.atInfo().log("no configuration file");
        } else {
            log.atInfo()
                    .addKeyValue("file", configFile.toAbsolutePath().toString())
                    .log("configuration read");
        }
    }

    /// @param down parts that cannot do their work
    void started(Relay.Doors doors, Map<String, String> down) {
        for (Path socket : doors.sockets()) {
            boolean isOurs = config.ingress().sockets().contains(socket);
            String group = isOurs ? config.ingress().socketGroup().orElse("") : "";
            LoggingEventBuilder line = log.atInfo().addKeyValue("socket", socket.toString());
            (group.isEmpty() ? line : line.addKeyValue("group", group)).log("listening");
        }
        if (doors.http() == null) {
            log.atInfo().log("no HTTP server");
        } else {
            log.atInfo().addKeyValue("http", doors.http().toString()).log("listening");
        }
        AutoSeal seal = config.autoSeal();
        log.atInfo()
                .addKeyValue("enabled", seal.enabled())
                .addKeyValue("minutes", seal.intervalMinutes())
                .addKeyValue("min_events", seal.minEventsBetweenSeals())
                .log("auto-seal");
        long pid = ProcessHandle.current().pid();
        if (down.isEmpty()) {
            log.atInfo().addKeyValue("pid", pid).log("ready");
        } else {
            log.atWarn()
                    .addKeyValue("pid", pid)
                    .addKeyValue("part", String.join(", ", down.keySet()))
                    .log("started, but not ready");
        }
    }
}
