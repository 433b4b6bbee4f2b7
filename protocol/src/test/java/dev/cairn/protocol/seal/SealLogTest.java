package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.protocol.audit.AuditVerifier;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.seal.SealFault.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealLogTest {

    @TempDir
    Path directory;

    private SealCheck check = new SealCheck(Path.of("absent"), Keyring.in(Path.of("absent")));

    @BeforeEach
    void makeRing() throws IOException {
        check = SealCheck.in(directory);
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

        SealReport report = check.verify(log);

        assertThat(report.faults()).isEmpty();
        assertThat(report.isSound()).isTrue();
        assertThat(report.lines()).isEqualTo(3);
        assertThat(report.signed()).isEqualTo(3);
        assertThat(report.compared()).isEqualTo(3);
        assertThat(report.unchecked() + report.unlinked() + report.torn() + report.unterminated())
                .isZero();
        assertThat(SealCheck.proven(report)).isEqualTo(5);
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

        SealReport serial = check.verify(log);
        SealReport threaded = check.verifyFile(log);

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

        SealReport report = check.verify(log);

        assertThat(report.isSound()).isTrue();
        assertThat(report.signed()).isEqualTo(1);
        assertThat(report.unchecked()).isEqualTo(2);
        assertThat(report.unreadableKeys())
                .containsOnlyKeys(SealKey.idOf(new byte[32]), TestKeys.SECOND_ID)
                .containsEntry(SealKey.idOf(new byte[32]), "there is no such key");
        assertThat(report.compared()).isEqualTo(3);
        assertThat(SealCheck.proven(report)).isEqualTo(1);
    }

    @Test
    void withoutKeysTipsAreComparedAndNothingIsProven() throws Exception {
        SealReport report = check.verify(new SealedLog().records(2).seal(), Keys.NONE);

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

        SealReport report = check.verify(log);

        assertThat(report.faults()).isEmpty();
        assertThat(report.unlinked()).isEqualTo(2);
        assertThat(Objects.requireNonNull(Objects.requireNonNull(report.last()).link())
                        .seq())
                .isEqualTo(3);
    }

    @Test
    void aLineThatACrashTornIsLeftOutByTheNextSeal() throws Exception {
        SealedLog log = new SealedLog().records(2).seal(1);
        String torn = log.nextSeal(2).line().substring(0, 60);
        log.rawSeal(torn + "\n").rawSeal("\n").seal(2);

        SealReport report = check.verify(log);

        assertThat(report.faults()).isEmpty();
        assertThat(report.torn()).isEqualTo(1);
        assertThat(report.lines()).isEqualTo(3);
        assertThat(report.signed()).isEqualTo(2);
    }

    @Test
    void whatHasNoNewlineYetIsNotASeal() throws Exception {
        SealedLog log = new SealedLog().records(2).seal(1);
        String next = log.nextSeal(2).line();
        log.rawSeal(next);

        SealReport report = check.verify(log);

        assertThat(report.isSound()).isTrue();
        assertThat(report.signed()).isEqualTo(1);
        assertThat(report.end()).isEqualTo(log.sealStart(1));
        assertThat(report.unterminated()).isEqualTo(next.length());
    }

    @Test
    void anEmptyFileIsSound() throws Exception {
        SealReport report = check.verify(new SealedLog().records(1));

        assertThat(report.isSound()).isTrue();
        assertThat(report.lines()).isZero();
        assertThat(report.chain()).isEqualTo(SealChain.START);
    }

    @Test
    void aVerificationThatGoesOnFromAStateComparesWhatFollows() throws Exception {
        SealedLog log = new SealedLog().records(3).seal(1).seal(2).seal(3);
        LogState from = LogState.at(log.end(2), new Tip(log.tip(2), 2), null);
        byte[] bytes = log.logBytes();

        try (SealLog seals = check.open(log.sealBytes(), check.keys())) {
            var verifier = new AuditVerifier(from, seals.alongside(from, LogListener.NONE));
            verifier.accept(bytes, (int) log.end(2), bytes.length);
            SealReport report = seals.report(verifier.verdict());

            assertThat(report.faults()).isEmpty();
            assertThat(report.compared()).isEqualTo(2);
            assertThat(report.passed()).isEqualTo(1);
            assertThat(report.signed()).isEqualTo(3);
        }
    }

    @Test
    void sealsBehindAcceptedDamageAreCompared() throws Exception {
        SealedLog log = new SealedLog().records(4).seal(3).seal(4);
        byte[] edited =
                new String(log.logBytes(), UTF_8).replace("evt_2", "evt_z").getBytes(UTF_8);

        try (SealLog seals = check.open(log.sealBytes(), check.keys())) {
            var verifier = new AuditVerifier(LogState.START, seals.alongside(LogState.START, LogListener.NONE));
            verifier.accept(edited, 0, edited.length);
            verifier.expectNoRepair();
            LogVerdict verdict = verifier.verdict();
            SealReport report = seals.report(verdict);

            assertThat(verdict).isInstanceOf(LogVerdict.Broken.class);
            assertThat(report.faults()).isEmpty();
            assertThat(report.compared()).isEqualTo(2);
        }
        SealReport torn = check.verify(edited, log.sealBytes());
        assertThat(torn.faults()).extracting(SealFault::found).containsOnly("the log verifies up to record 1");
        assertThat(torn.faults()).extracting(SealFault::kind).containsOnly(SealFault.Kind.UNVERIFIED);
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

        SealReport report = check.verify(log.logBytes(), log.sealBytes(), check.keys(), other);

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

        try (SealLog seals = check.open(log.sealBytes(), check.keys())) {
            SealReport report = seals.report();

            assertThat(report.chain()).isEqualTo(log.chain());
            assertThat(report.signed()).isEqualTo(2);
            assertThat(report.compared()).isZero();
        }
    }

    @Test
    void whatCannotBeReadIsTold() throws Exception {
        SealLog seals = check.open(new SealedLog().records(1).seal().sealBytes(), Keys.NONE);
        seals.close();

        seals.alongside(LogState.START, LogListener.NONE);

        assertThatExceptionOfType(IOException.class).isThrownBy(seals::report);
    }
}
