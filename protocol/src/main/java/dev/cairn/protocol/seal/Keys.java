package dev.cairn.protocol.seal;

/// Where keys are found: a [Keyring], or nowhere.
public interface Keys {

    /// What became of the search for a key.
    sealed interface Lookup {

        /// Here it is; whether it may sign is for [SealKey#maySign] to say.
        record Found(SealKey key) implements Lookup {}

        /// There is no such key, or the id has not the form of one.
        record Unknown() implements Lookup {}

        /// There is one, but it must not be used as it is.
        record Unusable(KeyringException reason) implements Lookup {}
    }

    /// There are no keys.
    Keys NONE = new Keys() {
        @Override
        public Lookup active() {
            return new Lookup.Unknown();
        }

        @Override
        public Lookup find(String id) {
            return new Lookup.Unknown();
        }
    };

    /// The key to sign with.
    Lookup active();

    /// The key of that id, in whatever form the id comes.
    Lookup find(String id);

    /// These keys and, to verify with, those of another ring: a relay that signs the seals of its users'
    /// chains keeps the key for that in a ring of its own, so that no such signature passes for one over the
    /// relay's chain (`specs/audit-relay.md` 13).
    default Keys or(Keys others) {
        Keys these = this;
        return new Keys() {
            @Override
            public Lookup active() {
                return these.active();
            }

            @Override
            public Lookup find(String id) {
                Lookup lookup = these.find(id);
                return lookup instanceof Lookup.Unknown ? others.find(id) : lookup;
            }
        };
    }
}
