package dev.cairn.relay.witness;

import dev.cairn.protocol.witness.AnchorRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/// Reads a request's body up to a limit.
///
/// What is longer, or not wanted, is still read for a while and thrown away: closing a connection on which
/// more arrives resets it, and the client might never see why it was refused.
final class BodyReader {

    private static final int DISCARDED_MAX = 1024 * 1024;

    /// A body is longer than the limit.
    static final class TooLargeException extends RuntimeException {

        private static final long serialVersionUID = 1;

        TooLargeException() {
            super("more than " + AnchorRequest.BODY_MAX + " bytes", null, false, false);
        }
    }

    /// The client broke off, or what follows the request's head is no HTTP.
    static final class BrokenOffException extends RuntimeException {

        private static final long serialVersionUID = 1;

        BrokenOffException() {
            super("the body has no end", null, false, false);
        }
    }

    private final int keptMax;
    private final Promise<Buffer> read = Promise.promise();
    private final Buffer body = Buffer.buffer();
    private long received;

    private BodyReader(int keptMax) {
        this.keptMax = keptMax;
    }

    /// Completes with the body, fails with a [TooLargeException] if it is too long and with a
    /// [BrokenOffException] if it has no end.
    static Future<Buffer> read(HttpServerRequest request) {
        return new BodyReader(AnchorRequest.BODY_MAX).from(request);
    }

    /// Completes, one way or the other, when the request may be refused.
    static Future<Void> discard(HttpServerRequest request) {
        return new BodyReader(0).from(request).transform(_ -> Future.succeededFuture());
    }

    private Future<Buffer> from(HttpServerRequest request) {
        if (announced(request) > DISCARDED_MAX) {
            return Future.failedFuture(new TooLargeException());
        }
        request.handler(this::take);
        request.exceptionHandler(_ -> read.tryFail(new BrokenOffException()));
        request.endHandler(_ -> end());
        return read.future();
    }

    /// What the request says itself; 0 if it does not.
    private static long announced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length.strip());
        } catch (NumberFormatException _) {
            return 0; // What comes is counted.
        }
    }

    private void take(Buffer more) {
        received += more.length();
        if (received <= keptMax) {
            body.appendBuffer(more);
        } else if (received > DISCARDED_MAX) {
            read.tryFail(new TooLargeException());
        }
    }

    private void end() {
        if (received > keptMax) {
            read.tryFail(new TooLargeException());
        } else {
            read.tryComplete(body);
        }
    }
}
