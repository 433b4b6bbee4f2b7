package dev.cairn.protocol.seal;

import dev.cairn.protocol.audit.Hash;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Checks seals one after the other, each by itself and against those before it; knows nothing of the log but
/// what it is told of single records.
final class SealWalk {

    /// A seal that waits for the log to confirm it.
    record Claim(Seal seal, long line, long offset, boolean signed) {

        long count() {
            return seal.payload().count();
        }
    }

    private static final int TORN_KEPT_MAX = 16;

    private final Keys keys;
    private final List<SealFault> faults = new ArrayList<>();
    private final Map<String, String> unreadableKeys = new TreeMap<>();

    /// Lines that a crash may have cut off: torn ones, if the next seal leaves them out.
    private final List<SealFault> suspects = new ArrayList<>();

    private SealChain chain = SealChain.START;
    private long lines;
    private long signed;
    private long unchecked;
    private long compared;
    private long passed;
    private long unlinked;
    private long torn;
    private @Nullable Seal last;
    private @Nullable Seal proven;

    SealWalk(Keys keys) {
        this.keys = keys;
    }

    /// Takes a line that cannot be a seal.
    void takeTooLong(long line, long offset, SealForm form) {
        lines++;
        faultTooLong(line, offset, form);
    }

    private void faultTooLong(long line, long offset, SealForm form) {
        String most = "a line of at most " + form.lineMax() + " bytes";
        fault(SealFault.Kind.UNREADABLE, line, offset, most, "a longer one");
    }

    /// Takes the next line; returns what it says of the log, `null` where it says nothing.
    @Nullable
    Claim take(SealLine text, long line, long offset) {
        lines++;
        return switch (text) {
            case SealLine.Read read -> take(read, line, offset);
            case SealLine.Unreadable unreadable
            when unreadable.isCutOff() -> {
                suspects.add(unreadable(unreadable, line, offset));
                if (suspects.size() > TORN_KEPT_MAX) {
                    acceptSuspects();
                }
                yield null;
            }
            case SealLine.Unreadable unreadable -> {
                add(unreadable(unreadable, line, offset));
                yield null;
            }
            case SealLine.Malformed malformed -> {
                acceptSuspects();
                add(malformed(malformed, line, offset));
                yield null;
            }
        };
    }

    /// Takes what has no newline yet: a seal that is being written or was cut off, or else a fault.
    private void takeRest(SealLines rest, SealForm form, SealReader reader) {
        if (!rest.rest()) {
            return;
        }
        if (rest.isTooLong()) {
            faultTooLong(rest.number(), rest.offset(), form);
            return;
        }
        switch (reader.read(rest.bytes(), rest.from(), rest.to())) {
            case SealLine.Unreadable unreadable
            when !unreadable.isCutOff() -> add(unreadable(unreadable, rest.number(), rest.offset()));
            case SealLine.Malformed malformed -> add(malformed(malformed, rest.number(), rest.offset()));
            case SealLine.Unreadable _, SealLine.Read _ -> {}
        }
    }

    private static SealFault unreadable(SealLine.Unreadable text, long line, long offset) {
        SealFault.Kind kind = text.isCutOff() ? SealFault.Kind.UNREADABLE : SealFault.Kind.CHANGED;
        return new SealFault(kind, line, offset, "a JSON object", text.reason());
    }

    private static SealFault malformed(SealLine.Malformed text, long line, long offset) {
        String expected = "a well-formed " + text.member();
        return new SealFault(SealFault.Kind.MALFORMED, line, offset, expected, "another value");
    }

    private @Nullable Claim take(SealLine.Read read, long line, long offset) {
        Seal seal = read.seal();
        checkLink(seal, line, offset);
        checkTime(seal, line, offset);
        Claim claim = new Claim(seal, line, offset, isSigned(seal, line, offset));
        boolean mayRepeat = seal.heads() == null;
        boolean shrunk = claim.count() < chain.count() || (claim.count() == chain.count() && !mayRepeat);
        if (shrunk) {
            String least = (mayRepeat ? "at least " : "more than ") + chain.count() + " records";
            fault(SealFault.Kind.COUNT, line, offset, least, records(claim));
        }
        last = seal;
        chain = chain.after(read);
        return shrunk ? null : claim;
    }

    /// The log's record of the claimed number has this hash, and its line ends there; whether the seal says
    /// the same.
    ///
    /// @param end -1 if that is not known
    boolean compare(Claim claim, Hash tip, long end) {
        Seal seal = claim.seal();
        if (!tip.equals(seal.payload().tip())) {
            fault(SealFault.Kind.TIP, claim, tip.text(), seal.payload().tip().text());
            return false;
        }
        SealLink link = seal.link();
        if (link != null && end >= 0 && link.logOffset() != end) {
            fault(SealFault.Kind.LOG_OFFSET, claim, "offset " + end, "offset " + link.logOffset());
            return false;
        }
        compared++;
        proven = claim.signed() ? seal : proven;
        return true;
    }

    /// The log is read from a place behind the claimed record on.
    SealStanding pass() {
        passed++;
        return SealStanding.PASSED;
    }

    /// The store has all heads that the seal names.
    ///
    /// @param proves whether nothing before it is wrong, so that it vouches for everything up to it
    void confirm(Claim claim, boolean proves) {
        compared++;
        proven = claim.signed() && proves ? claim.seal() : proven;
    }

    /// The store contradicts the seal.
    void contradict(SealFault.Kind kind, Claim claim, String expected, String found) {
        fault(kind, claim, expected, found);
    }

    boolean isSound() {
        return faults.isEmpty();
    }

    /// The log has no record of the claimed number, or none that verifies.
    void missing(SealFault.Kind kind, Claim claim, String found) {
        fault(kind, claim, "record " + claim.count(), found);
    }

    /// @param read to its end
    SealReport report(SealLines read, SealForm form, SealReader reader) {
        takeRest(read, form, reader);
        return new SealReport(
                lines,
                chain,
                signed,
                unchecked,
                unreadableKeys,
                compared,
                passed,
                unlinked,
                torn + suspects.size(), // Nothing behind them says otherwise.
                read.unterminated(),
                read.endOfLines(),
                last,
                proven,
                inTheirOrder());
    }

    /// Suspects become faults only when what comes behind them is known.
    private List<SealFault> inTheirOrder() {
        return faults.stream().sorted(Comparator.comparingLong(SealFault::line)).toList();
    }

    private void checkLink(Seal seal, long line, long offset) {
        if (seal.heads() != null) {
            checkTip(seal, seal.heads(), line, offset);
            return;
        }
        SealLink link = seal.link();
        if (link == null) {
            acceptSuspects();
            unlinked++;
            if (chain.linked()) { // Who takes a seal out would rather have no links.
                fault(SealFault.Kind.LINK, line, offset, place(chain.seals() + 1, chain.last()), "no link");
            }
            return;
        }
        if (link.seq() == chain.seals() + 1 && Objects.equals(link.previous(), chain.last())) {
            torn += suspects.size();
            suspects.clear();
            return;
        }
        acceptSuspects();
        String expected = place(chain.seals() + 1, chain.last());
        fault(SealFault.Kind.LINK, line, offset, expected, place(link.seq(), link.previous()));
    }

    private void checkTip(Seal seal, ChainHeads heads, long line, long offset) {
        Hash expected = heads.tipAfter(chain.last());
        if (expected.equals(seal.payload().tip())) {
            torn += suspects.size();
            suspects.clear();
            return;
        }
        acceptSuspects();
        String made = "tip " + expected + " of these heads after " + chain.last();
        fault(SealFault.Kind.LINK, line, offset, made, "tip " + seal.payload().tip());
    }

    private void checkTime(Seal seal, long line, long offset) {
        Instant time = seal.payload().instant().orElse(null);
        Instant before = chain.sealedAt();
        if (time == null) {
            fault(
                    SealFault.Kind.TIME,
                    line,
                    offset,
                    "a time that exists",
                    seal.payload().sealedAt());
        } else if (before != null && !time.isAfter(before)) {
            fault(
                    SealFault.Kind.TIME,
                    line,
                    offset,
                    "after " + before,
                    seal.payload().sealedAt());
        }
    }

    private boolean isSigned(Seal seal, long line, long offset) {
        String id = seal.keyId();
        return switch (id == null ? new Keys.Lookup.Unknown() : keys.find(id)) {
            case Keys.Lookup.Found found -> {
                boolean good = seal.isSignedBy(found.key());
                if (good) {
                    signed++;
                } else {
                    String expected = "a signature by key " + found.key().id();
                    fault(SealFault.Kind.SIGNATURE, line, offset, expected, seal.signature());
                }
                yield good;
            }
            case Keys.Lookup.Unknown _ -> leaveUnchecked(id == null ? "(none)" : id, "there is no such key");
            case Keys.Lookup.Unusable unusable ->
                leaveUnchecked(
                        String.valueOf(id), String.valueOf(unusable.reason().getMessage()));
        };
    }

    private boolean leaveUnchecked(String id, String reason) {
        unchecked++;
        if (unreadableKeys.size() < SealReport.KEYS_MAX) {
            unreadableKeys.putIfAbsent(id, reason);
        }
        return false;
    }

    private void acceptSuspects() {
        suspects.forEach(this::add);
        suspects.clear();
    }

    private void fault(SealFault.Kind kind, Claim claim, String expected, String found) {
        fault(kind, claim.line(), claim.offset(), expected, found);
    }

    private void fault(SealFault.Kind kind, long line, long offset, String expected, String found) {
        add(new SealFault(kind, line, offset, expected, found));
    }

    private void add(SealFault fault) {
        if (faults.size() < SealReport.FAULTS_MAX) {
            faults.add(fault);
        }
    }

    private static String records(Claim claim) {
        return claim.count() + " records";
    }

    private static String place(long seq, @Nullable Hash previous) {
        return "seal " + seq + " after " + previous;
    }
}
