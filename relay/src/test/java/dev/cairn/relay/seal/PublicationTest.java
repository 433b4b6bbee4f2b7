package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealLine;
import dev.cairn.protocol.seal.SealReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How often witnesses hear of seals.
class PublicationTest {

    private static final Seal SEAL =
            ((SealLine.Read) new SealReader().read(Vectors.SEALS.getString("sample_seal_line"))).seal();
    private static final long PAUSE = Publication.PAUSE_NANOS;

    private final List<Seal> published = new ArrayList<>();
    private final Publication publication = new Publication(published::add);

    @Test
    void theFirstSealIsPublishedAtOnce() {
        make(Long.MAX_VALUE, false);

        assertThat(published).hasSize(1);
    }

    @Test
    void whileSealsFollowOneAnotherOnlyTheLastIsPublished() {
        for (int i = 0; i < 9; i++) {
            make(i, true);
        }
        assertThat(published).isEmpty();

        make(9, false);

        assertThat(published).hasSize(1);
    }

    @Test
    void runsThatFollowOneAnotherPublishOncePerPause() {
        for (long second = 0; second < 60; second++) {
            make(second * PAUSE / 30, false);
        }

        assertThat(published).hasSize(2);
        publication.look(2 * PAUSE, false);
        assertThat(published).hasSize(3);
    }

    @Test
    void sealsWithoutEndDoNotKeepWitnessesFromHearingOfThem() {
        for (long second = 0; second <= 60; second++) {
            make(second * PAUSE / 30, true);
        }

        assertThat(published).hasSizeBetween(1, 2);
    }

    @Test
    void whoeverAsksNeedNotWait() {
        make(0, false);
        make(1, false);

        assertThat(publication.publish(1)).isTrue();
        assertThat(publication.publish(1)).isFalse();

        assertThat(published).hasSize(2);
    }

    private void make(long now, boolean moreFollow) {
        publication.made(SEAL, now);
        publication.look(now, moreFollow);
    }
}
