package dev.cairn.protocol.audit;

import dev.cairn.protocol.audit.UserLogReport.Failure;
import dev.cairn.protocol.audit.UserLogReport.FailureKind;
import dev.cairn.protocol.audit.UserLogReport.Form;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Verifies a user's own log, whose chain the clients make (`specs/audit-relay.md` 3.5), in either form (13),
/// never a mixture of both. Constant memory. Lines that are no JSON, which the peer skips, are failures here.
///
/// Not thread-safe.
public final class UserLogVerifier {

    /// How much a log must prove.
    ///
    /// @param strict an event without a hash is a failure
    /// @param requireChainProtected a log without any hash is a failure
    public record Options(boolean strict, boolean requireChainProtected) {

        /// What the peer does: a log that was stripped of all hashes passes.
        public static final Options PEER = new Options(false, false);

        public static final Options DEFAULT = new Options(false, true);
    }

    private static final Pattern DOCUMENTED = Pattern.compile("(?:sha256:)?[0-9a-f]{64}");

    private final Options options;
    private final LogLines lines = new LogLines(new LogLines.Sink() {
        @Override
        public void line(byte[] bytes, int from, int to) {
            takeLine(bytes, from, to);
        }

        @Override
        public void tooLong() {
            unreadable("a longer one");
        }
    });

    private final JsonTape tape = new JsonTape();
    private final EventSchema schema = new EventSchema();
    private final LineHasher hasher = new LineHasher();

    private Form form = Form.NONE;
    private long total;
    private long chained;
    private long legacy;
    private long invalid;
    private long hashMismatches;
    private long linkMismatches;
    private long mixed;
    private long unreadable;
    private @Nullable String anchor;
    private String last = "";
    private @Nullable Failure firstFailure;

    public UserLogVerifier(Options options) {
        this.options = options;
    }

    /// Verifies a whole file.
    public static UserLogReport verify(Path file, Options options) throws IOException {
        return verify(file, options, ReadingProgress.NONE);
    }

    /// The same, telling how far it is.
    public static UserLogReport verify(Path file, Options options, ReadingProgress progress) throws IOException {
        var verifier = new UserLogVerifier(options);
        double size = Math.max(1, Files.size(file));
        long[] read = new long[1];
        LogLines.read(file, Long.MAX_VALUE, verifier.lines.sink(), bytes -> {
            read[0] += bytes;
            progress.at(verifier.total + verifier.unreadable, read[0] / size);
        });
        return verifier.report();
    }

    /// Takes the next bytes of the log.
    public void accept(byte[] chunk, int from, int to) {
        lines.accept(chunk, from, to);
    }

    /// What was found; the log ends here.
    public UserLogReport report() {
        lines.finish();
        boolean legacyOnly = total > 0 && chained == 0 && invalid == 0;
        if (legacyOnly && firstFailure == null && (options.strict || options.requireChainProtected)) {
            firstFailure = new Failure(0, FailureKind.UNPROTECTED, "some event with a hash", "none");
        }
        return new UserLogReport(
                form,
                total,
                chained,
                legacy,
                invalid,
                hashMismatches,
                linkMismatches,
                mixed,
                unreadable,
                anchor,
                chained == 0 ? null : last,
                legacyOnly,
                firstFailure);
    }

    private void takeLine(byte[] bytes, int from, int to) {
        try {
            tape.parse(bytes, from, to);
        } catch (JsonSyntaxException e) {
            unreadable("no JSON");
            return;
        }
        String issues = tape.depth() > JsonTape.DEPTH_MAX ? "nested too deep" : schema.check(tape, 0);
        if (!issues.isEmpty()) {
            invalid++;
            fail(FailureKind.SCHEMA, "an event", issues);
        } else {
            takeEvent();
        }
        total++;
    }

    private void takeEvent() {
        int eventHash = tape.member(0, "event_hash");
        int hash = eventHash < 0 ? tape.member(0, "hash") : -1;
        if (eventHash >= 0 && !tape.text(eventHash).isEmpty()) {
            takeChained(Form.EVENT_HASH, tape.text(eventHash), "event_hash");
        } else if (hash >= 0 && isDocumented(hash)) {
            takeChained(Form.DOCUMENTED, tape.text(hash), "hash", "prev_hash");
        } else {
            legacy++;
            if (options.strict || chained > 0) {
                fail(FailureKind.UNPROTECTED, "an event with a hash", "none");
            }
        }
    }

    private boolean isDocumented(int hash) {
        return tape.is(hash, JsonKind.STRING)
                && DOCUMENTED.matcher(tape.text(hash)).matches();
    }

    private void takeChained(Form eventForm, String stored, String... withoutMembers) {
        boolean first = chained++ == 0;
        form = first ? eventForm : form;
        if (form != eventForm) {
            mixed++;
            fail(FailureKind.MIXED_FORM, words(form) + ", as before", words(eventForm));
        }
        String expected = hasher.hash(tape, 0, withoutMembers).text();
        if (!stored.equals(expected) && !(eventForm == Form.DOCUMENTED && expected.endsWith(stored))) {
            hashMismatches++;
            fail(FailureKind.HASH_MISMATCH, expected, Hash.isHash(stored) ? stored : "another text");
        }
        takeLink(first, eventForm, prevHash());
        last = stored;
    }

    private static String words(Form form) {
        return switch (form) {
            case NONE -> "no hash";
            case EVENT_HASH -> "a hash in the member event_hash";
            case DOCUMENTED -> "a hash in the member hash";
        };
    }

    private void takeLink(boolean first, Form eventForm, @Nullable String previous) {
        if (first) {
            anchor = previous;
            return;
        }
        boolean links = previous != null
                && (eventForm == Form.DOCUMENTED ? digits(previous).equals(digits(last)) : previous.equals(last));
        if (!links) {
            linkMismatches++;
            String found = previous == null ? "null" : Hash.isHash(previous) ? previous : "another text";
            fail(FailureKind.PREV_LINK_MISMATCH, last, found);
        }
    }

    private @Nullable String prevHash() {
        int previous = tape.member(0, "prev_hash");
        return previous < 0 || tape.is(previous, JsonKind.NULL) ? null : tape.text(previous);
    }

    private static String digits(String hash) {
        return hash.startsWith("sha256:") ? hash.substring("sha256:".length()) : hash;
    }

    private void unreadable(String found) {
        unreadable++;
        fail(FailureKind.UNREADABLE, "a line of JSON", found);
    }

    private void fail(FailureKind kind, String expected, String found) {
        if (firstFailure == null) {
            firstFailure = new Failure(total, kind, expected, found);
        }
    }
}
