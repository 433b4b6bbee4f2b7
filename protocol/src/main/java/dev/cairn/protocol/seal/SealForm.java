package dev.cairn.protocol.seal;

/// What a seals file seals, and thereby how its seals are tied to each other.
public enum SealForm {
    /// One chain: each seal names the line of the seal before it ([SealLink]), if it is one of ours.
    CHAIN(64 * 1024),
    /// A store of many chains: each seal has [ChainHeads], whose tip is made from the tip before it.
    STORE(1024 * 1024);

    private final int lineMax;

    SealForm(int lineMax) {
        this.lineMax = lineMax;
    }

    /// Bytes of the longest line that is read; of the one kind a seal has a few hundred, of the other
    /// about a hundred for each chain and its id.
    public int lineMax() {
        return lineMax;
    }
}
