package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.audit.HeartbeatNote.DamageAccepted;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.file.UnsafeFileException;
import dev.cairn.protocol.seal.SealFault;
import dev.cairn.protocol.seal.SealReport;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessRecord;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the relay makes of the seals that it finds (`specs/audit-relay.md` 4, 4.3).
class RecoveredSealsTest {

    private static final int NOBODY = 65_534;
    private static final Acceptance NOTHING = _ -> false;
    private static final String SEAL_OF_FOUR = "a seal of 4 over " + FakeChain.hash(4);
    private static final String FOUR = "4 records up to " + FakeChain.hash(4);

    @TempDir
    private Path dir;

    private Path file;

    @BeforeEach
    void sealTwice() throws Exception {
        FakeChain chain = new FakeChain();
        chain.grow(2);
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            seals.awaitSeals(1);
            chain.grow(4);
        }
        file = dir.resolve(RecoveredSeals.NAME);
    }

    @Test
    void countsLinesThatAreNotBlankAndTakesTheNewestSeal() throws IOException {
        Files.writeString(file, "\n \r\n", StandardOpenOption.APPEND);

        RecoveredSeals found = recover(4);

        assertThat(found.total()).isEqualTo(2);
        assertThat(found.chain().count()).isEqualTo(4);
        assertThat(found.chain().seals()).isEqualTo(2);
        assertThat(found.last()).isEqualTo(RunningSeals.seals(dir).getLast());
    }

    @Test
    void endsALastLineThatOnlyLacksItsNewline() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));

        RecoveredSeals found = recover(4);

        assertThat(found.chain().seals()).isEqualTo(2);
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }

    @Test
    void continuesBehindTheSealsOfAnotherRelay() throws IOException {
        String theirs = Vectors.SEALS.getString("sample_seal_line") + "\n";
        Files.writeString(file, theirs + theirs.replace("14:30", "14:45").replace("1847", "1900"));

        RecoveredSeals found = recover(2_000);

        assertThat(found.chain().seals()).isEqualTo(2);
        assertThat(found.chain().count()).isEqualTo(1_900);
        assertThat(found.chain().linked()).isFalse();
    }

    @Test
    void goesOnBehindAChangedNewestSealAsBehindAnyOtherAndTheFaultStays() throws Exception {
        List<String> lines = Files.readAllLines(file);
        Files.writeString(file, lines.getFirst() + "\n" + lines.getLast().replaceFirst("\"}}$", "#}}") + "\n");

        RecoveredSeals found = recover(4);
        FakeChain chain = new FakeChain();
        chain.grow(6);
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            seals.awaitSeals(2);
        }

        assertThat(found.chain().seals()).isEqualTo(1);
        assertThat(found.chain().count()).isEqualTo(2);
        SealReport report = RunningSeals.report(dir);
        assertThat(report.chain().seals()).isGreaterThanOrEqualTo(2);
        assertThat(report.torn()).isZero();
        assertThat(report.faults()).extracting(SealFault::kind).containsExactly(SealFault.Kind.CHANGED);
        assertThat(report.faults()).extracting(SealFault::line).containsExactly(2L);
    }

    @Test
    void refusesALogWithFewerRecordsThanWereSealed() {
        assertThatThrownBy(() -> recover(3))
                .isInstanceOf(SealsRefusedException.class)
                .hasMessageContaining("events.relay.jsonl: line 7, offset 700: expected " + FOUR + ", which are sealed")
                .hasMessageContaining("found 3 records");
    }

    @Test
    void refusesALogThatEndsInAnotherRecordThanTheSealedOne() {
        LogState other = state(new Tip(FakeChain.hash(9), 4));

        assertThatThrownBy(() -> RecoveredSeals.recover(RunningRelay.config(dir, "{}"), other, NOTHING))
                .isInstanceOf(SealsRefusedException.class)
                .hasMessageContaining(FakeChain.hash(4).text());
    }

    @Test
    void goesOnAtOnceWhenTheOperatorAcceptsTheDamageAndSaysSo() throws IOException {
        var config = RunningRelay.config(dir, "{\"audit\":{\"accept_damage\":true}}");

        RecoveredSeals found = RecoveredSeals.recover(config, state(new Tip(FakeChain.hash(3), 3)), NOTHING);

        assertThat(found.chain().count()).isZero();
        assertThat(found.chain().seals()).isEqualTo(2);
        assertThat(found.accepted())
                .containsExactly(new DamageAccepted(7, 700, FOUR + ", which are sealed", "3 records"));
    }

    @Test
    void refusesSealsThatWereSetBackTogetherWithTheirLog() throws IOException {
        setBack();

        assertThatThrownBy(() -> recover(2))
                .isInstanceOf(SealsRefusedException.class)
                .hasMessageContaining("seals.relay.jsonl: expected " + SEAL_OF_FOUR
                        + ", as witnesses.relay.jsonl tells, found none behind one of 2")
                .hasMessageContaining("move witnesses.relay.jsonl aside");
    }

    @Test
    void refusesThatTheSealsAreGoneOfWhichWitnessesHaveHeard() throws IOException {
        setBack();
        Files.delete(file);

        assertThatThrownBy(() -> recover(2))
                .hasMessageContaining("expected " + SEAL_OF_FOUR)
                .hasMessageContaining("found none.");
    }

    @Test
    void goesOnBehindSealsThatWereSetBackWhenTheOperatorAcceptsItAndSaysSo() throws IOException {
        setBack();
        var config = RunningRelay.config(dir, "{\"audit\":{\"accept_damage\":true}}");

        RecoveredSeals found = RecoveredSeals.recover(config, state(new Tip(FakeChain.hash(2), 2)), NOTHING);
        found.file().close();

        assertThat(found.accepted())
                .containsExactly(new DamageAccepted(
                        7, 700, SEAL_OF_FOUR + ", as witnesses.relay.jsonl tells", "none behind one of 2"));
    }

    @Test
    void goesOnWithoutAnotherNoteWhereTheLogSaysThatItWasAcceptedEarlier() throws IOException {
        setBack();

        RecoveredSeals found = recover(2, (SEAL_OF_FOUR + ", as witnesses.relay.jsonl tells")::equals);

        assertThat(found.accepted()).isEmpty();
    }

    @Test
    void aSealThatThePeersWitnessesConfirmedIsLookedForByItsTip() throws IOException {
        List<String> lines = Files.readAllLines(file);
        witnessOfThePeer(lines.getLast());

        assertThat(recover(4).chain().count()).isEqualTo(4);

        Files.writeString(file, lines.getFirst() + "\n");
        assertThatThrownBy(() -> recover(2))
                .isInstanceOf(SealsRefusedException.class)
                .hasMessageContaining("expected a seal of " + FakeChain.hash(4) + ", as witnesses.relay.jsonl tells");
    }

    @Test
    void aRecordThatNamesNoSignatureIsNotTakenForOneOfAnySeal() throws IOException {
        List<String> lines = Files.readAllLines(file);
        SealedTip tip = SealedTip.ofSealLine(lines.getLast());
        witness(tip, tip.count(), "");
        Files.writeString(file, lines.getFirst() + "\n");

        assertThatThrownBy(() -> recover(2)).hasMessageContaining("expected " + SEAL_OF_FOUR);
    }

    @Test
    void aWitnessedSealThatIsStillThereIsNotMissingAlthoughTheLogWasShorterSince() throws IOException {
        List<String> lines = Files.readAllLines(file);
        witness(lines.getLast());
        Files.write(file, List.of(lines.getLast(), lines.getFirst()));

        assertThat(recover(2).chain().count()).isEqualTo(2);
    }

    @Test
    void whatWitnessesGaveForTheNewestSealChangesNothingNorDoesATornEnd() throws IOException {
        witness(Files.readAllLines(file).getLast());
        Files.writeString(dir.resolve(WitnessFile.NAME), "{\"timestamp\":\"2026", StandardOpenOption.APPEND);

        assertThat(recover(4).chain().count()).isEqualTo(4);
    }

    /// To the first seal, behind which witnesses have heard of the second.
    private void setBack() throws IOException {
        List<String> lines = Files.readAllLines(file);
        witness(lines.getLast());
        Files.writeString(file, lines.getFirst() + "\n");
    }

    private void witness(String sealLine) throws IOException {
        SealedTip tip = SealedTip.ofSealLine(sealLine);
        witness(tip, tip.count(), tip.signature());
    }

    private void witnessOfThePeer(String sealLine) throws IOException {
        witness(SealedTip.ofSealLine(sealLine), WitnessRecord.UNKNOWN, "");
    }

    private void witness(SealedTip tip, long count, String signature) throws IOException {
        WitnessRecord record = new WitnessRecord(
                "2026-04-05T14:30:00.000Z", tip.tip(), count, signature, 1, false, List.of(), 1, false);
        Files.write(dir.resolve(WitnessFile.NAME), record.toBytes());
        Vectors.chmod(dir.resolve(WitnessFile.NAME), "rw-------");
    }

    @Test
    void refusesAFileThatOthersMayWrite() throws IOException {
        Vectors.chmod(file, "rw-rw-r--");

        assertRefused("may be written by others");
    }

    @Test
    void refusesALink() throws IOException {
        Files.move(file, dir.resolve("elsewhere"));
        Files.createSymbolicLink(file, dir.resolve("elsewhere"));

        assertRefused("is a symbolic link");
    }

    @Test
    void refusesAFileWithTwoNames() throws IOException {
        Files.createLink(dir.resolve("second-name"), file);

        assertRefused("has 2 names");
    }

    @Test
    void refusesAFileOfSomebodyElse() throws IOException {
        assumeThat(new UnixSystem().getUid())
                .as("only the superuser can give files away")
                .isZero();
        Files.setAttribute(file, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);

        assertRefused("belongs to user " + NOBODY);
    }

    @Test
    void theChainOfSealsIsWhatAnybodyCanRead() throws IOException {
        JsonObject last = new JsonObject(Files.readAllLines(file).getLast());

        assertThat(last.fieldNames())
                .containsExactly("sealed_at", "tip_hash", "chained_events", "signature", "key_id", "_seal");
        assertThat(RunningSeals.report(dir).isSound()).isTrue();
    }

    private void assertRefused(String problem) {
        assertThatThrownBy(() -> recover(4))
                .isInstanceOf(UnsafeFileException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(problem);
    }

    private RecoveredSeals recover(long count) throws IOException {
        return recover(count, NOTHING);
    }

    private RecoveredSeals recover(long count, Acceptance earlier) throws IOException {
        RecoveredSeals found = RecoveredSeals.recover(
                RunningRelay.config(dir, "{}"), state(new Tip(FakeChain.hash(count), count)), earlier);
        found.file().close();
        return found;
    }

    private static LogState state(Tip tip) {
        return new LogState(700, 7, tip, 0, 0, 0, 0, 0, null);
    }
}
