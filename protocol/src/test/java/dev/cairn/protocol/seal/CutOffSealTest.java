package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.seal.SealFault.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a crash leaves of a seal, and what it never does (`specs/audit-relay.md` 5.1).
class CutOffSealTest {

    private static final Instant NOW = Instant.parse("2026-07-01T09:00:00Z");

    @TempDir
    private Path directory;

    private SealCheck check = new SealCheck(Path.of("absent"), Keyring.in(Path.of("absent")));

    @BeforeEach
    void makeKeys() throws IOException {
        check = SealCheck.in(directory);
    }

    @Test
    void oneChangedByteInTheNewestSealIsNeverTakenForACrash() throws IOException {
        SealedLog log = new SealedLog().records(3).seal(1).seal(2).seal(3);
        byte[] seals = log.sealBytes();
        int end = seals.length - 2; // Without its last brace it is cut off.

        for (int at = log.sealStart(2); at < end; at++) {
            for (int other : new int[] {'#', ' '}) {
                byte[] changed = seals.clone();
                changed[at] = (byte) other;
                if (Arrays.equals(changed, seals)) {
                    continue;
                }

                SealReport report = check.verify(log.logBytes(), changed);

                assertThat(report.torn()).as("byte %d as %d", at, other).isZero();
                assertThat(report.faults().size() + report.unchecked())
                        .as("byte %d as %d", at, other)
                        .isPositive();
            }
        }
    }

    @Test
    void theFaultNamesTheLineAndItsPlace() throws IOException {
        SealedLog log = new SealedLog().records(2).seal(1).seal(2);
        String changed = new String(log.sealBytes(), UTF_8).replaceFirst("(?s)\"}}\n$", "#}}\n");

        SealReport report = check.verify(log.logBytes(), changed.getBytes(UTF_8));

        assertThat(report.faults())
                .containsExactly(new SealFault(Kind.CHANGED, 2, log.sealStart(1), "a JSON object", "no JSON"));
        assertThat(SealCheck.proven(report)).isEqualTo(1);
    }

    @Test
    void aChangedSealStaysAFaultWhenTheNextOneLeavesItOut() throws IOException {
        SealedLog log = new SealedLog().records(2).seal(1);
        String changed = log.nextSeal(2).line().replaceFirst("\"}}$", "#}}");
        log.rawSeal(changed + "\n").seal(2);

        SealReport report = check.verify(log);

        assertThat(report.faults()).extracting(SealFault::kind).containsExactly(Kind.CHANGED);
        assertThat(report.faults()).extracting(SealFault::line).containsExactly(2L);
        assertThat(report.torn()).isZero();
    }

    @Test
    void aSealMayBeCutOffAnywhereAndMayHaveGotItsNewlineSince() throws IOException {
        SealedLog log = new SealedLog().records(2).seal(1);
        String next = log.nextSeal(2).line();
        byte[] seals = log.sealBytes();

        for (int length = 1; length < next.length(); length++) {
            byte[] unfinished = append(seals, next.substring(0, length));

            SealReport written = check.verify(log.logBytes(), unfinished);
            SealReport ended = check.verify(log.logBytes(), append(unfinished, "\n"));
            SealReport zeros = check.verify(log.logBytes(), append(unfinished, "\0\0\0\n"));

            assertThat(written.isSound()).as("%d bytes", length).isTrue();
            assertThat(written.unterminated()).isEqualTo(length);
            assertThat(ended.isSound()).as("%d bytes", length).isTrue();
            assertThat(ended.torn()).isEqualTo(1);
            assertThat(zeros.isSound()).as("%d bytes", length).isTrue();
        }
        assertThat(check.verify(log.logBytes(), append(seals, "\0\0\0\0")).isSound())
                .isTrue();
    }

    @Test
    void whatHasNoNewlineAndIsNoBeginningOfASealIsAFault() throws IOException {
        SealedLog log = new SealedLog().records(2).seal(1).seal(2);
        byte[] seals = log.sealBytes();
        seals[seals.length - 1] = '#';

        SealReport report = check.verify(log.logBytes(), seals);

        assertThat(report.faults())
                .containsExactly(new SealFault(Kind.CHANGED, 2, log.sealStart(1), "a JSON object", "no JSON"));
    }

    @Test
    void aSealOfManyChainsMayBeCutOffAnywhereToo() {
        Hash hash = new Hash("sha256:" + "ab".repeat(32));
        ChainHeads heads = ChainHeads.of(List.of(
                new ChainHead("2026-06-15/é/\"quoted\"\\\u0001", 2, hash),
                new ChainHead("a", 1, hash),
                new ChainHead("b", 12, hash)));
        String line = SealChain.START.next(heads, 15, NOW, TestKeys.first()).line();
        byte[] whole = line.getBytes(UTF_8);

        for (int length = 1; length < whole.length; length++) {
            assertThat(CutOffSeal.is(SealForm.STORE, whole, 0, length))
                    .as("%d bytes", length)
                    .isTrue();
        }
        for (int at = 0; at < whole.length - 1; at++) {
            byte[] changed = whole.clone();
            changed[at] = '#';
            SealLine read = new SealReader(SealForm.STORE).read(changed, 0, changed.length);
            assertThat(read instanceof SealLine.Unreadable unreadable && unreadable.isCutOff())
                    .as("byte %d", at)
                    .isFalse();
        }
    }

    @Test
    void ofASealThatCrossesAPageTheLaterOneMayBeThereAndTheEarlierNot() throws IOException {
        SealedLog log = new SealedLog().records(2).seal(1);
        String next = log.nextSeal(2).line();
        byte[] seals = log.sealBytes();

        for (int page = 1; page < next.length(); page++) {
            for (int kept : new int[] {0, page / 2, page - 1}) {
                String left = next.substring(0, kept) + "\0".repeat(page - kept) + next.substring(page);

                SealReport written = check.verify(log.logBytes(), append(seals, left));
                SealReport ended = check.verify(log.logBytes(), append(seals, left + "\n"));

                assertThat(written.faults()).as("%d of %d bytes", kept, page).isEmpty();
                assertThat(ended.faults()).as("%d of %d bytes", kept, page).isEmpty();
                assertThat(ended.torn()).isEqualTo(1);
            }
        }
    }

    @Test
    void whatACrashMayHaveLeftIsNotCalledChangedThoughThePeersNextSealDoesNotLeaveItOut() throws IOException {
        SealedLog log = new SealedLog().records(2).seal(1);
        log.rawSeal(log.nextSeal(2).line().substring(0, 60) + "\n").peersSeal();

        SealReport report = check.verify(log);

        assertThat(report.faults()).extracting(SealFault::kind).containsExactly(Kind.UNREADABLE, Kind.LINK);
    }

    @Test
    void faultsAreToldInTheOrderOfTheirLines() throws IOException {
        SealedLog log = new SealedLog().records(2).seal(1);
        String next = log.nextSeal(2).line();
        log.rawSeal(next.substring(0, 60) + "\n").rawSeal("#" + next + "\n").peersSeal();

        SealReport report = check.verify(log);

        assertThat(report.faults())
                .extracting(SealFault::kind)
                .containsExactly(Kind.UNREADABLE, Kind.CHANGED, Kind.LINK);
        assertThat(report.faults()).extracting(SealFault::line).containsExactly(2L, 3L, 4L);
    }

    @Test
    void aSealOfVeryManyChainsNeedsNoDeepStack() {
        String head = "{\"chain_id\":\"%06d\",\"receipt_hash\":\"sha256:" + "ab".repeat(32) + "\",\"sequence\":1}";
        StringBuilder line = new StringBuilder("{\"sealed_at\":\"2026-07-01T09:00:00.000Z\",\"tip_hash\":\"sha256:"
                + "ab".repeat(32) + "\",\"chained_events\":9000,\"signature\":\"hmac-sha256:" + "ab".repeat(32)
                + "\",\"key_id\":\"0123456789abcdef\",\"heads\":[" + head.formatted(0));
        for (int i = 1; i < 9_000; i++) {
            line.append(',').append(head.formatted(i));
        }
        byte[] unfinished = line.toString().getBytes(UTF_8);

        assertThat(CutOffSeal.is(SealForm.STORE, unfinished, 0, unfinished.length))
                .isTrue();
    }

    private static byte[] append(byte[] bytes, String text) {
        byte[] more = text.getBytes(UTF_8);
        byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, all, bytes.length, more.length);
        return all;
    }
}
