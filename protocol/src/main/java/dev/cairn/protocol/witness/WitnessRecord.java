package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.Hash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A line of `witnesses.relay.jsonl` (`specs/audit-relay.md` 6.1): what came of one round in which a seal was
/// sent to witnesses.
///
/// The members that the peer writes come first, then ours. Of a line that the peer wrote, what only ours say
/// reads as [#UNKNOWN] and as an empty signature.
///
/// @param timestamp the request's `anchored_at`
/// @param sealSignature the seal's, which tells two seals of one tip apart
/// @param quorum how many distinct witnesses must confirm
/// @param isQuorumMet whether that many have, in this round and those before it
/// @param responses in the order in which they came
/// @param attempt the round's number, from 1; 0 when the seal was given up before its first one
/// @param isFinal whether no further round follows: the quorum holds, or a newer seal took over
public record WitnessRecord(
        String timestamp,
        Hash sealTip,
        long sealCount,
        String sealSignature,
        int quorum,
        boolean isQuorumMet,
        List<Response> responses,
        int attempt,
        boolean isFinal) {

    public static final int UNKNOWN = -1;

    public WitnessRecord {
        responses = List.copyOf(responses);
    }

    /// What one endpoint gave.
    ///
    /// @param url without user info and query
    /// @param isOk whether it gave what it must
    /// @param status of the HTTP response, or 0 when there was none
    /// @param error why it does not count; empty when it does
    /// @param reply as far as it is kept; `null` when there was none
    /// @param proof what it gave; `null` when it does not count
    public record Response(
            String name,
            String url,
            boolean isOk,
            int status,
            String error,
            @Nullable WitnessReply reply,
            @Nullable Proof proof) {}

    public int attempted() {
        return responses.size();
    }

    public int succeeded() {
        return (int) responses.stream().filter(Response::isOk).count();
    }

    /// Whether this line is about `seal`; of a line that the peer wrote, its tip decides.
    public boolean isOf(SealedTip seal) {
        return sealTip.equals(seal.tip())
                && (sealSignature.isEmpty() || (sealSignature.equals(seal.signature()) && sealCount == seal.count()));
    }

    /// Reads a line.
    ///
    /// @param line with or without its newline
    /// @throws IllegalArgumentException that names the member at fault
    public static WitnessRecord read(String line) {
        return WitnessRecordText.read(line.strip().getBytes(UTF_8));
    }

    /// The line, without a newline.
    public String text() {
        return WitnessRecordText.write(this);
    }

    /// The line as it is stored, its newline included.
    public byte[] toBytes() {
        return (text() + "\n").getBytes(UTF_8);
    }
}
