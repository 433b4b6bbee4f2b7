package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.seal.SealFault.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is found where seals and log do not agree, or seals among themselves.
class SealFaultsTest {

    @TempDir
    Path directory;

    private SealCheck check = new SealCheck(Path.of("absent"), Keyring.in(Path.of("absent")));

    @BeforeEach
    void makeRing() throws IOException {
        check = SealCheck.in(directory);
    }

    @Test
    void aSealThatLostItsLinkIsAFault() throws Exception {
        SealedLog log = new SealedLog().records(1).seal().records(1).peersSeal();

        SealFault fault = onlyFault(log);

        assertThat(fault)
                .isEqualTo(new SealFault(
                        Kind.LINK, 2, log.sealStart(1), "seal 2 after " + SealCheck.hash(log, 0), "no link"));
    }

    @Test
    void aSealThatWasTakenOutIsMissed() throws Exception {
        SealedLog log =
                new SealedLog().records(1).seal().records(1).seal().records(1).seal();
        byte[] bytes = log.sealBytes();
        byte[] without = new byte[bytes.length - (log.sealStart(2) - log.sealStart(1))];
        System.arraycopy(bytes, 0, without, 0, log.sealStart(1));
        System.arraycopy(bytes, log.sealStart(2), without, log.sealStart(1), bytes.length - log.sealStart(2));

        SealReport report = check.verify(log.logBytes(), without);

        assertThat(report.faults())
                .containsExactly(new SealFault(
                        Kind.LINK,
                        2,
                        log.sealStart(1),
                        "seal 2 after " + SealCheck.hash(log, 0),
                        "seal 3 after " + SealCheck.hash(log, 1)));
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

        SealReport report = check.verify(cut, log.sealBytes());

        assertThat(report.faults())
                .containsExactly(
                        new SealFault(Kind.NO_RECORD, 2, log.sealStart(1), "record 5", "the log ends with record 4"));
        assertThat(SealCheck.proven(report)).isEqualTo(3);
    }

    @Test
    void aLogThatWasWrittenAnewIsFoundByItsSeals() throws Exception {
        SealedLog log = new SealedLog().records(3).seal();
        SealedLog other = new SealedLog("other").records(4);

        SealReport report = check.verify(other.logBytes(), log.sealBytes());

        SealFault fault = report.faults().getFirst();
        assertThat(report.faults()).hasSize(1);
        assertThat(fault.kind()).isEqualTo(Kind.TIP);
        assertThat(fault.expected()).isEqualTo(other.tip(3).text());
        assertThat(fault.found()).isEqualTo(log.tip(3).text());
        assertThat(report.proven()).isNull();
    }

    @Test
    void aSealOfAnotherTipOrPlaceIsFound() throws Exception {
        SealedLog log = new SealedLog().records(3);
        Seal wrongTip = log.chain().next(log.tip(2), 3, log.end(3), Instant.EPOCH, TestKeys.first());
        log.sealLine(wrongTip.line());
        Seal wrongOffset = log.chain().next(log.tip(3), 3, log.end(2), Instant.EPOCH, TestKeys.first());
        log.sealLine(wrongOffset.line());

        SealReport report = check.verify(log);

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

        SealReport report = check.verify(log);

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
    void aSealThatBecameATornLineIsMissed() throws Exception {
        SealedLog log = new SealedLog().records(2).seal(1).seal(2).seal(2);
        byte[] seals = log.sealBytes();
        seals[log.sealStart(1)] = 'x';

        SealReport report = check.verify(log.logBytes(), seals);

        assertThat(report.faults()).extracting(SealFault::kind).containsExactly(Kind.CHANGED, Kind.LINK);
        assertThat(report.faults().getFirst().offset()).isEqualTo(log.sealStart(1));
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

        SealReport report = check.verify(log);

        assertThat(report.faults())
                .extracting(SealFault::kind)
                .containsExactly(Kind.MALFORMED, Kind.UNREADABLE, Kind.UNREADABLE);
        assertThat(report.faults()).extracting(SealFault::line).containsExactly(1L, 2L, 3L);
        assertThat(report.faults()).extracting(SealFault::offset).containsExactly(0L, (long) log.sealStart(1), (long)
                log.sealStart(2));
        assertThat(report.signed()).isEqualTo(1);
        assertThat(report.end()).isEqualTo(log.sealBytes().length);
        SealReport endless = check.verify(log.logBytes(), "z".repeat(700_000).getBytes(UTF_8));
        assertThat(endless.faults()).extracting(SealFault::kind).containsExactly(Kind.UNREADABLE);
        assertThat(endless.unterminated()).isEqualTo(700_000);
    }

    @Test
    void faultsAreTold256TimesAtMost() throws Exception {
        SealedLog log = new SealedLog().records(1).rawSeal("{}\n".repeat(1_000));

        assertThat(check.verify(log).faults()).hasSize(SealReport.FAULTS_MAX);
    }

    private SealFault onlyFault(SealedLog log) throws IOException {
        List<SealFault> faults = check.verify(log).faults();
        assertThat(faults).hasSize(1);
        return faults.getFirst();
    }
}
