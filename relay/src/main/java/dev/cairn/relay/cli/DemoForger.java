package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.Heartbeat;
import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keys;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealChain;
import dev.cairn.protocol.seal.SealKey;
import dev.cairn.protocol.seal.SealLine;
import dev.cairn.protocol.seal.SealReader;
import dev.cairn.relay.chain.Recovery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What somebody who may write a relay's files could do to hide one record, done to copies of them: the demo shows how
/// each attempt is found.
final class DemoForger {

    private static final String HEARTBEAT = "{\"type\":\"heartbeat\"";
    private static final String PREVIOUS = "\"relay_prev_hash\":";
    private static final String HASH = ",\"_relay_hash\":\"";

    private final Path relay;
    private final String record;

    /// @param relay the data directory that is copied
    /// @param record text of the record to hide, and of no other
    DemoForger(Path relay, String record) {
        this.relay = relay;
        this.record = record;
    }

    /// Gives the record another text.
    ///
    /// @param copy a new directory
    /// @return the number of its line
    int edit(Path copy, String harmless) throws IOException {
        List<String> lines = copyTo(copy);
        int line = hidden(lines);
        lines.set(line, lines.get(line).replace(record, harmless));
        write(copy.resolve(Recovery.LOG_NAME), lines);
        return line + 1;
    }

    /// Takes the record out and computes every hash and link behind it anew, those of the heartbeats too.
    ///
    /// @return the record's number
    long rewrite(Path copy) throws IOException {
        List<String> lines = copyTo(copy);
        int line = hidden(lines);
        long number = records(lines.subList(0, line)).size() + 1L;
        lines.remove(line);
        write(copy.resolve(Recovery.LOG_NAME), relinked(lines));
        return number;
    }

    /// The same, and then seals that again, with the relay's own key.
    void reseal(Path copy) throws IOException {
        long missing = rewrite(copy);
        List<String> log = Files.readAllLines(copy.resolve(Recovery.LOG_NAME));
        Path file = copy.resolve(Evidence.SEALS_FILE);
        List<String> seals = new ArrayList<>();
        SealChain chain = SealChain.START;
        SealReader reader = new SealReader();
        for (String line : Files.readAllLines(file)) {
            if (!(reader.read(line) instanceof SealLine.Read(Seal seal, Hash _))) {
                throw new IOException("a seal that cannot be read");
            }
            long sealed = seal.payload().count();
            long count = sealed < missing ? sealed : sealed - 1;
            Seal forged = chain.next(
                    hashOf(log, count),
                    count,
                    endOf(log, count),
                    seal.payload().instant().orElseThrow(),
                    key());
            seals.add(forged.line());
            if (reader.read(forged.line()) instanceof SealLine.Read next) {
                chain = chain.after(next);
            }
        }
        write(file, seals);
    }

    private List<String> copyTo(Path copy) throws IOException {
        Files.createDirectory(copy);
        for (String name : List.of(Evidence.SEALS_FILE, Evidence.WITNESSES_FILE)) {
            Files.copy(relay.resolve(name), copy.resolve(name));
        }
        return new ArrayList<>(Files.readAllLines(relay.resolve(Recovery.LOG_NAME)));
    }

    private int hidden(List<String> lines) throws IOException {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(record)) {
                return i;
            }
        }
        throw new IOException("the log has no record of " + record);
    }

    private static List<String> relinked(List<String> lines) {
        List<String> relinked = new ArrayList<>();
        Tip tip = new Tip(null, 0);
        HeartbeatLine beat = null;
        for (String line : lines) {
            if (line.startsWith(HEARTBEAT)) {
                beat = HeartbeatLine.of(moved(HeartbeatLine.read(line).heartbeat(), tip, beat));
                relinked.add(beat.text());
            } else {
                String text = linkedTo(tip.hash(), line);
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                Hash hash = Hash.of(bytes, 0, bytes.length);
                tip = new Tip(hash, tip.count() + 1);
                relinked.add(text.substring(0, text.length() - 1) + HASH + hash + "\"}");
            }
        }
        return relinked;
    }

    /// The text that is hashed: the record without its hash, behind another one than before.
    private static String linkedTo(@Nullable Hash previous, String line) {
        String text = line.substring(0, line.lastIndexOf(HASH)) + "}";
        int from = text.indexOf(PREVIOUS) + PREVIOUS.length();
        int to = from + (text.startsWith("null", from) ? "null".length() : Hash.TEXT_LENGTH + 2);
        return text.substring(0, from) + (previous == null ? "null" : "\"" + previous + "\"") + text.substring(to);
    }

    private static Heartbeat moved(Heartbeat beat, Tip tip, @Nullable HeartbeatLine previous) {
        return new Heartbeat(
                beat.at(),
                tip,
                beat.uptimeMillis(),
                beat.seq(),
                previous == null ? null : previous.hash(),
                beat.kind(),
                beat.dueMillis(),
                beat.salt(),
                beat.repair(),
                beat.notes());
    }

    private static Hash hashOf(List<String> log, long count) {
        String line = records(log).get((int) count - 1);
        int from = line.lastIndexOf(HASH) + HASH.length();
        return new Hash(line.substring(from, from + Hash.TEXT_LENGTH));
    }

    private static long endOf(List<String> log, long count) {
        String last = records(log).get((int) count - 1);
        long end = 0;
        for (String line : log) {
            end += line.getBytes(StandardCharsets.UTF_8).length + 1;
            if (line.equals(last)) {
                return end;
            }
        }
        throw new IllegalStateException("the log has no record " + count);
    }

    private static List<String> records(List<String> log) {
        return log.stream().filter(line -> !line.startsWith(HEARTBEAT)).toList();
    }

    private SealKey key() throws IOException {
        if (Keyring.in(Evidence.sealRing(relay)).active() instanceof Keys.Lookup.Found(SealKey key)) {
            return key;
        }
        throw new IOException("the relay's key cannot be read");
    }

    private static void write(Path file, List<String> lines) throws IOException {
        Files.writeString(file, String.join("\n", lines) + "\n");
    }
}
