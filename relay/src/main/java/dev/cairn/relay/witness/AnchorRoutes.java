package dev.cairn.relay.witness;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.witness.AnchorRequest;
import dev.cairn.relay.witness.AnchorRecord.Anchor;
import dev.cairn.relay.witness.BodyReader.BrokenOffException;
import dev.cairn.relay.witness.BodyReader.TooLargeException;
import dev.cairn.relay.witness.Gate.Admitted;
import dev.cairn.relay.witness.Gate.Entry;
import dev.cairn.relay.witness.Gate.Turned;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the witness answers over HTTP (`specs/audit-relay.md` 6.2 to 6.4): anchors in, anchors out, health.
final class AnchorRoutes {

    private static final String READ_PATH = "/api/v1/anchors";
    private static final String HEALTH_PATH = "/api/v1/health";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final Logger LOG = LoggerFactory.getLogger(AnchorRoutes.class);

    private final List<String> paths;
    private final Gate gate;
    private final AnchorDesk desk;
    private final AnchorLog log;
    private final Supplier<Health> health;

    /// Connections that have carried their request, until they are gone.
    private final Set<HttpConnection> used = Collections.newSetFromMap(new WeakHashMap<>());

    /// @param paths where anchors are sent
    /// @param health is asked for each answer
    AnchorRoutes(List<String> paths, Gate gate, AnchorDesk desk, AnchorLog log, Supplier<Health> health) {
        this.paths = paths;
        this.gate = gate;
        this.desk = desk;
        this.log = log;
        this.health = health;
    }

    /// How the witness is.
    record Health(boolean good, JsonText json) {}

    void mount(Router router) {
        router.route().handler(this::secure);
        read(router, HEALTH_PATH, this::answerHealth);
        read(router, READ_PATH + "/:id", this::answerAnchor);
        for (String path : paths) {
            router.post(path).handler(this::takeAnchor);
            read(router, path + "/anchors/:id", this::answerAnchor);
        }
        for (Refusal refusal : List.of(Refusal.MALFORMED, Refusal.NOT_FOUND)) {
            router.errorHandler(refusal.status(), routing -> refuse(routing, refusal));
        }
        router.errorHandler(Refusal.METHOD_NOT_ALLOWED.status(), this::refuseMethod);
        router.errorHandler(Refusal.INTERNAL.status(), AnchorRoutes::fail);
    }

    private void read(Router router, String path, Consumer<RoutingContext> answer) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(routing -> {
            Entry entry = gate.read(routing.request());
            switch (entry) {
                case Admitted _ -> answer.accept(routing);
                case Turned turned -> refuse(routing, turned);
            }
        });
    }

    /// One request for each connection: no client needs more, and one that does not read its answers cannot
    /// pile them up. What was sent behind it is refused before anything becomes of it.
    private void secure(RoutingContext routing) {
        routing.response()
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (used.add(routing.request().connection())) {
            routing.next();
        } else {
            refuse(routing, Refusal.SECOND_REQUEST);
        }
    }

    private void takeAnchor(RoutingContext routing) {
        switch (gate.anchor(routing.request())) {
            case Admitted(String token) ->
                BodyReader.read(routing.request())
                        .compose(body -> judge(routing, token, body))
                        .onFailure(failure -> fail(routing, failure));
            case Turned turned -> BodyReader.discard(routing.request()).onSuccess(_ -> refuse(routing, turned));
        }
    }

    private Future<?> judge(RoutingContext routing, String token, Buffer body) {
        Optional<Submission> submission = submission(routing, token, body.getBytes());
        return submission.isEmpty()
                ? Future.succeededFuture()
                : desk.submit(submission.get()).map(judgement -> answer(routing, judgement));
    }

    /// The request, unless it had to be refused.
    private Optional<Submission> submission(RoutingContext routing, String token, byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return Optional.of(Submission.of(token, AnchorRequest.read(body), text));
        } catch (CharacterCodingException _) {
            refuse(routing, Refusal.MALFORMED);
        } catch (IllegalArgumentException e) {
            end(routing, Refusal.NOT_AN_ANCHOR, Refusal.NOT_AN_ANCHOR.json(String.valueOf(e.getMessage())));
        }
        return Optional.empty();
    }

    private static Judgement answer(RoutingContext routing, Judgement judgement) {
        switch (judgement) {
            case Judgement.Anchored(String receipt) -> end(routing, 201, receipt);
            case Judgement.Known(String receipt) -> end(routing, 200, receipt);
            case Judgement.Contradicts(String first) ->
                end(routing, Refusal.CONTRADICTION, Refusal.CONTRADICTION.json().putRaw("anchored", first));
            case Judgement.NotStored _ -> refuse(routing, new Turned(Refusal.NOT_STORED, Duration.ofSeconds(1)));
            case Judgement.Full _ -> refuse(routing, Refusal.FULL);
            case Judgement.Busy _ -> refuse(routing, new Turned(Refusal.BUSY, Duration.ofSeconds(1)));
        }
        return judgement;
    }

    private void answerAnchor(RoutingContext routing) {
        String id = routing.pathParam("id");
        long seq = id != null && ID.matcher(id).matches() ? log.index().seqOf(id) : KeyTable.ABSENT;
        if (seq == KeyTable.ABSENT) {
            refuse(routing, Refusal.NOT_FOUND);
            return;
        }
        log.read(seq).onComplete(record -> answerRecord(routing, record), failure -> fail(routing, failure));
    }

    /// What was refused is no anchor: whoever asks for it must not take it for one.
    private static void answerRecord(RoutingContext routing, AnchorRecord record) {
        if (record instanceof Anchor anchor) {
            end(routing, 200, anchor.receipt());
        } else {
            refuse(routing, Refusal.NOT_FOUND);
        }
    }

    private void answerHealth(RoutingContext routing) {
        Health now = health.get();
        end(routing, now.good() ? 200 : 503, now.json().toString());
    }

    private void refuseMethod(RoutingContext routing) {
        boolean takesAnchors = paths.contains(routing.normalizedPath());
        routing.response().putHeader(HttpHeaders.ALLOW, takesAnchors ? "POST" : "GET, HEAD");
        refuse(routing, Refusal.METHOD_NOT_ALLOWED);
    }

    private static void fail(RoutingContext routing) {
        LOG.atError().setCause(routing.failure()).log("a request failed");
        refuse(routing, Refusal.INTERNAL);
    }

    private static void fail(RoutingContext routing, Throwable failure) {
        switch (failure) {
            case TooLargeException _ -> refuse(routing, Refusal.TOO_LARGE);
            case BrokenOffException _ -> refuse(routing, Refusal.MALFORMED);
            default -> {
                LOG.atError().setCause(failure).log("a request failed");
                refuse(routing, Refusal.INTERNAL);
            }
        }
    }

    private static void refuse(RoutingContext routing, Turned turned) {
        if (!turned.retryAfter().isZero()) {
            long seconds = turned.retryAfter().plusMillis(999).toSeconds();
            routing.response().putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(seconds));
        }
        refuse(routing, turned.why());
    }

    private static void refuse(RoutingContext routing, Refusal refusal) {
        if (refusal == Refusal.UNAUTHENTICATED) {
            routing.response().putHeader("WWW-Authenticate", "Bearer");
        }
        end(routing, refusal, refusal.json());
    }

    private static void end(RoutingContext routing, Refusal refusal, JsonText json) {
        end(routing, refusal.status(), "application/problem+json", json.toString());
    }

    private static void end(RoutingContext routing, int status, String json) {
        end(routing, status, "application/json", json);
    }

    private static void end(RoutingContext routing, int status, String type, String json) {
        HttpServerResponse response = routing.response();
        if (response.closed() || response.headWritten()) {
            return; // The client has gone, or has its answer.
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, type).setStatusCode(status);
        var _ = response.end(json);
        var _ = routing.request().connection().close(); // Behind the answer. The header alone only asks the client to.
    }
}
