package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.RepairedRange;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// What lies in the store behind the last line that counts, and must be dealt with before the next line
/// (`specs/audit-relay.md` 4.3).
///
/// @param terminated whether the store ends in a newline; if not, the next write begins with one
/// @param fragment bytes that are no line of the chain; the next line names them in a repair
record Tail(boolean terminated, @Nullable Fragment fragment) {

    static final Tail CLEAN = new Tail(true, null);

    /// The last line counts, but for its newline, which is missing.
    static final Tail UNTERMINATED = new Tail(false, null);

    /// Newlines behind the last line that counts; -1 if that one lacks its own.
    long newlines() {
        if (fragment != null) {
            return fragment.newlines;
        }
        return terminated ? 0 : -1;
    }

    /// A byte range that a repair takes out of the log.
    static final class Fragment {

        private final long offset;
        private final MessageDigest sha256;
        private long bytes;
        private long newlines;

        Fragment(long offset) {
            this.offset = offset;
            this.sha256 = Hash.sha256();
        }

        /// More bytes behind it: of a write that failed, or of a repair that did.
        Fragment add(ByteBuffer more) {
            bytes += more.remaining();
            for (int i = more.position(); i < more.limit(); i++) {
                newlines += more.get(i) == '\n' ? 1 : 0;
            }
            sha256.update(more);
            return this;
        }

        /// What a repair says of it.
        RepairedRange range() {
            try {
                MessageDigest soFar = (MessageDigest) sha256.clone();
                return new RepairedRange(offset, bytes, Hash.of(soFar));
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException(e); // Every JDK's SHA-256 can be cloned.
            }
        }
    }
}
