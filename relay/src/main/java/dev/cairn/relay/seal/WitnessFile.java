package dev.cairn.relay.seal;

import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessLog;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import dev.cairn.protocol.witness.WitnessReply;
import dev.cairn.relay.config.RelayConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `witnesses.relay.jsonl`, or `receipts.witnesses.jsonl`: what came of each round in which a seal was sent
/// to witnesses (`specs/audit-relay.md` 6.1). Blocking; one thread at a time.
public final class WitnessFile implements AutoCloseable {

    /// Its name in the data directory.
    public static final String NAME = "witnesses.relay.jsonl";

    private static final Logger LOG = LoggerFactory.getLogger(WitnessFile.class);

    private final LineFile file;
    private final String name;

    private WitnessFile(LineFile file, String name) {
        this.file = file;
        this.name = name;
    }

    /// Opens the file of a relay that has witnesses.
    ///
    /// @throws IOException if it must not be used as it is
    public static WitnessFile open(RelayConfig config) throws IOException {
        return open(config.dataDir(), NAME, config.chain().dataMode());
    }

    /// Likewise, for the seals of its receipts.
    static WitnessFile ofReceipts(Path directory) throws IOException {
        return open(directory, SealPlaces.RECEIPTS_WITNESSES, SealPlaces.RECEIPTS_MODE);
    }

    private static WitnessFile open(Path directory, String name, int mode) throws IOException {
        LineFile file = LineFile.open(directory, name, mode);
        if (file.repair()) {
            LOG.atWarn().addKeyValue("file", name).log("torn last line; a newline ends it, nothing is cut");
        }
        return new WitnessFile(file, name);
    }

    String name() {
        return name;
    }

    /// Adds a record, and returns when it is durable.
    void append(WitnessRecord record) throws IOException {
        file.append(record.text());
    }

    /// What counts of the records of a seal: those in which a witness confirmed or contradicted it, after
    /// which it was not asked again, so that they are no more than there are witnesses, and the last one.
    List<WitnessRecord> recordsOf(SealedTip seal) throws IOException {
        Found found = new Found(seal, name);
        WitnessLog.read(file.path(), found);
        return found.records;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static final class Found implements WitnessLog.Listener {

        private final SealedTip seal;
        private final String name;
        private final List<WitnessRecord> records = new ArrayList<>();

        Found(SealedTip seal, String name) {
            this.seal = seal;
            this.name = name;
        }

        @Override
        public void record(WitnessRecord record, long line) {
            if (!record.isOf(seal)) {
                return;
            }
            if (!records.isEmpty() && records.getLast().responses().stream().noneMatch(this::isForGood)) {
                records.removeLast();
            }
            records.add(record);
        }

        private boolean isForGood(Response response) {
            WitnessReply reply = response.reply();
            return response.isOk()
                    || (reply != null && reply.against(seal, response.status()).isPresent());
        }

        @Override
        public void unreadable(String reason, long line) {
            LOG.atWarn()
                    .addKeyValue("file", name)
                    .addKeyValue("line", line)
                    .addKeyValue("reason", reason)
                    .log("a line that cannot be read is left aside");
        }
    }
}
