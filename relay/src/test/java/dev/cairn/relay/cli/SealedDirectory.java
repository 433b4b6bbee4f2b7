package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.Heartbeat;
import dev.cairn.protocol.audit.HeartbeatKind;
import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.LinkedHeartbeat;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keys;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealChain;
import dev.cairn.protocol.seal.SealKey;
import dev.cairn.protocol.seal.SealLine;
import dev.cairn.protocol.seal.SealReader;
import dev.cairn.protocol.witness.Anchor;
import dev.cairn.protocol.witness.AnchorReceipt;
import dev.cairn.protocol.witness.Proof;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import dev.cairn.protocol.witness.WitnessReply;
import dev.cairn.witness.WitnessEndpoint;
import dev.cairn.witness.WitnessOutcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A relay's data directory with a log, seals of it and replies of witnesses, as a relay leaves it.
final class SealedDirectory {

    private final Path dir;
    private final Keyring ring;
    private final List<Hash> tips = new ArrayList<>();
    private final List<Long> ends = new ArrayList<>();
    private SealChain chain = SealChain.START;
    private Instant now = Instant.parse("2026-07-01T08:00:00Z");
    private @Nullable Seal last;
    private @Nullable LinkedHeartbeat beat;

    SealedDirectory(Path dir) {
        this.dir = dir;
        ring = Keyring.in(dir.resolve("keys/seal"));
    }

    Path log() {
        return dir.resolve("events.relay.jsonl");
    }

    Path seals() {
        return dir.resolve("seals.relay.jsonl");
    }

    Path witnesses() {
        return dir.resolve("witnesses.relay.jsonl");
    }

    Path keys() {
        return dir.resolve("keys/seal");
    }

    SealedDirectory records(int count) throws IOException {
        return records(count, "evt");
    }

    /// @param ids what the ids of the records begin with
    SealedDirectory records(int count, String ids) throws IOException {
        StringBuilder lines = new StringBuilder();
        long end = Files.exists(log()) ? Files.size(log()) : 0;
        for (int i = 0; i < count; i++) {
            String previous = tips.isEmpty() ? "null" : "\"" + tips.getLast() + "\"";
            String text =
                    "{\"_relay\":{\"relay_prev_hash\":" + previous + "},\"id\":\"" + ids + "_" + tips.size() + "\"}";
            byte[] utf8 = text.getBytes(UTF_8);
            Hash hash = Hash.of(utf8, 0, utf8.length);
            String line = text.substring(0, text.length() - 1) + ",\"_relay_hash\":\"" + hash + "\"}\n";
            lines.append(line);
            end += line.length();
            tips.add(hash);
            ends.add(end);
        }
        append(log(), lines.toString());
        return this;
    }

    /// A linked heartbeat behind the records so far.
    SealedDirectory beat(HeartbeatKind kind) throws IOException {
        Tip tip = tips.isEmpty() ? Tip.EMPTY : new Tip(tips.getLast(), tips.size());
        HeartbeatLine line = HeartbeatLine.of(Heartbeat.after(beat, kind, now, tip, 1, 30_000, ""));
        beat = line.link();
        append(log(), line.text() + "\n");
        return this;
    }

    SealedDirectory seal() throws IOException {
        Keys.Lookup key = ring.active();
        return seal(((Keys.Lookup.Found) key).key());
    }

    private SealedDirectory seal(SealKey key) throws IOException {
        now = now.plusSeconds(900);
        last = chain.next(tips.getLast(), tips.size(), ends.getLast(), now, key);
        chain = chain.after((SealLine.Read) new SealReader().read(last.line()));
        append(seals(), last.line() + "\n");
        return this;
    }

    SealedTip sealedTip() {
        Seal seal = Objects.requireNonNull(last);
        return new SealedTip(seal.payload().tip(), seal.payload().count(), seal.signature(), seal.keyId());
    }

    /// A round in which these witnesses confirmed the last seal, as it is recorded.
    SealedDirectory witnessed(int quorum, String... names) throws IOException {
        return record(quorum, Arrays.stream(names).map(this::confirmation).toList());
    }

    SealedDirectory record(int quorum, List<Response> responses) throws IOException {
        SealedTip tip = sealedTip();
        boolean met = responses.stream().filter(Response::isOk).count() >= quorum;
        append(
                witnesses(),
                new WitnessRecord(
                                        now.toString(),
                                        tip.tip(),
                                        tip.count(),
                                        tip.signature(),
                                        quorum,
                                        met,
                                        responses,
                                        1,
                                        met)
                                .text()
                        + "\n");
        return this;
    }

    Response confirmation(String name) {
        return confirmation(name, witness(name), sealedTip());
    }

    Response confirmation(String name, Ed25519KeyPair key, SealedTip seal) {
        Anchor anchor = new Anchor("anchor-" + name, now.plusSeconds(1).toString(), seal, seal.tip(), Set.of());
        return response(name, AnchorReceipt.sign(anchor, key).text());
    }

    static Response response(String name, String reply) {
        String url = "http://" + name + ".example/api/v1/anchor";
        return new Response(name, url, true, 201, "", WitnessReply.of(reply), Proof.ANCHOR);
    }

    /// What a relay keeps of a reply that may be no confirmation.
    Response judged(String name, int status, String reply) {
        URI url = URI.create("http://" + name + ".example/api/v1/anchor");
        WitnessEndpoint endpoint = new WitnessEndpoint(name, url, null, Proof.STATUS, null);
        return WitnessOutcome.judge(endpoint, sealedTip(), status, WitnessReply.of(reply))
                .toResponse(endpoint);
    }

    /// A witness's receipt for something else than the last seal.
    String receipt(Ed25519KeyPair key, SealedTip seal) {
        Anchor anchor = new Anchor("an_1", now.plusSeconds(1).toString(), seal, seal.tip(), Set.of());
        return AnchorReceipt.sign(anchor, key).text();
    }

    /// The last seal, but of another tip.
    SealedTip otherTip() {
        SealedTip sealed = sealedTip();
        byte[] other = "other".getBytes(UTF_8);
        return new SealedTip(Hash.of(other, 0, other.length), sealed.count(), sealed.signature(), null);
    }

    static Response failure(String name) {
        return new Response(name, "http://" + name + ".example/", false, 0, "no connection", null, null);
    }

    /// The witness of that name has this key.
    static Ed25519KeyPair witness(String name) {
        return Ed25519KeyPair.fromSeed(Arrays.copyOf(name.getBytes(UTF_8), 32));
    }

    static String pin(String name) {
        return name + "=" + witness(name).publicKey().text();
    }

    void edit(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        if (!text.contains(from)) {
            throw new IllegalArgumentException(file + " does not hold " + from);
        }
        Files.writeString(file, text.replace(from, to));
    }

    void removeLine(Path file, int index) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.remove(index);
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    void keepLines(Path file, int count) throws IOException {
        Files.writeString(file, String.join("\n", Files.readAllLines(file).subList(0, count)) + "\n");
    }

    CommandRun verify(String... options) {
        List<String> args = new ArrayList<>(List.of("verify", "--data", dir.toString()));
        args.addAll(List.of(options));
        return CommandRun.of(args.toArray(String[]::new));
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
