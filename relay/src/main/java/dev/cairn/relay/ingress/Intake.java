package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.AuditAnswer;
import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.audit.AuditRequest.ChainState;
import dev.cairn.protocol.audit.AuditRequest.Event;
import dev.cairn.protocol.audit.AuditRequest.Ping;
import dev.cairn.protocol.audit.AuditRequest.ReceiptsStatus;
import dev.cairn.protocol.audit.AuditRequest.Refused;
import dev.cairn.protocol.audit.AuditRequest.RotateReceiptsKey;
import dev.cairn.protocol.audit.AuditRequest.SealNow;
import dev.cairn.protocol.audit.AuditRequest.SealStatus;
import dev.cairn.protocol.audit.AuditRequest.Sign;
import dev.cairn.protocol.audit.AuditRequest.Verify;
import dev.cairn.protocol.audit.AuditRequestReader;
import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.protocol.audit.RecordBatchWriter;
import dev.cairn.protocol.audit.SaltSource;
import dev.cairn.relay.bus.Signing;
import java.time.InstantSource;
import java.util.List;

/// Reads request lines for one event loop, and collects the events of a socket read into one batch.
final class Intake {

    /// Refusals of requests that were surely no events.
    private static final List<Failure> NO_EVENTS =
            List.of(Failure.MISSING_SIGN_DATA, Failure.SIGN_DATA_TOO_LONG, Failure.MISSING_VERIFY_FIELDS);

    private final AuditRequestReader reader = new AuditRequestReader();
    private final RecordBatchWriter writer;

    private final InstantSource clock;
    private final Signing signing;

    Intake(InstantSource clock, SaltSource salts, Signing signing) {
        this.clock = clock;
        this.signing = signing;
        this.writer = new RecordBatchWriter(salts);
    }

    /// Understands one line and tells `session` what it is.
    void take(byte[] bytes, int from, int to, Session session) {
        try {
            understand(bytes, from, to, session);
        } finally {
            reader.tape().forget();
        }
    }

    private void understand(byte[] bytes, int from, int to, Session session) {
        int size = to - from;
        switch (reader.read(bytes, from, to)) {
            case Event event -> take(event, session, size);
            case Ping _ -> session.question(StateQuestion.PING, size);
            case ChainState _ -> session.question(StateQuestion.CHAIN_STATE, size);
            case SealStatus _ -> session.question(StateQuestion.SEAL_STATUS, size);
            case Sign sign -> session.answer(signing.sign(sign, session.peer()).map(AuditAnswer::toLine), size);
            case Verify verify ->
                session.answer(signing.verify(verify, session.peer()).toLine(), size);
            case SealNow _ -> session.sealNow(size);
            case ReceiptsStatus _ -> session.receiptsStatus(size);
            case RotateReceiptsKey _ -> session.rotateReceiptsKey(size);
            case Refused refused
            when NO_EVENTS.contains(refused.answer()) ->
                session.answer(refused.answer().toLine(), size);
            case Refused refused -> session.refused(refused.answer(), size);
        }
    }

    private void take(Event event, Session session, int size) {
        switch (writer.add(reader.tape(), event.payload(), session.stamp(), clock.millis())) {
            case RecordBatchWriter.Added _ -> session.event(size);
            case RecordBatchWriter.Refused refused -> session.refused(refused.answer(), size);
        }
    }

    /// The events taken since the last time, of which there is at least one.
    RecordBatch takeBatch() {
        return writer.take();
    }
}
