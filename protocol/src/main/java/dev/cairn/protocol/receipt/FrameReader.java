package dev.cairn.protocol.receipt;

import static dev.cairn.protocol.receipt.FrameMembers.ABSENT;
import static dev.cairn.protocol.receipt.FrameMembers.ACTION_TYPE;
import static dev.cairn.protocol.receipt.FrameMembers.AGENT_ID;
import static dev.cairn.protocol.receipt.FrameMembers.AGENT_TYPE;
import static dev.cairn.protocol.receipt.FrameMembers.CAPTURE_METHOD;
import static dev.cairn.protocol.receipt.FrameMembers.CHANNEL;
import static dev.cairn.protocol.receipt.FrameMembers.CORRELATION_ID;
import static dev.cairn.protocol.receipt.FrameMembers.DECISION;
import static dev.cairn.protocol.receipt.FrameMembers.ERROR;
import static dev.cairn.protocol.receipt.FrameMembers.IDEMPOTENCY_KEY;
import static dev.cairn.protocol.receipt.FrameMembers.INPUT;
import static dev.cairn.protocol.receipt.FrameMembers.ISSUER_MODEL;
import static dev.cairn.protocol.receipt.FrameMembers.ISSUER_NAME;
import static dev.cairn.protocol.receipt.FrameMembers.MODEL;
import static dev.cairn.protocol.receipt.FrameMembers.OPERATOR_ID;
import static dev.cairn.protocol.receipt.FrameMembers.OPERATOR_NAME;
import static dev.cairn.protocol.receipt.FrameMembers.OUTPUT;
import static dev.cairn.protocol.receipt.FrameMembers.PROMPT_PREVIEW;
import static dev.cairn.protocol.receipt.FrameMembers.SESSION_ID;
import static dev.cairn.protocol.receipt.FrameMembers.TARGET_RESOURCE;
import static dev.cairn.protocol.receipt.FrameMembers.TARGET_SYSTEM;
import static dev.cairn.protocol.receipt.FrameMembers.TS_EMIT;
import static dev.cairn.protocol.receipt.FrameMembers.USAGE;
import static dev.cairn.protocol.receipt.FrameMembers.V;
import static dev.cairn.protocol.receipt.FrameMembers.name;

import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalJson;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.receipt.FrameReading.Accepted;
import dev.cairn.protocol.receipt.FrameReading.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads frames of protocol version 1 (`specs/receipts.md` 1.4): any bytes give a [Frame] or say which check
/// they failed first. Input and output are hashed on the way; nothing else of them stays.
///
/// Reusable; not thread-safe.
public final class FrameReader {

    private static final String VERSION = "1";
    private static final String MCP = "mcp";
    private static final int TEXT_MAX = 256;
    private static final int RESOURCE_MAX = 4096;

    /// Ours: the specification gives names no limit but the frame's.
    private static final int NAME_MAX = 64 * 1024;

    private static final int SCRATCH_KEPT_MAX = 64 * 1024;
    private static final int[] NAMES = {SESSION_ID, CHANNEL, ACTION_TYPE};
    private static final int[] IDENTITY = {ISSUER_NAME, ISSUER_MODEL, OPERATOR_ID, OPERATOR_NAME};
    private static final int[] IDS = {IDEMPOTENCY_KEY, CORRELATION_ID, AGENT_ID};
    private static final int[] CIRCUMSTANCES = {AGENT_TYPE, MODEL, CAPTURE_METHOD, TARGET_SYSTEM};

    private final Predicate<String> disclosed;
    private final FrameMembers members = new FrameMembers();
    private final CanonicalJson canonical = new CanonicalJson(CanonicalJson.Dialect.RECEIPTS);
    private final UsageText usageText = new UsageText(canonical);
    private ByteBuilder scratch = new ByteBuilder(4096);

    /// Reads frames whose input is hashed and forgotten.
    public FrameReader() {
        this(_ -> false);
    }

    /// @param disclosed of which action types the input is kept for disclosure
    public FrameReader(Predicate<String> disclosed) {
        this.disclosed = disclosed;
    }

    /// Reads the frame `body[from, to)`, its length not included.
    public FrameReading read(byte[] body, int from, int to) {
        try {
            members.read(body, from, to);
            Instant emittedAt = checkRequired();
            Decision decision = checkDecision();
            checkOptional();
            return new Accepted(frame(emittedAt, decision));
        } catch (RefusedFrameException refused) {
            return new Refused(refused.problem(), Math.max(0, members.dropCount()));
        } finally {
            forgetLongFrame();
        }
    }

    /// The first check that a frame fails; `null` if it passes all. Cheaper than [#read], as nothing is hashed.
    public @Nullable String problem(byte[] body, int from, int to) {
        try {
            members.read(body, from, to);
            var _ = checkRequired();
            var _ = checkDecision();
            checkOptional();
            var _ = canonicalise(INPUT);
            var _ = canonicalise(OUTPUT);
            var _ = usage();
            return null;
        } catch (RefusedFrameException refused) {
            return refused.problem();
        } finally {
            forgetLongFrame();
        }
    }

    private void forgetLongFrame() {
        members.forget();
        if (scratch.array().length > SCRATCH_KEPT_MAX) {
            scratch = new ByteBuilder(4096); // One long frame must not hold its memory for ever.
        }
    }

    private Instant checkRequired() {
        require(V);
        if (!members.text(V).equals(VERSION)) {
            throw new RefusedFrameException("v is another frame version than " + VERSION);
        }
        require(SESSION_ID);
        require(TS_EMIT);
        Instant emittedAt = EmitTime.read(members.text(TS_EMIT));
        if (emittedAt == null) {
            throw new RefusedFrameException("ts_emit is not RFC 3339");
        }
        require(CHANNEL);
        if (members.tool().name().isEmpty()) {
            throw new RefusedFrameException("tool.name is missing");
        }
        return emittedAt;
    }

    private Decision checkDecision() {
        require(DECISION);
        Decision decision = Decision.of(members.text(DECISION));
        if (decision == null) {
            throw new RefusedFrameException("decision is none of allowed, denied, pending");
        }
        return decision;
    }

    private void require(int member) {
        if (members.text(member).isEmpty()) {
            throw new RefusedFrameException(name(member) + " is missing");
        }
    }

    private void checkOptional() {
        if (members.dropCount() < 0) {
            throw new RefusedFrameException("drop_count is negative");
        }
        checkNames();
        limit(TEXT_MAX, IDENTITY);
        if (!members.text(OPERATOR_NAME).isEmpty() && members.text(OPERATOR_ID).isEmpty()) {
            throw new RefusedFrameException("operator_name is set without operator_id");
        }
        limit(TEXT_MAX, IDS);
        String agentId = members.text(AGENT_ID);
        if (agentId.indexOf('/') >= 0 || agentId.indexOf('\0') >= 0) {
            throw new RefusedFrameException("agent_id has a slash or a NUL");
        }
        limit(TEXT_MAX, CIRCUMSTANCES);
        limit(RESOURCE_MAX, TARGET_RESOURCE);
        if (members.text(TARGET_SYSTEM).isEmpty()
                != members.text(TARGET_RESOURCE).isEmpty()) {
            throw new RefusedFrameException("target_system and target_resource are not both set or both absent");
        }
    }

    /// Names stand in the text, in its columns and in the log: a megabyte of one would be held ten times over.
    private void checkNames() {
        limit(NAME_MAX, NAMES);
        limit("tool.server", members.tool().server(), NAME_MAX);
        limit("tool.name", members.tool().name(), NAME_MAX);
    }

    private void limit(int bytesMax, int... limited) {
        for (int member : limited) {
            limit(name(member), members.text(member), bytesMax);
        }
    }

    private static void limit(String name, String text, int bytesMax) {
        if (text.length() * 3L > bytesMax && text.getBytes(StandardCharsets.UTF_8).length > bytesMax) {
            throw new RefusedFrameException(name + " is longer than " + bytesMax + " bytes");
        }
    }

    private Frame frame(Instant emittedAt, Decision decision) {
        String channel = members.text(CHANNEL);
        Frame.Tool tool = members.tool();
        String actionType = actionType(channel, tool);
        String inputHash = hash(INPUT);
        String disclosable = disclosable(actionType); // While the input is what was canonicalised last.
        return new Frame(
                emittedAt,
                members.text(SESSION_ID),
                channel,
                tool,
                actionType,
                decision,
                members.text(ERROR),
                members.dropCount(),
                new Frame.Issuer(
                        members.text(ISSUER_NAME),
                        members.text(ISSUER_MODEL),
                        members.text(OPERATOR_ID),
                        members.text(OPERATOR_NAME)),
                new Frame.AgentRuntime(
                        members.text(AGENT_ID),
                        members.text(AGENT_TYPE),
                        members.text(MODEL),
                        members.text(CAPTURE_METHOD),
                        usage()),
                new Frame.Target(members.text(TARGET_SYSTEM), members.text(TARGET_RESOURCE)),
                members.text(IDEMPOTENCY_KEY),
                members.text(CORRELATION_ID),
                members.text(PROMPT_PREVIEW),
                inputHash,
                hash(OUTPUT),
                channel.equals(MCP) && outputIsError(),
                disclosable);
    }

    private String actionType(String channel, Frame.Tool tool) {
        String given = members.text(ACTION_TYPE);
        if (!given.isEmpty()) {
            return given;
        }
        return tool.server().isEmpty()
                ? channel + '.' + tool.name()
                : channel + '.' + tool.server() + '.' + tool.name();
    }

    private String hash(int member) {
        return canonicalise(member) ? Sha256Text.of(scratch.array(), 0, scratch.length()) : "";
    }

    /// Writes the canonical text of a member into [#scratch]; `false` when there is none.
    private boolean canonicalise(int member) {
        int node = members.value(member);
        if (node == ABSENT) {
            return false;
        }
        scratch.truncate(0);
        try {
            canonical.write(members.tape(), node, scratch);
            return true;
        } catch (JsonSyntaxException _) {
            throw beyondDouble(member);
        }
    }

    private @Nullable String disclosable(String actionType) {
        return members.value(INPUT) != ABSENT && disclosed.test(actionType) ? scratch.toString() : null;
    }

    private String usage() {
        int node = members.value(USAGE);
        if (node == ABSENT) {
            return "";
        }
        scratch.truncate(0);
        try {
            usageText.write(members.tape(), node, scratch);
        } catch (JsonSyntaxException _) {
            throw beyondDouble(USAGE);
        }
        return scratch.toString();
    }

    private static RefusedFrameException beyondDouble(int member) {
        return new RefusedFrameException(name(member) + " has a number beyond a double");
    }

    /// Whether the output says `isError`, in any letter case; of several the last counts.
    private boolean outputIsError() {
        JsonTape tape = members.tape();
        int output = members.value(OUTPUT);
        boolean isError = false;
        if (output != ABSENT && tape.is(output, JsonKind.OBJECT)) {
            int end = tape.next(output);
            for (int key = tape.firstChild(output); key < end; key = tape.next(key + 1)) {
                if (tape.text(key).equalsIgnoreCase("isError")) {
                    isError = tape.is(key + 1, JsonKind.TRUE);
                }
            }
        }
        return isError;
    }
}
