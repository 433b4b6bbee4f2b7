package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.protocol.audit.AuditVerifier;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.LogFileVerifier;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.seal.SealFault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealLogTest {

    @TempDir
    Path directory;

    private Keyring keys = Keyring.in(Path.of("absent"));

    @BeforeEach
    void makeRing() throws IOException {
        TestKeys.chmod(directory, "rwx------");
        keys = Keyring.in(TestKeys.ring(directory));
    }

    @Test
    void sealsAreCheckedInOnePassOverTheLog() throws Exception {
        SealedLog log = new SealedLog()
                .records(3)
                .seal()
                .seal()
                .key(TestKeys.second())
                .records(2)
                .seal()
                .records(1);

        SealReport report = verify(log);

        assertThat(report.faults()).isEmpty();
        assertThat(report.isSound()).isTrue();
        assertThat(report.lines()).isEqualTo(3);
        assertThat(report.signed()).isEqualTo(3);
        assertThat(report.compared()).isEqualTo(3);
        assertThat(report.unchecked() + report.unlinked() + report.torn() + report.unterminated())
                .isZero();
        assertThat(proven(report)).isEqualTo(5);
        assertThat(report.chain()).isEqualTo(log.chain());
        assertThat(report.end()).isEqualTo(log.sealBytes().length);
    }

    @Test
    void theThreadedWayThroughAFileFindsTheSame() throws Exception {
        SealedLog log = new SealedLog();
        for (int i = 0; i < 400; i++) {
            log.records(i % 23).records(1).seal();
        }
        String first = new String(log.sealBytes(), 0, log.sealStart(1), UTF_8);
        log.rawSeal(first).records(2_000).seal();

        SealReport serial = verify(log);
        SealReport threaded = verifyFile(log);

        assertThat(threaded).isEqualTo(serial);
        assertThat(threaded.compared()).isEqualTo(401);
        assertThat(threaded.faults())
                .extracting(SealFault::kind)
                .containsExactly(Kind.LINK, Kind.TIME, Kind.COUNT, Kind.LINK);
    }

    @Test
    void sealsWhoseKeyCannotBeReadAreNoFaults() throws Exception {
        TestKeys.chmod(directory.resolve("seal/" + TestKeys.SECOND_ID + ".key"), "rw-r--r--");
        SealedLog log = new SealedLog()
                .records(1)
                .seal()
                .key(SealKey.of(SealKey.idOf(new byte[32]), new byte[32]))
                .records(1)
                .seal()
                .key(TestKeys.second())
                .records(1)
                .seal();

        SealReport report = verify(log);

        assertThat(report.isSound()).isTrue();
        assertThat(report.signed()).isEqualTo(1);
        assertThat(report.unchecked()).isEqualTo(2);
        assertThat(report.unreadableKeys())
                .containsOnlyKeys(SealKey.idOf(new byte[32]), TestKeys.SECOND_ID)
                .containsEntry(SealKey.idOf(new byte[32]), "there is no such key");
        assertThat(report.compared()).isEqualTo(3);
        assertThat(proven(report)).isEqualTo(1);
    }

    @Test
    void withoutKeysTipsAreComparedAndNothingIsProven() throws Exception {
        SealReport report = verify(new SealedLog().records(2).seal(), Keys.NONE);

        assertThat(report.isSound()).isTrue();
        assertThat(report.compared()).isEqualTo(1);
        assertThat(report.proven()).isNull();
        assertThat(Objects.requireNonNull(report.last()).payload().count()).isEqualTo(2);
    }

    @Test
    void sealsOfThePeerAreAdoptedAndThenFollowed() throws Exception {
        SealedLog log = new SealedLog()
                .records(1)
                .peersSeal()
                .records(1)
                .peersSeal()
                .records(1)
                .seal();

        SealReport report = verify(log);

        assertThat(report.faults()).isEmpty();
        assertThat(report.unlinked()).isEqualTo(2);
        assertThat(Objects.requireNonNull(Objects.requireNonNull(report.last()).link())
                        .seq())
                .isEqualTo(3);
    }

    @Test
    void aSealThatLostItsLinkIsAFault() throws Exception {
        SealedLog log = new SealedLog().records(1).seal().records(1).peersSeal();

        SealFault fault = onlyFault(log);

        assertThat(fault)
                .isEqualTo(new SealFault(Kind.LINK, 2, log.sealStart(1), "seal 2 after " + hash(log, 0), "no link"));
    }

    @Test
    void aSealThatWasTakenOutIsMissed() throws Exception {
        SealedLog log =
                new SealedLog().records(1).seal().records(1).seal().records(1).seal();
        byte[] bytes = log.sealBytes();
        byte[] without = new byte[bytes.length - (log.sealStart(2) - log.sealStart(1))];
        System.arraycopy(bytes, 0, without, 0, log.sealStart(1));
        System.arraycopy(bytes, log.sealStart(2), without, log.sealStart(1), bytes.length - log.sealStart(2));

        SealReport report = verify(log.logBytes(), without, keys);

        assertThat(report.faults())
                .containsExactly(new SealFault(
                        Kind.LINK,
                        2,
                        log.sealStart(1),
                        "seal 2 after " + hash(log, 0),
                        "seal 3 after " + hash(log, 1)));
    }

    @Test
    void renumberingWithoutTheKeyIsNotSigned() throws Exception {
        SealedLog log = new SealedLog().records(2).seal(1).seal(2);
        Seal forged = log.nextSeal(2);
        SealLink link = Objects.requireNonNull(forged.link());
        SealedLog shortened = new SealedLog().records(2).seal(1);
        SealLink renumbered = new SealLink(2, shortened.chain().last(), link.logOffset(), link.signature());
        shortened.sealLine(forged.linked(renumbered).line());

        SealFault fault = onlyFault(shortened);

        assertThat(fault.kind()).isEqualTo(Kind.SIGNATURE);
        assertThat(fault.line()).isEqualTo(2);
        assertThat(fault.expected()).isEqualTo("a signature by key " + TestKeys.FIRST_ID);
    }

    @Test
    void aLogThatWasCutOffIsFoundByItsSeals() throws Exception {
        SealedLog log = new SealedLog().records(3).seal().records(2).seal();
        byte[] cut = Arrays.copyOf(log.logBytes(), (int) log.end(4));

        SealReport report = verify(cut, log.sealBytes(), keys);

        assertThat(report.faults())
                .containsExactly(
                        new SealFault(Kind.NO_RECORD, 2, log.sealStart(1), "record 5", "the log ends with record 4"));
        assertThat(proven(report)).isEqualTo(3);
    }

    @Test
    void aLogThatWasWrittenAnewIsFoundByItsSeals() throws Exception {
        SealedLog log = new SealedLog().records(3).seal();
        SealedLog other = new SealedLog().records(4);
        byte[] anew =
                new String(other.logBytes(), UTF_8).replace("evt_1", "evt_x").getBytes(UTF_8);
        byte[] forged = rehashed(anew);

        SealReport report = verify(forged, log.sealBytes(), keys);

        SealFault fault = report.faults().getFirst();
        assertThat(report.faults()).hasSize(1);
        assertThat(fault.kind()).isEqualTo(Kind.TIP);
        assertThat(fault.found()).isEqualTo(log.tip(3).text());
        assertThat(Hash.isHash(fault.expected())).isTrue();
        assertThat(report.proven()).isNull();
    }

    @Test
    void aSealOfAnotherTipOrPlaceIsFound() throws Exception {
        SealedLog log = new SealedLog().records(3);
        Seal wrongTip = log.chain().next(log.tip(2), 3, log.end(3), Instant.EPOCH, TestKeys.first());
        log.sealLine(wrongTip.line());
        Seal wrongOffset = log.chain().next(log.tip(3), 3, log.end(2), Instant.EPOCH, TestKeys.first());
        log.sealLine(wrongOffset.line());

        SealReport report = verify(log);

        assertThat(report.faults())
                .containsExactly(
                        new SealFault(
                                Kind.TIP, 1, 0, log.tip(3).text(), log.tip(2).text()),
                        new SealFault(
                                Kind.LOG_OFFSET, 2, log.sealStart(1), "offset " + log.end(3), "offset " + log.end(2)));
    }

    @Test
    void countsNeverDecreaseAndTimesAlwaysIncrease() throws Exception {
        SealedLog log = new SealedLog().records(3).seal();
        SealChain forgetful = new SealChain(1, log.chain().last(), null, 0, true);
        log.follow(forgetful).seal(2);

        SealReport report = verify(log);

        assertThat(report.faults())
                .containsExactly(
                        new SealFault(
                                Kind.TIME,
                                2,
                                log.sealStart(1),
                                "after 2026-07-01T08:00:00Z",
                                "2026-07-01T08:00:00.000Z"),
                        new SealFault(Kind.COUNT, 2, log.sealStart(1), "at least 3 records", "2 records"));
    }

    @Test
    void aTimeThatDoesNotExistIsAFault() throws Exception {
        SealedLog log = new SealedLog().records(1);
        var payload = new SealPayload(log.tip(1), 1, "2026-02-30T00:00:00Z");

        SealFault fault =
                onlyFault(log.sealLine(Seal.sign(payload, TestKeys.first()).line()));

        assertThat(fault.kind()).isEqualTo(Kind.TIME);
    }

    @Test
    void aSealOfNoRecordIsAFault() throws Exception {
        SealedLog log = new SealedLog().records(1);
        var payload = new SealPayload(log.tip(1), 0, "2026-07-01T08:00:00Z");

        SealFault fault =
                onlyFault(log.sealLine(Seal.sign(payload, TestKeys.first()).line()));

        assertThat(fault.kind()).isEqualTo(Kind.NO_RECORD);
    }

    @Test
    void aLineThatACrashTornIsLeftOutByTheNextSeal() throws Exception {
        SealedLog log = new SealedLog().records(2).seal(1);
        String torn = log.nextSeal(2).line().substring(0, 60);
        log.rawSeal(torn + "\n").rawSeal("\n").seal(2);

        SealReport report = verify(log);

        assertThat(report.faults()).isEmpty();
        assertThat(report.torn()).isEqualTo(1);
        assertThat(report.lines()).isEqualTo(3);
        assertThat(report.signed()).isEqualTo(2);
    }

    @Test
    void aSealThatBecameATornLineIsMissed() throws Exception {
        SealedLog log = new SealedLog().records(2).seal(1).seal(2).seal(2);
        byte[] seals = log.sealBytes();
        seals[log.sealStart(1)] = 'x';

        SealReport report = verify(log.logBytes(), seals, keys);

        assertThat(report.faults()).extracting(SealFault::kind).containsExactly(Kind.UNREADABLE, Kind.LINK);
        assertThat(report.faults().getFirst().offset()).isEqualTo(log.sealStart(1));
    }

    @Test
    void whatHasNoNewlineYetIsNotASeal() throws Exception {
        SealedLog log = new SealedLog().records(2).seal(1);
        String next = log.nextSeal(2).line();
        log.rawSeal(next);

        SealReport report = verify(log);

        assertThat(report.isSound()).isTrue();
        assertThat(report.signed()).isEqualTo(1);
        assertThat(report.end()).isEqualTo(log.sealStart(1));
        assertThat(report.unterminated()).isEqualTo(next.length());
    }

    @Test
    void linesThatAreNoSealsAndLinesWithoutEndAreFaults() throws Exception {
        SealedLog log = new SealedLog()
                .records(1)
                .rawSeal("{}\n")
                .rawSeal("x".repeat(70_000) + "\n")
                .rawSeal("y".repeat(700_000) + "\n")
                .rawSeal("  \r\n")
                .seal();

        SealReport report = verify(log);

        assertThat(report.faults())
                .extracting(SealFault::kind)
                .containsExactly(Kind.MALFORMED, Kind.UNREADABLE, Kind.UNREADABLE);
        assertThat(report.faults()).extracting(SealFault::line).containsExactly(1L, 2L, 3L);
        assertThat(report.faults()).extracting(SealFault::offset).containsExactly(0L, (long) log.sealStart(1), (long)
                log.sealStart(2));
        assertThat(report.signed()).isEqualTo(1);
        assertThat(report.end()).isEqualTo(log.sealBytes().length);
        SealReport endless = verify(log.logBytes(), "z".repeat(700_000).getBytes(UTF_8), keys);
        assertThat(endless.isSound()).isTrue();
        assertThat(endless.unterminated()).isEqualTo(700_000);
    }

    @Test
    void anEmptyFileIsSound() throws Exception {
        SealReport report = verify(new SealedLog().records(1));

        assertThat(report.isSound()).isTrue();
        assertThat(report.lines()).isZero();
        assertThat(report.chain()).isEqualTo(SealChain.START);
    }

    @Test
    void faultsAreTold256TimesAtMost() throws Exception {
        SealedLog log = new SealedLog().records(1).rawSeal("{}\n".repeat(1_000));

        assertThat(verify(log).faults()).hasSize(SealReport.FAULTS_MAX);
    }

    @Test
    void aVerificationThatGoesOnFromAStateComparesWhatFollows() throws Exception {
        SealedLog log = new SealedLog().records(3).seal(1).seal(2).seal(3);
        LogState from = LogState.at(log.end(2), new Tip(log.tip(2), 2), null);
        byte[] bytes = log.logBytes();

        try (SealLog seals = SealLog.open(write("s", log.sealBytes()), keys)) {
            var verifier = new AuditVerifier(from, seals.alongside(from, LogListener.NONE));
            verifier.accept(bytes, (int) log.end(2), bytes.length);
            SealReport report = seals.report(verifier.verdict());

            assertThat(report.faults()).isEmpty();
            assertThat(report.compared()).isEqualTo(2);
            assertThat(report.signed()).isEqualTo(3);
        }
    }

    @Test
    void sealsBehindAcceptedDamageAreCompared() throws Exception {
        SealedLog log = new SealedLog().records(4).seal(3).seal(4);
        byte[] edited =
                new String(log.logBytes(), UTF_8).replace("evt_2", "evt_z").getBytes(UTF_8);

        try (SealLog seals = SealLog.open(write("s", log.sealBytes()), keys)) {
            var verifier = new AuditVerifier(LogState.START, seals.alongside(LogState.START, LogListener.NONE));
            verifier.accept(edited, 0, edited.length);
            verifier.expectNoRepair();
            LogVerdict verdict = verifier.verdict();
            SealReport report = seals.report(verdict);

            assertThat(verdict).isInstanceOf(LogVerdict.Broken.class);
            assertThat(report.faults()).isEmpty();
            assertThat(report.compared()).isEqualTo(2);
        }
        SealReport torn = verify(edited, log.sealBytes(), keys);
        assertThat(torn.faults()).extracting(SealFault::found).containsOnly("the log verifies up to record 1");
    }

    @Test
    void everythingElseThatIsHeardIsPassedOn() throws Exception {
        SealedLog log = new SealedLog().records(5).seal(2).seal(4);
        var heard = new ArrayList<String>();
        LogListener other = new LogListener() {
            private long next = 2;

            @Override
            public void record(long seq, long offset, int length) {
                heard.add("record " + seq);
            }

            @Override
            public long awaited() {
                return next;
            }

            @Override
            public void reached(Tip tip, long end) {
                heard.add("reached " + tip.count() + " at " + end);
                next++;
            }
        };

        SealReport report = verify(log.logBytes(), log.sealBytes(), keys, other);

        assertThat(heard)
                .containsExactly(
                        "record 1",
                        "record 2",
                        "reached 2 at " + log.end(2),
                        "record 3",
                        "reached 3 at " + log.end(3),
                        "record 4",
                        "reached 4 at " + log.end(4),
                        "record 5",
                        "reached 5 at " + log.end(5));
        assertThat(report.compared()).isEqualTo(2);
    }

    @Test
    void aSealsFileIsReadWithoutALog() throws Exception {
        SealedLog log = new SealedLog().records(2).seal(1).seal(2);

        try (SealLog seals = SealLog.open(write("s", log.sealBytes()), keys)) {
            SealReport report = seals.report();

            assertThat(report.chain()).isEqualTo(log.chain());
            assertThat(report.signed()).isEqualTo(2);
            assertThat(report.compared()).isZero();
        }
    }

    @Test
    void whatCannotBeReadIsTold() throws Exception {
        Path file = write("s", new SealedLog().records(1).seal().sealBytes());
        SealLog seals = SealLog.open(file, keys);
        seals.close();

        seals.alongside(LogState.START, LogListener.NONE);

        assertThatExceptionOfType(IOException.class).isThrownBy(seals::report);
    }

    private SealFault onlyFault(SealedLog log) throws Exception {
        List<SealFault> faults = verify(log).faults();
        assertThat(faults).hasSize(1);
        return faults.getFirst();
    }

    private SealReport verify(SealedLog log) throws Exception {
        return verify(log, keys);
    }

    private SealReport verify(SealedLog log, Keys with) throws Exception {
        return verify(log.logBytes(), log.sealBytes(), with);
    }

    private SealReport verify(byte[] log, byte[] seals, Keys with) throws Exception {
        return verify(log, seals, with, LogListener.NONE);
    }

    private SealReport verify(byte[] log, byte[] bytes, Keys with, LogListener other) throws Exception {
        try (SealLog seals = SealLog.open(write("seals.relay.jsonl", bytes), with)) {
            var verifier = new AuditVerifier(LogState.START, seals.alongside(LogState.START, other));
            verifier.accept(log, 0, log.length);
            return seals.report(verifier.verdict());
        }
    }

    private SealReport verifyFile(SealedLog log) throws Exception {
        Path file = write("events.relay.jsonl", log.logBytes());
        try (SealLog seals = SealLog.open(write("seals.relay.jsonl", log.sealBytes()), keys)) {
            LogListener listener = seals.alongside(LogState.START, LogListener.NONE);
            return seals.report(new LogFileVerifier(file, 2).verify(LogState.START, listener, _ -> {}));
        }
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(directory.resolve(name), content);
    }

    private static long proven(SealReport report) {
        return Objects.requireNonNull(report.proven()).payload().count();
    }

    private static Hash hash(SealedLog log, int seal) {
        byte[] bytes = log.sealBytes();
        int to = log.sealStart(seal);
        while (bytes[to] != '\n') {
            to++;
        }
        return ((SealLine.Read) new SealReader().read(bytes, log.sealStart(seal), to)).hash();
    }

    /// The log with hashes and links that are right again.
    private static byte[] rehashed(byte[] log) {
        StringBuilder text = new StringBuilder();
        String previous = "null";
        for (String line : new String(log, UTF_8).split("\n", -1)) {
            if (!line.isEmpty()) {
                String id = line.replaceAll(".*\"id\":\"(evt_.)\".*", "$1");
                String hashed = "{\"_relay\":{\"relay_prev_hash\":" + previous + "},\"id\":\"" + id + "\"}";
                byte[] utf8 = hashed.getBytes(UTF_8);
                previous = "\"" + Hash.of(utf8, 0, utf8.length) + "\"";
                text.append(hashed, 0, hashed.length() - 1)
                        .append(",\"_relay_hash\":")
                        .append(previous)
                        .append("}\n");
            }
        }
        return text.toString().getBytes(UTF_8);
    }
}
