package dev.cairn.relay.witness;

/// Where in the chain an anchor is, by its id and by its place in its lineage: what a witness keeps in memory
/// of each, at most 70 bytes, and 35 more for each lineage.
///
/// Filled from the log alone, at start and as records become durable. Not thread-safe: the server's event loop owns it.
final class AnchorIndex {

    private final KeyTable byId = new KeyTable();
    private final KeyTable firstAt = new KeyTable();
    private final KeyTable highest = new KeyTable();
    private long anchors;

    /// Adds the record at `seq`; each is added once, in order.
    void add(long seq, AnchorRecord record) {
        byId.put(Key.of(record.id()), seq);
        if (record instanceof AnchorRecord.Anchor anchor) {
            anchors++;
            Key place = place(anchor.lineage(), anchor.chainedEvents());
            if (firstAt.get(place) == KeyTable.ABSENT) {
                firstAt.put(place, seq);
            }
            Key lineage = lineage(anchor.lineage());
            highest.put(lineage, Math.max(highest.get(lineage), anchor.chainedEvents()));
        }
    }

    /// The sequence of the record with this id, or [KeyTable#ABSENT].
    long seqOf(String id) {
        return byId.get(Key.of(id));
    }

    /// The sequence of the first anchor at this count in this lineage, or [KeyTable#ABSENT].
    long firstAt(Lineage lineage, long chainedEvents) {
        return firstAt.get(place(lineage, chainedEvents));
    }

    /// The highest count that is anchored in this lineage, or [KeyTable#ABSENT].
    long highest(Lineage lineage) {
        return highest.get(lineage(lineage));
    }

    long anchors() {
        return anchors;
    }

    long bytes() {
        return byId.bytes() + firstAt.bytes() + highest.bytes();
    }

    private static Key place(Lineage lineage, long chainedEvents) {
        return Key.of("place\n" + lineage.token() + '\n' + chainedEvents + '\n' + lineage.keyId());
    }

    private static Key lineage(Lineage lineage) {
        return Key.of("lineage\n" + lineage.token() + '\n' + lineage.keyId());
    }
}
