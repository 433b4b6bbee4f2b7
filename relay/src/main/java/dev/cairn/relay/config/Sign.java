package dev.cairn.relay.config;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.relay.config.ConfigReader.Unknown;
import java.util.Set;

/// Who may have what signed (`specs/audit-relay.md` 1.1, 13). Key `sign`.
///
/// @param sealPayloadUids whose seal payloads are signed when [#sealPayloads] is [SealPayloads#ALLOW]
/// @param uids who may ask for signatures; with [#gids] empty too, everybody who can connect
/// @param gids users with which primary group may, beside those users: the kernel attests no other group of a
///     peer
/// @param executables what they must run; empty for anything
/// @param ratePerUid most signatures a second for one user
public record Sign(
        SealPayloads sealPayloads,
        Set<Long> sealPayloadUids,
        Set<Long> uids,
        Set<Long> gids,
        Set<String> executables,
        int ratePerUid) {

    /// What becomes of a request to sign a seal payload.
    public enum SealPayloads {
        /// Signed if it says the truth about this relay's own chain, and is of its time.
        TRUE_ONLY,
        REFUSE,
        /// Signed for the users listed, with a key that seals nothing of the relay's own.
        ALLOW
    }

    static Sign read(ConfigReader sign) {
        Sign read = new Sign(
                sign.oneOf("seal_payloads", SealPayloads.TRUE_ONLY),
                sign.ids("seal_payload_uids"),
                sign.ids("uids"),
                sign.ids("gids"),
                sign.paths("executables"),
                sign.intBetween("rate_per_uid", 1, 1_000_000, 50_000));
        boolean allows = read.sealPayloads == SealPayloads.ALLOW;
        if (allows && !sign.has("seal_payload_uids")) {
            sign.problem("seal_payload_uids", "missing, though seal_payloads is allow");
        }
        if (!allows && !read.sealPayloadUids.isEmpty()) {
            sign.problem("seal_payload_uids", "means nothing unless seal_payloads is allow");
        }
        for (String list : new String[] {"seal_payload_uids", "uids", "gids", "executables"}) {
            if (sign.isEmptyArray(list)) {
                sign.problem(list, "names nobody; leave it out where everybody is meant");
            }
        }
        sign.end(Unknown.REFUSED);
        return read;
    }

    /// Whether `peer` may ask for signatures; what is not known of it matches nothing.
    public boolean admits(Peer peer) {
        boolean isListed = uids.isEmpty() && gids.isEmpty() || uids.contains(peer.uid()) || gids.contains(peer.gid());
        return isListed && (executables.isEmpty() || executables.contains(peer.exe()));
    }
}
