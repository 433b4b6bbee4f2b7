package dev.cairn.protocol.witness;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A [WitnessRecord] as a line of JSON.
final class WitnessRecordText {

    private static final int TEXT_MAX = 4096;
    private static final int STATUS_MAX = 999;

    private WitnessRecordText() {}

    static String write(WitnessRecord record) {
        String responses =
                record.responses().stream().map(WitnessRecordText::write).collect(Collectors.joining(",", "[", "]"));
        JsonText text = JsonText.object()
                .put("timestamp", record.timestamp())
                .put("seal_tip", record.sealTip().text())
                .put("attempted", record.attempted())
                .put("succeeded", record.succeeded())
                .put("failed", record.attempted() - record.succeeded())
                .put("quorum_met", record.isQuorumMet())
                .putRaw("responses", responses)
                .put("attempt", record.attempt())
                .put("final", record.isFinal());
        if (record.sealCount() >= 0) {
            text.put("chained_events", record.sealCount());
        }
        if (!record.sealSignature().isEmpty()) {
            text.put("seal_signature", record.sealSignature());
        }
        if (record.quorum() >= 0) {
            text.put("quorum", record.quorum());
        }
        return text.toString();
    }

    private static String write(Response response) {
        JsonText text = JsonText.object()
                .put("name", response.name())
                .put("url", response.url())
                .put("ok", response.isOk());
        if (response.status() > 0) {
            text.put("status", response.status());
        }
        if (!response.error().isEmpty()) {
            text.put("error", response.error());
        }
        if (response.proof() != null) {
            text.put("proof", response.proof().wireName());
        }
        WitnessReply reply = response.reply();
        if (reply != null) {
            text.put("response", reply.text());
            if (reply.anchorId().isPresent()) {
                reply.anchorId().ifPresent(id -> text.put("anchor_id", id));
                reply.witnessedAt().ifPresent(at -> text.put("witnessed_at", at));
                reply.receiptHash().ifPresent(hash -> text.put("receipt_hash", hash));
            }
        }
        return text.toString();
    }

    static WitnessRecord read(byte[] line) {
        ObjectReader record = ObjectReader.parse(line);
        return new WitnessRecord(
                record.text("timestamp", TEXT_MAX),
                record.hash("seal_tip"),
                record.has("chained_events") ? record.count("chained_events") : WitnessRecord.UNKNOWN,
                record.textOrEmpty("seal_signature", SealedTip.SIGNATURE_MAX),
                (int) (record.has("quorum") ? record.count("quorum") : WitnessRecord.UNKNOWN),
                record.flag("quorum_met"),
                responses(record),
                (int) (record.has("attempt") ? record.count("attempt") : WitnessRecord.UNKNOWN),
                !record.has("final") || record.flag("final"));
    }

    private static List<Response> responses(ObjectReader record) {
        JsonTape tape = record.tape();
        int array = tape.member(record.object(), "responses");
        if (array < 0 || !tape.is(array, JsonKind.ARRAY)) {
            throw new IllegalArgumentException("responses: expected an array");
        }
        List<Response> responses = new ArrayList<>();
        for (int item = tape.firstChild(array); item < tape.next(array); item = tape.next(item)) {
            if (!tape.is(item, JsonKind.OBJECT)) {
                throw new IllegalArgumentException("responses: expected objects");
            }
            responses.add(response(new ObjectReader(tape, item)));
        }
        return responses;
    }

    private static Response response(ObjectReader response) {
        @Nullable String body = response.textIfAny("response");
        return new Response(
                response.textOrEmpty("name", TEXT_MAX),
                response.textOrEmpty("url", TEXT_MAX),
                response.flag("ok"),
                (int) Math.min(STATUS_MAX, response.has("status") ? response.count("status") : 0),
                response.textOrEmpty("error", TEXT_MAX),
                body == null ? null : WitnessReply.of(body),
                Proof.named(response.textIfAny("proof")));
    }
}
