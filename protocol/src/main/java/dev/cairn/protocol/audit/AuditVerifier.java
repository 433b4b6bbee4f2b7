package dev.cairn.protocol.audit;

import dev.cairn.protocol.frame.Newline;
import dev.cairn.protocol.json.ByteBuilder;

/// Verifies a relay's log as its bytes come (`specs/audit-relay.md` 3.6): every hash is computed again, every
/// link followed, heartbeats, repairs and accepted damage included. Constant memory, any size; a file that is
/// being written can be followed.
///
/// ```java
/// var verifier = new AuditVerifier(LogState.START, LogListener.NONE);
/// for (int size; (size = in.read(chunk)) > 0; ) {
///     verifier.accept(chunk, 0, size);
/// }
/// LogVerdict verdict = verifier.verdict();
/// ```
///
/// Not thread-safe. [LogFileVerifier] is the faster way through a file.
public final class AuditVerifier {

    /// Bytes of the longest line that may verify; ours stay under 1 MiB, the peer's under 512 KiB.
    public static final int LINE_MAX = 2 * 1024 * 1024;

    /// Most bytes that one repair may name: the largest batch that a relay can be told to write.
    public static final int DAMAGE_MAX = 32 * 1024 * 1024;

    /// Most faults that are told; a log with more is not read on.
    public static final int FAULTS_MAX = 256;

    private static final int CARRY_KEPT_MAX = 64 * 1024;

    private final LineChecker checker = new LineChecker();
    private final CheckedLines lines = new CheckedLines();
    private final LogWalk walk;

    /// A line that is not complete yet.
    private ByteBuilder carry = new ByteBuilder(0);

    /// Whether that line is past [#LINE_MAX], and its bytes were given to the walk.
    private boolean inPieces;

    /// Goes on from where a log is verified.
    ///
    /// @param from [LogState#START], or what an earlier verdict or a checkpoint said
    public AuditVerifier(LogState from, LogListener listener) {
        walk = new LogWalk(from, listener);
    }

    /// Takes the next bytes of the log.
    public void accept(byte[] chunk, int from, int to) {
        int at = from;
        if (inPieces || carry.length() > 0) {
            int newline = Newline.indexOf(chunk, at, to);
            int end = newline < 0 ? to : newline + 1;
            carryOn(chunk, at, end, newline >= 0);
            at = end;
        }
        int complete = behindLastNewline(chunk, at, to);
        check(chunk, at, complete);
        if (complete < to) {
            carryOn(chunk, complete, to, false);
        }
    }

    /// What the log is worth up to here. It may be asked at any time; bytes may follow.
    public LogVerdict verdict() {
        DamagedTail damage = walk.damage();
        if (!walk.faults().isEmpty()) {
            return new LogVerdict.Broken(walk.state(), walk.faults());
        }
        if (damage != null) {
            RepairedRange tail = damage.range(carry.array(), 0, carry.length());
            long linesBehind =
                    damage.onward().lines - damage.faults().getFirst().line();
            return new LogVerdict.Torn(
                    walk.state(), tail, damage.faults(), Math.max(0, linesBehind), walk.recordsBehind());
        }
        if (carry.length() > 0) {
            LogState state = walk.state();
            Hash sha256 = Hash.of(carry.array(), 0, carry.length());
            var fragment = new RepairedRange(state.offset(), carry.length(), sha256);
            return new LogVerdict.Unterminated(state, fragment, completes());
        }
        return new LogVerdict.Intact(walk.state());
    }

    /// No repair will name the wrong bytes at the end: they are damage, behind which the log goes on.
    public void expectNoRepair() {
        walk.expectNoRepair();
    }

    /// Whether so much is wrong that further bytes change nothing.
    public boolean isHopeless() {
        return walk.isHopeless();
    }

    boolean isBetweenLines() {
        return carry.length() == 0 && !inPieces;
    }

    /// Takes lines that another thread has checked; only between lines.
    void take(CheckedLines checked) {
        walk.take(checked);
    }

    private boolean completes() {
        byte[] line = new byte[carry.length() + 1];
        System.arraycopy(carry.array(), 0, line, 0, carry.length());
        line[carry.length()] = '\n';
        checker.check(line, 0, line.length, lines);
        return walk.wouldFollow(lines);
    }

    private void carryOn(byte[] chunk, int from, int to, boolean complete) {
        if (!inPieces && (long) carry.length() + to - from > LINE_MAX) {
            inPieces = true;
            walk.beginLongLine();
            walk.takePiece(carry.array(), 0, carry.length());
            carry = new ByteBuilder(0);
        }
        if (inPieces) {
            walk.takePiece(chunk, from, to);
        } else {
            carry.put(chunk, from, to);
        }
        if (complete) {
            endLine();
        }
    }

    private void endLine() {
        if (inPieces) {
            inPieces = false;
            walk.endLongLine();
            return;
        }
        check(carry.array(), 0, carry.length());
        if (carry.array().length > CARRY_KEPT_MAX) {
            carry = new ByteBuilder(0);
        } else {
            carry.truncate(0);
        }
    }

    private void check(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && !walk.isHopeless()) {
            at = checker.check(bytes, at, to, lines);
            walk.take(lines);
        }
    }

    static int behindLastNewline(byte[] bytes, int from, int to) {
        int at = to;
        while (at > from && bytes[at - 1] != '\n') {
            at--;
        }
        return at;
    }
}
