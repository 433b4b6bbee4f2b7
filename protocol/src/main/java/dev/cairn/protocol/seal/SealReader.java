package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalJson;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads lines of a seals file, ours and the peer's; members that its form does not know are left aside.
///
/// Reusable; not thread-safe.
public final class SealReader {

    private static final int ABSENT = -1;
    private static final int HEAD_MEMBERS = 3;

    /// Ends the reading of a line at the member that is wrong.
    private static final class WrongMember extends Exception {

        private static final long serialVersionUID = 1;

        WrongMember(String member) {
            super(member, null, false, false);
        }
    }

    private final SealForm form;
    private final JsonTape tape = new JsonTape();
    private final CanonicalJson canonical = new CanonicalJson(CanonicalJson.Dialect.AUDIT);

    /// For the seals of one chain.
    public SealReader() {
        this(SealForm.CHAIN);
    }

    public SealReader(SealForm form) {
        this.form = form;
    }

    /// Reads the line `line[from, to)`, with or without its newline.
    public SealLine read(byte[] line, int from, int to) {
        try {
            tape.parse(line, from, to);
        } catch (JsonSyntaxException _) {
            return new SealLine.Unreadable("no JSON", CutOffSeal.is(form, line, from, to));
        }
        if (tape.depth() > JsonTape.DEPTH_MAX) {
            return new SealLine.Unreadable(tape.depth() + " levels of nesting", false);
        }
        if (!tape.is(0, JsonKind.OBJECT)) {
            return new SealLine.Unreadable("another JSON value", false);
        }
        try {
            return new SealLine.Read(seal(), hash());
        } catch (WrongMember e) {
            return new SealLine.Malformed(String.valueOf(e.getMessage()));
        }
    }

    /// The same for a line of text.
    public SealLine read(String line) {
        byte[] utf8 = line.getBytes(UTF_8);
        return read(utf8, 0, utf8.length);
    }

    private Hash hash() {
        ByteBuilder text = new ByteBuilder(1024);
        canonical.write(tape, 0, text);
        return Hash.of(text.array(), 0, text.length());
    }

    private Seal seal() throws WrongMember {
        Hash tip = hash(0, "tip_hash", "tip_hash");
        long count = whole(0, "chained_events", "chained_events");
        String sealedAt = string(0, "sealed_at", "sealed_at");
        if (!SealPayload.isTime(sealedAt)) {
            throw new WrongMember("sealed_at");
        }
        String signature = signature(0, "signature", "signature");
        SealPayload payload = new SealPayload(tip, count, sealedAt);
        return switch (form) {
            case CHAIN -> new Seal(payload, signature, keyId(), null, link());
            case STORE -> new Seal(payload, signature, keyId(), heads(), null);
        };
    }

    private @Nullable String keyId() throws WrongMember {
        if (tape.member(0, "key_id") == ABSENT) {
            return null;
        }
        String id = string(0, "key_id", "key_id");
        if (!SealKey.isId(id)) {
            throw new WrongMember("key_id");
        }
        return id;
    }

    private ChainHeads heads() throws WrongMember {
        int heads = tape.member(0, "heads");
        if (heads == ABSENT || !tape.is(heads, JsonKind.ARRAY)) {
            throw new WrongMember("heads");
        }
        List<ChainHead> all = new ArrayList<>();
        for (int head = heads + 1; head < tape.next(heads); head = tape.next(head)) {
            if (!tape.is(head, JsonKind.OBJECT) || members(head) != HEAD_MEMBERS) {
                throw new WrongMember("heads"); // Another member would be no part of what is hashed.
            }
            long sequence = whole(head, "sequence", "heads.sequence");
            if (sequence < 1) {
                throw new WrongMember("heads.sequence");
            }
            String chain = string(head, "chain_id", "heads.chain_id");
            all.add(new ChainHead(chain, sequence, hash(head, "receipt_hash", "heads.receipt_hash")));
        }
        try {
            return new ChainHeads(all);
        } catch (IllegalArgumentException _) {
            throw new WrongMember("heads");
        }
    }

    private int members(int object) {
        int members = 0;
        for (int key = object + 1; key < tape.next(object); key = tape.next(key + 1)) {
            members++;
        }
        return members;
    }

    private @Nullable SealLink link() throws WrongMember {
        int link = tape.member(0, "_seal");
        if (link == ABSENT) {
            return null;
        }
        if (!tape.is(link, JsonKind.OBJECT)) {
            throw new WrongMember("_seal");
        }
        int previous = tape.member(link, "prev_hash");
        boolean first = previous != ABSENT && tape.is(previous, JsonKind.NULL);
        return new SealLink(
                whole(link, "seq", "_seal.seq"),
                first ? null : hash(link, "prev_hash", "_seal.prev_hash"),
                whole(link, "log_offset", "_seal.log_offset"),
                signature(link, "signature", "_seal.signature"));
    }

    private Hash hash(int object, String member, String name) throws WrongMember {
        String text = string(object, member, name);
        if (!Hash.isHash(text)) {
            throw new WrongMember(name);
        }
        return new Hash(text);
    }

    private String signature(int object, String member, String name) throws WrongMember {
        String text = string(object, member, name);
        if (!SealKey.isSignature(text)) {
            throw new WrongMember(name);
        }
        return text;
    }

    private String string(int object, String member, String name) throws WrongMember {
        int value = tape.member(object, member);
        if (value == ABSENT || !tape.is(value, JsonKind.STRING)) {
            throw new WrongMember(name);
        }
        return tape.text(value);
    }

    private long whole(int object, String member, String name) throws WrongMember {
        int value = tape.member(object, member);
        double number = value != ABSENT && tape.is(value, JsonKind.NUMBER) ? tape.number(value) : -1;
        if (number != Math.rint(number) || !(number >= 0 && number <= SealPayload.COUNT_MAX)) {
            throw new WrongMember(name);
        }
        return (long) number;
    }
}
